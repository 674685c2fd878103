package churn

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// A Percentile is a place in an order, in [0, 100]: the share of the others
// that come after. It is no probability.
type Percentile float64

// A Stake is what a shop stands to lose with a customer.
type Stake struct {
	// Rank is the place by AtRisk, from 1 on.
	Rank       int        `json:"rank"`
	Percentile Percentile `json:"percentile"`
	Risk       Risk       `json:"risk"`
	// Expected is what the customer would spend within the horizon as long as
	// it goes on as before, and AtRisk is Expected times the probability of
	// churn.
	Expected clm.Money `json:"expected"`
	AtRisk   clm.Money `json:"at_risk"`
	// Basis says what the rank is based on.
	Basis string `json:"basis"`
}

// Stakes ranks the customers by the money at risk in one currency and returns
// the first limit of them, or all when limit is not positive: those most worth
// saving. Customers outside of the population, and those who have never ordered
// in the currency, are not ranked. Ties are ordered by customer.
//
// The expected spend is the pace of repeat purchases times what a purchase is
// worth, both drawn towards the mean of all ranked customers: the pace with the
// weight of one horizon of days, the worth with that of one purchase. A
// purchase is a day with orders, and the first one says nothing about a pace:
//
//	(repeats + horizon · pace) / (days + horizon) · horizon · (spend + worth) / (repeats + 2)
//
// Spend is what was ordered less what came back, and days are counted from the
// customer's first event. It is a plain estimate from the past and knows of no
// drop-out: for that there is the risk. The form is the posterior mean of a
// gamma-Poisson model whose prior weighs one horizon.
//
// It reads all profiles once, which have to be those of the moment at, and the
// returned customers' again. The error is that of the reader, or about a
// currency that ISO 4217 does not have.
func (m *Model) Stakes(ctx context.Context, r profile.Reader, at time.Time, currency string, limit int) ([]Stake, error) {
	if err := (clm.Money{Currency: currency}).Validate(); err != nil {
		return nil, fmt.Errorf("churn: stakes: %w", err)
	}
	spenders, err := m.spenders(ctx, r, at, currency)
	if err != nil {
		return nil, err
	}
	horizon := inDays(m.Definition.Horizon)
	expect(spenders, horizon)
	slices.SortFunc(spenders, func(a, b spender) int {
		return cmp.Or(cmp.Compare(b.atRisk(), a.atRisk()), cmp.Compare(a.customer, b.customer))
	})
	basis := fmt.Sprintf("spend in %s expected within %s at the customer's own pace of repeat purchases, drawn towards that of %s, times the risk of churn (%s)",
		currency, days(m.Definition.Horizon), count(len(spenders), "customer"), m.Path)
	var stakes []Stake
	for i, s := range spenders {
		if limit > 0 && i == limit {
			break
		}
		p, err := r.Get(ctx, s.customer)
		if err != nil {
			return nil, fmt.Errorf("churn: stakes: %w", err)
		}
		risk, err := m.Risk(p, at)
		if err != nil {
			return nil, err
		}
		stakes = append(stakes, Stake{
			Rank: i + 1, Percentile: percentile(i, len(spenders)), Risk: risk,
			Expected: money(s.expected, currency), AtRisk: money(s.atRisk(), currency), Basis: basis,
		})
	}
	return stakes, nil
}

// A spender is a customer to be ranked. Amounts are in minor units.
type spender struct {
	customer             clm.CustomerID
	probability          Probability
	spend, repeats, days float64
	expected             float64
}

func (s *spender) atRisk() float64 { return s.expected * float64(s.probability) }

// spenders returns who is to be ranked.
func (m *Model) spenders(ctx context.Context, r profile.Reader, at time.Time, currency string) ([]spender, error) {
	var list []spender
	for p, err := range r.All(ctx) {
		if err != nil {
			return nil, fmt.Errorf("churn: stakes: %w", err)
		}
		i := slices.IndexFunc(p.Ledgers, func(l profile.Ledger) bool { return l.Currency == currency && l.Orders > 0 })
		if i < 0 || p.Frequency() < m.Definition.MinOrders {
			continue
		}
		list = append(list, spender{
			customer:    p.Customer,
			probability: m.predict(Values(p, at, m.Currency)),
			spend:       max(0, float64(p.Ledgers[i].Ordered)-float64(p.Ledgers[i].Returned)),
			repeats:     repeats(p, p.Ledgers[i]),
			days:        max(0, inDays(p.Tenure(at))),
		})
	}
	return list, nil
}

// repeats returns the days with orders in a ledger's currency, less the first.
// Beyond what a profile keeps one by one, every order counts as a day.
func repeats(p *profile.Profile, l profile.Ledger) float64 {
	if l.Orders > profile.MaxOrders {
		return float64(l.Orders - 1)
	}
	n, last := 0, time.Time{}
	for _, o := range p.Orders {
		day := o.Time.UTC().Truncate(24 * time.Hour)
		if o.Amount.Currency == l.Currency && !day.Equal(last) {
			n, last = n+1, day
		}
	}
	return float64(max(0, n-1))
}

// expect fills in the expected spend.
func expect(list []spender, horizon float64) {
	var spend, repeats, days float64
	for _, s := range list {
		spend += s.spend
		repeats += s.repeats
		days += max(1, s.days)
	}
	pace, worth := repeats/days, spend/(repeats+float64(len(list)))
	for i := range list {
		s := &list[i]
		s.expected = (s.repeats + horizon*pace) / (s.days + horizon) * horizon * (s.spend + worth) / (s.repeats + 2)
	}
}

func percentile(place, n int) Percentile {
	if n < 2 {
		return 100
	}
	return Percentile(100 * float64(n-1-place) / float64(n-1))
}

// money rounds minor units, and saturates at the largest amount.
func money(minor float64, currency string) clm.Money {
	if minor >= math.MaxInt64 {
		return clm.Money{Minor: math.MaxInt64, Currency: currency}
	}
	return clm.Money{Minor: int64(math.Round(minor)), Currency: currency}
}
