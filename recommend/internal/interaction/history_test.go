package interaction

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/clm"
)

const day = 24 * time.Hour

func TestWhatWasBoughtLongAgoCountsLess(t *testing.T) {
	h := History{Now: Nano(start)}
	for _, c := range []struct {
		name     string
		age      time.Duration
		halfLife time.Duration
		want     float64
	}{
		{"now", 0, 60 * day, 1},
		{"after a half-life", 60 * day, 60 * day, 0.5},
		{"after three", 180 * day, 60 * day, 0.125},
		{"without a half-life", 180 * day, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.InDelta(t, c.want, h.Fading(Nano(start.Add(-c.age)), c.halfLife), 1e-15)
		})
	}
	h.Signals = []Signal{
		{Item: 2, Time: Nano(start.Add(-60 * day)), Weight: 1},
		{Item: 1, Time: Nano(start.Add(-60 * day)), Weight: 1},
		{Item: 2, Time: Nano(start), Weight: 1},
	}
	assert.Equal(t, []Wanted{{1, 0.5}, {2, 1}}, h.Wants(60*day))
}

func TestOnlyTheLatestTouchesAreKept(t *testing.T) {
	var events []clm.Event
	for i := range maxTouches + 5 {
		events = append(events, viewOf(string(rune('A'+i)), "ann", i, "a"))
	}
	events = append(events, orderOf("1", "ann", 0, "a"))
	touches := pastOf(t, events, 100).History(0).Touches
	assert.Len(t, touches, maxTouches)
	assert.Equal(t, Nano(onDay(5)), touches[0].Time)
}

func TestAMomentBeyondNanosecondsIsTheNearestThereIs(t *testing.T) {
	assert.Less(t, Nano(time.Time{}), Nano(start))
	assert.Greater(t, Nano(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)), Nano(start))
	assert.Equal(t, start, Time(Nano(start)))
}

func TestBuyersAreCounted(t *testing.T) {
	p := pastOf(t, []clm.Event{
		orderOf("1", "ann", 1, "a", "b"), orderOf("2", "ben", 2, "a", "b"), orderOf("3", "cem", 3, "a"),
		orderOf("4", "dan", 4, "b"), orderOf("5", "ann", 5, "b"),
	}, 9)
	assert.Equal(t, 3, p.Buyers(0))
	assert.Equal(t, 2, p.BuyersOfBoth(0, 1, -1))
	assert.Equal(t, 1, p.BuyersOfBoth(0, 1, p.Number["ann"]))
	assert.Equal(t, []int32{0}, p.MostWanted(1), "of equal ones the first")
	assert.Equal(t, []int32{0, 1}, p.MostWanted(9))
	assert.Equal(t, 8*day, p.Span())
}
