package segment

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/clmkit/clmkit/profile"
)

// ErrTooFew is wrapped by the error for fewer customers than what was asked for
// needs.
var ErrTooFew = errors.New("too few customers")

// RFMOptions are the settings of [FitRFM].
type RFMOptions struct {
	// Currency is the one that orders are counted and added up in, as an ISO
	// 4217 code. Default: the one with the most orders; of two, the first by
	// code.
	Currency string
	// Purpose is what customers may have refused: who did is left out and has no
	// score. Default: "profiling".
	Purpose string
}

// An RFM scores customers by recency, frequency and monetary value in quintiles
// of the customers that it was fitted on (Hughes, Strategic Database Marketing,
// 1994). It is immutable: its fields are to be read. It is safe for concurrent
// use.
type RFM struct {
	// At is the moment of the fit.
	At time.Time `json:"at"`
	// Currency is the one of Frequency and Monetary.
	Currency string `json:"currency"`
	// Purpose is what customers may have refused.
	Purpose string `json:"purpose"`
	// Customers is how many had an order in the currency, Apart how many had
	// none, and Refused how many said no to the purpose: both have no score and
	// moved no cut.
	Customers int `json:"customers"`
	Apart     int `json:"apart"`
	Refused   int `json:"refused"`
	// Recency is in days since the last order in any currency, as negative
	// numbers, so that more is better as in the others; Frequency in orders;
	// Monetary in minor units, less what came back.
	Recency   Cuts `json:"recency"`
	Frequency Cuts `json:"frequency"`
	Monetary  Cuts `json:"monetary"`
}

// Cuts part values into fifths: a value scores 1, and 1 more for each cut that
// lies below it. Cut q is the value of which q fifths of the customers have as
// much or less, so a score of s says that s - 1 fifths of the customers are
// strictly worse. Equal values score the same. Where many are equal some scores
// are given to nobody: if three fifths ordered once, these score 1, and nobody 2
// or 3.
type Cuts [4]float64

// Score returns the score of a value, in [1, 5].
func (c Cuts) Score(value float64) int {
	score := 1
	for _, cut := range c {
		if value > cut {
			score++
		}
	}
	return score
}

// newCuts sorts the values.
func newCuts(values []float64) (c Cuts) {
	slices.Sort(values)
	for q := range c {
		rank := ((q+1)*len(values) + 4) / 5 // rounded up
		c[q] = values[rank-1]
	}
	return c
}

// quintiles is how many customers it takes for each fifth to have one.
const quintiles = 5

// FitRFM reads the profiles and cuts their recency, frequency and monetary value
// into quintiles. The profiles are those of the time at; their order does not
// matter. It fails with [ErrTooFew] when fewer than five customers have an order
// in the currency, and with the error of the sequence. It takes O(n log n) and
// keeps three numbers of each customer, per currency.
func FitRFM(profiles iter.Seq2[*profile.Profile, error], at time.Time, o *RFMOptions) (*RFM, error) {
	var opts RFMOptions
	if o != nil {
		opts = *o
	}
	purpose := cmp.Or(opts.Purpose, profiling)
	columns, total, refused := map[string]*rfmColumns{}, 0, 0
	for p, err := range profiles {
		if err != nil {
			return nil, fmt.Errorf("segment: rfm: %w", err)
		}
		if refuses(p, purpose, at) {
			refused++
			continue
		}
		total++
		for _, l := range p.Ledgers {
			if columns[l.Currency] == nil {
				columns[l.Currency] = &rfmColumns{}
			}
			columns[l.Currency].add(p, &l, at)
		}
	}
	currency := cmp.Or(opts.Currency, busiest(columns))
	c := columns[currency]
	if c == nil {
		c = &rfmColumns{}
	}
	if n := len(c.recency); n < quintiles {
		return nil, fmt.Errorf("segment: rfm: %d customers with an order in %q, quintiles take %d: %w", n, currency, quintiles, ErrTooFew)
	}
	return &RFM{
		At: at.UTC(), Currency: currency, Purpose: purpose,
		Customers: len(c.recency), Apart: total - len(c.recency), Refused: refused,
		Recency: newCuts(c.recency), Frequency: newCuts(c.frequency), Monetary: newCuts(c.monetary),
	}, nil
}

// rfmColumns are the values of the customers with an order in one currency.
type rfmColumns struct {
	orders                       int
	recency, frequency, monetary []float64
}

func (c *rfmColumns) add(p *profile.Profile, l *profile.Ledger, at time.Time) {
	v, ok := rfmOf(p, l, at)
	if !ok {
		return
	}
	c.orders += l.Orders
	c.recency = append(c.recency, v[0])
	c.frequency = append(c.frequency, v[1])
	c.monetary = append(c.monetary, v[2])
}

// rfmOf returns recency, frequency and monetary value, each the better the
// greater, and false for who has no order.
func rfmOf(p *profile.Profile, l *profile.Ledger, at time.Time) (v [3]float64, ok bool) {
	recency, ok := p.Recency(at)
	if !ok || l.Orders == 0 {
		return v, false
	}
	return [3]float64{-max(0, inDays(recency)), float64(l.Orders), float64(l.Ordered - l.Returned)}, true
}

// busiest returns the currency with the most orders.
func busiest(columns map[string]*rfmColumns) string {
	best := ""
	for code, c := range columns {
		if best == "" || c.orders > columns[best].orders || c.orders == columns[best].orders && code < best {
			best = code
		}
	}
	return best
}

func inDays(d time.Duration) float64 { return d.Hours() / 24 }

// A Score is a customer's place in the quintiles, each in [1, 5], 5 the best.
type Score struct {
	R int `json:"r"` // recency: 5 is the latest
	F int `json:"f"` // frequency: 5 is the most orders
	M int `json:"m"` // monetary: 5 is the most money
}

// String returns the three digits, as in "545".
func (s Score) String() string { return fmt.Sprintf("%d%d%d", s.R, s.F, s.M) }

// Score returns the score of a customer as of a time, by the cuts of the fit,
// whether the customer was in it or not; false without an order in the currency,
// and for who has refused.
// With time customers grow older than the cuts: fit anew as often as the scores
// should spread over all fifths.
func (r *RFM) Score(p *profile.Profile, at time.Time) (Score, bool) {
	i := slices.IndexFunc(p.Ledgers, func(l profile.Ledger) bool { return l.Currency == r.Currency })
	if i < 0 || refuses(p, r.Purpose, at) {
		return Score{}, false
	}
	v, ok := rfmOf(p, &p.Ledgers[i], at)
	if !ok {
		return Score{}, false
	}
	return Score{R: r.Recency.Score(v[0]), F: r.Frequency.Score(v[1]), M: r.Monetary.Score(v[2])}, true
}
