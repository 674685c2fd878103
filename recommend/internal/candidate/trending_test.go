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

// sales returns orders of an item by different customers.
func sales(item clm.ItemID, daysAgo, n int) []clm.Event {
	var events []clm.Event
	for i := range n {
		id := fmt.Sprint(item, daysAgo, "-", i)
		events = append(events, order(id, clm.CustomerID("of "+id), daysAgo, item))
	}
	return events
}

func TestTrendingOrdersByHowSurelyAnItemGrew(t *testing.T) {
	events := sales("steady", 3, 20)
	for _, more := range [][]clm.Event{
		sales("steady", 10, 20), sales("doubled", 3, 20), sales("doubled", 10, 10), sales("tripled but small", 3, 3),
		sales("tripled but small", 10, 1), sales("falling", 3, 10), sales("falling", 10, 30), sales("old", 20, 40),
	} {
		events = append(events, more...)
	}
	p := known(t, events, nil)
	s := TrainTrending(p, TrendingOptions{Window: 7 * day})
	assert.Equal(t, []clm.ItemID{"doubled", "tripled but small", "steady"}, p.IDs(s.Order()...))
	cause, ok := s.Cause(nil, p.Index["doubled"])
	require.True(t, ok)
	assert.Equal(t, Cause{Kind: Rising, Count: 20, Before: 10, Window: 7 * day}, cause)
	_, ok = s.Cause(nil, p.Index["falling"])
	assert.False(t, ok)
	surely := TrainTrending(p, TrendingOptions{Window: 7 * day, Significance: 1.6})
	assert.Equal(t, []clm.ItemID{"doubled"}, p.IDs(surely.Order()...))
}

// Chance moves the score by one standard deviation: the mean of two Poisson
// counts of the same rate has z near 0 and variance near 1.
func TestTheScoreOfChanceIsAboutNormal(t *testing.T) {
	const lambda, growth = 20.0, 1.5
	mean, square := 0.0, 0.0
	for x := range 120 {
		for y := range 120 {
			p := poisson(lambda*growth, x) * poisson(lambda, y)
			z := risen(float64(x), float64(y), growth)
			mean += p * z
			square += p * z * z
		}
	}
	assert.InDelta(t, 0, mean, 0.02)
	assert.InDelta(t, 1, square, 0.03)
}

func poisson(lambda float64, k int) float64 {
	g, _ := math.Lgamma(float64(k + 1))
	return math.Exp(float64(k)*math.Log(lambda) - lambda - g)
}

func TestLooksCountCustomersOfTheKinds(t *testing.T) {
	cart := viewed("4", "cem", 3, "b")
	cart.Kind = clm.CartAdded
	p := known(t, []clm.Event{
		viewed("1", "ann", 1, "a"), viewed("2", "ann", 2, "a"), viewed("3", "ben", 3, "b"), cart, viewed("5", "dan", 20, "c"),
		order("6", "dan", 30, "a", "b", "c"),
	}, nil)
	for _, c := range []struct {
		name  string
		kinds []interaction.Kind
		want  []clm.ItemID
	}{
		{"all looks", nil, []clm.ItemID{"b", "a"}},
		{"views", []interaction.Kind{interaction.Viewed}, []clm.ItemID{"a", "b"}},
		{"carts", []interaction.Kind{interaction.Carted}, []clm.ItemID{"b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := TrainLooks(p, LooksOptions{Window: 7 * day, Kinds: c.kinds})
			assert.Equal(t, c.want, p.IDs(s.Order()...))
		})
	}
	s := TrainLooks(p, LooksOptions{Window: 7 * day, HalfLife: day})
	assert.Equal(t, []clm.ItemID{"a", "b"}, p.IDs(s.Order()...), "a was looked at yesterday")
	cause, ok := s.Cause(nil, p.Index["b"])
	require.True(t, ok)
	assert.Equal(t, Cause{Kind: Looked, Count: 2, Window: 7 * day}, cause)
}
