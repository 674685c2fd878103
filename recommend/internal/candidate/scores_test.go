package candidate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

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

// checkTop compares Top with the head of all eligible items, sorted.
func checkTop(t *rapid.T, values []float64, n int) {
	eligible := func(i int32) bool { return i%3 != 0 }
	var want []Scored
	for i, v := range values {
		if v > 0 && eligible(int32(i)) {
			want = append(want, Scored{int32(i), v})
		}
	}
	slices.SortStableFunc(want, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	got := scoresFrom(values...).Top(n, eligible)
	require.Equal(t, append([]Scored{}, want[:min(n, len(want))]...), append([]Scored{}, got...))
}

func TestTopIsTheHeadOfTheSortedItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64Range(-2, 5)).Draw(t, "values")
		n := rapid.IntRange(0, 20).Draw(t, "n")
		checkTop(t, values, n)
	})
}

func TestTopOfManyIsTheHeadOfTheSortedItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		values := make([]float64, rapid.IntRange(4*sample, 20*sample).Draw(t, "items"))
		steps := rapid.SampledFrom([]float64{2, 50, 1e9}).Draw(t, "steps") // few make many equal
		for i := range values {
			values[i] = math.Floor(random.ExpFloat64()*steps) - 1
			if random.IntN(9) == 0 {
				values[i] = math.NaN()
			}
		}
		n := rapid.IntRange(0, 300).Draw(t, "n")
		checkTop(t, values, n)
	})
}

func TestAVectorHoldsTheScoresScaled(t *testing.T) {
	s, v := scoresFrom(0, 4, 0, 2, -1), new(Vector)
	s.move(v)
	assert.Empty(t, s.Items())
	assert.Zero(t, s.Of(1))
	total := scoresFrom(0, 10, 0, 0, 0)
	total.AddVector(v, 3)
	assert.Equal(t, []float64{0, 13, 0, 1.5, -0.75}, []float64{total.Of(0), total.Of(1), total.Of(2), total.Of(3), total.Of(4)})
	found := map[float64]float64{}
	v.Named(scoresAt(5, Scored{0, 7}, Scored{1, 8}), func(score, other float64) { found[score] = other })
	assert.Equal(t, map[float64]float64{0: 7, 1: 8}, found)
	s.move(v)
	total.AddVector(v, 1)
	assert.Equal(t, 13.0, total.Of(1), "moved again, it is empty")
}

func TestManyAtOnceAreWhatOneAfterTheOtherIs(t *testing.T) {
	near := []near{{3, 0.5}, {1, 2}, {3, 1}, {0, -1}}
	cells := []interaction.Cell{{Number: 2, Weight: 3}, {Number: 1, Weight: 1}}
	focus := NewFocus(5, []Scored{{Item: 2}, {Item: 1}})
	defer focus.Release()
	for _, of := range []func() *Scores{func() *Scores { return NewScores(5) }, focus.Scores} {
		one, many := of(), of()
		for _, n := range near {
			one.Add(n.item, 2*float64(n.score))
		}
		for _, c := range cells {
			one.Add(c.Number, 3*float64(c.Weight))
		}
		many.addNear(near, 2)
		many.addCells(cells, 3)
		many.times([]float64{1, 2, 3, 4, 5})
		for item := range int32(5) {
			assert.Equal(t, float64(item+1)*one.Of(item), many.Of(item))
		}
	}
}

func TestAFocusLeavesOutWhatItIsNotOn(t *testing.T) {
	for range 2 { // the second is what the first gave back
		focus := NewFocus(9, []Scored{{Item: 7}, {Item: 3}})
		s, other := focus.Scores(), focus.Scores()
		s.Add(3, 1)
		s.Add(4, 1)
		s.Add(7, 2)
		assert.Equal(t, []float64{2, 1}, s.InOrder())
		assert.Equal(t, []float64{0, 0}, other.InOrder())
		assert.Zero(t, s.Of(4))
		focus.Release()
	}
	focus := NewFocus(9, []Scored{{Item: 4}})
	defer focus.Release()
	s := focus.Scores()
	s.Add(3, 1)
	assert.Equal(t, []float64{0}, s.InOrder())
}

// TestSeveralHalfLivesAtOnce compares what a source says at several half-lives
// in one pass with what it says at each.
func TestSeveralHalfLivesAtOnce(t *testing.T) {
	p := known(t, mall(1), nil)
	ages := []time.Duration{0, 60 * day, 14 * day}
	knn, err := TrainItemKNN(t.Context(), p, ItemKNNOptions{Neighbours: 20, Shrink: 2})
	require.NoError(t, err)
	ease, err := TrainEASE(t.Context(), p, EASEOptions{Lambda: 3, MaxItems: 300})
	require.NoError(t, err)
	var items []Scored
	for item := int32(0); int(item) < len(p.Items); item += 3 {
		items = append(items, Scored{Item: item})
	}
	at := func(age time.Duration) [2]Source {
		k, e := *knn, *ease
		k.halfLife, e.halfLife = age, age
		return [2]Source{&k, &e}
	}
	said := 0
	for c := int32(0); int(c) < len(p.Customers); c += 17 {
		h := p.History(c).Remembering()
		for i, each := range []func(*interaction.History, []time.Duration, []*Scores){knn.Each, ease.Each} {
			focus := NewFocus(len(p.Items), items)
			got := []*Scores{focus.Scores(), focus.Scores(), focus.Scores()}
			each(h, ages, got)
			for n, age := range ages {
				want := NewScores(len(p.Items))
				require.NoError(t, at(age)[i].Score(t.Context(), h, want))
				for slot, item := range items {
					require.InDelta(t, want.Of(item.Item), got[n].InOrder()[slot], 1e-12)
					if want.Of(item.Item) != 0 {
						said++
					}
				}
			}
			focus.Release()
		}
	}
	assert.Greater(t, said, 100, "the control: there is something to say")
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
