package metric

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestNoveltyInBits(t *testing.T) {
	bits, ok := Novelty([]int{8, 4, 1}, 8) // 0, 1 and 3 bits
	assert.True(t, ok)
	assert.InDelta(t, 4.0/3, bits, 1e-15)
	unseen, _ := Novelty([]int{0}, 8)
	assert.InDelta(t, 3, unseen, 1e-15)
	_, ok = Novelty(nil, 8)
	assert.False(t, ok)
}

func TestRarerItemsAreMoreNovelAndLessPopular(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		had := rapid.SliceOfN(rapid.IntRange(2, 99), 1, 10).Draw(t, "had")
		rarer := slices.Clone(had)
		rarer[rapid.IntRange(0, len(had)-1).Draw(t, "which")]--
		before, _ := Novelty(had, 100)
		after, _ := Novelty(rarer, 100)
		assert.Greater(t, after, before)
		many, _ := Popularity(had)
		fewer, _ := Popularity(rarer)
		assert.Less(t, fewer, many)
		assert.True(t, before >= 0 && after <= math.Log2(100)+1e-12)
	})
}

func TestDiversityIsTheMeanOverPairs(t *testing.T) {
	at := []float64{0, 1, 3}
	mean, ok := Diversity(3, func(i, j int) float64 {
		assert.Less(t, i, j)
		return at[j] - at[i]
	})
	assert.True(t, ok)
	assert.InDelta(t, (1+3+2)/3.0, mean, 1e-15)
	_, ok = Diversity(1, nil)
	assert.False(t, ok)
}

func TestJaccard(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b []string
		want float64
	}{
		{"the same labels are no distance", []string{"a", "b"}, []string{"a", "b"}, 0},
		{"one of three in common", []string{"a", "b"}, []string{"b", "c"}, 2.0 / 3},
		{"nothing in common", []string{"a"}, []string{"b"}, 1},
		{"no labels say nothing", nil, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.InDelta(t, c.want, Jaccard(c.a, c.b), 1e-15)
			assert.InDelta(t, c.want, Jaccard(c.b, c.a), 1e-15)
		})
	}
}

func TestMiscalibration(t *testing.T) {
	for _, c := range []struct {
		name          string
		history, list Taste
		want          float64
		ok            bool
	}{
		{"the same shares", Taste{7, 3}, Taste{70, 30}, 0, true},
		{"70 % romance and 30 % action, all romance", Taste{7, 3}, Taste{1, 0},
			0.7*math.Log(0.7/0.997) + 0.3*math.Log(0.3/0.003), true},
		{"nothing in common is the most", Taste{1, 0}, Taste{0, 1}, math.Log(100), true},
		{"a class that the history lacks costs only its share", Taste{1, 0}, Taste{1, 1}, math.Log(1 / 0.505), true},
		{"a history without classes", Taste{0, 0}, Taste{1, 0}, 0, false},
		{"a list without classes", Taste{1, 0}, Taste{0, 0}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			nats, ok := Miscalibration(c.history, c.list)
			assert.Equal(t, c.ok, ok)
			assert.InDelta(t, c.want, nats, 1e-12)
		})
	}
}

func TestMiscalibrationIsBoundedAndFallsTowardsTheHistory(t *testing.T) {
	weights := rapid.SliceOfN(rapid.Float64Range(0, 10), 5, 5)
	rapid.Check(t, func(t *rapid.T) {
		history, list := Taste(weights.Draw(t, "history")), Taste(weights.Draw(t, "list"))
		far, ok := Miscalibration(history, list)
		if !ok {
			return
		}
		assert.True(t, far >= 0 && far <= math.Log(100)+1e-9, "%v", far)
		nearer := make(Taste, len(list)) // half way
		for i := range nearer {
			nearer[i] = history[i]/history.sum() + list[i]/list.sum()
		}
		near, _ := Miscalibration(history, nearer)
		assert.LessOrEqual(t, near, far+1e-9)
	})
}
