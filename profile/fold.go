package profile

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// FoldOptions are the settings of folding events into profiles. Profiles that
// were folded with different options are not comparable.
type FoldOptions struct {
	// Location is the time zone of the hours and weekdays of a profile.
	// Default: UTC.
	Location *time.Location
	// Weights is how much an event of a kind says about the interest in its
	// items' categories and brands; kinds that are missing say nothing.
	// Default: viewed 1, clicked 1, cart added 3, cart removed -1, ordered 5,
	// returned -5. The defaults are our judgement of what an act costs the
	// customer, not a measurement.
	Weights map[clm.Kind]int64
	// Traits, if not nil, reads traits from an event. It has to give the same
	// for the same event, and is called by several goroutines at once. What it
	// found is kept in [Profile.Readings]. Default: only [clm.Inferred] events
	// bring readings.
	Traits func(e *clm.Event) []clm.Trait
	// Demographics are the names of traits that are about who a customer is
	// (see [Demographic]) and may be kept. Readings of the others are dropped
	// before they come into a profile. Default: none.
	Demographics []string
}

func defaultWeights() map[clm.Kind]int64 {
	return map[clm.Kind]int64{
		clm.Viewed: 1, clm.Clicked: 1, clm.CartAdded: 3, clm.CartRemoved: -1,
		clm.Ordered: 5, clm.Returned: -5,
	}
}

// A Folder folds events into profiles. It is immutable and safe for concurrent
// use on different profiles.
type Folder struct {
	catalogue *clm.Catalogue
	location  *time.Location
	weights   map[clm.Kind]int64
	traits    func(e *clm.Event) []clm.Trait
	allowed   []string // demographics
}

// NewFolder returns a folder that looks categories and brands up in the
// catalogue. Items that it does not have count in orders and money, and not in
// interests; so does everything under a nil catalogue.
func NewFolder(catalogue *clm.Catalogue, o *FoldOptions) *Folder {
	f := &Folder{catalogue: catalogue, location: time.UTC, weights: defaultWeights()}
	if o != nil && o.Location != nil {
		f.location = o.Location
	}
	if o != nil && o.Weights != nil {
		f.weights = maps.Clone(o.Weights)
	}
	if o != nil {
		f.traits, f.allowed = o.Traits, slices.Clone(o.Demographics)
	}
	return f
}

// Fold adds one event to the profile of its customer. Any order of the same
// events gives the same profile; adding an event twice counts it twice, so the
// caller sees to it that this does not happen, as [NewView] and [AsOf] do. The
// event must be valid. Fold fails, and leaves the profile as it was, when the
// event is about another customer or a sum would overflow. It takes time in
// proportion to the event's lines.
func (f *Folder) Fold(p *Profile, e *clm.Event) error {
	if e.Customer != p.Customer {
		return fmt.Errorf("profile: event %s is about customer %s, the profile about %s", e.ID, e.Customer, p.Customer)
	}
	if e.Kind == clm.Ordered || e.Kind == clm.Returned {
		if err := f.money(p, e); err != nil {
			return err
		}
	}
	if e.Kind != clm.Identified { // that is about ids and not about what happened
		p.countKind(e)
	}
	if e.Kind.ByCustomer() {
		f.activity(p, e)
	}
	f.interest(p, e)
	f.read(p, e)
	p.word(e)
	return nil
}

// read keeps what readers found in the event, or before and say with it.
func (f *Folder) read(p *Profile, e *clm.Event) {
	found := e.Traits
	if f.traits != nil && e.Kind != clm.Inferred {
		found = f.traits(e)
	}
	for _, t := range found {
		if len(t.Evidence) > 0 && (!Demographic(t.Name) || slices.Contains(f.allowed, t.Name)) {
			p.Readings.add(t)
			p.taste(&t)
		}
	}
}

// countKind counts the event by its kind.
func (p *Profile) countKind(e *clm.Event) {
	p.addKind(KindCount{Kind: e.Kind, Count: 1, Last: e.Time.UTC()})
}

func (p *Profile) addKind(c KindCount) {
	i, found := slices.BinarySearchFunc(p.Kinds, c.Kind, func(c KindCount, k clm.Kind) int {
		return cmp.Compare(c.Kind, k)
	})
	if !found {
		p.Kinds = slices.Insert(p.Kinds, i, KindCount{Kind: c.Kind})
	}
	p.Kinds[i].Count += c.Count
	p.Kinds[i].Last = latestOf(p.Kinds[i].Last, c.Last)
}

// activity notes when and where the customer was active.
func (f *Folder) activity(p *Profile, e *clm.Event) {
	at := e.Time.UTC()
	p.First, p.Last = earliest(p.First, at), latestOf(p.Last, at)
	local := e.Time.In(f.location)
	p.Hours[local.Hour()]++
	p.Weekdays[local.Weekday()]++
	if e.Channel != "" {
		p.addChannel(LabelCount{e.Channel, 1})
	}
}

// earliest and latestOf compare times of which the zero one is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func latestOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (p *Profile) addChannel(more LabelCount) {
	i, found := slices.BinarySearchFunc(p.Channels, more.Label, func(c LabelCount, n string) int {
		return cmp.Compare(c.Label, n)
	})
	if !found {
		p.Channels = slices.Insert(p.Channels, i, LabelCount{Label: more.Label})
	}
	p.Channels[i].Count += more.Count
	if len(p.Channels) <= MaxLabels {
		return
	}
	worst := 0
	for j := range p.Channels {
		if hashLess(p.Channels[worst].Label, p.Channels[j].Label) {
			worst = j
		}
	}
	p.Channels = slices.Delete(p.Channels, worst, worst+1)
}

