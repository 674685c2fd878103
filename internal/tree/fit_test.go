package tree

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/internal/numeric"
)

// outcomes returns rows whose log odds are a function with steps, products and
// gaps of the first five of the features.
func outcomes(n, features int, seed uint64) *Data {
	rng := rand.New(rand.NewPCG(seed, 0))
	d := &Data{Features: features, Values: make([]float32, n*features), Labels: make([]float32, n)}
	for i := range n {
		row := d.Values[i*features : (i+1)*features]
		for f := range row {
			row[f] = float32(rng.NormFloat64())
		}
		z := 1.5*float64(row[0])*float64(row[1]) + math.Sin(2*float64(row[2])) - 1
		if row[3] > 0.5 {
			z += 1.5
		}
		if rng.Float64() < 0.2 {
			z -= float64(row[4])
			row[4] = float32(math.NaN())
		}
		if rng.Float64() < numeric.Sigmoid(z) {
			d.Labels[i] = 1
		}
	}
	return d
}

// lists returns groups, as of customers, of rows that are relevant by the product
// of two features, the size of a third, and low values of the fourth. Groups
// with much that is relevant have high values of the fourth throughout, so that
// what orders a group is not what foretells an outcome.
func lists(groups, size, features int, seed uint64) *Data {
	rng := rand.New(rand.NewPCG(seed, 0))
	d := &Data{Features: features, Values: make([]float32, groups*size*features), Labels: make([]float32, groups*size)}
	for i := range d.Values {
		d.Values[i] = float32(rng.NormFloat64())
	}
	for g := range groups {
		d.Groups = append(d.Groups, size)
		level := rng.NormFloat64()
		for i := g * size; i < (g+1)*size; i++ {
			row := d.Values[i*features:]
			z := 2*level - 6 + float64(row[0]*row[1]) + math.Abs(float64(row[2])) - float64(row[3])
			row[3] += float32(2 * level)
			if rng.Float64() < numeric.Sigmoid(z) {
				d.Labels[i] = 1
			}
		}
	}
	return d
}

func BenchmarkFit(b *testing.B) {
	d := outcomes(180_000, 40, 1)
	l := lists(1200, 150, 40, 1)
	b.Run("logistic", func(b *testing.B) {
		for b.Loop() {
			_, err := Fit(context.Background(), d, nil, &Options{Objective: Logistic, RowShare: 0.6, FeatureShare: 0.8})
			require.NoError(b, err)
		}
	})
	b.Run("LambdaMART", func(b *testing.B) {
		for b.Loop() {
			_, err := Fit(context.Background(), l, nil, &Options{Objective: LambdaMART, RowShare: 0.6, FeatureShare: 0.8})
			require.NoError(b, err)
		}
	})
}
func TestTreesFindWhatALineDoesNot(t *testing.T) {
	m, err := Fit(t.Context(), outcomes(5000, 6, 1), nil, &Options{Objective: Logistic, Rounds: 50})
	require.NoError(t, err)
	d := outcomes(5000, 6, 2)
	line, err := numeric.FitLogistic(t.Context(), rows(d), targets(d), 0)
	require.NoError(t, err)
	straight := make([]float64, len(d.Labels))
	for i, row := range rows(d) {
		straight[i] = line.LogOdds(row)
	}
	scores := make([]float64, len(d.Labels))
	m.PredictAll(d.Values, scores)
	require.Greater(t, logistic{d}.quality(scores), logistic{d}.quality(straight)+0.05)
}

// rows returns the rows with 0 for missing values.
func rows(d *Data) [][]float64 {
	list := make([][]float64, len(d.Labels))
	for i, v := range d.Values {
		if v != v {
			v = 0
		}
		list[i/d.Features] = append(list[i/d.Features], float64(v))
	}
	return list
}

func targets(d *Data) []float64 {
	list := make([]float64, len(d.Labels))
	for i, y := range d.Labels {
		list[i] = float64(y)
	}
	return list
}
