package churn

import (
	"math"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// A Feature is one number that a model reads of a profile at a moment.
type Feature struct {
	// Name identifies the feature in models and options.
	Name string
	// Unit is what it counts: "days", "orders", "major units", "share".
	Unit string
	// Topic is what reasons sum it up under: features that say nearly the same
	// share one, because their weights have a meaning together only.
	Topic Topic
	// Meaning says what it is, as a phrase for people.
	Meaning string
	// Direction is 1 where more of it cannot mean less risk, all else equal,
	// -1 where it cannot mean more, and 0 where either may be.
	Direction int
}

// A Topic is what a reason is about.
type Topic string

// The topics of reasons.
const (
	Recency   Topic = "recency"   // how long ago the last orders were
	Frequency Topic = "frequency" // how many orders in all
	Monetary  Topic = "monetary"  // how much was spent
	Rhythm    Topic = "rhythm"    // how regularly orders come
	Tenure    Topic = "tenure"    // how long the customer has been known
	Basket    Topic = "basket"    // what an order looks like
	Returns   Topic = "returns"   // what came back
	Interest  Topic = "interest"  // what else the customer did
)

// A feature is a [Feature], how it is read, where NaN is unknown, and how a
// reason words the amount; where that takes more, say is empty.
type feature struct {
	Feature
	read func(s *seen) float64
	say  string
}

// seen is what features read: a profile at a moment.
type seen struct {
	*profile.Profile
	at       time.Time
	currency string
	recency  float64 // days; NaN without an order
	gaps     profile.Gaps
	ledger   profile.Ledger // of the currency
}

func see(p *profile.Profile, at time.Time, currency string) *seen {
	s := &seen{Profile: p, at: at, currency: currency, recency: math.NaN(), gaps: p.Gaps()}
	if r, ok := p.Recency(at); ok {
		s.recency = inDays(max(0, r))
	}
	for _, l := range p.Ledgers {
		if l.Currency == currency {
			s.ledger = l
		}
	}
	return s
}

func inDays(d time.Duration) float64 { return d.Hours() / 24 }

// features returns the table of all features. What a profile does not hold is
// not a feature.
func features() []feature {
	orders := func(n int) func(*seen) float64 {
		return func(s *seen) float64 { return float64(s.OrdersSince(s.at.Add(-time.Duration(n) * day))) }
	}
	return []feature{
		{Feature{"recency", "days", Recency, "days since the last order", 1}, func(s *seen) float64 { return s.recency }, "last order %s ago"},
		{Feature{"overdue", "gaps", Recency, "days since the last order over the customer's own mean gap between orders", 1}, (*seen).overdue, ""},
		{Feature{"orders", "orders", Frequency, "orders so far", -1}, func(s *seen) float64 { return float64(s.Frequency()) }, "%s in all"},
		{Feature{"order_days", "days", Frequency, "days with an order, of the latest orders", -1}, (*seen).orderDays, "ordered on %s"},
		{Feature{"orders_30d", "orders", Recency, "orders in the last 30 days", -1}, orders(30), "%s in the last 30 days"},
		{Feature{"orders_60d", "orders", Recency, "orders in the last 60 days", -1}, orders(60), "%s in the last 60 days"},
		{Feature{"orders_90d", "orders", Recency, "orders in the last 90 days", -1}, orders(90), "%s in the last 90 days"},
		{Feature{"orders_180d", "orders", Recency, "orders in the last 180 days", -1}, orders(180), "%s in the last 180 days"},
		{Feature{"monetary", "major units", Monetary, "money spent so far, less what came back", -1}, func(s *seen) float64 { return s.major(s.ledger.Ordered - s.ledger.Returned) }, "spent %s in all"},
		{Feature{"spend_90d", "major units", Monetary, "money spent in the last 90 days", -1}, (*seen).lately, "spent %s in the last 90 days"},
		{Feature{"basket_value", "major units", Basket, "mean value of an order", 0}, func(s *seen) float64 { return ratio(s.major(s.ledger.Ordered), float64(s.ledger.Orders)) }, "%s an order"},
		{Feature{"basket_lines", "lines", Basket, "mean number of lines of an order", 0}, (*seen).basketLines, "%s an order"},
		{Feature{"repeat", "0 or 1", Rhythm, "whether the customer ordered on more than one day", -1}, func(s *seen) float64 { return float64(min(1, s.gaps.N)) }, ""},
		{Feature{"gap", "days", Rhythm, "mean days between orders", 1}, (*seen).gap, "%s between orders"},
		{Feature{"gap_sd", "days", Rhythm, "standard deviation of the days between orders", 0}, (*seen).gapSD, "gaps between orders vary by %s"},
		{Feature{"tenure", "days", Tenure, "days since the first event", 0}, func(s *seen) float64 { return max(0, inDays(s.Tenure(s.at))) }, "known for %s"},
		{Feature{"returns", "returns", Returns, "returns so far", 0}, func(s *seen) float64 { return float64(s.Count(clm.Returned)) }, "%s"},
		{Feature{"visits", "actions", Interest, "views, searches, clicks and messages so far", 0}, (*seen).visits, "%s besides orders"},
		{Feature{"silence", "days", Recency, "days since the last own event of any kind", 1}, (*seen).silence, "last active %s ago"},
		{Feature{"focus", "share", Interest, "share of the strongest category in all interest", 0}, (*seen).focus, "%s of the interest is in one category"},
	}
}

// Features returns what a model can read, in the order of [Values].
func Features() []Feature {
	table := features()
	list := make([]Feature, len(table))
	for i := range table {
		list[i] = table[i].Feature
	}
	return list
}

// Values returns the features of a profile at a moment, one for each of
// [Features]; NaN is unknown, such as the gap between the orders of who has
// placed one. Money is read in the currency named, in major units. The profile
// has to be one of the time at: a model is trained and served by this function
// alone. No value is infinite.
func Values(p *profile.Profile, at time.Time, currency string) []float64 {
	table := features()
	s := see(p, at, currency)
	values := make([]float64, len(table))
	for i := range table {
		values[i] = table[i].read(s)
	}
	return values
}

// ratio returns a / b, and NaN where b is not positive.
func ratio(a, b float64) float64 {
	if b <= 0 {
		return math.NaN()
	}
	return a / b
}

func (s *seen) major(minor int64) float64 {
	return max(0, clm.Money{Minor: minor, Currency: s.currency}.Float())
}

func (s *seen) gap() float64 {
	if s.gaps.N == 0 {
		return math.NaN()
	}
	return inDays(s.gaps.Mean)
}

func (s *seen) gapSD() float64 {
	if s.gaps.N < 2 {
		return math.NaN()
	}
	return inDays(s.gaps.SD)
}

func (s *seen) overdue() float64 { return ratio(s.recency, s.gap()) }

func (s *seen) orderDays() float64 {
	if len(s.Orders) == 0 {
		return 0
	}
	return float64(s.gaps.N + 1)
}

// lately is the spend of 90 days, of the orders that the profile keeps.
func (s *seen) lately() float64 {
	since, sum := s.at.Add(-90*day), 0.0
	for _, o := range s.Orders {
		if o.Amount.Currency == s.currency && !o.Time.Before(since) {
			sum += o.Amount.Float()
		}
	}
	return sum
}

func (s *seen) basketLines() float64 {
	var lines, orders float64
	for _, l := range s.Ledgers {
		lines += float64(l.Lines)
		orders += float64(l.Orders)
	}
	return ratio(lines, orders)
}

func (s *seen) visits() float64 { return float64(s.Activity().Interactions) }

func (s *seen) silence() float64 {
	if s.Last.IsZero() {
		return math.NaN()
	}
	return max(0, inDays(s.at.Sub(s.Last)))
}

func (s *seen) focus() float64 {
	if a := s.Categories.Affinities(s.at, 0); len(a) > 0 {
		return a[0].Share
	}
	return 0
}