// money books an order or a return. It changes nothing when a sum overflows.
func (f *Folder) money(p *Profile, e *clm.Event) error {
	total, err := e.Total()
	if err != nil {
		return fmt.Errorf("profile: event %s: %w", e.ID, err)
	}
	i, found := slices.BinarySearchFunc(p.Ledgers, total.Currency, compareLedger)
	ledger := Ledger{Currency: total.Currency}
	if found {
		ledger = p.Ledgers[i]
	}
	if err := ledger.book(e, total); err != nil {
		return err
	}
	if !found {
		p.Ledgers = slices.Insert(p.Ledgers, i, ledger)
	}
	p.Ledgers[i] = ledger
	if e.Kind == clm.Ordered {
		p.addOrder(Order{Event: e.ID, Time: e.Time.UTC(), Amount: total, Lines: len(e.Lines)})
		for _, l := range e.Lines {
			p.addPrice(l)
		}
	}
	return nil
}

func compareLedger(l Ledger, currency string) int { return cmp.Compare(l.Currency, currency) }

func (l *Ledger) book(e *clm.Event, total clm.Money) error {
	pieces := int64(e.Pieces())
	sum := &l.Ordered
	if e.Kind == clm.Returned {
		sum = &l.Returned
	}
	if *sum > math.MaxInt64-total.Minor || l.Pieces > math.MaxInt64-pieces {
		return fmt.Errorf("profile: event %s: sum of %s: %w", e.ID, total.Currency, clm.ErrOverflow)
	}
	*sum += total.Minor
	if e.Kind == clm.Returned {
		l.Returns++
		return nil
	}
	l.Orders++
	l.Lines += int64(len(e.Lines))
	l.Pieces += pieces
	return nil
}

// addOrder keeps the latest orders, sorted by time and then event.
func (p *Profile) addOrder(o Order) {
	i, _ := slices.BinarySearchFunc(p.Orders, o, func(a, b Order) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Event, b.Event))
	})
	p.Orders = slices.Insert(p.Orders, i, o)
	if len(p.Orders) > MaxOrders {
		p.Orders = slices.Delete(p.Orders, 0, len(p.Orders)-MaxOrders)
	}
}

// interest adds the weight of the event to the labels of its items.
func (f *Folder) interest(p *Profile, e *clm.Event) {
	weight := f.weights[e.Kind]
	if weight == 0 {
		return
	}
	for id := range e.Items {
		item := f.catalogue.Item(id)
		if item == nil {
			continue
		}
		for _, label := range item.Categories {
			p.Categories.add(label, e.Time, weight)
		}
		if item.Brand != "" {
			p.Brands.add(item.Brand, e.Time, weight)
		}
	}
}

// word notes consents, unsubscriptions, corrections, aliases and stages: the
// latest word counts, and of two at the same time the one with the greater event
// ID.
func (p *Profile) word(e *clm.Event) {
	switch e.Kind {
	case clm.Consented:
		p.Consents = latest(p.Consents, Consent{e.Purpose, e.Granted, e.Time.UTC(), e.ID})
	case clm.Unsubscribed:
		p.Unsubscribed = latest(p.Unsubscribed, Consent{e.Channel, false, e.Time.UTC(), e.ID})
	case clm.Corrected:
		p.Rulings = rule(p.Rulings, Ruling{*e.Correction, e.Time.UTC(), e.ID})
	case clm.Identified:
		p.identify(e)
	case clm.StageChanged:
		s := Stage{e.To, e.From, e.Time.UTC(), e.ID}
		if later(p.Stage.Since, p.Stage.Event, s.Since, s.Event) {
			p.Stage = s
		}
	}
}

func latest(words []Consent, w Consent) []Consent {
	i, found := slices.BinarySearchFunc(words, w.About, func(c Consent, about string) int {
		return cmp.Compare(c.About, about)
	})
	if !found {
		return slices.Insert(words, i, w)
	}
	if later(words[i].Time, words[i].Event, w.Time, w.Event) {
		words[i] = w
	}
	return words
}

func later(t1 time.Time, id1 string, t2 time.Time, id2 string) bool {
	return cmp.Or(t1.Compare(t2), cmp.Compare(id1, id2)) < 0
}

// AsOf returns the profiles as they were at a moment: it folds the events whose
// time is before at, and sees nothing of the others. Repeated IDs are counted
// once. Events that cannot be folded are left out and returned. The result is
// what a model may know that is to predict what happens from at on. The error
// is that of the events.
func (f *Folder) AsOf(events iter.Seq2[clm.Event, error], at time.Time) (map[clm.CustomerID]*Profile, []clm.Aside, error) {
	profiles := map[clm.CustomerID]*Profile{}
	seen := map[string]struct{}{}
	var aside []clm.Aside
	for e, err := range events {
		if err != nil {
			return nil, nil, err
		}
		if _, repeated := seen[e.ID]; repeated {
			continue
		}
		seen[e.ID] = struct{}{}
		if !e.Time.Before(at) {
			continue
		}
		p := profiles[e.Customer]
		if p == nil {
			p = New(e.Customer)
		}
		if err := f.Fold(p, &e); err != nil {
			aside = append(aside, clm.Aside{Event: e, Err: err})
			continue
		}
		profiles[e.Customer] = p
	}
	return profiles, aside, nil
}
