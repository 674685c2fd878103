package candidate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

func scoresFrom(values ...float64) *Scores {
	s := NewScores(len(values))
	for i, v := range values {
		s.Add(int32(i), v)
	}
	return s
}

func scoresAt(n int, items ...Scored) *Scores {
	s := NewScores(n)
	for _, x := range items {
		s.Add(x.Item, x.Score)
	}
	return s
}

func TestTopOrdersByScoreThenByNumber(t *testing.T) {
	s := scoresFrom(1, 3, 0, 3, -1, 2, math.NaN())
	assert.Equal(t, []Scored{{1, 3}, {3, 3}, {5, 2}, {0, 1}}, s.Top(9, everything))
	assert.Equal(t, []Scored{{1, 3}, {3, 3}}, s.Top(2, everything))
	assert.Equal(t, []Scored{{3, 3}, {5, 2}}, s.Top(2, func(i int32) bool { return i != 1 }))
	assert.Empty(t, s.Top(0, everything))
}

func TestTopIsTheHeadOfTheSortedItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64Range(-2, 5)).Draw(t, "values")
		n := rapid.IntRange(0, 20).Draw(t, "n")
		var want []Scored
		for i, v := range values {
			if v > 0 && i%3 != 0 {
				want = append(want, Scored{int32(i), v})
			}
		}
		slices.SortStableFunc(want, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
		got := scoresFrom(values...).Top(n, func(i int32) bool { return i%3 != 0 })
		require.Equal(t, append([]Scored{}, want[:min(n, len(want))]...), append([]Scored{}, got...))
	})
}

func TestTopOfManyIsTheHeadOfTheSortedItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		values := make([]float64, rapid.IntRange(4*sample, 20*sample).Draw(t, "items"))
		steps := rapid.SampledFrom([]float64{2, 50, 1e9}).Draw(t, "steps") // few make many equal
		for i := range values {
			values[i] = math.Floor(random.ExpFloat64()*steps) - 1
		}
		n := rapid.IntRange(0, 300).Draw(t, "n")
		var want []Scored
		for i, v := range values {
			if v > 0 && i%3 != 0 {
				want = append(want, Scored{int32(i), v})
			}
		}
		slices.SortStableFunc(want, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
		got := scoresFrom(values...).Top(n, func(i int32) bool { return i%3 != 0 })
		require.Equal(t, append([]Scored{}, want[:min(n, len(want))]...), append([]Scored{}, got...))
	})
}

func TestAVectorHoldsTheScoresScaled(t *testing.T) {
	s, v := scoresFrom(0, 4, 0, 2, -1), NewVector()
	s.Move(v)
	assert.Empty(t, s.Items())
	assert.Zero(t, s.Of(1))
	total := scoresFrom(0, 10, 0, 0, 0)
	total.AddVector(v, 3)
	assert.Equal(t, []float64{0, 13, 0, 1.5, -0.75}, []float64{total.Of(0), total.Of(1), total.Of(2), total.Of(3), total.Of(4)})
	found := map[float64]float64{}
	v.Named(scoresAt(5, Scored{0, 7}, Scored{1, 8}), func(score, other float64) { found[score] = other })
	assert.Equal(t, map[float64]float64{0: 7, 1: 8}, found)
	s.Move(v)
	total.AddVector(v, 1)
	assert.Equal(t, 13.0, total.Of(1), "moved again, it is empty")
}

func TestManyAtOnceAreWhatOneAfterTheOtherIs(t *testing.T) {
	near := []near{{3, 0.5}, {1, 2}, {3, 1}, {0, -1}}
	cells := []interaction.Cell{{Number: 2, Weight: 3}, {Number: 1, Weight: 1}}
	for _, only := range []Mask{nil, maskOf(5, 1, 2)} {
		one, many := NewScores(5), NewScores(5)
		one.Only(only)
		many.Only(only)
		for _, n := range near {
			one.Add(n.item, 2*float64(n.score))
		}
		for _, c := range cells {
			one.Add(c.Number, 3*float64(c.Weight))
		}
		many.addNear(near, 2)
		many.addCells(cells, 3)
		assert.Equal(t, one.Items(), many.Items())
		assert.Equal(t, one.values, many.values)
	}
}

func maskOf(n int, items ...int32) Mask {
	m := NewMask(n)
	for _, item := range items {
		m.Set(item, true)
	}
	return m
}

func TestScoresStartAnew(t *testing.T) {
	s := scoresFrom(4, 2)
	s.Scale()
	assert.Equal(t, 1.0, s.Largest())
	s.Reset()
	assert.Empty(t, s.Items())
	assert.Zero(t, s.Of(0))
	assert.Equal(t, 2, s.Len())
}
