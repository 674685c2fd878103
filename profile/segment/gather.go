package segment

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// ErrTwice is wrapped by the error for a customer whose profile came twice.
var ErrTwice = errors.New("customer comes twice")

// A gathering is what is kept of the profiles, so that they are read once.
type gathering struct {
	at      time.Time
	table   []feature
	traits  *profile.TraitOptions
	rows    []gathered
	refused int
	orders  map[string]int // by currency
	attributes
}

// gathered is what is kept of one profile.
type gathered struct {
	customer clm.CustomerID
	none     []float64 // of the table, under a currency that it has no money in
	money    []valued  // the same for each currency that it has
	interest []profile.Affinity
	has      []int32 // attributes
}

// valued are the features of a profile under one currency.
type valued struct {
	currency string
	values   []float64
}

// gather reads the profiles and sorts them by customer, so that their order does
// not matter.
func gather(profiles iter.Seq2[*profile.Profile, error], at time.Time, o *Options) (*gathering, error) {
	g := &gathering{at: at, table: features(), traits: o.Traits, orders: map[string]int{}, attributes: attributes{index: map[attribute]int32{}}}
	for p, err := range profiles {
		if err != nil {
			return nil, fmt.Errorf("segment: %w", err)
		}
		if refuses(p, o.Purpose, at) {
			g.refused++
			continue
		}
		g.add(p)
	}
	slices.SortFunc(g.rows, func(a, b gathered) int { return cmp.Compare(a.customer, b.customer) })
	for i := range g.rows {
		if i > 0 && g.rows[i].customer == g.rows[i-1].customer {
			return nil, fmt.Errorf("segment: customer %s: %w", g.rows[i].customer, ErrTwice)
		}
	}
	return g, nil
}

// profiling is the purpose that segments are made for.
const profiling = "profiling"

// refuses reports whether the customer's latest word on the purpose is no.
func refuses(p *profile.Profile, purpose string, at time.Time) bool {
	return slices.ContainsFunc(p.Consents, func(c profile.Consent) bool {
		return c.About == purpose && !c.Granted && !c.Time.After(at)
	})
}

func (g *gathering) add(p *profile.Profile) {
	s := see(p, g.at, "")
	row := gathered{customer: p.Customer, none: g.values(s), interest: s.labels}
	for _, l := range p.Ledgers {
		g.orders[l.Currency] += l.Orders
		s.currency, s.ledger = l.Currency, l
		row.money = append(row.money, valued{l.Currency, g.values(s)})
	}
	row.has = g.of(s, g.traits)
	g.rows = append(g.rows, row)
}

func (g *gathering) values(s *seen) []float64 {
	values := make([]float64, len(g.table))
	for i := range g.table {
		values[i] = g.table[i].value(s)
	}
	return values
}

// currency returns the one with the most orders, the first by code of several,
// "" when there is none.
func (g *gathering) currency() string {
	best := ""
	for code, n := range g.orders {
		if best == "" || n > g.orders[best] || n == g.orders[best] && code < best {
			best = code
		}
	}
	return best
}

// under returns the features of the table under a currency.
func (r *gathered) under(currency string) []float64 {
	for _, m := range r.money {
		if m.currency == currency {
			return m.values
		}
	}
	return r.none
}

// share returns the share of a category in the customer's interest.
func (r *gathered) share(label string) float64 {
	for _, a := range r.interest {
		if a.Label == label {
			return a.Share
		}
	}
	return 0
}

// wanted returns the n categories with the greatest sum of shares, which is 1 for
// each customer; of two, the first by name. A category that is all of the interest of
// all who have any says nothing about anybody and is left out.
func (g *gathering) wanted(n int) []string {
	sums, holders, interested := map[string]float64{}, map[string]int{}, 0
	for i := range g.rows {
		if len(g.rows[i].interest) > 0 {
			interested++
		}
		for _, a := range g.rows[i].interest {
			sums[a.Label] += a.Share
			holders[a.Label]++
		}
	}
	var labels []string
	for label, sum := range sums {
		if holders[label] < interested || sum < float64(interested)*(1-1e-9) {
			labels = append(labels, label)
		}
	}
	slices.SortFunc(labels, func(a, b string) int {
		return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b))
	})
	return labels[:min(n, len(labels))]
}
