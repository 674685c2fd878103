package candidate

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func TestRhythmKnowsWhenAnItemIsDue(t *testing.T) {
	var events []clm.Event
	for c := range 30 { // filters are bought every 30 days, lamps once
		customer := clm.CustomerID(fmt.Sprint("c", c))
		for n := range 5 {
			events = append(events, order(fmt.Sprint(c, "-", n), customer, 200-30*n, "filter"))
		}
		events = append(events, order(fmt.Sprint(c, "-l"), customer, 80, "lamp"))
	}
	for _, daysAgo := range []int{1, 29, 120} {
		customer := clm.CustomerID(fmt.Sprint("last ", daysAgo))
		for n := range 3 {
			events = append(events, order(fmt.Sprint(customer, n), customer, daysAgo+30*n, "filter"))
		}
		events = append(events, order(fmt.Sprint(customer, "l"), customer, daysAgo, "lamp"))
	}
	p := known(t, events, nil)
	s := TrainRhythm(p, RhythmOptions{Shrink: 2, Prior: 60 * day, HalfLife: 120 * day})
	score := func(daysAgo int, item clm.ItemID) float64 {
		h := p.History(p.Number[clm.CustomerID(fmt.Sprint("last ", daysAgo))])
		return scoresOf(t, s, h, len(p.Items))[p.Index[item]]
	}
	assert.Greater(t, score(29, "filter"), score(1, "filter"), "due against just bought")
	assert.Greater(t, score(29, "filter"), score(120, "filter"), "due against given up")
	assert.Greater(t, score(29, "filter"), 5*score(29, "lamp"))
	cause, ok := s.Cause(p.History(p.Number["last 29"]), p.Index["filter"])
	require.True(t, ok)
	assert.Equal(t, Cause{Kind: BoughtBefore, Items: []int32{p.Index["filter"]}, Count: 3, Last: now.AddDate(0, 0, -29)}, cause)
}

// The figures are worked out by hand: two customers of a, one of whom comes back
// after 10 days, and one customer of b.
func TestRhythmIsTheModifiedPoissonGammaRate(t *testing.T) {
	p := known(t, []clm.Event{
		order("1", "ann", 35, "a"), order("2", "ann", 25, "a"), order("3", "ben", 40, "a"), order("4", "ben", 40, "b"),
	}, nil)
	s := TrainRhythm(p, RhythmOptions{Shrink: 3, Prior: 50 * day})
	a := s.habits[0]
	assert.InDelta(t, (1.0+1)/(2+3), a.returning, 1e-12)
	assert.InDelta(t, (1.0+1)/(75+115), a.pace, 1e-12)
	assert.InDelta(t, 10, a.interval, 1e-9)
	scores := scoresOf(t, s, p.History(p.Number["ann"]), 2)
	popularity := 2.0 / 3
	idle := 25.0 // more than two intervals ago: not due any more
	assert.InDelta(t, a.returning*(1+a.pace*50)/(10+idle+50)*(1+tieBreak*popularity), scores[0], 1e-12)
	s.o.HalfLife = 25 * day
	assert.InDelta(t, scores[0]/2, scoresOf(t, s, p.History(p.Number["ann"]), 2)[0], 1e-12)
}

func TestRhythmOfAShopWithoutRepeatsOrWithoutOrders(t *testing.T) {
	p := known(t, []clm.Event{order("1", "ann", 30, "a", "b"), order("2", "ben", 20, "b")}, nil)
	for _, score := range scoresOf(t, TrainRhythm(p, RhythmOptions{Shrink: 3, Prior: day}), p.History(0), 2) {
		assert.False(t, math.IsNaN(score) || math.IsInf(score, 0))
	}
	empty := known(t, nil, nil)
	assert.Empty(t, TrainRhythm(empty, RhythmOptions{Shrink: 3, Prior: day}).habits)
}
