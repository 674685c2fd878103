package metric

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

func exposureOf(items int, lists ...[]int32) *Exposure {
	e := NewExposure(items)
	for _, l := range lists {
		e.Add(l)
	}
	return e
}

func TestReachByHand(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name  string
		items int
		lists [][]int32
		want  Reach
	}{
		{"all the same list", 4, [][]int32{{0, 1}, {0, 1}, {1, 0}}, Reach{0.5, 2.0 / 3, 0}},
		{"every item once", 4, [][]int32{{0, 1}, {2, 3}}, Reach{1, 0, 1}},
		{"one item alone", 4, [][]int32{{2}, {2}}, Reach{0.25, 1, 0}},
		{"half in common", 3, [][]int32{{0, 1}, {1, 2}}, Reach{1, 0.25, 0.5}},
		{"the cosine of lists of unlike length", 3, [][]int32{{0}, {0, 1}}, Reach{2.0 / 3, 2.0 / 3, 1 - 1/math.Sqrt2}},
		{"one list has no pair", 2, [][]int32{{0}}, Reach{0.5, 1, nan}},
		{"empty lists", 2, [][]int32{{}, {}}, Reach{0, nan, 1}},
		{"no lists", 2, nil, Reach{nan, nan, nan}},
		{"no items", 0, [][]int32{{}}, Reach{nan, nan, nan}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := exposureOf(c.items, c.lists...).Reach()
			assert.InDelta(t, c.want.Coverage, got.Coverage, 1e-12)
			assert.InDelta(t, c.want.Gini, got.Gini, 1e-12)
			assert.InDelta(t, c.want.Personalisation, got.Personalisation, 1e-12)
		})
	}
}

// randomLists returns n lists of up to 5 of the items, low numbers more often.
func randomLists(random *rand.Rand, n, items int) [][]int32 {
	lists := make([][]int32, n)
	for i := range lists {
		for range 5 {
			item := int32(math.Pow(random.Float64(), 2) * float64(items))
			if !slices.Contains(lists[i], item) {
				lists[i] = append(lists[i], item)
			}
		}
	}
	return lists
}

func TestPersonalisationIsTheMeanOverAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := randomLists(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), rapid.IntRange(2, 20).Draw(t, "n"), 9)
		sum, pairs := 0.0, 0.0
		for i, a := range lists {
			for _, b := range lists[:i] {
				both := 0.0
				for _, item := range a {
					both += outcome(slices.Contains(b, item))
				}
				sum += 1 - both/math.Sqrt(float64(len(a)*len(b)))
				pairs++
			}
		}
		assert.InDelta(t, sum/pairs, exposureOf(9, lists...).Reach().Personalisation, 1e-9)
	})
}

func TestGiniIsTheMeanDifference(t *testing.T) {
	// The coefficient is half of the relative mean difference, over its largest value (n-1)/n.
	rapid.Check(t, func(t *rapid.T) {
		lists := randomLists(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), 6, 8)
		e := exposureOf(8, lists...)
		sum := 0.0
		for _, a := range e.shown {
			for _, b := range e.shown {
				sum += math.Abs(a - b)
			}
		}
		assert.InDelta(t, sum/(2*8*e.total())*8/7, e.Reach().Gini, 1e-12)
	})
}

func TestInfluenceIsWhatLeavingOutDoes(t *testing.T) {
	lists := randomLists(rand.New(rand.NewPCG(7, 8)), 200, 60)
	all := exposureOf(60, lists...)
	n := float64(len(lists))
	i, sum := 0, 0.0
	slopes, steps := make([]float64, len(lists)), make([]float64, len(lists))
	for got := range all.Influence(slices.Values(lists)) {
		without := exposureOf(60, slices.Delete(slices.Clone(lists), i, i+1)...).Reach()
		assert.InDelta(t, (n-1)*(all.Reach().Coverage-without.Coverage), got.Coverage, 1e-9)
		assert.InDelta(t, (n-1)*(all.Reach().Personalisation-without.Personalisation), got.Personalisation, 1e-9)
		slopes[i], steps[i] = got.Gini, (n-1)*(all.Reach().Gini-without.Gini)
		sum += got.Gini
		i++
	}
	assert.Equal(t, len(lists), i)
	assert.Greater(t, stat.Correlation(slopes, steps, nil), 0.995)
	assert.InDelta(t, 1, stat.StdDev(slopes, nil)/stat.StdDev(steps, nil), 0.05)
	assert.InDelta(t, 0, sum, 1e-9, "slopes cancel: twice as many of the same lists have the same Gini")
}

func TestPerItemByHand(t *testing.T) {
	// The documentation's examples: recommended to 100, taken by 60; taken by
	// 100, of whom 50 were predicted. Item 1 is never right.
	p := NewPerItem(3)
	for range 60 {
		p.Add([]int32{0}, []int32{0})
	}
	for range 40 {
		p.Add([]int32{0}, nil)
	}
	assert.InDelta(t, 0.6, p.Accuracy().Precision, 1e-12)
	assert.InDelta(t, 1, p.Accuracy().Recall, 1e-12)
	for range 60 {
		p.Add([]int32{1}, []int32{0})
	}
	assert.InDelta(t, 0.3, p.Accuracy().Precision, 1e-12, "the mean of 0.6 and 0")
	assert.InDelta(t, 0.5, p.Accuracy().Recall, 1e-12, "item 2 is never wanted and has no recall")
	none := NewPerItem(2).Accuracy()
	assert.True(t, math.IsNaN(none.Precision) && math.IsNaN(none.Recall))
}

func TestInfluenceOnAccuracyIsWhatLeavingOutDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	lists, wanted := randomLists(random, 60, 20), randomLists(random, 60, 20)
	of := func(skip int) *PerItem {
		p := NewPerItem(20)
		for i := range lists {
			if i != skip {
				p.Add(lists[i], wanted[i])
			}
		}
		return p
	}
	all, i := of(-1), 0
	pairs := func(yield func(a, b []int32) bool) {
		for i := range lists {
			if !yield(lists[i], wanted[i]) {
				return
			}
		}
	}
	for got := range all.Influence(pairs) {
		without := of(i).Accuracy()
		assert.InDelta(t, 59*(all.Accuracy().Precision-without.Precision), got.Precision, 1e-9)
		assert.InDelta(t, 59*(all.Accuracy().Recall-without.Recall), got.Recall, 1e-9)
		i++
	}
	assert.Equal(t, 60, i)
}
