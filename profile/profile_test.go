package profile_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const day = 24 * time.Hour

var start = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func TestMemoryConformance(t *testing.T) {
	profiletest.Run(t, func(*testing.T) profile.Store { return new(profile.Memory) })
}

// fold returns the profile of c-1 that the events add up to.
func fold(t require.TestingT, events ...clm.Event) *profile.Profile {
	p := profile.New("c-1")
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	for _, e := range events {
		e.Customer = "c-1"
		require.NoError(t, folder.Fold(p, &e))
	}
	return p
}

func order(id string, at time.Time, minor int64, currency string) clm.Event {
	return clm.Event{ID: id, Customer: "c-1", Kind: clm.Ordered, Time: at, Lines: []clm.Line{
		{Item: "i-1", Quantity: 2, Amount: clm.Money{Minor: minor, Currency: currency}},
	}}
}

func TestRecencyFrequencyMonetary(t *testing.T) {
	p := fold(t,
		order("a", start, 1000, "EUR"),
		order("b", start.Add(10*day), 3000, "EUR"),
		order("c", start.Add(30*day), 500, "GBP"),
		clm.Event{ID: "r", Kind: clm.Returned, Time: start.Add(31 * day), Lines: []clm.Line{{Item: "i-1", Quantity: 1, Amount: clm.Money{Minor: 1000, Currency: "EUR"}}}},
	)
	at := start.Add(40 * day)
	recency, ok := p.Recency(at)
	require.True(t, ok)
	assert.Equal(t, 10*day, recency)
	assert.Equal(t, 3, p.Frequency())
	assert.Equal(t, []clm.Money{{Minor: 3000, Currency: "EUR"}, {Minor: 500, Currency: "GBP"}}, p.Monetary(), "currencies are never added up")
	assert.Equal(t, 40*day, p.Tenure(at))
	assert.InDelta(t, 0.25, p.ReturnRate("EUR"), 1e-12)
	assert.Zero(t, p.ReturnRate("GBP"))
	assert.Equal(t, 2, p.OrdersSince(start.Add(10*day)))
	gaps := p.Gaps()
	assert.Equal(t, 2, gaps.N)
	assert.Equal(t, 15*day, gaps.Mean)
	assert.InDelta(t, 5*math.Sqrt2, gaps.SD.Hours()/24, 1e-9)
}

func TestAStrangerHasAProfileToo(t *testing.T) {
	p := profile.New("c-1")
	_, ok := p.Recency(start)
	assert.False(t, ok)
	assert.Zero(t, p.Tenure(start))
	assert.Empty(t, p.Monetary())
	assert.Zero(t, p.Gaps())
	assert.Equal(t, clm.Acquisition, p.Place(nil, start).Stage)
	_, ok = p.PriceBand("EUR")
	assert.False(t, ok)
	assert.Empty(t, p.Categories.Affinities(start, 0))
}

func TestTwoBasketsOfOneDayAreNoRhythm(t *testing.T) {
	p := fold(t, order("a", start, 1000, "EUR"), order("b", start.Add(time.Hour), 1000, "EUR"), order("c", start.Add(7*day), 1000, "EUR"))
	assert.Equal(t, profile.Gaps{N: 1, Mean: 7 * day}, p.Gaps())
}

func TestInterestFades(t *testing.T) {
	view := func(id string, item clm.ItemID, at time.Time) clm.Event {
		return clm.Event{ID: id, Kind: clm.Viewed, Time: at, Item: item}
	}
	p := fold(t, view("1", "i-1", start), view("2", "i-1", start), view("3", "i-2", start.Add(90*day)))
	got := p.Categories.Affinities(start.Add(90*day), 90*day)
	weights := map[string]float64{}
	for _, a := range got {
		weights[a.Label] = a.Weight
	}
	require.Equal(t, "all", got[0].Label)
	assert.InDelta(t, 1, weights["category 1"], 0.05, "two views fade to one, but for the middle of the week")
	assert.InDelta(t, 1, weights["category 2"], 1e-9)
	sum := 0.0
	for _, a := range got {
		sum += a.Share
	}
	assert.InDelta(t, 1, sum, 1e-12)
	assert.Empty(t, p.Categories.Affinities(start.Add(-14*day), 0), "nothing is seen of later weeks")
}

func TestAReturnTakesInterestBack(t *testing.T) {
	back := clm.Event{ID: "r", Kind: clm.Returned, Time: start, Lines: []clm.Line{{Item: "i-1", Quantity: 2, Amount: clm.Money{Minor: 1000, Currency: "EUR"}}}}
	p := fold(t, order("a", start, 1000, "EUR"), back)
	assert.Empty(t, p.Categories.Affinities(start, 0))
}

