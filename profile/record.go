package profile

import (
	"slices"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
)

// Schema returns the fields that conditions on profiles can use: those of a
// [Record]. Fields with a path can be looked up by a store itself.
//
//	customer                the id
//	first, last             the customer's own first and last event
//	count.KIND, last.KIND   how many events of a kind, 0 if none, and the last: count.viewed
//	orders, last_order      the same of orders
//	recency, tenure         time since the last order, and since the first event
//	gap                     mean time between orders, missing below two
//	ordered.EUR, returned.EUR, monetary.EUR  money by currency: the sums, and their difference
//	return_rate.EUR         share of it that came back, in [0, 1]
//	stage, stage_since      the recorded stage, and since when
//	placed                  the stage by the default rules at the moment
//	categories, brands      all that the customer had to do with
//	interest.LABEL, brand.LABEL  share of the interest in it at the moment, in (0, 1]
//	channels                those of the customer's own events
//	consents, refused       purposes to which the latest word was yes, and no
//	unsubscribed            channels; "" is all of them
//	trait.NAME              the values of a trait that hold at the moment, as [Profile.Traits] says
func Schema() filter.Schema {
	return filter.Schema{
		"customer":      {Type: filter.String, Path: "customer"},
		"first":         {Type: filter.Time, Path: "first"},
		"last":          {Type: filter.Time, Path: "last"},
		"count.*":       {Type: filter.Number, Zero: true, Path: "kinds[kind=*].count"},
		"last.*":        {Type: filter.Time, Path: "kinds[kind=*].last"},
		"orders":        {Type: filter.Number, Zero: true, Path: "kinds[kind=ordered].count"},
		"last_order":    {Type: filter.Time, Path: "kinds[kind=ordered].last"},
		"recency":       {Type: filter.Duration},
		"tenure":        {Type: filter.Duration},
		"gap":           {Type: filter.Duration},
		"ordered.*":     {Type: filter.Money, Currency: "*", Zero: true, Path: "ledgers[currency=*].ordered"},
		"returned.*":    {Type: filter.Money, Currency: "*", Zero: true, Path: "ledgers[currency=*].returned"},
		"monetary.*":    {Type: filter.Money, Currency: "*", Zero: true},
		"return_rate.*": {Type: filter.Number, Zero: true},
		"stage":         {Type: filter.String, Path: "stage.stage"},
		"stage_since":   {Type: filter.Time, Path: "stage.since"},
		"placed":        {Type: filter.String},
		"categories":    {Type: filter.Set, Path: "categories{}"},
		"brands":        {Type: filter.Set, Path: "brands{}"},
		"interest.*":    {Type: filter.Number},
		"brand.*":       {Type: filter.Number},
		"channels":      {Type: filter.Set, Path: "channels[].label"},
		"consents":      {Type: filter.Set, Path: "consents[granted=true].about"},
		"refused":       {Type: filter.Set, Path: "consents[granted=false].about"},
		"unsubscribed":  {Type: filter.Set, Path: "unsubscribed[].about"},
		"trait.*":       {Type: filter.Set},
	}
}

// A Record is a profile at a moment, for conditions of clm/filter. It remembers
// what it had to compute, so it is for one goroutine, and for as long as the
// profile does not change.
type Record struct {
	profile    *Profile
	at         time.Time
	traits     map[string]filter.Value // nil until asked for
	categories []Affinity
	brands     []Affinity
}

// NewRecord returns the record of a profile at a moment, which should be the one
// that the condition was compiled for.
func NewRecord(p *Profile, at time.Time) *Record { return &Record{profile: p, at: at} }

// Field returns a field of [Schema].
func (r *Record) Field(name string) filter.Value {
	p := r.profile
	switch name {
	case "customer":
		return filter.StringOf(string(p.Customer))
	case "first":
		return filter.TimeOf(p.First)
	case "last":
		return filter.TimeOf(p.Last)
	case "orders":
		return filter.NumberOf(float64(p.Frequency()))
	case "last_order":
		return r.lastOf(clm.Ordered)
	case "recency", "tenure", "gap":
		return r.span(name)
	case "stage":
		return text(string(p.Stage.Stage))
	case "stage_since":
		return filter.TimeOf(p.Stage.Since)
	case "placed":
		return filter.StringOf(string(p.Place(nil, r.at).Stage))
	}
	if family, rest, ok := strings.Cut(name, "."); ok {
		return r.of(family, rest)
	}
	return r.set(name)
}

