package numeric

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// randomSPD returns a symmetric, diagonally dominant matrix of n rows.
func randomSPD(n int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 2))
	a := make([]float64, n*n)
	for i := range n {
		for j := range i {
			a[i*n+j] = r.Float64() - 0.3
			a[j*n+i] = a[i*n+j]
		}
		a[i*n+i] = float64(n) + r.Float64()
	}
	return a
}

func TestInverseTimesMatrixIsTheIdentity(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 5, tile - 1, tile, tile + 1, 3*tile + 7} {
		a := randomSPD(n, uint64(n))
		inv := slices.Clone(a)
		require.NoError(t, InvertSPD(t.Context(), inv, n))
		for i := range n {
			for j := range n {
				want := 0.0
				if i == j {
					want = 1
				}
				assert.InDelta(t, want, Dot(a[i*n:(i+1)*n], inv[j*n:(j+1)*n]), 1e-10, "n %d, row %d, column %d", n, i, j)
			}
		}
	}
}

// The Hilbert matrix of order 3 has a known inverse of integers
// (Choi, Tricks or treats with the Hilbert matrix, 1983).
func TestInverseOfTheHilbertMatrix(t *testing.T) {
	a := []float64{1, 1. / 2, 1. / 3, 1. / 2, 1. / 3, 1. / 4, 1. / 3, 1. / 4, 1. / 5}
	require.NoError(t, InvertSPD(t.Context(), a, 3))
	assert.InDeltaSlice(t, []float64{9, -36, 30, -36, 192, -180, 30, -180, 180}, a, 1e-9)
}

func TestOnlyTheLowerTriangleIsRead(t *testing.T) {
	full, lower := randomSPD(60, 3), randomSPD(60, 3)
	for i := range 60 {
		for j := i + 1; j < 60; j++ {
			lower[i*60+j] = math.NaN()
		}
	}
	require.NoError(t, InvertSPD(t.Context(), full, 60))
	require.NoError(t, InvertSPD(t.Context(), lower, 60))
	assert.Equal(t, full, lower)
}

func TestTheInverseDoesNotDependOnTheNumberOfProcessors(t *testing.T) {
	one, four := randomSPD(200, 4), randomSPD(200, 4)
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	require.NoError(t, InvertSPD(t.Context(), one, 200))
	runtime.GOMAXPROCS(4)
	require.NoError(t, InvertSPD(t.Context(), four, 200))
	assert.Equal(t, one, four)
}

func TestMatricesThatHaveNoSuchInverse(t *testing.T) {
	for _, c := range []struct {
		name string
		a    []float64
		n    int
	}{
		{"zero", []float64{0}, 1},
		{"negative", []float64{1, 0, 0, -1}, 2},
		{"singular", []float64{1, 1, 1, 1}, 2},
		{"NaN", []float64{math.NaN()}, 1},
		{"NaN below the diagonal", []float64{1, 0, math.NaN(), 1}, 2},
		{"infinite", []float64{math.Inf(1)}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.ErrorIs(t, InvertSPD(t.Context(), c.a, c.n), ErrNotPositive)
		})
	}
	assert.ErrorContains(t, InvertSPD(t.Context(), make([]float64, 5), 2), "5 numbers are not a square of 2 rows")
}

func TestInversionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, InvertSPD(ctx, randomSPD(100, 5), 100), context.Canceled)
}

// The size is that of the item vocabulary of Online Retail before June 2011.
func BenchmarkInvertSPD(b *testing.B) {
	const n = 2424
	a := randomSPD(n, 1)
	work := make([]float64, n*n)
	for b.Loop() {
		copy(work, a)
		if err := InvertSPD(b.Context(), work, n); err != nil {
			b.Fatal(err)
		}
	}
}

// The same inversion by gonum, for comparison.
func BenchmarkInvertSPDGonum(b *testing.B) {
	const n = 2424
	a := mat.NewSymDense(n, randomSPD(n, 1))
	for b.Loop() {
		var cholesky mat.Cholesky
		var inverse mat.SymDense
		if !cholesky.Factorize(a) || cholesky.InverseTo(&inverse) != nil {
			b.Fatal("not inverted")
		}
	}
}
