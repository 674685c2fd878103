package profile

import (
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// Merge returns the profile that one customer would have whose events are those
// of a and of b; no event may be in both. The id is a's. It is associative and,
// but for the id, commutative, and changes neither a nor b. The error is that of a
// sum that would overflow, and wraps [clm.ErrOverflow].
//
// Both have to be folded with the same options.
func Merge(a, b *Profile) (*Profile, error) {
	m := a.Clone()
	m.First, m.Last = earliest(a.First, b.First), latestOf(a.Last, b.Last)
	for i := range b.Kinds {
		m.addKind(b.Kinds[i])
	}
	for _, o := range b.Orders {
		m.addOrder(o)
	}
	for _, l := range b.Ledgers {
		if err := m.addLedger(l); err != nil {
			return nil, fmt.Errorf("profile: merge %s into %s: %w", b.Customer, a.Customer, err)
		}
	}
	for _, c := range b.Prices {
		m.addPrices(c)
	}
	m.Categories.merge(b.Categories)
	m.Brands.merge(b.Brands)
	for _, c := range b.Channels {
		m.addChannel(c)
	}
	for i, n := range b.Hours {
		m.Hours[i] += n
	}
	for i, n := range b.Weekdays {
		m.Weekdays[i] += n
	}
	for _, t := range b.Readings {
		m.Readings.add(t)
	}
	m.Tastes.merge(b.Tastes)
	m.BrandTastes.merge(b.BrandTastes)
	m.words(b)
	return m, nil
}

// words takes in what another profile has as the latest word on something.
func (p *Profile) words(b *Profile) {
	for _, c := range b.Consents {
		p.Consents = latest(p.Consents, c)
	}
	for _, c := range b.Unsubscribed {
		p.Unsubscribed = latest(p.Unsubscribed, c)
	}
	for _, r := range b.Rulings {
		p.Rulings = rule(p.Rulings, r)
	}
	for _, c := range b.Aliases {
		p.Aliases = latest(p.Aliases, c)
	}
	for _, c := range b.Owners {
		p.Owners = latest(p.Owners, c)
	}
	if later(p.Stage.Since, p.Stage.Event, b.Stage.Since, b.Stage.Event) {
		p.Stage = b.Stage
	}
}

// addLedger adds the sums of one currency. It changes nothing when one overflows.
func (p *Profile) addLedger(l Ledger) error {
	i, found := slices.BinarySearchFunc(p.Ledgers, l.Currency, compareLedger)
	if !found {
		p.Ledgers = slices.Insert(p.Ledgers, i, l)
		return nil
	}
	sum := &p.Ledgers[i]
	if sum.Ordered > math.MaxInt64-l.Ordered || sum.Returned > math.MaxInt64-l.Returned || sum.Pieces > math.MaxInt64-l.Pieces {
		return fmt.Errorf("sum of %s: %w", l.Currency, clm.ErrOverflow)
	}
	sum.Orders += l.Orders
	sum.Ordered += l.Ordered
	sum.Returned += l.Returned
	sum.Returns += l.Returns
	sum.Pieces += l.Pieces
	sum.Lines += l.Lines
	return nil
}

// merge adds the sums of another, within the limits of one.
func (w *Weekly) merge(other Weekly) {
	for _, s := range other {
		w.addWeek(s.Label, s.Week, s.Sum)
	}
}
