package interaction

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
)

func TestTheOrderOfReadingDoesNotMatter(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		events := anyLog(t)
		shuffled := rapid.Permutation(events).Draw(t, "shuffled")
		for _, weights := range []Weights{orders, {clm.Ordered: 1, clm.Viewed: 0.25}} {
			one, err := read(t, events, weights).Before(ctx, onDay(8), nil)
			require.NoError(t, err)
			other, err := read(t, shuffled, weights).Before(ctx, onDay(8), nil)
			require.NoError(t, err)
			require.Equal(t, tell(one), tell(other))
		}
	})
}

func TestAPastKnowsNothingOfWhatCameLater(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		events := anyLog(t)
		at := onDay(rapid.IntRange(0, 10).Draw(t, "at"))
		var earlier []clm.Event
		for _, e := range events {
			if e.Time.Before(at) {
				earlier = append(earlier, e)
			}
		}
		whole, err := read(t, events, orders).Before(ctx, at, nil)
		require.NoError(t, err)
		part, err := read(t, earlier, orders).Before(ctx, at, nil)
		require.NoError(t, err)
		until, err := Read(clm.Sequence(events), orders, at)
		require.NoError(t, err)
		limited, err := until.Before(ctx, at, nil)
		require.NoError(t, err)
		require.Equal(t, tell(part), tell(whole))
		require.Equal(t, tell(part), tell(limited))
	})
}

func TestAnEarlierPastHasTheSameNumbersAndLess(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		r := read(t, anyLog(t), orders)
		late, err := r.Before(ctx, onDay(9), nil)
		require.NoError(t, err)
		at := onDay(rapid.IntRange(0, 9).Draw(t, "at"))
		early, err := late.Before(ctx, at)
		require.NoError(t, err)
		direct, err := r.Before(ctx, at, nil)
		require.NoError(t, err)
		require.Same(t, late.Vocabulary, early.Vocabulary)
		for c, id := range direct.Customers {
			want := direct.History(int32(c))
			got := early.History(late.Number[id])
			require.Len(t, got.Signals, len(want.Signals))
			for i, s := range want.Signals {
				s.Item = late.Index[direct.Items[s.Item]]
				require.Equal(t, s, got.Signals[i])
			}
		}
	})
}

func TestTheMatricesAreEachOthersTranspose(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		p, err := read(t, anyLog(t), Weights{clm.Ordered: 1, clm.Viewed: 0.5}).Before(ctx, onDay(9), nil)
		require.NoError(t, err)
		require.Equal(t, p.Rows.Cells(), p.Columns.Cells())
		for c := range p.Rows.Len() {
			for _, cell := range p.Rows.Row(c) {
				require.Contains(t, p.Columns.Row(int(cell.Number)), Cell{int32(c), cell.Weight, cell.Bought})
			}
		}
		for i := range p.Columns.Len() {
			column := p.Columns.Row(i)
			for n := 1; n < len(column); n++ {
				require.Less(t, column[n-1].Number, column[n].Number)
			}
		}
	})
}

func TestOfEventsWithTheSameIDTheEarliestCounts(t *testing.T) {
	p := pastOf(t, []clm.Event{
		orderOf("1", "ann", 3, "late"), orderOf("1", "ann", 1, "early"), orderOf("1", "ben", 2, "middle"),
		{ID: "2", Customer: "ann", Kind: clm.Clicked, Time: onDay(2), Decision: "d"}, orderOf("2", "ann", 1, "too"),
	}, 5)
	assert.Equal(t, []clm.ItemID{"early", "too"}, p.Items)
	assert.Equal(t, []clm.CustomerID{"ann"}, p.Customers)
}

func TestLinesOfTheSameItemAreOneSignal(t *testing.T) {
	e := orderOf("1", "ann", 1, "b", "a", "b")
	e.Lines[0].Quantity = 3
	p := pastOf(t, []clm.Event{e, orderOf("2", "ann", 2, "a")}, 5)
	want := []Signal{
		{Time: Nano(onDay(1)), Item: 0, Order: 0, Weight: 1, Quantity: 1, Price: 500, Bought: true},
		{Time: Nano(onDay(1)), Item: 1, Order: 0, Weight: 1, Quantity: 4, Price: 250, Bought: true},
		{Time: Nano(onDay(2)), Item: 0, Order: 1, Weight: 1, Quantity: 1, Price: 500, Bought: true},
	}
	assert.Equal(t, want, p.History(0).Signals)
	assert.Equal(t, 2, p.History(0).Orders())
}