func TestPriceBandHoldsThePricesPaid(t *testing.T) {
	var events []clm.Event
	for i, price := range []int64{100, 200, 400, 800, 1600} {
		e := order(string(rune('a'+i)), start, 2*price, "EUR")
		events = append(events, e)
	}
	band, ok := fold(t, events...).PriceBand("EUR")
	require.True(t, ok)
	assert.Equal(t, int64(10), band.Pieces)
	assert.Equal(t, int64(200), band.Low.Minor)
	assert.Equal(t, int64(400), band.Median.Minor)
	assert.Equal(t, int64(800), band.High.Minor)
}

func TestHoursAreThoseOfTheShop(t *testing.T) {
	tokyo := time.FixedZone("Tokyo", 9*3600)
	p := profile.New("c-1")
	e := order("a", time.Date(2026, 1, 4, 20, 0, 0, 0, time.UTC), 100, "JPY") // a Sunday
	require.NoError(t, profile.NewFolder(nil, &profile.FoldOptions{Location: tokyo}).Fold(p, &e))
	assert.Equal(t, uint32(1), p.Hours[5])
	assert.Equal(t, uint32(1), p.Weekdays[time.Monday])
}

func TestWhatTheShopDidIsNoActivity(t *testing.T) {
	p := fold(t, clm.Event{ID: "k", Kind: clm.Contacted, Time: start, Channel: "email"}, clm.Transition("c-1", "", clm.Acquisition, start))
	assert.True(t, p.First.IsZero())
	assert.Zero(t, p.Hours)
	assert.Equal(t, 1, p.Count(clm.Contacted))
	assert.Equal(t, clm.Acquisition, p.Stage.Stage)
}

func TestItemsUnknownToTheCatalogueCountAsMoney(t *testing.T) {
	e := order("a", start, 1000, "EUR")
	e.Lines[0].Item = "never heard of"
	p := fold(t, e)
	assert.Equal(t, 1, p.Frequency())
	assert.Empty(t, p.Categories)
	p = profile.New("c-1")
	require.NoError(t, profile.NewFolder(nil, nil).Fold(p, &e), "a nil catalogue is an empty one")
}

func TestFoldLeavesTheProfileAsItWasOnAnError(t *testing.T) {
	p := fold(t, order("a", start, math.MaxInt64-10, "EUR"))
	before := p.Clone()
	e := order("b", start, 11, "EUR")
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	require.ErrorIs(t, folder.Fold(p, &e), clm.ErrOverflow)
	require.Equal(t, before, p)
	e.Customer = "c-2"
	require.ErrorContains(t, folder.Fold(p, &e), "about customer c-2")
	require.Equal(t, before, p)
}

// anyEvents draws events of one customer that reach every limit of a profile.
func anyEvents(t *rapid.T) []clm.Event {
	n := rapid.IntRange(0, 120).Draw(t, "n")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	base := clmtest.Events(5, 1)
	events := make([]clm.Event, n)
	for i := range events {
		e := base[r.IntN(len(base))]
		switch r.IntN(12) {
		case 4:
			e = clm.Event{Kind: clm.Inferred}
			for range 1 + r.IntN(5) {
				e.Traits = append(e.Traits, anyReading(r))
			}
		case 5:
			e = clm.Event{Kind: clm.Corrected, Correction: &clm.Correction{Name: "n" + fmt.Sprint(r.IntN(3)), Value: fmt.Sprint(r.IntN(3)), Verdict: []clm.Verdict{clm.Pin, clm.Deny, clm.Lift}[r.IntN(3)]}}
		case 6:
			e = profile.Identify("c-1", clm.CustomerID(fmt.Sprint("v-", r.IntN(4))), r.IntN(2) == 0, "", start)[r.IntN(2)]
		case 0:
			e = clm.Event{Kind: clm.Consented, Purpose: "marketing", Granted: r.IntN(2) == 0}
		case 1:
			e = clm.Event{Kind: clm.Unsubscribed, Channel: []string{"", "email"}[r.IntN(2)]}
		case 2:
			e = clm.Event{Kind: clm.StageChanged, To: clm.Stages()[r.IntN(5)]}
		case 3:
			e = clm.Event{Kind: clm.Returned, Lines: base[2].Lines}
		}
		e.ID = string(rune('A'+r.IntN(26))) + string(rune('a'+i%26)) + time.Duration(i).String()
		e.Customer = "c-1"
		e.Time = start.Add(time.Duration(r.IntN(1500)) * day) // more weeks than are kept
		if e.Item != "" {
			e.Item = clm.ItemID("l-" + time.Duration(r.IntN(90)).String()) // more labels than are kept
		}
		e.Channel = "ch-" + time.Duration(r.IntN(90)).String()
		events[i] = e
	}
	return events
}

// anyReading draws readings of few names and values, so that each limit is reached.
func anyReading(r *rand.Rand) clm.Trait {
	t := clm.Trait{
		Name: []string{"n0", "n1", clm.Interest, clm.PrefersBrand}[r.IntN(4)], Value: fmt.Sprint(r.IntN(3)), Confidence: float64(1+r.IntN(4)) / 4, Source: "test",
		Seen: start.Add(time.Duration(r.IntN(60)) * day), Evidence: []clm.Evidence{{Event: fmt.Sprint("e", r.IntN(5))}},
	}
	switch r.IntN(6) {
	case 0:
		t.Name = fmt.Sprint("rare ", r.IntN(90)) // more names than are kept
	case 1:
		t.Value = fmt.Sprint("rare ", r.IntN(90)) // more values than are kept
	case 2:
		t.Expires = t.Seen.Add(30 * day)
	}
	return t
}

