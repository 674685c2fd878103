package churn_test

import (
	"encoding/json"
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

func TestCasesLabelTheWindowAfterTheCut(t *testing.T) {
	events := []clm.Event{
		order("back", on(10), 100, "EUR"), order("back", on(20), 100, "EUR"),
		order("late", on(10), 100, "EUR"), order("late", on(50), 100, "EUR"),
		order("last moment", on(10), 100, "EUR"), order("last moment", on(50).Add(-time.Second), 100, "EUR"),
		order("gone", on(10), 100, "EUR"),
		order("new", on(20), 100, "EUR"),
		order("nobody", on(60), 100, "EUR"),
	}
	cases, err := historyOf(events).Cases(churn.Definition{Horizon: 30 * day}, on(20))
	require.NoError(t, err)
	churned := map[string]bool{}
	for _, c := range cases.Rows {
		churned[string(c.Customer)] = c.Churned
	}
	require.Equal(t, map[string]bool{"back": false, "late": true, "last moment": false, "gone": true}, churned)
	require.InDelta(t, 0.5, float64(cases.ChurnRate()), 0)
}

func TestCasesAreOfThePopulationOnly(t *testing.T) {
	back := order("returner", on(5), 100, "EUR")
	back.Kind = clm.Returned
	events := []clm.Event{
		back,
		{ID: "v", Customer: "viewer", Kind: clm.Viewed, Item: "sock", Time: on(3)},
		order("once", on(4), 100, "EUR"),
		order("twice", on(4), 100, "EUR"), order("twice", on(6), 100, "EUR"),
		order("other", on(90), 100, "EUR"),
	}
	for orders, want := range map[int][]clm.CustomerID{1: {"once", "twice"}, 2: {"twice"}, 3: nil} {
		cases, err := historyOf(events).Cases(churn.Definition{Horizon: 30 * day, MinOrders: orders}, on(10))
		require.NoError(t, err)
		var got []clm.CustomerID
		for _, c := range cases.Rows {
			got = append(got, c.Customer)
		}
		require.Equal(t, want, got, "at least %d orders", orders)
	}
}

func TestCasesRefuseAWindowThatIsNotOver(t *testing.T) {
	events := shop(50, 1)
	d := churn.Definition{Horizon: 30 * day}
	for _, c := range []struct {
		name  string
		h     *churn.History
		cut   time.Time
		stops bool
	}{
		{"inside of the data", historyOf(events), on(300), false},
		{"beyond the last event", historyOf(events), on(360), true},
		{"ends when the training does", until(events, 200), on(170), false},
		{"reaches beyond the training", until(events, 200), on(171), true},
		{"the data stop long before the training", until(events[:3], 400), on(370), true},
		{"no events", until(nil, 200), on(100), true},
		{"a horizon longer than the data", historyOf(events), on(-400), false},
	} {
		cases, err := c.h.Cases(d, c.cut)
		if c.stops {
			require.ErrorIs(t, err, churn.ErrIncomplete, c.name)
			continue
		}
		require.NoError(t, err, c.name)
		if c.name == "a horizon longer than the data" {
			require.Empty(t, cases.Rows)
		}
	}
	_, err := historyOf(events).Cases(churn.Definition{Horizon: 1000 * day}, on(10))
	require.ErrorIs(t, err, churn.ErrIncomplete)
}

// leaks reports whether the values of any customer at a cut change when what
// comes at or after the cut is added.
func leaks(values func(events []clm.Event, cut time.Time) map[clm.CustomerID][]float64) bool {
	events := shop(60, 2)
	cut := on(200)
	past := slices.DeleteFunc(slices.Clone(events), func(e clm.Event) bool { return !e.Time.Before(cut) })
	future := slices.Concat(events, []clm.Event{order("c-001", cut, 99_00, "EUR"), order("c-002", cut.Add(time.Hour), 1, "EUR")})
	before, after := values(past, cut), values(future, cut)
	for id, row := range before {
		if !slices.EqualFunc(row, after[id], func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
			return true
		}
	}
	return false
}

func TestNoCaseSeesItsWindow(t *testing.T) {
	asCases := func(events []clm.Event, cut time.Time) map[clm.CustomerID][]float64 {
		h := historyOf(append(slices.Clone(events), clm.Event{ID: "end", Customer: "z", Kind: clm.SignedUp, Time: on(400)}))
		cases, err := h.Cases(monthly, cut)
		require.NoError(t, err)
		values := map[clm.CustomerID][]float64{}
		for _, c := range cases.Rows {
			values[c.Customer] = c.Values
		}
		return values
	}
	require.False(t, leaks(asCases))

	// The control: features from all events are what the check has to catch.
	naive := func(events []clm.Event, cut time.Time) map[clm.CustomerID][]float64 {
		folder := profile.NewFolder(nil, nil)
		profiles, _, _ := folder.AsOf(clm.Sequence(events), on(1000))
		values := map[clm.CustomerID][]float64{}
		for id, p := range profiles {
			values[id] = churn.Values(p, cut, "EUR")
		}
		return values
	}
	require.True(t, leaks(naive))
}

func TestTrainingReadsNothingFromUntilOn(t *testing.T) {
	events := shop(100, 3)
	early := slices.DeleteFunc(slices.Clone(events), func(e clm.Event) bool { return !e.Time.Before(on(240)) })
	a, err := until(events, 240).Cases(monthly, monthly.Cuts(on(240), 3)...)
	require.NoError(t, err)
	b, err := until(early, 240).Cases(monthly, monthly.Cuts(on(240), 3)...)
	require.NoError(t, err)
	require.Len(t, a.Rows, len(b.Rows))
	for i := range a.Rows {
		require.Equal(t, b.Rows[i].Churned, a.Rows[i].Churned)
	}
}

func TestCasesDoNotDependOnOrderOrRepetition(t *testing.T) {
	events := shop(40, 4)
	mixed := slices.Concat(events, events)
	slices.Reverse(mixed)
	a, err := historyOf(events).Cases(monthly, on(200), on(250))
	require.NoError(t, err)
	b, err := historyOf(mixed).Cases(monthly, on(250), on(200), on(250))
	require.NoError(t, err)
	require.Len(t, b.Rows, len(a.Rows))
	for i := range a.Rows {
		require.Equal(t, a.Rows[i].Customer, b.Rows[i].Customer)
		require.True(t, slices.EqualFunc(a.Rows[i].Values, b.Rows[i].Values, func(x, y float64) bool {
			return math.Float64bits(x) == math.Float64bits(y)
		}))
	}
}

func TestDefinition(t *testing.T) {
	var d churn.Definition
	assert.Equal(t, "no order within 90 days, of customers with at least 1 order before (version 1)", d.String())
	data, err := json.Marshal(d)
	require.NoError(t, err)
	require.JSONEq(t, `{"version":1,"horizon":"2160h0m0s","min_orders":1}`, string(data))
	var back churn.Definition
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, churn.Definition{Version: 1, Horizon: 90 * day, MinOrders: 1}, back)

	for text, problem := range map[string]string{
		`{"version":-1}`:        "version -1 is not positive",
		`{"horizon":"1h"}`:      "shorter than a day",
		`{"horizon":"-2160h"}`:  "shorter than a day",
		`{"horizon":"a while"}`: "horizon",
		`{"min_orders":-2}`:     "at least 1",
		`[]`:                    "cannot unmarshal",
	} {
		require.ErrorContains(t, json.Unmarshal([]byte(text), &back), problem, text)
	}
	_, err = historyOf(nil).Cases(churn.Definition{Horizon: time.Hour}, on(1))
	require.ErrorContains(t, err, "shorter than a day")
}

func TestCutsEndWhenTheTrainingDoes(t *testing.T) {
	var d churn.Definition
	require.Equal(t, []time.Time{on(80), on(95), on(110)}, d.Cuts(on(200), 3))
	require.Empty(t, d.Cuts(on(200), 0))
	require.Empty(t, d.Cuts(on(200), -1))
}

func FuzzDefinition(f *testing.F) {
	f.Add(`{"version":1,"horizon":"2160h0m0s","min_orders":1}`)
	f.Add(`{"horizon":"9999999h"}`)
	f.Fuzz(func(t *testing.T, text string) {
		var d churn.Definition
		if json.Unmarshal([]byte(text), &d) != nil {
			return
		}
		require.NoError(t, d.Validate())
		data, err := json.Marshal(d)
		require.NoError(t, err)
		var back churn.Definition
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, d, back)
	})
}
