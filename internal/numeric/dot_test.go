package numeric

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// written is one product of dot2x4 as its comment says it, and nothing else.
func written(x, y []float64) float64 {
	var s [4]float64
	whole := len(x) / 4 * 4
	for i := range whole {
		s[i%4] += float64(x[i] * y[i])
	}
	sum := (s[0] + s[2]) + (s[1] + s[3])
	for i := whole; i < len(x); i++ {
		sum += float64(x[i] * y[i])
	}
	return sum
}

func TestProductsHaveTheSameBitsEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 70).Draw(t, "length")
		var v [6][]float64
		for i := range v {
			v[i] = rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), n, n).Draw(t, "vector")
		}
		got := dot2x4(v[0], v[1], v[2], v[3], v[4], v[5])
		for y := range 4 {
			require.Equal(t, math.Float64bits(written(v[0], v[2+y])), math.Float64bits(got[y]))
			require.Equal(t, math.Float64bits(written(v[1], v[2+y])), math.Float64bits(got[4+y]))
		}
		var fast, portable [8]float64
		whole := n &^ 3
		for i := range v {
			v[i] = v[i][:whole]
		}
		dot2x4Fours(v[0], v[1], v[2], v[3], v[4], v[5], &fast)
		dot2x4Portable(v[0], v[1], v[2], v[3], v[4], v[5], &portable)
		require.Equal(t, portable, fast)
	})
}

func BenchmarkDot2x4(b *testing.B) {
	var v [6][]float64
	for i := range v {
		v[i] = make([]float64, depth)
	}
	var d [8]float64
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			dot2x4Fours(v[0], v[1], v[2], v[3], v[4], v[5], &d)
		}
	})
	b.Run("portable", func(b *testing.B) {
		for b.Loop() {
			dot2x4Portable(v[0], v[1], v[2], v[3], v[4], v[5], &d)
		}
	})
}
