package candidate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/clm"
)

func TestPopularityCountsCustomersInTheWindow(t *testing.T) {
	p := known(t, []clm.Event{
		order("1", "ann", 1, "a"), order("2", "ann", 2, "a"), // one customer
		order("3", "ann", 3, "b"), order("4", "ben", 10, "b"),
		order("5", "cem", 15, "c"), order("6", "dan", 20, "c"), order("7", "eve", 30, "c"),
		order("8", "fay", 30, "d"),
	}, nil)
	s := TrainPopularity(p, PopularityOptions{Window: 14 * day})
	assert.Equal(t, []clm.ItemID{"b", "a", "c", "d"}, p.IDs(s.Order()...))
	assert.Equal(t, []clm.ItemID{"b", "a", "c", "d"}, best(t, p, s, p.History(0), 9))
	for item, want := range []Cause{
		{Kind: Popular, Count: 1, Window: 14 * day}, {Kind: Popular, Count: 2, Window: 14 * day},
		{Kind: Popular, Count: 3}, {Kind: Popular, Count: 1},
	} {
		cause, ok := s.Cause(p.History(0), int32(item))
		assert.True(t, ok)
		assert.Equal(t, want, cause)
	}
	fading := TrainPopularity(p, PopularityOptions{Window: 14 * day, HalfLife: day})
	assert.Greater(t, fading.Of(0), fading.Of(1), "a was bought yesterday")
}