func TestTheCatalogueAddsItemsOnceTheyAreThere(t *testing.T) {
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "new", Added: onDay(3)}, clm.Item{ID: "old"})
	require.NoError(t, err)
	r := read(t, []clm.Event{orderOf("1", "ann", 1, "sold")}, orders)
	for day, want := range map[int][]clm.ItemID{3: {"old", "sold"}, 4: {"new", "old", "sold"}, 1: {"old"}} {
		p, err := r.Before(t.Context(), onDay(day), catalogue)
		require.NoError(t, err)
		assert.Equal(t, want, p.Items, "day %d", day)
	}
}

func TestAVisitIsJoinedBehindTheHistory(t *testing.T) {
	p := pastOf(t, []clm.Event{orderOf("1", "ann", 1, "a"), orderOf("2", "ben", 2, "b"), viewOf("3", "ann", 2, "b")}, 5)
	visit := Visit([]clm.Event{
		{Kind: clm.Viewed, Item: "b", Time: onDay(6)}, {Kind: clm.Searched, Query: "jar"},
		{Kind: clm.Viewed, Item: "never heard of", Time: onDay(6)},
		orderOf("early", "ann", 4, "b"), orderOf("9", "someone", 7, "b"),
	}, orders, onDay(8))
	h := p.Join(*p.History(0), visit)
	assert.Equal(t, Nano(onDay(8)), h.Now)
	assert.Equal(t, []Touch{
		{Time: Nano(onDay(2)), Item: 1, Kind: Viewed}, {Time: Nano(onDay(6)), Item: 1, Kind: Viewed},
		{Time: Nano(onDay(8)), Item: -1, Kind: Searched, Query: "jar"},
	}, h.Touches)
	require.Len(t, h.Signals, 2, "what was before the moment of the past is known already")
	assert.Equal(t, Signal{Time: Nano(onDay(7)), Item: 1, Order: 1, Weight: 1, Quantity: 1, Price: 500, Bought: true}, h.Signals[1])
	assert.Len(t, p.History(0).Signals, 1, "the past is not changed")
	stranger := p.Join(History{Customer: -1, Now: Nano(onDay(8))}, visit)
	assert.Len(t, stranger.Signals, 2, "who has no history has no events in it")
}

func TestLaterHistoriesHoldAllRecords(t *testing.T) {
	r := read(t, []clm.Event{
		orderOf("1", "ann", 1, "a"), orderOf("2", "ann", 6, "a", "unknown"), orderOf("3", "zoe", 6, "a"),
	}, orders)
	p, err := r.Before(t.Context(), onDay(5), nil)
	require.NoError(t, err)
	whole, unknown := p.Later(r)
	require.Len(t, whole, 1)
	assert.Equal(t, 1, unknown)
	require.Len(t, whole[0].Signals, 2)
	assert.Equal(t, int32(1), whole[0].Signals[1].Order)
	assert.Len(t, p.History(0).Signals, 1)
}

func TestReadFailsWithTheEventThatIsWrong(t *testing.T) {
	_, err := Read(clm.Sequence([]clm.Event{{ID: "e-17", Customer: "ann", Kind: clm.Ordered, Time: start}}), orders, time.Time{})
	assert.ErrorIs(t, err, clm.ErrInvalid)
	assert.ErrorContains(t, err, "e-17")
}

func TestACutLeavesTheLatestItemsOfEachCustomer(t *testing.T) {
	p := pastOf(t, []clm.Event{
		orderOf("1", "ann", 1, "a", "b"), orderOf("2", "ann", 2, "c"), orderOf("3", "ann", 3, "a"), orderOf("4", "ben", 1, "b"),
	}, 9)
	rows, columns, err := p.Cut(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, []Cell{{0, 1, true}, {2, 1, true}}, rows.Row(0))
	assert.Equal(t, []Cell{{1, 1, true}}, rows.Row(1))
	assert.Equal(t, []Cell{{1, 1, true}}, columns.Row(1))
	rows, _, err = p.Cut(t.Context(), 3)
	require.NoError(t, err)
	assert.Same(t, &p.Rows, rows, "nothing to cut")
}
