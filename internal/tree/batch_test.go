package tree

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// grid returns rows of few values, some of them missing or infinite, so that
// many stand exactly on a cut.
func grid(rng *rand.Rand, n, features int) *Data {
	d := &Data{Features: features, Values: make([]float32, n*features), Labels: make([]float32, n)}
	for i := range d.Values {
		switch d.Values[i] = float32(rng.IntN(9) - 4); rng.IntN(12) {
		case 0:
			d.Values[i] = float32(math.NaN())
		case 1:
			d.Values[i] = float32(math.Inf(rng.IntN(2)*2 - 1))
		case 2:
			d.Values[i] = float32(math.Copysign(0, -1))
		}
	}
	for i := range d.Labels {
		d.Labels[i] = float32(rng.NormFloat64())
		if v := d.Values[i*features]; v != v || v > 2 {
			d.Labels[i] += 2
		}
	}
	return d
}

func TestRowsTogetherScoreAsEachAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		features := rapid.IntRange(1, 12).Draw(t, "features")
		m, err := Fit(t.Context(), grid(rng, 150, features), nil, &Options{
			Rounds: rapid.IntRange(1, 3).Draw(t, "rounds"), Leaves: rapid.IntRange(2, 256).Draw(t, "leaves"), MinRows: 1,
		})
		require.NoError(t, err)
		rows := grid(rng, rapid.IntRange(0, 200).Draw(t, "rows"), features)
		together, alone := make([]float64, len(rows.Labels)), make([]float64, len(rows.Labels))
		m.PredictAll(rows.Values, together)
		for i := range alone {
			alone[i] = m.Predict(rows.Values[i*features:])
		}
		require.Equal(t, alone, together)
	})
}

func TestScoringAllocatesNothing(t *testing.T) {
	d := outcomes(2000, 10, 1)
	m, err := Fit(t.Context(), d, nil, &Options{Objective: Logistic, Rounds: 20})
	require.NoError(t, err)
	out := make([]float64, len(d.Labels))
	require.Less(t, testing.AllocsPerRun(100, func() { m.PredictAll(d.Values, out) }), 1.0)
	require.Zero(t, testing.AllocsPerRun(100, func() { m.Predict(d.Values) }))
}

// BenchmarkPredict scores the candidates of one list.
func BenchmarkPredict(b *testing.B) {
	d := lists(300, 150, 40, 1)
	m, err := Fit(b.Context(), d, nil, &Options{Objective: LambdaMART, RowShare: 0.6, FeatureShare: 0.8})
	require.NoError(b, err)
	out := make([]float64, 150)
	b.Run("150 rows together", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.PredictAll(d.Values[:len(out)*d.Features], out)
		}
	})
	b.Run("150 rows one by one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range out {
				out[i] = m.Predict(d.Values[i*d.Features:])
			}
		}
	})
}
