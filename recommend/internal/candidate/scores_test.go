package candidate

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func scoresFrom(values ...float64) *Scores {
	s := NewScores(len(values))
	for i, v := range values {
		s.Add(int32(i), v)
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

func TestScoresStartAnew(t *testing.T) {
	s := scoresFrom(4, 2)
	s.Scale()
	assert.Equal(t, 1.0, s.Largest())
	other := NewScores(2)
	other.AddAll(s, 3)
	assert.Equal(t, 1.5, other.Of(1))
	s.Reset()
	assert.Empty(t, s.Items())
	assert.Zero(t, s.Of(0))
	assert.Equal(t, 2, s.Len())
}
