package candidate

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// The reference computes each cosine from the dense matrix.
func TestItemKNNIsTheShrunkCosineOfWeightedCustomers(t *testing.T) {
	p := knownShop(t, 2)
	o := ItemKNNOptions{Neighbours: 5, Shrink: 3}
	k, err := TrainItemKNN(t.Context(), p, o)
	require.NoError(t, err)
	x := dense(p)
	customers, items := x.Dims()
	want := mat.NewDense(items, items, nil) // neighbours of each row's item
	for j := range items {
		type near struct {
			item int
			sim  float64
		}
		var list []near
		for i := range items {
			common, ni, nj := 0.0, 0.0, 0.0
			for c := range customers {
				degree := 0.0
				for m := range items {
					degree += x.At(c, m)
				}
				common += x.At(c, i) * x.At(c, j) * math.Log(1+float64(items)/math.Max(degree, 1))
				ni += x.At(c, i)
				nj += x.At(c, j)
			}
			if i != j && common > 0 {
				list = append(list, near{i, common / (math.Sqrt(ni*nj) + o.Shrink)})
			}
		}
		slices.SortStableFunc(list, func(a, b near) int { return cmp.Compare(b.sim, a.sim) })
		for _, n := range list[:min(5, len(list))] {
			want.Set(j, n.item, n.sim)
		}
	}
	var scores mat.Dense
	scores.Mul(x, want.T())
	for c, got := range allScores(t, p, k) {
		assert.InDeltaSlice(t, scores.RawRowView(c), got, 1e-6)
	}
}
