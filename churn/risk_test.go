package churn_test

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func logit(p churn.Probability) float64 { return math.Log(float64(p)) - math.Log1p(-float64(p)) }

func TestReasonsAddUpToThePrediction(t *testing.T) {
	events := shop(200, 9)
	model, _ := fitted(t, events)
	for id, p := range asOf(events, 300) {
		risk, err := model.Risk(p, on(300))
		require.NoError(t, err)
		sum := 0.0
		for _, r := range risk.Reasons {
			sum += r.Contribution
			require.NotContains(t, r.Text, "NaN", id)
			require.NotContains(t, r.Text, "%!", id)
		}
		require.InDelta(t, logit(risk.Probability)-logit(risk.Average), sum, 1e-9, id)
		require.True(t, slices.IsSortedFunc(risk.Reasons, func(a, b churn.Reason) int {
			return cmp.Compare(math.Abs(b.Contribution), math.Abs(a.Contribution))
		}))
	}
}

func TestReasonsAreTrue(t *testing.T) {
	events := append(shop(300, 10), order("gone", on(110), 4200, "EUR"), order("gone", on(131), 4200, "EUR"), order("gone", on(152), 4200, "EUR"))
	model, _ := fitted(t, events)
	risk, err := model.Risk(asOf(events, 300)["gone"], on(300))
	require.NoError(t, err)
	require.Greater(t, risk.Probability, risk.BaseRate)
	require.Positive(t, risk.Reasons[0].Contribution)
	texts := map[churn.Topic]string{}
	for _, r := range risk.Reasons {
		texts[r.Topic] = r.Text
	}
	assert.Regexp(t, `^last order 148 days ago(: |, )(orders came every 21 days: 7\.\d gaps|0 orders in the last (30|60|90) days); typical: `, texts[churn.Recency])
	assert.Regexp(t, `^known for 190 days; typical: \d+ days$`, texts[churn.Tenure])
	assert.Regexp(t, `^(42\.00 EUR|1 line) an order; typical: `, texts[churn.Basket])
}

func TestWeightsDoNotGoAgainstTheirDirection(t *testing.T) {
	direction := map[string]int{}
	for _, f := range churn.Features() {
		direction[f.Name] = f.Direction
	}
	for seed := range uint64(5) {
		model, _ := fitted(t, shop(200, seed))
		for _, term := range model.Logistic.Terms {
			require.GreaterOrEqual(t, term.Weight*float64(direction[term.Feature]), 0.0, term.Feature)
		}
	}
}

func TestRiskCarriesWhatItMeans(t *testing.T) {
	events := shop(200, 11)
	model, _ := fitted(t, events)
	risk, err := model.Risk(asOf(events, 300)["c-001"], on(300))
	require.NoError(t, err)
	require.Equal(t, churn.Definition{Version: 1, Horizon: 60 * day, MinOrders: 1}, risk.Definition)
	require.Equal(t, model.BaseRate, risk.BaseRate)
	require.Equal(t, churn.ByLogistic, risk.Path)
	require.NotEqual(t, risk.BaseRate, risk.RecencyOnly)
	data, err := json.Marshal(risk)
	require.NoError(t, err)
	require.Contains(t, string(data), `"definition":{"version":1,"horizon":"1440h0m0s","min_orders":1}`)
}

func TestALongerSilenceRaisesTheRisk(t *testing.T) {
	events := shop(400, 12)
	model, _ := fitted(t, events)
	p := asOf(events, 300)["c-001"]
	last := churn.Probability(0)
	for n := 300; n < 420; n += 20 {
		risk, err := model.Risk(p, on(n))
		require.NoError(t, err)
		require.Greater(t, risk.RecencyOnly, last)
		last = risk.RecencyOnly
	}
}

func TestAModelSurvivesStorage(t *testing.T) {
	events := shop(300, 13)
	fittedModel, _ := fitted(t, events)
	small, err := churn.Fit(t.Context(), handmade(10, 2, constant), nil)
	require.NoError(t, err)
	for _, model := range []*churn.Model{fittedModel, small} {
		data, err := json.Marshal(model)
		require.NoError(t, err)
		var back churn.Model
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, model, &back)
		again, err := json.Marshal(&back)
		require.NoError(t, err)
		require.Equal(t, string(data), string(again))
	}
}

func TestAModelThatIsNotWholeIsRefused(t *testing.T) {
	for _, text := range []string{
		`{}`, `null`, `{"format":2}`, `{"format":1}`,
		`{"format":1,"path":"magic","base_rate":0.5}`,
		`{"format":1,"path":"base rate","base_rate":1.5}`,
		`{"format":1,"path":"logistic","base_rate":0.5}`,
		`{"format":1,"path":"logistic","base_rate":0.5,"logistic":{"intercept":0,"terms":[]},"recency_only":{"terms":[{"feature":"recency"}]}}`,
		`{"format":1,"path":"logistic","base_rate":0.5,"logistic":{"intercept":0,"terms":[{"feature":"shoe size"}]},"recency_only":{"terms":[{"feature":"recency"}]}}`,
		`{"format":1,"path":"logistic","base_rate":0.5,"logistic":{"intercept":0,"terms":[{"feature":"gap","scale":-1}]},"recency_only":{"terms":[{"feature":"recency"}]}}`,
	} {
		var m churn.Model
		require.ErrorIs(t, m.UnmarshalJSON([]byte(text)), churn.ErrFormat, text)
	}
	var m churn.Model
	require.Error(t, json.Unmarshal([]byte(`[]`), &m))
}

func FuzzModel(f *testing.F) {
	f.Add([]byte(`{"format":1,"path":"base rate","base_rate":0.5}`))
	f.Add([]byte(`{"format":1,"path":"logistic","base_rate":0.5,"logistic":{"intercept":0,"terms":[{"feature":"gap","scale":1,"weight":1}]},"recency_only":{"terms":[{"feature":"recency"}]}}`))
	p := asOf([]clm.Event{order("c", on(1), 100, "EUR"), order("c", on(20), 100, "EUR")}, 100)["c"]
	f.Fuzz(func(t *testing.T, data []byte) {
		var m churn.Model
		if json.Unmarshal(data, &m) != nil {
			return
		}
		risk, err := m.Risk(p, on(100))
		if err != nil {
			require.ErrorIs(t, err, churn.ErrPopulation)
			return
		}
		require.True(t, risk.Probability >= 0 && risk.Probability <= 1)
		again, err := json.Marshal(&m)
		require.NoError(t, err)
		var back churn.Model
		require.NoError(t, json.Unmarshal(again, &back))
	})
}

func BenchmarkRisk(b *testing.B) {
	events := shop(200, 9)
	train, err := until(events, 240).Cases(monthly, monthly.Cuts(on(240), 3)...)
	require.NoError(b, err)
	model, err := churn.Fit(b.Context(), train, nil)
	require.NoError(b, err)
	p := asOf(events, 300)["c-001"]
	for b.Loop() {
		if _, err := model.Risk(p, on(300)); err != nil {
			b.Fatal(err)
		}
	}
}
