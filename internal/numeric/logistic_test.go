package numeric

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// study is the textbook example of hours of study and passing an exam, whose
// estimates are widely printed: intercept -4.0777, slope 1.5046.
func study() (rows [][]float64, targets []float64) {
	hours := []float64{0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5}
	targets = []float64{0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1}
	for _, h := range hours {
		rows = append(rows, []float64{h})
	}
	return rows, targets
}

func TestLogisticAgreesWithATextbook(t *testing.T) {
	rows, targets := study()
	l, err := FitLogistic(t.Context(), rows, targets, 0)
	require.NoError(t, err)
	assert.InDelta(t, -4.0777, l.Intercept, 5e-5)
	assert.InDelta(t, 1.5046, l.Weights[0], 5e-5)
	assert.InDelta(t, 0.8741, Sigmoid(l.LogOdds([]float64{4})), 1e-3)
}

// noisy returns rows whose outcomes follow known weights.
func noisy(n int, seed uint64, weights ...float64) (rows [][]float64, targets []float64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	for range n {
		row, z := make([]float64, len(weights)), 0.3
		for j, w := range weights {
			row[j] = rng.NormFloat64()
			z += w * row[j]
		}
		y := 0.0
		if rng.Float64() < Sigmoid(z) {
			y = 1
		}
		rows, targets = append(rows, row), append(targets, y)
	}
	return rows, targets
}

func TestLogisticFindsTheWeightsThatMadeTheData(t *testing.T) {
	rows, targets := noisy(20_000, 1, 1.5, -0.7, 0)
	l, err := FitLogistic(t.Context(), rows, targets, 0)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{0.3, 1.5, -0.7, 0}, append([]float64{l.Intercept}, l.Weights...), 0.06)
}

func TestLogisticHasNoSlopeAtItsOptimum(t *testing.T) {
	for _, penalty := range []float64{0, 0.01, 1, 100} {
		rows, targets := noisy(300, 2, 2, -1, 0.5, 0)
		l, err := FitLogistic(t.Context(), rows, targets, penalty)
		require.NoError(t, err)
		slope := make([]float64, 5)
		for i, row := range rows {
			miss := (Sigmoid(l.LogOdds(row)) - targets[i]) / float64(len(rows))
			slope[0] += miss
			for j, x := range row {
				slope[j+1] += miss * x
			}
		}
		for j, w := range l.Weights {
			slope[j+1] += penalty * w
		}
		assert.InDeltaSlice(t, make([]float64, 5), slope, 1e-8, "penalty %v", penalty)
	}
}

func TestLogisticWithAPenaltyIsFoundAlsoForHardData(t *testing.T) {
	for name, rows := range map[string][][]float64{
		"separable":         {{-1, 0}, {-2, 0}, {1, 0}, {2, 0}},
		"constant column":   {{0, 7}, {1, 7}, {0, 7}, {2, 7}},
		"the same twice":    {{-1, -1}, {-2, -2}, {1, 1}, {2, 2}},
		"huge and outlying": {{-1e6, 0}, {1, 0}, {1, 0}, {1e6, 1}},
	} {
		l, err := FitLogistic(t.Context(), rows, []float64{0, 0, 1, 1}, 0.01)
		require.NoError(t, err, name)
		for _, w := range append(l.Weights, l.Intercept) {
			require.False(t, math.IsNaN(w) || math.IsInf(w, 0), name)
		}
	}
}

func TestLogisticOfSeparableOutcomesStaysFinite(t *testing.T) {
	rows := [][]float64{{-1}, {-2}, {1}, {2}}
	l, err := FitLogistic(t.Context(), rows, []float64{0, 0, 1, 1}, 0)
	require.NoError(t, err)
	assert.InDelta(t, 20, l.LogOdds(rows[2]), 5)
}

func TestLogisticTakesProbabilitiesAsTargets(t *testing.T) {
	l, err := FitLogistic(t.Context(), [][]float64{{0}, {0}}, []float64{0.2, 0.6}, 1)
	require.NoError(t, err)
	assert.InDelta(t, 0.4, Sigmoid(l.Intercept), 1e-9)
}

func TestLogisticRefusesWhatHasNoOptimum(t *testing.T) {
	rows, targets := study()
	for _, c := range []struct {
		name    string
		rows    [][]float64
		targets []float64
		penalty float64
		problem string
	}{
		{"no rows", nil, nil, 0, "0 rows for 0 targets"},
		{"too few targets", rows, targets[1:], 0, "20 rows for 19 targets"},
		{"ragged rows", [][]float64{{1}, {1, 2}}, []float64{0, 1}, 0, "row 1 has 2 numbers"},
		{"NaN", [][]float64{{1}, {math.NaN()}}, []float64{0, 1}, 0, "row 1, column 0 is NaN"},
		{"a target above 1", [][]float64{{1}, {2}}, []float64{0, 2}, 0, "target 1 is 2"},
		{"a NaN target", [][]float64{{1}, {2}}, []float64{0, math.NaN()}, 0, "target 1 is NaN"},
		{"a negative penalty", rows, targets, -1, "penalty -1"},
	} {
		_, err := FitLogistic(t.Context(), c.rows, c.targets, c.penalty)
		require.ErrorContains(t, err, c.problem, c.name)
	}
	_, err := FitLogistic(t.Context(), [][]float64{{1}, {2}}, []float64{1, 1}, 1)
	require.ErrorIs(t, err, ErrNotConverged, "one outcome")
	_, err = FitLogistic(t.Context(), [][]float64{{-1, -1}, {2, 2}, {1, 1}}, []float64{0, 0, 1}, 0)
	require.ErrorIs(t, err, ErrNotConverged, "a column twice and no penalty")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = FitLogistic(ctx, rows, targets, 0)
	require.ErrorIs(t, err, context.Canceled)
}

func TestSigmoidAndLogitAreInverse(t *testing.T) {
	for _, z := range []float64{-700, -20, -1, 0, 1, 20} {
		assert.InDelta(t, z, Logit(Sigmoid(z)), 1e-6*max(1, math.Abs(z)))
	}
	assert.InDelta(t, 1, Sigmoid(800), 0)
	assert.InDelta(t, 0, Sigmoid(-800), 0)
	assert.True(t, math.IsInf(Logit(0), -1) && math.IsInf(Logit(1), 1))
}

func BenchmarkFitLogistic(b *testing.B) {
	rows, targets := noisy(5000, 1, 1, -1, 0.5, 0, 0.2, 0, 0, 0, 0, 0.1, 0, 0, 0, 0.1, 0, 0, 0, 0, 0, 0)
	for b.Loop() {
		if _, err := FitLogistic(b.Context(), rows, targets, 0.03); err != nil {
			b.Fatal(err)
		}
	}
}

// Near the optimum the loss of the last step may have been rounded to less than
// any step can reach.
func TestLogisticIsNotHeldUpByTheRoundingOfItsLoss(t *testing.T) {
	rows, targets := noisy(500, 1, 0.5, -0.2)
	f := newNewton(rows, targets, 0.03)
	for f.derive(); f.steepest() > 1e-6; f.derive() {
		require.NoError(t, f.step(t.Context()))
	}
	f.beta[1] += 1e-7
	f.loss = f.lossAt(f.beta) * (1 - 1e-13)
	f.derive()
	require.Greater(t, f.steepest(), logisticTolerance)
	require.NoError(t, f.step(t.Context()))
	f.derive()
	require.LessOrEqual(t, f.steepest(), logisticTolerance)
}
