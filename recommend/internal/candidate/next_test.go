package candidate

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// turns returns, for a customer, the items of each order in time.
func turns(p *interaction.Past, customer int) []map[int32]bool {
	var all []map[int32]bool
	last := int32(-1)
	for _, s := range p.History(int32(customer)).Signals {
		if s.Order != last {
			all, last = append(all, map[int32]bool{}), s.Order
		}
		all[len(all)-1][s.Item] = true
	}
	return all
}

// The reference walks through all pairs of orders; of the orders with an item
// only the latest before another counts.
func TestNextIsTheShareOfOrdersThatFollow(t *testing.T) {
	p := knownShop(t, 4)
	o := NextOptions{Neighbours: 100, Steps: 2, Shrink: 4, Rarity: 0.5, Last: 2, Rate: 0.7}
	s, err := TrainNext(t.Context(), p, o)
	require.NoError(t, err)
	n := len(p.Items)
	orders, follows := make([]float64, n), make(map[[2]int32]float64)
	for c := range p.Customers {
		all := turns(p, c)
		for i, order := range all {
			for a := range order {
				orders[a]++
				for step := 1; step <= o.Steps && i+step < len(all); step++ {
					for b := range all[i+step] {
						follows[[2]int32{a, b}] += 1 / float64(step)
					}
					if all[i+step][a] {
						break
					}
				}
			}
		}
	}
	for a := range int32(n) {
		for b := range int32(n) {
			want := follows[[2]int32{a, b}] / (orders[a] + o.Shrink) / math.Sqrt(orders[b])
			if orders[b] == 0 {
				want = 0
			}
			require.InDelta(t, want, s.targets.between(a, b), 1e-6, "%d after %d", b, a)
		}
	}
	for c := range p.Customers {
		all := turns(p, c)
		want := make([]float64, n)
		weights := map[int32]float64{}
		for i := range min(o.Last, len(all)) {
			for item := range all[len(all)-1-i] {
				weights[item] = max(weights[item], math.Pow(o.Rate, float64(i)))
			}
		}
		for a, w := range weights {
			for b := range int32(n) {
				want[b] += w * s.targets.between(a, b)
			}
		}
		require.InDeltaSlice(t, want, scoresOf(t, s, p.History(int32(c)), n), 1e-9)
	}
}

func TestNextKnowsWhichComesFirst(t *testing.T) {
	var events []clm.Event
	for i := range 5 {
		customer := clm.CustomerID(fmt.Sprint("c", i))
		events = append(events, order(fmt.Sprint("p", i), customer, 20, "printer"), order(fmt.Sprint("i", i), customer, 10, "ink"))
	}
	events = append(events, order("x", "new", 1, "printer"), order("y", "other", 1, "ink"))
	p := known(t, events, nil)
	s, err := TrainNext(t.Context(), p, NextOptions{Neighbours: 10, Steps: 1, Last: 1, Rate: 1})
	require.NoError(t, err)
	assert.Equal(t, []clm.ItemID{"ink"}, best(t, p, s, p.History(p.Number["new"]), 9))
	assert.Empty(t, best(t, p, s, p.History(p.Number["other"]), 9), "nobody bought a printer after ink")
	cause, ok := s.Cause(p.History(p.Number["new"]), p.Index["ink"])
	require.True(t, ok)
	assert.Equal(t, Cause{Kind: BoughtNext, Items: []int32{p.Index["printer"]}, Count: 5}, cause)
	cause, _ = s.Cause(p.History(p.Number["c0"]), p.Index["ink"])
	assert.Zero(t, cause, "what c0 bought last is ink")
}
