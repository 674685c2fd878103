package segment

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// interestPrefix begins the name of a feature that is the share of a category in
// the customer's interest.
const interestPrefix = "interest:"

// A feature is one number of a profile; NaN is unknown.
type feature struct {
	name      string
	unit      string
	low, high string // what few and many of it are called
	long      bool   // has a long tail: log(1 + value) is used
	read      func(s *seen) float64
}

// seen is what features read: a profile at a moment.
type seen struct {
	*profile.Profile
	at       time.Time
	currency string
	ledger   profile.Ledger // of the currency
	labels   []profile.Affinity
}

func see(p *profile.Profile, at time.Time, currency string) *seen {
	s := &seen{Profile: p, at: at, currency: currency, labels: p.Categories.Affinities(at, 0)}
	for _, l := range p.Ledgers {
		if l.Currency == currency {
			s.ledger = l
		}
	}
	return s
}

// features returns the table of the features that every profile has.
func features() []feature {
	return []feature{
		{"recency", "days since the last order", "bought lately", "bought long ago", true, (*seen).recency},
		{"frequency", "orders", "orders little", "orders often", true, func(s *seen) float64 { return float64(s.Frequency()) }},
		{"monetary", "major units spent, less what came back", "spends little", "spends much", true, func(s *seen) float64 { return s.major(s.ledger.Ordered - s.ledger.Returned) }},
		{"tenure", "days since the first event", "known for short", "known for long", true, func(s *seen) float64 { return max(0, inDays(s.Tenure(s.at))) }},
		{"gap", "mean days between orders", "short gaps between orders", "long gaps between orders", true, (*seen).gap},
		{"returns", "share of the ordered value that came back", "returns little", "returns much", false, func(s *seen) float64 { return s.ReturnRate(s.currency) }},
		{"price", "median price of a piece, in major units", "buys cheap pieces", "buys dear pieces", true, (*seen).price},
		{"basket", "mean value of an order, in major units", "small orders", "large orders", true, func(s *seen) float64 { return ratio(s.major(s.ledger.Ordered), float64(s.ledger.Orders)) }},
		{"visits", "views, searches, clicks and messages", "looks around little", "looks around much", true, func(s *seen) float64 { return float64(s.Activity().Interactions) }},
		{"focus", "share of the strongest category in all interest", "many interests", "one interest", false, (*seen).focus},
	}
}

// interest returns the feature that is the share of a category.
func interest(label string) feature {
	read := func(s *seen) float64 {
		for _, a := range s.labels {
			if a.Label == label {
				return a.Share
			}
		}
		return 0
	}
	return feature{interestPrefix + label, "share of the interest", "no " + label, label, false, read}
}

// Features returns the names of the features that every profile has, in the
// order in which models hold them. The shares of the most wanted categories come
// after, as "interest:" and the category.
func Features() []string {
	var names []string
	for _, f := range features() {
		names = append(names, f.name)
	}
	return names
}

// named returns the feature of a name, and false for a name that there is not.
func named(name string) (feature, bool) {
	if label, ok := strings.CutPrefix(name, interestPrefix); ok && label != "" {
		return interest(label), true
	}
	table := features()
	i := slices.IndexFunc(table, func(f feature) bool { return f.name == name })
	if i < 0 {
		return feature{}, false
	}
	return table[i], true
}

// value reads the feature, on the scale of its model.
func (f *feature) value(s *seen) float64 {
	x := f.read(s)
	if f.long {
		return math.Log1p(max(0, x)) // max keeps NaN
	}
	return x
}

func (s *seen) recency() float64 {
	r, ok := s.Recency(s.at)
	if !ok {
		return math.NaN()
	}
	return max(0, inDays(r))
}

func (s *seen) gap() float64 {
	gaps := s.Gaps()
	if gaps.N == 0 {
		return math.NaN()
	}
	return inDays(gaps.Mean)
}

func (s *seen) price() float64 {
	band, ok := s.PriceBand(s.currency)
	if !ok {
		return math.NaN()
	}
	return band.Median.Float()
}

func (s *seen) focus() float64 {
	if len(s.labels) == 0 {
		return 0
	}
	return s.labels[0].Share
}

func (s *seen) major(minor int64) float64 {
	return max(0, clm.Money{Minor: minor, Currency: s.currency}.Float())
}

// ratio returns a / b, and NaN where b is not positive.
func ratio(a, b float64) float64 {
	if b <= 0 {
		return math.NaN()
	}
	return a / b
}
