package quality

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// event is something that happened so many hours after noon.
func event(id string, customer clm.CustomerID, kind clm.Kind, hour int, items string) clm.Event {
	e := clm.Event{ID: id, Customer: customer, Kind: kind, Time: noon.Add(time.Duration(hour) * time.Hour)}
	for _, item := range ids(items) {
		if kind == clm.Ordered {
			e.Lines = append(e.Lines, clm.Line{Item: item, Quantity: 1})
		} else {
			e.Item = item
		}
	}
	return e
}

// A stream in no order, with an order that came with another one in the same
// hour, and one whose items are all known.
var stream = []clm.Event{
	event("5", "ann", clm.Ordered, 6, "jar cup"),
	event("1", "ann", clm.Ordered, 0, "tea cup"),
	event("3", "ann", clm.Viewed, 4, "pot"),
	event("2", "ann", clm.Ordered, 2, "tea"),
	event("4b", "ann", clm.Ordered, 5, "oil"),
	event("4a", "ann", clm.Ordered, 5, "tea pot"),
	event("6", "bob", clm.Ordered, 1, "tea"),
	event("7", "bob", clm.Ordered, 7, "tea"),
	event("8", "cat", clm.Ordered, 6, "tea"),
	event("9", "dan", clm.Ordered, 0, "tea"),
	event("10", "ann", clm.Viewed, 8, "jar"),
}

func TestTemporal(t *testing.T) {
	cut := noon.Add(4 * time.Hour)
	ann := Case{Customer: "ann", At: cut, History: ids("tea cup tea")}
	with := func(c Case, targets string, gains ...float64) Case {
		c.Targets, c.Gains = ids(targets), gains
		return c
	}
	bob := Case{Customer: "bob", At: cut, History: ids("tea"), Targets: ids("tea")}
	viewed := map[clm.Kind]float64{clm.Ordered: 1, clm.Viewed: 0.2}
	for _, c := range []struct {
		name   string
		window time.Duration
		o      *SplitOptions
		want   []Case
	}{
		{"items that are new to the customer", 0, nil, []Case{with(ann, "pot oil jar")}},
		{"a window ends before its end", 2 * time.Hour, nil, []Case{with(ann, "pot oil")}},
		{"with repeats", 0, &SplitOptions{Repeats: true}, []Case{with(ann, "tea pot oil jar cup"), bob}},
		{"the next basket, of two at one time the first by id", 0, &SplitOptions{Repeats: true, First: true}, []Case{with(ann, "tea pot"), bob}},
		{"the best that an event made an item", 0, &SplitOptions{Weights: viewed}, []Case{with(ann, "pot oil jar", 1, 1, 1)}},
		{"only what was viewed is worth less", time.Hour, &SplitOptions{Weights: viewed}, []Case{with(ann, "pot", 0.2)}},
		{"a window without events", time.Minute, nil, nil},
		{"kinds without a weight are nothing", 0, &SplitOptions{Weights: map[clm.Kind]float64{clm.Viewed: 0}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Temporal(clm.Sequence(stream), cut, c.window, c.o)
			require.NoError(t, err)
			assert.Equal(t, c.want, s.Cases)
		})
	}
}

func TestLeaveOneOut(t *testing.T) {
	ann := Case{Customer: "ann", At: noon.Add(6 * time.Hour), History: ids("tea cup tea tea pot oil"), Targets: ids("jar")}
	bob := Case{Customer: "bob", At: noon.Add(7 * time.Hour), History: ids("tea"), Targets: ids("tea")}
	s, err := LeaveOneOut(clm.Sequence(stream), nil)
	require.NoError(t, err)
	assert.Equal(t, []Case{ann}, s.Cases)
	ann.Targets = ids("jar cup")
	again, err := LeaveOneOut(clm.Sequence(stream), &SplitOptions{Repeats: true})
	require.NoError(t, err)
	assert.Equal(t, []Case{ann, bob}, again.Cases)
	assert.Equal(t, ids2("1 3 2 4b 4a 6 7 8 9"), trained(t, s), "bob is no case, and all of his events are learned from")
	assert.Equal(t, ids2("1 3 2 4b 4a 6 8 9"), trained(t, again))
}

func TestTwoEventsAtTheLastMomentAreNotHistory(t *testing.T) {
	s, err := LeaveOneOut(clm.Sequence(stream[:6:6][1:]), nil) // without the order of hour 6
	require.NoError(t, err)
	assert.Equal(t, []Case{{Customer: "ann", At: noon.Add(5 * time.Hour), History: ids("tea cup tea"), Targets: ids("oil")}}, s.Cases)
}

