package recommend

import (
	"cmp"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/clmkit/clmkit/clm"
)

// known returns the interactions of events at now.
func known(t testing.TB, events []clm.Event, catalogue *clm.Catalogue) *interactions {
	t.Helper()
	weights := map[clm.Kind]float64{clm.Ordered: 1}
	records, err := readRecords(clm.Sequence(events), weights, now)
	require.NoError(t, err)
	return newInteractions(records, newVocabulary(records, weights, catalogue, now), now)
}

// dense returns the matrix of customers and items with 1 for what was bought.
func dense(in *interactions) *mat.Dense {
	x := mat.NewDense(len(in.customers), len(in.items), nil)
	for c, row := range in.byCustomer {
		for _, cell := range row {
			x.Set(c, int(cell.number), cell.weight)
		}
	}
	return x
}

// scoresOf returns the scores of a source for each customer.
func scoresOf(t testing.TB, in *interactions, s source) [][]float64 {
	t.Helper()
	all := make([][]float64, len(in.customers))
	for c := range all {
		all[c] = make([]float64, len(in.items))
		require.NoError(t, s.score(t.Context(), &in.histories[c], all[c]))
	}
	return all
}

// The reference is equation 8 of Steck 2019, computed with gonum's inverse.
func TestEASEIsTheClosedFormOfSteck(t *testing.T) {
	events, catalogue := shop(1)
	in := known(t, events, catalogue)
	const lambda = 7
	e, err := trainEASE(t.Context(), in, EASEOptions{Lambda: lambda, MaxItems: 100})
	require.NoError(t, err)
	x := dense(in)
	n := len(in.items)
	var gram, p, want mat.Dense
	gram.Mul(x.T(), x)
	for i := range n {
		gram.Set(i, i, gram.At(i, i)+lambda)
	}
	require.NoError(t, p.Inverse(&gram))
	b := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			if i != j {
				b.Set(i, j, -p.At(i, j)/p.At(j, j))
			}
		}
	}
	want.Mul(x, b)
	for c, scores := range scoresOf(t, in, e) {
		assert.InDeltaSlice(t, want.RawRowView(c), scores, 1e-6)
	}
}

func TestEASELeavesOutTheLeastBoughtItems(t *testing.T) {
	in := known(t, []clm.Event{
		order("1", "ann", 1, "a", "b"), order("2", "ben", 1, "b", "c"), order("3", "cem", 1, "a", "b"),
	}, nil)
	e, err := trainEASE(t.Context(), in, EASEOptions{Lambda: 1, MaxItems: 2})
	require.NoError(t, err)
	assert.Equal(t, []int32{0, 1}, e.items)
	scores := scoresOf(t, in, e)
	assert.Positive(t, scores[1][0], "ben has b, which goes with a")
	assert.Zero(t, scores[0][2])
	_, ok := e.reason(&in.histories[0], 2)
	assert.False(t, ok)
}

// The reference computes each cosine from the dense matrix.
func TestItemKNNIsTheShrunkCosineOfWeightedCustomers(t *testing.T) {
	events, catalogue := shop(2)
	in := known(t, events, catalogue)
	o := ItemKNNOptions{Neighbours: 5, Shrink: 3}
	k, err := trainItemKNN(t.Context(), in, o)
	require.NoError(t, err)
	x := dense(in)
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
	for c, got := range scoresOf(t, in, k) {
		assert.InDeltaSlice(t, scores.RawRowView(c), got, 1e-12)
	}
}

func TestWhatWasBoughtLongAgoCountsLess(t *testing.T) {
	h := history{now: now}
	for _, c := range []struct {
		name     string
		age      time.Duration
		halfLife time.Duration
		want     float64
	}{
		{"now", 0, 60 * day, 1},
		{"after a half-life", 60 * day, 60 * day, 0.5},
		{"after three", 180 * day, 60 * day, 0.125},
		{"without a half-life", 180 * day, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.InDelta(t, c.want, h.fading(now.Add(-c.age), c.halfLife), 1e-15)
		})
	}
	h.signals = []signal{
		{item: 2, time: now.Add(-60 * day), weight: 1},
		{item: 1, time: now.Add(-60 * day), weight: 1},
		{item: 2, time: now, weight: 1},
	}
	assert.Equal(t, []wanted{{1, 0.5}, {2, 1}}, h.wants(60*day))
}

func TestPopularityCountsCustomersInTheWindow(t *testing.T) {
	in := known(t, []clm.Event{
		order("1", "ann", 1, "a"), order("2", "ann", 2, "a"), // one customer
		order("3", "ann", 3, "b"), order("4", "ben", 10, "b"),
		order("5", "cem", 15, "c"), order("6", "dan", 20, "c"), order("7", "eve", 30, "c"),
		order("8", "fay", 30, "d"),
	}, nil)
	p := trainPopularity(in, PopularityOptions{Window: 14 * day})
	assert.Equal(t, []int{1, 2, 0, 0}, p.recent)
	assert.Equal(t, []int{1, 2, 3, 1}, p.all)
	best := top(p.scores, 4, func(int32) bool { return true })
	assert.Equal(t, []clm.ItemID{"b", "a", "c", "d"}, in.ids(best[0].item, best[1].item, best[2].item, best[3].item))
	fading := trainPopularity(in, PopularityOptions{Window: 14 * day, HalfLife: day})
	assert.Greater(t, fading.scores[0], fading.scores[1], "a was bought yesterday")
}

func TestRepeatCountsOrdersAndBreaksTiesByPopularity(t *testing.T) {
	in := known(t, []clm.Event{
		order("1", "ann", 10, "a", "b", "c"), order("2", "ann", 10, "a"), order("3", "ben", 10, "c"),
	}, nil)
	r := &repeat{in, 90 * day}
	best := top(scoresOf(t, in, r)[0], 3, func(int32) bool { return true })
	assert.Equal(t, []clm.ItemID{"a", "c", "b"}, in.ids(best[0].item, best[1].item, best[2].item))
}

func TestTopOrdersByScoreThenByID(t *testing.T) {
	all := func(int32) bool { return true }
	scores := []float64{1, 3, 0, 3, -1, 2, math.NaN()}
	assert.Equal(t, []scored{{1, 3}, {3, 3}, {5, 2}, {0, 1}}, top(scores, 9, all))
	assert.Equal(t, []scored{{1, 3}, {3, 3}}, top(scores, 2, all))
	assert.Equal(t, []scored{{3, 3}, {5, 2}}, top(scores, 2, func(i int32) bool { return i != 1 }))
	assert.Empty(t, top(scores, 0, all))
}
