package churn_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheModelBeatsItsBaselines(t *testing.T) {
	// In this shop nearly all there is to know is how long a customer has been
	// silent; it takes many customers to see the rest above the noise.
	model, test := fitted(t, shop(2000, 1))
	require.Equal(t, churn.ByLogistic, model.Path)
	e, err := churn.Evaluate(model, test)
	require.NoError(t, err)
	assert.InDelta(t, 0.5, e.BaseRate.AUC, 0)
	assert.Greater(t, e.Model.AUC, e.RecencyOnly.AUC)
	assert.Greater(t, e.Model.AUC, e.RFM.AUC)
	assert.Less(t, e.Model.Calibration.Brier, e.RecencyOnly.Calibration.Brier)
	assert.Less(t, e.Model.Calibration.Brier, e.BaseRate.Calibration.Brier)
	assert.Less(t, e.Model.Calibration.LogLoss, e.BaseRate.Calibration.LogLoss)
	assert.Less(t, e.Model.Calibration.ECE, 0.08)
	assert.Nil(t, e.RFM.Calibration, "a rank is no probability")
}

func TestShuffledOutcomesTeachNothing(t *testing.T) {
	events := shop(600, 5)
	train, err := until(events, 240).Cases(monthly, monthly.Cuts(on(240), 3)...)
	require.NoError(t, err)
	n := len(train.Rows)
	for i := range train.Rows {
		j := (i * 7919) % n
		train.Rows[i].Churned, train.Rows[j].Churned = train.Rows[j].Churned, train.Rows[i].Churned
	}
	model, err := churn.Fit(t.Context(), train, nil)
	require.NoError(t, err)
	test, err := historyOf(events).Cases(monthly, on(240))
	require.NoError(t, err)
	e, err := churn.Evaluate(model, test)
	require.NoError(t, err)
	assert.InDelta(t, 0.5, e.Model.AUC, 0.1)
	assert.InDelta(t, float64(model.BaseRate), float64(e.Model.Calibration.Mean), 0.05)
}

func TestFittingIsDeterministic(t *testing.T) {
	events := shop(200, 6)
	a, _ := fitted(t, events)
	b, _ := fitted(t, events)
	first, err := json.Marshal(a)
	require.NoError(t, err)
	second, err := json.Marshal(b)
	require.NoError(t, err)
	require.Equal(t, string(first), string(second))
}

// handmade returns cases of n customers, of which every k-th churned.
func handmade(n, k int, values func(i int) []float64) *churn.Cases {
	c := &churn.Cases{Currency: "EUR"}
	for i := range n {
		c.Rows = append(c.Rows, churn.Case{
			Customer: clm.CustomerID(fmt.Sprintf("c-%04d", i)), Cut: on(100), Values: values(i), Churned: i%k == 0,
		})
	}
	return c
}

func constant(int) []float64 { return make([]float64, len(churn.Features())) }

func TestTooLittleToLearnFromIsTheBaseRate(t *testing.T) {
	sameCustomer := handmade(100, 2, constant)
	for i := range sameCustomer.Rows {
		if sameCustomer.Rows[i].Churned {
			sameCustomer.Rows[i].Customer = "one"
		}
	}
	for _, c := range []struct {
		name  string
		cases *churn.Cases
		rate  float64
		why   string
	}{
		{"one customer", handmade(1, 1, constant), 1, "1 cases churned and 0 stayed, at least 20 of each are needed"},
		{"all churned", handmade(100, 1, constant), 1, "100 cases churned and 0 stayed, at least 20 of each are needed"},
		{"nobody churned", handmade(100, 1000, constant), 0.01, "1 cases churned and 99 stayed, at least 20 of each are needed"},
		{"few of one outcome", handmade(95, 5, constant), 0.2, "19 cases churned and 76 stayed, at least 20 of each are needed"},
		{"an outcome of one customer", sameCustomer, 0.5, "an outcome has too few customers to calibrate on others"},
	} {
		m, err := churn.Fit(t.Context(), c.cases, nil)
		require.NoError(t, err, c.name)
		assert.Equal(t, churn.BaseRate, m.Path, c.name)
		assert.Equal(t, c.why, m.Why, c.name)
		assert.InDelta(t, c.rate, float64(m.BaseRate), 1e-12, c.name)

		p := asOf([]clm.Event{order("x", on(1), 100, "EUR")}, 100)["x"]
		risk, err := m.Risk(p, on(100))
		require.NoError(t, err)
		assert.Equal(t, m.BaseRate, risk.Probability, c.name)
		assert.Equal(t, churn.BaseRate, risk.Path)
		assert.Equal(t, c.why, risk.Why)
		assert.Empty(t, risk.Reasons)
	}
}

