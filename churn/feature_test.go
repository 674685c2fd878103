package churn_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// named returns the values of a profile by their names.
func named(p *profile.Profile, at time.Time, currency string) map[string]float64 {
	m := map[string]float64{}
	values := churn.Values(p, at, currency)
	for i, f := range churn.Features() {
		m[f.Name] = values[i]
	}
	return m
}

func TestValuesSayWhatTheProfileHolds(t *testing.T) {
	back := order("c", on(95), 500, "EUR")
	back.ID, back.Kind = "back", clm.Returned
	events := []clm.Event{
		order("c", on(0), 1000, "EUR"), order("c", on(20), 3000, "EUR"), order("c", on(80), 2000, "EUR"),
		order("c", on(80).Add(time.Hour), 7777, "JPY"), back,
		{ID: "v", Customer: "c", Kind: clm.Viewed, Item: "sock", Time: on(98)},
	}
	got := named(asOf(events, 100)["c"], on(100), "EUR")
	for name, want := range map[string]float64{
		"recency": 20 - 1.0/24, "overdue": (20 - 1.0/24) / 40, "orders": 4, "order_days": 3,
		"orders_30d": 2, "orders_60d": 2, "orders_90d": 3, "orders_180d": 4,
		"monetary": 55, "spend_90d": 50, "basket_value": 20, "basket_lines": 1,
		"repeat": 1, "gap": 40, "gap_sd": math.Sqrt(800), "tenure": 100, "returns": 1, "visits": 1, "silence": 2, "focus": 0,
	} {
		assert.InDelta(t, want, got[name], 1e-6, name)
	}
	assert.Len(t, got, 20, "each feature is checked above, and has a name of its own")
	yen := named(asOf(events, 100)["c"], on(100), "JPY")
	assert.InDelta(t, 7777, yen["monetary"], 0, "currencies are not mixed")
	assert.InDelta(t, 4, yen["orders"], 0)
}

func TestFocusIsTheShareOfTheStrongestInterest(t *testing.T) {
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "sock", Title: "Sock", Categories: []string{"feet", "wool"}})
	require.NoError(t, err)
	profiles, _, _ := profile.NewFolder(catalogue, nil).AsOf(sequence(order("c", on(1), 100, "EUR")), on(2))
	assert.InDelta(t, 0.5, named(profiles["c"], on(2), "EUR")["focus"], 1e-9)
}

func TestUnknownIsNaNAndNothingIsInfinite(t *testing.T) {
	huge := order("huge", on(1), math.MaxInt64, "EUR")
	back := order("returner", on(5), 100, "EUR")
	back.Kind = clm.Returned
	profiles := asOf([]clm.Event{huge, order("once", on(1), 0, "EUR"), back}, 50)
	profiles["nothing"] = profile.New("nothing")
	for id, p := range profiles {
		for _, at := range []time.Time{on(50), on(-50), {}} {
			for i, v := range churn.Values(p, at, "EUR") {
				require.False(t, math.IsInf(v, 0) || v < 0, "%s: %s is %v", id, churn.Features()[i].Name, v)
			}
		}
	}
	once := named(profiles["once"], on(50), "EUR")
	assert.True(t, math.IsNaN(once["gap"]) && math.IsNaN(once["gap_sd"]) && math.IsNaN(once["overdue"]))
	assert.InDelta(t, 0, once["repeat"], 0)
	assert.True(t, math.IsNaN(named(profiles["nothing"], on(50), "EUR")["recency"]))
}

func TestFeaturesAreDescribed(t *testing.T) {
	var names []string
	for _, f := range churn.Features() {
		require.NotEmpty(t, f.Unit, f.Name)
		require.NotEmpty(t, f.Meaning, f.Name)
		require.NotEmpty(t, f.Topic, f.Name)
		names = append(names, f.Name)
	}
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), len(names), fmt.Sprint(names))
}
