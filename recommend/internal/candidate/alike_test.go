package candidate

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// The reference compares each pair of customers over the dense matrix, as
// published implementations of V-SkNN do.
func TestAlikeIsVSkNNOverWholeHistories(t *testing.T) {
	p := knownShop(t, 5)
	o := AlikeOptions{Neighbours: 7, HalfLife: 60 * day, Length: 0.5, Rarity: 0.8, Reads: 1e6}
	s := TrainAlike(p, o)
	x := dense(p)
	customers, items := x.Dims()
	columns := make([]float64, items)
	for c := range customers {
		for i := range items {
			columns[i] += x.At(c, i)
		}
	}
	for c := range customers {
		type near struct {
			customer int
			sim      float64
		}
		var all []near
		for other := range customers {
			sim, length := 0.0, 0.0
			for _, w := range p.History(int32(c)).Wants(o.HalfLife) {
				sim += w.Weight * x.At(other, int(w.Item))
			}
			for i := range items {
				length += x.At(other, i)
			}
			if other != c && sim > 0 {
				all = append(all, near{other, sim / math.Sqrt(length)})
			}
		}
		slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(b.sim, a.sim) })
		want := make([]float64, items)
		for _, n := range all[:min(len(all), o.Neighbours)] {
			for i := range items {
				if x.At(n.customer, i) > 0 {
					want[i] += n.sim * math.Pow(math.Log(float64(customers)/columns[i]), o.Rarity)
				}
			}
		}
		require.InDeltaSlice(t, want, scoresOf(t, s, p.History(int32(c)), items), 1e-6)
	}
}

func TestAlikeReadsTheRarestItemsFirst(t *testing.T) {
	p := known(t, []clm.Event{
		order("1", "ann", 1, "rare", "common"), order("2", "ben", 1, "rare", "x"), order("3", "cem", 1, "common", "y"),
		order("4", "dan", 1, "common"), order("5", "eve", 1, "common"), order("6", "fay", 1, "z"),
	}, nil)
	few := TrainAlike(p, AlikeOptions{Neighbours: 9, Rarity: 1, Reads: 3})
	all := TrainAlike(p, AlikeOptions{Neighbours: 9, Rarity: 1, Reads: 6})
	assert.Equal(t, []clm.ItemID{"x", "rare"}, best(t, p, few, p.History(0), 9))
	assert.Contains(t, best(t, p, all, p.History(0), 9), clm.ItemID("y"))
}

func TestAlikeCountsTheNeighboursWhoBoughtIt(t *testing.T) {
	p := known(t, []clm.Event{
		order("1", "ann", 1, "a"), order("2", "ben", 1, "a", "b"), order("3", "cem", 1, "a", "b"), order("4", "dan", 1, "b"),
	}, nil)
	s := TrainAlike(p, AlikeOptions{Neighbours: 9, Rarity: 1, Reads: 99})
	cause, ok := s.Cause(p.History(0), p.Index["b"])
	require.True(t, ok)
	assert.Equal(t, Cause{Kind: BoughtAlike, Count: 2}, cause)
	_, ok = s.Cause(&interaction.History{Customer: -1}, p.Index["b"])
	assert.False(t, ok)
}