func TestFeaturesThatDoNotVarySayNothing(t *testing.T) {
	unknown := func(int) []float64 {
		values := make([]float64, len(churn.Features()))
		for i := range values {
			values[i] = math.NaN()
		}
		return values
	}
	for name, values := range map[string]func(int) []float64{"constant": constant, "unknown": unknown} {
		m, err := churn.Fit(t.Context(), handmade(200, 4, values), nil)
		require.NoError(t, err, name)
		require.Equal(t, churn.ByLogistic, m.Path, name)
		p := asOf([]clm.Event{order("x", on(1), 100, "EUR")}, 100)["x"]
		risk, err := m.Risk(p, on(100))
		require.NoError(t, err, name)
		assert.InDelta(t, 0.25, float64(risk.Probability), 1e-9, name)
	}
}

func TestWhereNothingIsLearntTheModelSaysTheBaseRate(t *testing.T) {
	// Who churns has nothing to do with recency here, so what the model says
	// of customers that it has not seen goes the wrong way as often as not; a
	// slope below zero would turn the order around.
	cases := handmade(40, 2, func(i int) []float64 {
		values := constant(i)
		values[0] = float64(i / 2 % 2)
		return values
	})
	model, err := churn.Fit(t.Context(), cases, &churn.Options{Features: []string{"recency"}})
	require.NoError(t, err)
	require.Zero(t, model.Logistic.Terms[0].Weight)
	p := asOf([]clm.Event{order("x", on(99), 100, "EUR")}, 100)["x"]
	risk, err := model.Risk(p, on(100))
	require.NoError(t, err)
	require.InDelta(t, 0.5, float64(risk.Probability), 1e-9)
}

func TestFitRefuses(t *testing.T) {
	_, err := churn.Fit(t.Context(), &churn.Cases{}, nil)
	require.ErrorIs(t, err, churn.ErrNoCases)
	some := handmade(100, 2, constant)
	for _, o := range []churn.Options{
		{Penalty: -1}, {Penalty: math.NaN()}, {Penalty: math.Inf(1)}, {Folds: 1}, {Folds: -1}, {MinEach: -1},
		{Features: []string{"shoe size"}}, {Features: []string{"recency", "recency"}},
	} {
		_, err := churn.Fit(t.Context(), some, &o)
		require.Error(t, err, "%+v", o)
	}
	for problem, values := range map[string][]float64{"2 values": {1, 2}, "an infinite one": append(constant(0)[1:], math.Inf(1))} {
		broken := handmade(100, 2, constant)
		broken.Rows[50].Values = values
		_, err := churn.Fit(t.Context(), broken, nil)
		require.ErrorContains(t, err, "case 50, customer c-0050")
		require.ErrorContains(t, err, problem)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = churn.Fit(ctx, some, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestEvaluateRefusesWhatItCannotMeasure(t *testing.T) {
	model, test := fitted(t, shop(300, 7))
	one := *test
	one.Rows = one.Rows[:1]
	_, err := churn.Evaluate(model, &one)
	require.ErrorIs(t, err, churn.ErrOutcomes)
	_, err = churn.Evaluate(model, &churn.Cases{Definition: model.Definition, Currency: "EUR"})
	require.ErrorIs(t, err, churn.ErrOutcomes)
	other := *test
	other.Currency = "USD"
	_, err = churn.Evaluate(model, &other)
	require.ErrorContains(t, err, `in "USD"`)
	early, err := historyOf(shop(300, 7)).Cases(monthly, on(239))
	require.NoError(t, err)
	_, err = churn.Evaluate(model, early)
	require.ErrorContains(t, err, "the model saw outcomes until")
}

func TestProfileOfEveryCustomerGivesAProbability(t *testing.T) {
	events := shop(200, 8)
	model, _ := fitted(t, events)
	profiles := asOf(events, 300)
	profiles["huge"] = asOf([]clm.Event{order("huge", on(1), math.MaxInt64, "EUR")}, 300)["huge"]
	for id, p := range profiles {
		risk, err := model.Risk(p, on(300))
		require.NoError(t, err)
		require.True(t, risk.Probability >= 0 && risk.Probability <= 1, "%s: %v", id, risk.Probability)
	}
	_, err := model.Risk(profile.New("nobody"), on(300))
	require.ErrorIs(t, err, churn.ErrPopulation)
}
