package profile

import (
	"slices"
	"strconv"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// MarshalJSON returns the JSON text of the profile. The error is that of a time
// that JSON has no text for: a year beyond 9999.
func (p Profile) MarshalJSON() ([]byte, error) { return p.AppendJSON(nil) }

// AppendJSON appends what MarshalJSON returns to text. It is what a store calls
// for each profile that it writes.
func (p *Profile) AppendJSON(text []byte) ([]byte, error) {
	room := 400 + 60*len(p.Kinds) + 130*(len(p.Orders)+len(p.Ledgers)) + 60*len(p.Prices) + 32*(len(p.Categories)+len(p.Brands))
	o := object{text: append(slices.Grow(text, room), '{')}
	o.str("customer", string(p.Customer))
	o.moment("first", p.First)
	o.moment("last", p.Last)
	array(&o, "kinds", p.Kinds, func(c *KindCount) {
		o.str("kind", string(c.Kind))
		o.int("count", int64(c.Count))
		o.time("last", c.Last)
	})
	array(&o, "orders", p.Orders, func(each *Order) {
		o.str("event", each.Event)
		o.time("time", each.Time)
		o.money("amount", each.Amount)
		o.int("lines", int64(each.Lines))
	})
	array(&o, "ledgers", p.Ledgers, func(l *Ledger) {
		o.str("currency", l.Currency)
		o.int("orders", int64(l.Orders))
		o.int("ordered", l.Ordered)
		o.int("returned", l.Returned)
		o.int("returns", int64(l.Returns))
		o.int("pieces", l.Pieces)
		o.int("lines", l.Lines)
	})
	array(&o, "prices", p.Prices, func(c *PriceCount) {
		o.str("currency", c.Currency)
		o.int("band", int64(c.Band))
		o.int("count", c.Count)
		o.int("sum", c.Sum)
	})
	o.weekly("categories", p.Categories)
	o.weekly("brands", p.Brands)
	array(&o, "channels", p.Channels, func(c *LabelCount) {
		o.str("label", c.Label)
		o.int("count", int64(c.Count))
	})
	o.counts("hours", p.Hours[:])
	o.counts("weekdays", p.Weekdays[:])
	array(&o, "consents", p.Consents, o.consent)
	array(&o, "unsubscribed", p.Unsubscribed, o.consent)
	array(&o, "readings", p.Readings, o.reading)
	o.weekly("tastes", p.Tastes)
	o.weekly("brand_tastes", p.BrandTastes)
	array(&o, "rulings", p.Rulings, o.ruling)
	array(&o, "aliases", p.Aliases, o.consent)
	array(&o, "owners", p.Owners, o.consent)
	if p.Stage != (Stage{}) {
		o.stage("stage", p.Stage)
	}
	return append(o.text, '}'), o.err
}

// An object is the text of a JSON object that is being written.
type object struct {
	text []byte
	err  error // the first
}

// name begins a field, with a comma unless it is the first.
func (o *object) name(name string) {
	if o.text[len(o.text)-1] != '{' {
		o.text = append(o.text, ',')
	}
	o.text = append(append(o.text, '"'), name...)
	o.text = append(o.text, '"', ':')
}

func (o *object) str(name, value string) {
	o.name(name)
	o.text = appendString(o.text, value)
}

func (o *object) int(name string, value int64) {
	o.name(name)
	o.text = strconv.AppendInt(o.text, value, 10)
}

func (o *object) time(name string, value time.Time) {
	o.name(name)
	text, err := value.AppendText(append(o.text, '"'))
	if err != nil {
		o.err = err
		return
	}
	o.text = append(text, '"')
}

// moment writes a time that is not zero.
func (o *object) moment(name string, value time.Time) {
	if !value.IsZero() {
		o.time(name, value)
	}
}

func (o *object) money(name string, m clm.Money) {
	o.name(name)
	o.text = append(o.text, '{')
	o.int("minor", m.Minor)
	o.str("currency", m.Currency)
	o.text = append(o.text, '}')
}

func (o *object) consent(c *Consent) {
	o.str("about", c.About)
	o.name("granted")
	o.text = strconv.AppendBool(o.text, c.Granted)
	o.time("time", c.Time)
	o.str("event", c.Event)
}

func (o *object) reading(t *clm.Trait) {
	o.str("name", t.Name)
	o.str("value", t.Value)
	o.name("confidence")
	o.text = strconv.AppendFloat(o.text, t.Confidence, 'g', -1, 64)
	o.name("evidence")
	o.text = append(o.text, '[')
	for i := range t.Evidence {
		if i > 0 {
			o.text = append(o.text, ',')
		}
		o.evidence(&t.Evidence[i])
	}
	o.text = append(o.text, ']')
	o.time("seen", t.Seen)
	o.moment("expires", t.Expires)
	o.str("source", t.Source)
}

func (o *object) evidence(v *clm.Evidence) {
	o.text = append(o.text, '{')
	o.str("event", v.Event)
	if v.Field != "" {
		o.str("field", v.Field)
	}
	if v.Quote != "" {
		o.str("quote", v.Quote)
	}
	if v.From != 0 {
		o.int("from", int64(v.From))
	}
	if v.To != 0 {
		o.int("to", int64(v.To))
	}
	o.text = append(o.text, '}')
}

func (o *object) ruling(r *Ruling) {
	o.str("name", r.Name)
	o.str("value", r.Value)
	o.str("verdict", string(r.Verdict))
	if r.By != "" {
		o.str("by", r.By)
	}
	o.time("time", r.Time)
	o.str("event", r.Event)
}

func (o *object) stage(name string, s Stage) {
	o.name(name)
	o.text = append(o.text, '{')
	o.str("stage", string(s.Stage))
	if s.From != "" {
		o.str("from", string(s.From))
	}
	o.time("since", s.Since)
	o.str("event", s.Event)
	o.text = append(o.text, '}')
}

func (o *object) weekly(name string, w Weekly) {
	if len(w) > 0 {
		o.name(name)
		o.text = w.append(o.text)
	}
}

func (o *object) counts(name string, counts []uint32) {
	o.name(name)
	o.text = appendCounts(o.text, counts)
}

// array writes the elements of a list that is not empty as objects, by each.
func array[T any](o *object, name string, list []T, each func(*T)) {
	if len(list) == 0 {
		return
	}
	o.name(name)
	o.text = append(o.text, '[')
	for i := range list {
		if i > 0 {
			o.text = append(o.text, ',')
		}
		o.text = append(o.text, '{')
		each(&list[i])
		o.text = append(o.text, '}')
	}
	o.text = append(o.text, ']')
}
