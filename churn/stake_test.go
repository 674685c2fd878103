package churn_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStakesRankMoneyTimesRisk(t *testing.T) {
	events := shop(300, 14)
	model, _ := fitted(t, events)
	all, err := model.Stakes(t.Context(), storeOf(t, asOf(events, 300)), on(300), "EUR", 0)
	require.NoError(t, err)
	require.Len(t, all, len(asOf(events, 300)))
	for i, s := range all {
		require.Equal(t, i+1, s.Rank)
		require.InDelta(t, float64(s.Expected.Minor)*float64(s.Risk.Probability), float64(s.AtRisk.Minor), 1.5)
		require.Equal(t, "EUR", s.AtRisk.Currency)
		if i > 0 {
			require.GreaterOrEqual(t, all[i-1].AtRisk.Minor, s.AtRisk.Minor)
			require.Greater(t, all[i-1].Percentile, s.Percentile)
		}
	}
	assert.InDelta(t, 100, float64(all[0].Percentile), 0)
	assert.InDelta(t, 0, float64(all[len(all)-1].Percentile), 0)
	assert.Contains(t, all[0].Basis, "spend in EUR expected within 60 days")
	top, err := model.Stakes(t.Context(), storeOf(t, asOf(events, 300)), on(300), "EUR", 10)
	require.NoError(t, err)
	require.Equal(t, all[:10], top)
}

func TestExpectedSpendIsThePaceOfRepeatsTimesTheirWorth(t *testing.T) {
	model, err := churn.Fit(t.Context(), handmade(10, 2, constant), nil)
	require.NoError(t, err)
	// Two repeats in 180 days; a purchase is worth 360.00 / 4 = 90.00.
	events := []clm.Event{
		order("a", on(0), 90_00, "EUR"),
		order("b", on(0), 90_00, "EUR"), order("b", on(30), 90_00, "EUR"), order("b", on(60), 45_00, "EUR"), order("b", on(60).Add(time.Hour), 45_00, "EUR"),
	}
	stakes, err := model.Stakes(t.Context(), storeOf(t, asOf(events, 90)), on(90), "EUR", 0)
	require.NoError(t, err)
	// b: (2 + 1) / 180 · 90 purchases of (270 + 90) / 4; a: (0 + 1) / 180 · 90 of (90 + 90) / 2.
	require.Equal(t, clm.CustomerID("b"), stakes[0].Risk.Customer)
	require.Equal(t, clm.Money{Minor: 135_00, Currency: "EUR"}, stakes[0].Expected)
	require.Equal(t, clm.Money{Minor: 45_00, Currency: "EUR"}, stakes[1].Expected)
	require.Equal(t, clm.Money{Minor: 22_50, Currency: "EUR"}, stakes[1].AtRisk)
	require.Contains(t, stakes[0].Basis, "(base rate)")
}

func TestTiesAreOrderedByCustomer(t *testing.T) {
	model, err := churn.Fit(t.Context(), handmade(10, 2, constant), nil)
	require.NoError(t, err)
	events := []clm.Event{order("b", on(0), 90_00, "EUR"), order("a", on(0), 90_00, "EUR")}
	stakes, err := model.Stakes(t.Context(), storeOf(t, asOf(events, 90)), on(90), "EUR", 0)
	require.NoError(t, err)
	require.Equal(t, clm.CustomerID("a"), stakes[0].Risk.Customer)
}

// What was expected on day 240 is compared with what was spent by day 300,
// beside the pace of the whole spend, which takes a first order for a habit.
func TestExpectedSpendIsNearerThanThePaceOfAllSpend(t *testing.T) {
	events := shop(600, 5)
	model, _ := fitted(t, events)
	known, spent := asOf(events, 240), map[clm.CustomerID]float64{}
	for _, e := range events {
		if e.Kind == clm.Ordered && !e.Time.Before(on(240)) && e.Time.Before(on(300)) {
			total, err := e.Total()
			require.NoError(t, err)
			spent[e.Customer] += total.Float()
		}
	}
	stakes, err := model.Stakes(t.Context(), storeOf(t, known), on(240), "EUR", 0)
	require.NoError(t, err)
	ours, plain := 0.0, 0.0
	for _, s := range stakes {
		p := known[s.Risk.Customer]
		naive := p.Monetary()[0].Float() / max(1, p.Tenure(on(240)).Hours()/24) * 60
		ours += math.Abs(s.Expected.Float() - spent[s.Risk.Customer])
		plain += math.Abs(naive - spent[s.Risk.Customer])
	}
	require.Less(t, ours, plain)
}

func TestStakesDoNotMixCurrencies(t *testing.T) {
	model, err := churn.Fit(t.Context(), handmade(10, 2, constant), nil)
	require.NoError(t, err)
	back := order("returner", on(5), 100, "EUR")
	back.Kind = clm.Returned
	events := []clm.Event{
		order("euro", on(0), 10_00, "EUR"), order("yen", on(0), 5_000_000, "JPY"),
		order("both", on(0), 20_00, "EUR"), order("both", on(1), 9_000_000, "JPY"), back,
	}
	stakes, err := model.Stakes(t.Context(), storeOf(t, asOf(events, 90)), on(90), "EUR", 0)
	require.NoError(t, err)
	var names []clm.CustomerID
	for _, s := range stakes {
		names = append(names, s.Risk.Customer)
		require.Less(t, s.Expected.Minor, int64(30_00))
	}
	require.Equal(t, []clm.CustomerID{"both", "euro"}, names)
	_, err = model.Stakes(t.Context(), storeOf(t, nil), on(90), "EURO", 0)
	require.ErrorContains(t, err, `unknown currency "EURO"`)
}

func TestStakesOfFewOrHugeCustomers(t *testing.T) {
	model, err := churn.Fit(t.Context(), handmade(10, 2, constant), nil)
	require.NoError(t, err)
	none, err := model.Stakes(t.Context(), &profile.Memory{}, on(90), "EUR", 5)
	require.NoError(t, err)
	require.Empty(t, none)
	for _, amount := range []int64{0, math.MaxInt64} {
		one, err := model.Stakes(t.Context(), storeOf(t, asOf([]clm.Event{order("a", on(0), amount, "EUR")}, 1)), on(1), "EUR", 5)
		require.NoError(t, err)
		require.Len(t, one, 1)
		require.GreaterOrEqual(t, one[0].AtRisk.Minor, int64(0))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = model.Stakes(ctx, storeOf(t, asOf(shop(3, 1), 300)), on(300), "EUR", 5)
	require.ErrorIs(t, err, context.Canceled)
}