// wide is a catalogue with more categories than a profile keeps.
func wide() *clm.Catalogue {
	var items []clm.Item
	for i := range 90 {
		label := time.Duration(i).String()
		items = append(items, clm.Item{ID: clm.ItemID("l-" + label), Categories: []string{label}})
	}
	c, _ := clm.NewCatalogue(items...)
	return c
}

func TestAnyOrderAndBatchingGivesTheSameProfile(t *testing.T) {
	folder := profile.NewFolder(wide(), nil)
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t)
		sum := func(events []clm.Event) *profile.Profile {
			p := profile.New("c-1")
			for _, e := range events {
				require.NoError(t, folder.Fold(p, &e))
			}
			return p
		}
		want := sum(events)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "shuffle"), 2))
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		require.Equal(t, want, sum(events))
		cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
		one, other := sum(events[:cut]), sum(events[cut:])
		unchanged := one.Clone()
		merged, err := profile.Merge(one, other)
		require.NoError(t, err)
		requireSame(t, want, merged)
		require.Equal(t, unchanged, one)
		merged, err = profile.Merge(other, one)
		require.NoError(t, err)
		requireSame(t, want, merged)
		middle := rapid.IntRange(0, cut).Draw(t, "middle")
		a, b := sum(events[:middle]), sum(events[middle:cut])
		left, err := profile.Merge(merge(t, a, b), other)
		require.NoError(t, err)
		requireSame(t, left, merge(t, a, merge(t, b, other)))
		requireSame(t, want, left)
		raw, err := json.Marshal(want)
		require.NoError(t, err)
		var back profile.Profile
		require.NoError(t, json.Unmarshal(raw, &back))
		again, err := json.Marshal(&back)
		require.NoError(t, err)
		require.Equal(t, string(raw), string(again), "a profile survives JSON")
	})
}

func merge(t require.TestingT, a, b *profile.Profile) *profile.Profile {
	m, err := profile.Merge(a, b)
	require.NoError(t, err)
	return m
}

// requireSame compares the texts: an empty list and none are the same.
func requireSame(t require.TestingT, want, got *profile.Profile) {
	a, err := json.Marshal(want)
	require.NoError(t, err)
	b, err := json.Marshal(got)
	require.NoError(t, err)
	require.Equal(t, string(a), string(b))
}

func TestAProfileHasAnUpperSize(t *testing.T) {
	folder := profile.NewFolder(wide(), nil)
	size := func(n int) int {
		p := profile.New("c-1")
		for i := range n {
			e := clm.Event{ID: time.Duration(i).String(), Customer: "c-1", Kind: clm.Ordered, Time: start.Add(time.Duration(i) * 12 * time.Hour), Channel: time.Duration(i).String()}
			for j := range 5 {
				e.Lines = append(e.Lines, clm.Line{Item: clm.ItemID("l-" + time.Duration((i+j)%90).String()), Quantity: 1, Amount: clm.Money{Minor: int64(1 + i%5000), Currency: "EUR"}})
			}
			require.NoError(t, folder.Fold(p, &e))
		}
		return len(p.Orders) + len(p.Prices) + len(p.Categories) + len(p.Channels) + len(p.Kinds)
	}
	full := size(3000) // 214 weeks
	assert.InDelta(t, full, size(6000), 20, "twice the events, but for where the weeks begin")
	assert.LessOrEqual(t, full, profile.MaxOrders+130+150*profile.MaxLabels+profile.MaxLabels+16)
}

func TestAsOfSeesNothingOfTheFuture(t *testing.T) {
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	events := clmtest.Events(200, 7)
	cut := events[120].Time
	want, aside, err := folder.AsOf(clm.Sequence(events[:120]), cut)
	require.NoError(t, err)
	require.Empty(t, aside)
	got, _, err := folder.AsOf(clm.Sequence(append(events, events[:50]...)), cut)
	require.NoError(t, err)
	require.Equal(t, want, got, "later events and repeats change nothing")
}

func TestAsOfReturnsWhatCannotBeFolded(t *testing.T) {
	events := []clm.Event{order("a", start, math.MaxInt64, "EUR"), order("b", start, 1, "EUR"), order("c", start, 1, "GBP")}
	profiles, aside, err := profile.NewFolder(nil, nil).AsOf(clm.Sequence(events), start.Add(day))
	require.NoError(t, err)
	require.Len(t, aside, 1)
	require.Equal(t, "b", aside[0].Event.ID)
	require.Equal(t, 2, profiles["c-1"].Frequency())
}
