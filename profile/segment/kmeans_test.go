package segment

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plain is Lloyd's iteration without bounds; nil where a centroid loses its rows,
// of which Lloyd says nothing.
func plain(p *points, centroids [][]float64) *partition {
	r := p.partition(centroids, 0)
	for steps := 1; ; steps++ {
		h := &hamerly{points: p, centroids: centroids, labels: r.labels}
		sums, counts := h.sums()
		if slices.Contains(counts, 0) {
			return nil
		}
		for c := range centroids {
			for j := range centroids[c] {
				centroids[c][j] = sums[c][j] / float64(counts[c])
			}
		}
		next := p.partition(centroids, steps)
		if next.inertia == r.inertia || steps == maxSteps {
			return next
		}
		r = next
	}
}

func cloud(n, columns, groups int, random *rand.Rand) *points {
	p := &points{columns: columns}
	for i := range n {
		for j := range columns {
			p.data = append(p.data, 4*float64((i%groups)*(j+1)%groups)+random.NormFloat64())
		}
	}
	return p
}

func TestHamerlyFindsWhatLloydFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		k := rapid.IntRange(1, 6).Draw(t, "k")
		p := cloud(rapid.IntRange(k, 200).Draw(t, "n"), rapid.IntRange(1, 5).Draw(t, "columns"), 4, random)
		seeds := p.seed(k, random)
		var copies [][]float64
		for _, c := range seeds {
			copies = append(copies, append([]float64(nil), c...))
		}
		got, err := p.lloyd(t.Context(), seeds)
		require.NoError(t, err)
		want := plain(p, copies)
		if want == nil {
			t.Skip("a centroid lost its rows")
		}
		require.Equal(t, want.labels, got.labels)
		require.InDelta(t, want.inertia, got.inertia, 1e-9*(1+want.inertia))
	})
}

func TestSeedsAreDifferentRows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	p := &points{data: []float64{1, 1, 1, 2, 2, 3}, columns: 1}
	require.Len(t, p.seed(3, random), 3)
	require.Len(t, p.seed(5, random), 3, "there are no more")
}

func TestACentroidWithoutRowsIsPutWhereItIsMissed(t *testing.T) {
	p := &points{data: []float64{0, 1, 10, 11, 100, 101}, columns: 1}
	r, err := p.lloyd(t.Context(), [][]float64{{0}, {10}, {-1000}})
	require.NoError(t, err)
	require.ElementsMatch(t, [][]float64{{0.5}, {10.5}, {100.5}}, r.centroids)
}

func TestTheSilhouetteOfTwoPairs(t *testing.T) {
	// Rows 0 and 1 against 10 and 11: a is 1 for all; b is 10.5 for the outer
	// rows and 9.5 for the inner ones.
	p := &points{data: []float64{0, 1, 10, 11}, columns: 1}
	require.InDelta(t, (9.5/10.5+8.5/9.5)/2, p.silhouette([]int{0, 0, 1, 1}, 2), 1e-12)
	require.Zero(t, p.silhouette([]int{0, 0, 0, 0}, 1))
	require.Zero(t, (&points{data: []float64{1, 1}, columns: 1}).silhouette([]int{0, 1}, 2))
}

func TestTheNumberOfGroupsIsFound(t *testing.T) {
	for groups := 2; groups <= 5; groups++ {
		random := rand.New(rand.NewPCG(uint64(groups), 1))
		p := &points{columns: 2}
		for i := range 500 {
			angle := 2 * math.Pi * float64(i%groups) / float64(groups)
			p.data = append(p.data, 10*math.Cos(angle)+random.NormFloat64(), 10*math.Sin(angle)+random.NormFloat64())
		}
		k, s, err := p.choose(t.Context(), 8, 3, random)
		require.NoError(t, err)
		assert.Equal(t, groups, k)
		assert.Greater(t, s, 0.5)
	}
}

// cheapest is the least cost of all pairings.
func cheapest(cost [][]float64, alone float64, used []bool) float64 {
	if len(cost) == 0 {
		return 0
	}
	best := alone + cheapest(cost[1:], alone, used)
	for c := range used {
		if !used[c] {
			used[c] = true
			best = min(best, cost[0][c]+cheapest(cost[1:], alone, used))
			used[c] = false
		}
	}
	return best
}

func TestAMatchIsTheCheapestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "columns")
		cost := make([][]float64, rows)
		for r := range cost {
			for range columns {
				cost[r] = append(cost[r], float64(rapid.IntRange(0, 20).Draw(t, "cost")))
			}
		}
		const alone = 9
		total, used := 0.0, map[int]bool{}
		for r, c := range match(cost, alone) {
			if c < 0 {
				total += alone
				continue
			}
			require.False(t, used[c])
			used[c] = true
			total += cost[r][c]
		}
		require.Equal(t, cheapest(cost, alone, make([]bool, columns)), total)
	})
}

func TestAMatchOfNothing(t *testing.T) {
	require.Empty(t, match(nil, 1))
	require.Equal(t, []int{-1}, match([][]float64{{math.Inf(1)}}, 1))
	require.Equal(t, []int{-1}, match([][]float64{{}}, 1))
}

func TestTheChanceOfADifference(t *testing.T) {
	// 2 · (30 ln(30/20) + 70 ln(70/80) + 10 ln(10/20) + 90 ln(90/80)) = 12.97; the
	// chi-squared distribution with one degree of freedom leaves 0.000316266 above it.
	require.InDelta(t, 0.000316266, chance(30, 100, 10, 100), 1e-9)
	require.InDelta(t, 1, chance(10, 100, 10, 100), 1e-9)
	require.InDelta(t, 1, chance(0, 5, 0, 5), 1e-9)
	require.InDelta(t, 1, chance(5, 5, 5, 5), 1e-9)
}
