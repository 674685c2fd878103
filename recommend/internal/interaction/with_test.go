package interaction

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
)

// wants is what a past says but for looks and what was returned, which With may
// forget of items that were not known.
func wants(p *Past) told {
	said := told{items: p.Items, customers: p.Customers, at: p.At}
	for c := range p.Customers {
		h := *p.History(int32(c))
		h.Touches, h.Returned = nil, nil
		said.signals = append(said.signals, said.history(p, &h))
		said.rows = append(said.rows, append([]Cell{}, p.Rows.Row(c)...))
	}
	return said
}

func TestAPastWithMoreIsThePastOfBoth(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		events := anyLog(t)
		for i := range events {
			events[i].ID = fmt.Sprint(i)
		}
		catalogue, err := clm.NewCatalogue(clm.Item{ID: "added", Added: onDay(4)})
		require.NoError(t, err)
		day := rapid.IntRange(0, 9).Draw(t, "day")
		r := read(t, events, orders)
		early, err := r.Before(ctx, onDay(day), catalogue)
		require.NoError(t, err)
		before := tell(early)
		var later []clm.Event
		for _, e := range events {
			if !e.Time.Before(onDay(day)) {
				later = append(later, e)
			}
		}
		got, change, err := early.With(ctx, read(t, later, orders), onDay(9), catalogue)
		require.NoError(t, err)
		whole, err := r.Before(ctx, onDay(9), catalogue)
		require.NoError(t, err)
		require.Equal(t, wants(whole), wants(got))
		require.Equal(t, before, tell(early), "the earlier past is not changed")
		for old, n := range change.Items {
			require.Equal(t, early.Items[old], got.Items[n])
		}
		for old, n := range change.Customers {
			require.Equal(t, early.Customers[old], got.Customers[n])
		}
		for _, n := range change.Active {
			require.NotEmpty(t, got.Customers[n])
		}
	})
}

func TestLooksStayAndGoOn(t *testing.T) {
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "a"}, clm.Item{ID: "b"}, clm.Item{ID: "gone"})
	require.NoError(t, err)
	less, err := clm.NewCatalogue(clm.Item{ID: "a"}, clm.Item{ID: "b"}, clm.Item{ID: "aa new"})
	require.NoError(t, err)
	first := []clm.Event{viewOf("1", "ann", 1, "b"), viewOf("2", "ann", 2, "gone"), searchOf("3", "ann", 3, "jar"), returnOf("4", "ann", 3, "b")}
	then := []clm.Event{viewOf("5", "ann", 6, "a"), viewOf("6", "ben", 7, "b")}
	early, err := read(t, first, orders).Before(t.Context(), onDay(5), catalogue)
	require.NoError(t, err)
	show(t, early)
	got, change, err := early.With(t.Context(), read(t, then, orders), onDay(9), less)
	require.NoError(t, err)
	assert.Equal(t, []clm.ItemID{"a", "aa new", "b"}, got.Items)
	assert.Equal(t, []int32{0, 2, -1}, change.Items)
	assert.Equal(t, []int32{0, 1}, change.Active)
	assert.Equal(t, []Touch{
		{Time: Nano(onDay(1)), Item: 2, Kind: Viewed}, {Time: Nano(onDay(3)), Item: -1, Kind: Searched, Query: "jar"},
		{Time: Nano(onDay(6)), Item: 0, Kind: Viewed},
	}, got.History(0).Touches)
	assert.Equal(t, []Touch{{Time: Nano(onDay(3)), Item: 2, Kind: Returned}}, got.History(0).Returned)
	assert.Len(t, got.History(0).Shown, 2)
	assert.Equal(t, Nano(onDay(9)), got.History(1).Now)
}

func TestAPastIsNotChangedByWhatComesLater(t *testing.T) {
	var events []clm.Event
	for i := range maxTouches {
		events = append(events, viewOf(fmt.Sprint(i), "ann", 1, "a"))
	}
	events = append(events, orderOf("o", "ann", 1, "a", "b"))
	early := pastOf(t, events, 5)
	before := tell(early)
	later := read(t, append(events, viewOf("x", "ann", 6, "b"), viewOf("y", "ann", 7, "b")), orders)
	early.Later(later)
	early.Join(*early.History(0), later)
	_, _, err := early.With(t.Context(), later, onDay(9), nil)
	require.NoError(t, err)
	assert.Equal(t, before, tell(early))
}