// span returns a length of time.
func (r *Record) span(name string) filter.Value {
	known := true
	var d time.Duration
	switch name {
	case "recency":
		d, known = r.profile.Recency(r.at)
	case "tenure":
		d, known = r.profile.Tenure(r.at), !r.profile.First.IsZero()
	default:
		gaps := r.profile.Gaps()
		d, known = gaps.Mean, gaps.N > 0
	}
	if !known {
		return filter.Value{}
	}
	return filter.DurationOf(d)
}

// set returns a set of labels.
func (r *Record) set(name string) filter.Value {
	var members []string
	switch p := r.profile; name {
	case "categories":
		members = p.Categories.names()
	case "brands":
		members = p.Brands.names()
	case "channels":
		for _, c := range p.Channels {
			members = append(members, c.Label)
		}
	case "consents", "refused":
		for _, c := range p.Consents {
			if c.Granted == (name == "consents") {
				members = append(members, c.About)
			}
		}
	case "unsubscribed":
		for _, c := range p.Unsubscribed {
			members = append(members, c.About)
		}
	}
	return filter.SetOf(members...)
}

// names returns the labels, each once.
func (w Weekly) names() []string {
	var names []string
	for i, s := range w {
		if i == 0 || w[i-1].Label != s.Label {
			names = append(names, s.Label)
		}
	}
	return names
}

// of returns a member of a family of fields.
func (r *Record) of(family, name string) filter.Value {
	switch p := r.profile; family {
	case "count":
		return filter.NumberOf(float64(p.Count(clm.Kind(name))))
	case "last":
		return r.lastOf(clm.Kind(name))
	case "ordered", "returned", "monetary":
		return r.money(family, name)
	case "return_rate":
		return filter.NumberOf(p.ReturnRate(name))
	case "interest":
		if r.categories == nil {
			r.categories = p.Categories.Affinities(r.at, 0)
		}
		return share(r.categories, name)
	case "brand":
		if r.brands == nil {
			r.brands = p.Brands.Affinities(r.at, 0)
		}
		return share(r.brands, name)
	case "trait":
		return r.trait(name)
	}
	return filter.Value{}
}

func (r *Record) lastOf(k clm.Kind) filter.Value {
	for _, c := range r.profile.Kinds {
		if c.Kind == k {
			return filter.TimeOf(c.Last)
		}
	}
	return filter.Value{}
}

func (r *Record) money(family, currency string) filter.Value {
	sum := int64(0)
	for _, l := range r.profile.Ledgers {
		switch {
		case l.Currency != currency:
		case family == "ordered":
			sum = l.Ordered
		case family == "returned":
			sum = l.Returned
		default:
			sum = l.Ordered - l.Returned
		}
	}
	return filter.MoneyOf(clm.Money{Minor: sum, Currency: currency})
}

func share(all []Affinity, label string) filter.Value {
	i := slices.IndexFunc(all, func(a Affinity) bool { return a.Label == label })
	if i < 0 {
		return filter.Value{}
	}
	return filter.NumberOf(all[i].Share)
}

// trait returns the values of a trait, with the default options.
func (r *Record) trait(name string) filter.Value {
	if r.traits == nil {
		values := map[string][]string{}
		for _, t := range r.profile.Traits(r.at, nil) {
			values[t.Name] = append(values[t.Name], t.Value)
		}
		r.traits = make(map[string]filter.Value, len(values))
		for n, v := range values {
			r.traits[n] = filter.SetOf(v...)
		}
	}
	return r.traits[name]
}

// text returns a string, and nothing for an empty one.
func text(s string) filter.Value {
	if s == "" {
		return filter.Value{}
	}
	return filter.StringOf(s)
}
