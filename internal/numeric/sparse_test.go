package numeric

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sparsely returns dense rows and outcomes in the form of FitSparse.
func sparsely(rows [][]float64, targets []float64) (sparse []Sparse, outcomes []bool) {
	for i, row := range rows {
		s := Sparse{}
		for j, x := range row {
			if x = float64(float32(x)); x != 0 {
				s.Columns, s.Values = append(s.Columns, int32(j)), append(s.Values, float32(x))
				row[j] = x
			}
		}
		sparse, outcomes = append(sparse, s), append(outcomes, targets[i] == 1)
	}
	return sparse, outcomes
}

func TestSparseLogisticEndsAtTheOptimum(t *testing.T) {
	rows, targets := noisy(500, 3, 2, -1, 0.5, 0)
	sparse, outcomes := sparsely(rows, targets)
	for _, cost := range []float64{0.01, 1, 30} {
		l, err := FitSparse(t.Context(), sparse, outcomes, 4, cost, rand.NewPCG(1, 2))
		require.NoError(t, err)
		// At the optimum each weight is cost times the sum of the residuals' parts in its column.
		gradient := append([]float64{l.Intercept}, l.Weights...)
		for i, row := range rows {
			residual := cost * (targets[i] - Sigmoid(l.LogOdds(row)))
			gradient[0] -= residual
			for j, x := range row {
				gradient[j+1] -= residual * x
			}
		}
		for _, g := range gradient {
			assert.InDelta(t, 0, g/cost/float64(len(rows)), 5e-3, "cost %v", cost)
		}
	}
}

func TestSparseLogisticIsTheSameForTheSameSource(t *testing.T) {
	rows, targets := noisy(200, 4, 1, 1)
	sparse, outcomes := sparsely(rows, targets)
	a, err := FitSparse(t.Context(), sparse, outcomes, 2, 1, rand.NewPCG(7, 7))
	require.NoError(t, err)
	b, err := FitSparse(t.Context(), sparse, outcomes, 2, 1, rand.NewPCG(7, 7))
	require.NoError(t, err)
	require.Equal(t, a, b)
}

func TestSparseLogisticRefusesWhatItCannotFit(t *testing.T) {
	good := []Sparse{{[]int32{0}, []float32{1}}, {[]int32{1}, []float32{1}}}
	for name, c := range map[string]struct {
		rows     []Sparse
		outcomes []bool
		cost     float64
	}{
		"no rows":                {nil, nil, 1},
		"too few outcomes":       {good, []bool{true}, 1},
		"one kind of outcome":    {good, []bool{true, true}, 1},
		"no cost":                {good, []bool{true, false}, 0},
		"a column out of range":  {[]Sparse{good[0], {[]int32{2}, []float32{1}}}, []bool{true, false}, 1},
		"columns out of order":   {[]Sparse{good[0], {[]int32{1, 0}, []float32{1, 1}}}, []bool{true, false}, 1},
		"a number that is none":  {[]Sparse{good[0], {[]int32{1}, []float32{float32(math.NaN())}}}, []bool{true, false}, 1},
		"more columns than rows": {[]Sparse{good[0], {[]int32{1}, nil}}, []bool{true, false}, 1},
	} {
		_, err := FitSparse(t.Context(), c.rows, c.outcomes, 2, c.cost, rand.NewPCG(1, 1))
		require.Error(t, err, name)
	}
}

func TestPlattMakesProbabilitiesOfScores(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	var scores []float64
	var outcomes []bool
	for range 20_000 {
		z := rng.NormFloat64()
		scores, outcomes = append(scores, z), append(outcomes, rng.Float64() < Sigmoid(0.5+3*z))
	}
	shift, slope, err := FitPlatt(t.Context(), scores, outcomes)
	require.NoError(t, err)
	assert.InDelta(t, 0.5, shift, 0.1)
	assert.InDelta(t, 3, slope, 0.15)
}

func TestPlattIsFlatWhereScoresSayTheOpposite(t *testing.T) {
	shift, slope, err := FitPlatt(t.Context(), []float64{3, 2, 1, 0}, []bool{false, false, true, true})
	require.NoError(t, err)
	require.Zero(t, slope)
	require.InDelta(t, 0, shift, 1e-12)
}
