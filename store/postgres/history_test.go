package postgres_test

import (
	"iter"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func entries(t *testing.T, all iter.Seq2[clm.Entry, error]) (events []clm.Event) {
	last := clm.Entry{}
	for e, err := range all {
		require.NoError(t, err)
		if e.Event.Customer == last.Event.Customer {
			require.Greater(t, e.Position, last.Position)
		} else {
			require.Greater(t, e.Event.Customer, last.Event.Customer)
		}
		last = e
		events = append(events, e.Event)
	}
	return events
}

func TestHistoriesComeByCustomerAndThenInOrder(t *testing.T) {
	log := open(t, pgtest.Open(t), nil).Log()
	events := clmtest.Events(700, 13)
	require.NoError(t, log.Append(t.Context(), events...))
	by := map[clm.CustomerID][]clm.Event{}
	for _, e := range events {
		by[e.Customer] = append(by[e.Customer], e)
	}
	order := []clm.CustomerID{"c-0", "c-1", "c-10", "c-11", "c-12", "c-2", "c-3", "c-4", "c-5", "c-6", "c-7", "c-8", "c-9"}
	var want []clm.Event
	for _, c := range order {
		want = append(want, by[c]...)
		assert.Equal(t, by[c], entries(t, log.History(t.Context(), c)))
	}
	assert.Equal(t, want, entries(t, log.Histories(t.Context(), "", "")))
	var pieces []clm.Event
	for _, r := range [][2]clm.CustomerID{{"", "c-10"}, {"c-10", "c-2"}, {"c-2", "c-2x"}, {"c-2x", ""}} {
		pieces = append(pieces, entries(t, log.Histories(t.Context(), r[0], r[1]))...)
	}
	assert.Equal(t, want, pieces, "ranges that meet make the whole")
	assert.Empty(t, entries(t, log.History(t.Context(), "c-9x")))
}

// A pool of one connection is enough, whatever a caller does while it reads.
func TestReadingHoldsNoConnection(t *testing.T) {
	address := pgtest.URL(t) + "&pool_max_conns=1"
	db := openURL(t, address)
	fill(t, db, "x")
	set := db.Profiles("main")
	for e, err := range db.Log().Histories(t.Context(), "", "") {
		require.NoError(t, err)
		_, err := set.Get(t.Context(), e.Event.Customer)
		require.NoError(t, err)
	}
	for p, err := range set.All(t.Context()) {
		require.NoError(t, err)
		for _, err := range db.Exposures().Exposed(t.Context(), clm.ExposureQuery{Customer: p.Customer}) {
			require.NoError(t, err)
			require.NoError(t, db.Log().Append(t.Context(), clmtest.Events(1, 1)...))
		}
	}
	for l, err := range set.DeadLetters(t.Context()) {
		require.NoError(t, err)
		require.NoError(t, set.Erase(t.Context(), l.Event.Customer))
	}
}