func TestEventsWithoutIDsAreToldApartByTime(t *testing.T) {
	events := []clm.Event{event("", "ann", clm.Ordered, 0, "tea"), event("", "ann", clm.Ordered, 1, "cup"), event("", "ann", clm.Ordered, 2, "pot")}
	next, err := Temporal(clm.Sequence(events), noon.Add(time.Hour), 0, &SplitOptions{First: true})
	require.NoError(t, err)
	assert.Equal(t, ids("cup"), next.Cases[0].Targets)
	last, err := LeaveOneOut(clm.Sequence(events), nil)
	require.NoError(t, err)
	assert.Equal(t, ids("pot"), last.Cases[0].Targets)
}

func ids2(names string) []string {
	var all []string
	for _, id := range ids(names) {
		all = append(all, string(id))
	}
	return all
}

func trained(t require.TestingT, s *Split) []string {
	var all []string
	for e, err := range s.Train(clm.Sequence(stream)) {
		require.NoError(t, err)
		all = append(all, e.ID)
	}
	return all
}

func TestPopularityCountsCustomers(t *testing.T) {
	p, err := CountPopularity(clm.Sequence(stream), nil)
	require.NoError(t, err)
	assert.Equal(t, &Popularity{4, map[clm.ItemID]int{"tea": 4, "cup": 1, "pot": 1, "oil": 1, "jar": 1}}, p)
}

func TestBrokenEventsAreNoSplit(t *testing.T) {
	broken := errors.New("broken")
	events := func(yield func(clm.Event, error) bool) { _ = yield(stream[0], nil) && yield(clm.Event{}, broken) }
	_, err := Temporal(events, noon, 0, nil)
	assert.ErrorIs(t, err, broken)
	_, err = LeaveOneOut(events, nil)
	assert.ErrorIs(t, err, broken)
	_, err = CountPopularity(events, nil)
	assert.ErrorIs(t, err, broken)
	_, err = Temporal(events, noon, -1, nil)
	assert.ErrorContains(t, err, "window of -1ns")
	var s Split
	for _, err = range s.Train(events) {
	}
	assert.ErrorIs(t, err, broken, "errors are passed on")
}

// anyEvents draws orders and views of few customers in few hours, so that ties
// and repeats are common.
func anyEvents(t *rapid.T) []clm.Event {
	var all []clm.Event
	for i := range rapid.IntRange(0, 40).Draw(t, "n") {
		kind := rapid.SampledFrom([]clm.Kind{clm.Ordered, clm.Viewed}).Draw(t, "kind")
		customer := rapid.SampledFrom([]clm.CustomerID{"ann", "bob", "cat"}).Draw(t, "customer")
		items := rapid.SampledFrom([]string{"tea", "cup", "tea cup", "pot oil", "jar"}).Draw(t, "items")
		all = append(all, event(fmt.Sprint(i), customer, kind, rapid.IntRange(0, 9).Draw(t, "hour"), items))
	}
	return all
}

func TestNoSplitLooksAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t)
		o := &SplitOptions{Repeats: rapid.Bool().Draw(t, "repeats"), First: rapid.Bool().Draw(t, "first")}
		temporal, err := Temporal(clm.Sequence(events), noon.Add(5*time.Hour), 0, o)
		require.NoError(t, err)
		loo, err := LeaveOneOut(clm.Sequence(events), o)
		require.NoError(t, err)
		for e := range temporal.Train(clm.Sequence(events)) {
			assert.True(t, e.Time.Before(noon.Add(5*time.Hour)))
		}
		for _, s := range []*Split{temporal, loo} {
			for _, c := range s.Cases {
				assert.ElementsMatch(t, c.History, ordered(s.Train(clm.Sequence(events)), c.Customer), "history is what is learned from")
				for _, target := range c.Targets {
					assert.True(t, o.Repeats || !slices.Contains(c.History, target))
				}
			}
		}
	})
}

// ordered returns the items that a customer ordered.
func ordered(events iter.Seq2[clm.Event, error], customer clm.CustomerID) []clm.ItemID {
	var all []clm.ItemID
	for e := range events {
		if e.Customer == customer && e.Kind == clm.Ordered {
			all = slices.AppendSeq(all, e.Items)
		}
	}
	return all
}

func TestTheOrderOfTheEventsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t)
		first, err := LeaveOneOut(clm.Sequence(events), nil)
		require.NoError(t, err)
		again, err := LeaveOneOut(clm.Sequence(rapid.Permutation(events).Draw(t, "order")), nil)
		require.NoError(t, err)
		assert.Equal(t, first, again)
	})
}

func TestACaseBecomesAList(t *testing.T) {
	c := Case{Customer: "ann", History: ids("tea"), Targets: ids("cup"), Gains: []float64{2}}
	assert.Equal(t, List{
		Customer: "ann", Items: ids("pot"), Relevant: ids("cup"), Gains: []float64{2}, History: ids("tea"), Segments: []string{"warm"},
	}, c.List(ids("pot"), "warm"))
}
