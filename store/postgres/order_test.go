package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writers append events while a reader follows a partition from the last position
// that it saw. Each writer's transactions take a while, by turns short and long.
const (
	writers = 6
	rounds  = 40
)

// follow reads on and on until all writers are done, and then once more. It
// returns how many entries it saw.
func follow(t *testing.T, done <-chan struct{}, next func(after int64) []int64) int {
	seen, after := 0, int64(0)
	for last := false; ; {
		positions := next(after)
		for _, p := range positions {
			assert.Greater(t, p, after)
			after = p
			seen++
		}
		if last {
			return seen
		}
		select {
		case <-done:
			last = true
		default:
		}
	}
}

func TestAFollowerMissesNothingOfManyWriters(t *testing.T) {
	db := open(t, pgtest.Open(t), nil)
	customer := clm.CustomerID("one for all") // so that all write to one partition
	partition := clm.PartitionOf(customer, db.Log().Partitions())
	var group sync.WaitGroup
	want := 0
	for w := range writers {
		size := []int{1, 7, 300}[w%3] // one statement, and COPY
		want += rounds * size
		group.Go(func() {
			for round := range rounds {
				events := clmtest.Events(size, 1)
				for i := range events {
					events[i].ID, events[i].Customer = fmt.Sprintf("%d-%d-%d", w, round, i), customer
				}
				assert.NoError(t, db.Log().Append(context.Background(), events...))
			}
		})
	}
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	seen := follow(t, done, func(after int64) (positions []int64) {
		for e, err := range db.Log().Read(t.Context(), partition, clm.Position(after)) {
			require.NoError(t, err)
			positions = append(positions, int64(e.Position))
		}
		return positions
	})
	assert.Equal(t, want, seen)
}

// The control: positions from a sequence, as an outbox usually has them. A writer
// that took its number first commits last, and the follower has passed by.
func TestAFollowerOfASequenceMissesEvents(t *testing.T) {
	pool := pgtest.Open(t)
	exec(t, pool, "CREATE TABLE outbox (position bigserial PRIMARY KEY, writer int)")
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "INSERT INTO outbox (writer) VALUES (1)")
	require.NoError(t, err)
	exec(t, pool, "INSERT INTO outbox (writer) VALUES (2)")
	first := outbox(t, pool, 0)
	require.NoError(t, tx.Commit(t.Context()))
	assert.Equal(t, []int64{2}, first, "what committed meanwhile")
	assert.Empty(t, outbox(t, pool, first[0]), "the first event is never seen")
	assert.Equal(t, []int64{1, 2}, outbox(t, pool, 0), "although it is there")
}

func outbox(t *testing.T, pool *pgxpool.Pool, after int64) (positions []int64) {
	rows, err := pool.Query(t.Context(), "SELECT position FROM outbox WHERE position > $1 ORDER BY position", after)
	require.NoError(t, err)
	for rows.Next() {
		var p int64
		require.NoError(t, rows.Scan(&p))
		positions = append(positions, p)
	}
	require.NoError(t, rows.Err())
	return positions
}
