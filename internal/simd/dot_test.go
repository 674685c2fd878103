package simd

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas/blas32"
	"pgregory.net/rapid"
)

// written is Dot as its comment says it, and nothing else.
func written(a, b []float32) float32 {
	var s [16]float32
	whole := len(a) / 16 * 16
	for i := range whole {
		s[i%16] += float32(a[i] * b[i])
	}
	for _, step := range []int{8, 4, 2, 1} {
		for j := range step {
			s[j] += s[j+step]
		}
	}
	for i := whole; i < len(a); i++ {
		s[0] += float32(a[i] * b[i])
	}
	return s[0]
}

func TestDotGivesTheSameBitsEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "length")
		numbers := rapid.SliceOfN(rapid.Float32(), n, n)
		a, b := numbers.Draw(t, "a"), numbers.Draw(t, "b")
		same(t, written(a, b), Dot(a, b))
		whole := n / 16 * 16
		same(t, written(a[:whole], b[:whole]), dotPortable(a[:whole], b[:whole]))
	})
}

// same compares bits, but for those of a NaN, which differ between instructions.
func same(t require.TestingT, want, got float32) {
	if want != want {
		require.True(t, got != got)
		return
	}
	require.Equal(t, math.Float32bits(want), math.Float32bits(got))
}

func TestDotIsTheInnerProduct(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 100 {
		a, b := make([]float32, n), make([]float32, n+3) // what is behind the length of a does not count
		var want float64
		for i := range b {
			b[i] = random.Float32() - 0.5
		}
		for i := range a {
			a[i] = random.Float32() - 0.5
			want += float64(a[i]) * float64(b[i])
		}
		require.InDelta(t, want, Dot(a, b), 1e-5, "%d numbers", n)
	}
}

func TestDotInt8IsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "length")
		numbers := rapid.SliceOfN(rapid.Int8(), n, n)
		a, b := numbers.Draw(t, "a"), numbers.Draw(t, "b")
		var want int32
		for i := range a {
			want += int32(a[i]) * int32(b[i])
		}
		require.Equal(t, want, DotInt8(a, b))
		whole := n / 16 * 16
		require.Equal(t, DotInt8(a[:whole], b[:whole]), dotInt8Portable(a[:whole], b[:whole]))
	})
}

func TestDotInt8HoldsTheLargestSumItPromises(t *testing.T) {
	a := make([]int8, 131_071)
	for i := range a {
		a[i] = -128
	}
	require.EqualValues(t, 131_071*128*128, DotInt8(a, a))
}

func TestPrefetchTakesAnySlice(t *testing.T) {
	Prefetch[int8](nil)
	Prefetch(make([]int8, 1))
	Prefetch(make([]float32, 1000))
}

// BenchmarkDot compares the kernels over rows that come from memory, which a
// scan reads, and over a row that is near, which a batch of queries reads.
func BenchmarkDot(b *testing.B) {
	const rows, dimension = 50_000, 384
	random := rand.New(rand.NewPCG(1, 2))
	values := make([]float32, rows*dimension)
	for i := range values {
		values[i] = random.Float32() - 0.5
	}
	query := values[:dimension]
	var sink float32
	for _, kernel := range []struct {
		name string
		dot  func(a, b []float32) float32
	}{
		{"ours", Dot}, {"portable", dotPortable},
		{"gonum", func(a, b []float32) float32 {
			return blas32.Dot(blas32.Vector{N: len(a), Inc: 1, Data: a}, blas32.Vector{N: len(b), Inc: 1, Data: b})
		}},
	} {
		b.Run("far/"+kernel.name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				at := i % rows * dimension
				sink += kernel.dot(query, values[at:at+dimension])
			}
		})
		b.Run("near/"+kernel.name, func(b *testing.B) {
			for b.Loop() {
				sink += kernel.dot(query, values[dimension:2*dimension])
			}
		})
	}
}

func BenchmarkDotInt8(b *testing.B) {
	v := make([]int8, 384)
	for i := range v {
		v[i] = int8(i)
	}
	var sink int32
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			sink += DotInt8(v, v)
		}
	})
	b.Run("portable", func(b *testing.B) {
		for b.Loop() {
			sink += dotInt8Portable(v, v)
		}
	})
}
