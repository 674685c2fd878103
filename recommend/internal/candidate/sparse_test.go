package candidate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func TestSparseWithAllItemsIsEASE(t *testing.T) {
	p := knownShop(t, 9)
	s, err := TrainSparse(t.Context(), p, SparseOptions{Neighbours: len(p.Items), Lambda: 7, HalfLife: 60 * day})
	require.NoError(t, err)
	e, err := TrainEASE(t.Context(), p, EASEOptions{Lambda: 7, HalfLife: 60 * day, MaxItems: 100})
	require.NoError(t, err)
	for i := range int32(len(p.Items)) {
		for j := range int32(len(p.Items)) {
			want := e.b[int(i)*len(p.Items)+int(j)]
			require.InDelta(t, want, s.targets.between(i, j), 1e-6)
		}
	}
	for c, want := range allScores(t, p, e) {
		require.InDeltaSlice(t, want, scoresOf(t, s, p.History(int32(c)), len(p.Items)), 1e-5)
	}
}

// The reference solves the ridge regression of each item on its neighbours with
// gonum.
func TestSparseIsTheRidgeRegressionOnItsNeighbours(t *testing.T) {
	p := knownShop(t, 10)
	const m, lambda = 6, 3.0
	s, err := TrainSparse(t.Context(), p, SparseOptions{Neighbours: m, Lambda: lambda})
	require.NoError(t, err)
	x := dense(p)
	for i := range p.Items {
		var chosen []int
		for j := range p.Items {
			if s.targets.between(int32(j), int32(i)) != 0 {
				chosen = append(chosen, j)
			}
		}
		require.Len(t, chosen, m)
		customers, _ := x.Dims()
		xs := mat.NewDense(customers, m, nil)
		for at, j := range chosen {
			xs.SetCol(at, mat.Col(nil, j, x))
		}
		var gram mat.Dense
		gram.Mul(xs.T(), xs)
		for at := range m {
			gram.Set(at, at, gram.At(at, at)+lambda)
		}
		var right, b mat.VecDense
		right.MulVec(xs.T(), x.ColView(i))
		require.NoError(t, b.SolveVec(&gram, &right))
		for at, j := range chosen {
			require.InDelta(t, b.AtVec(at), s.targets.between(int32(j), int32(i)), 1e-6)
		}
		gain := func(j int) float64 {
			dot := mat.Dot(x.ColView(i), x.ColView(j))
			return dot * dot / (mat.Dot(x.ColView(j), x.ColView(j)) + lambda)
		}
		worst := gain(chosen[0])
		for _, j := range chosen {
			worst = min(worst, gain(j))
		}
		better := 0
		for j := range p.Items {
			if j != i && gain(j) > worst+1e-12 {
				better++
			}
		}
		assert.Less(t, better, m, "the neighbours are those that lower the loss the most")
	}
}
