package candidate

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

// baskets returns the items of each order of the events.
func baskets(events []clm.Event) []map[clm.ItemID]bool {
	var all []map[clm.ItemID]bool
	for _, e := range events {
		if e.Kind == clm.Ordered {
			set := map[clm.ItemID]bool{}
			for item := range e.Items {
				set[item] = true
			}
			all = append(all, set)
		}
	}
	return all
}

func holding(orders []map[clm.ItemID]bool, items ...clm.ItemID) float64 {
	n := 0.0
	for _, order := range orders {
		all := true
		for _, item := range items {
			all = all && order[item]
		}
		if all {
			n++
		}
	}
	return n
}

// The reference counts the orders of each pair one by one.
func TestTogetherIsTheMutualInformationOfOrders(t *testing.T) {
	events, catalogue := shop(3)
	p := known(t, events, catalogue)
	orders := baskets(events)
	for name, lift := range map[string]bool{"mutual information": false, "lift": true} {
		t.Run(name, func(t *testing.T) {
			s, err := TrainTogether(t.Context(), p, TogetherOptions{Neighbours: 100, MinSupport: 2, Shrink: 3, Lift: lift})
			require.NoError(t, err)
			pairs := 0
			for i, a := range p.Items {
				for j, b := range p.Items {
					both := holding(orders, a, b)
					want := both * float64(len(orders)) / (holding(orders, a) * holding(orders, b))
					if !lift {
						want = math.Log(want)
					}
					want *= both / (both + 3)
					if i == j || both < 2 || want < 0 {
						want = 0
					}
					if want > 0 {
						pairs++
					}
					require.InDelta(t, want, s.targets.between(int32(i), int32(j)), 1e-6, "%s and %s", a, b)
				}
			}
			assert.Positive(t, pairs)
		})
	}
}

func TestTogetherCountsOrdersNotCustomers(t *testing.T) {
	p := known(t, []clm.Event{
		order("1", "ann", 9, "a", "b"), order("2", "ann", 8, "a", "b"), order("3", "ben", 7, "a"), order("4", "ben", 6, "b"),
		order("5", "cem", 5, "a"), order("6", "dan", 4, "c"), order("7", "dan", 3, "c"),
	}, nil)
	s, err := TrainTogether(t.Context(), p, TogetherOptions{Neighbours: 10, MinSupport: 2})
	require.NoError(t, err)
	assert.Equal(t, []clm.ItemID{"b"}, best(t, p, s, p.History(p.Number["cem"]), 9))
	cause, ok := s.Cause(p.History(p.Number["cem"]), p.Index["b"])
	require.True(t, ok)
	assert.Equal(t, Cause{Kind: BoughtTogether, Items: []int32{p.Index["a"]}, Count: 2}, cause)
	_, ok = s.Cause(p.History(p.Number["ann"]), p.Index["b"])
	assert.False(t, ok, "nobody else has both in one order")
	none, err := TrainTogether(t.Context(), p, TogetherOptions{Neighbours: 10, MinSupport: 3})
	require.NoError(t, err)
	assert.Empty(t, best(t, p, none, p.History(p.Number["cem"]), 9))
}
