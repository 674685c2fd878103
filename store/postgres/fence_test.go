package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAStalledOwnerIsFencedFromTheClaimOn(t *testing.T) {
	pool := pgtest.Open(t)
	var clock clmtest.Clock
	db := open(t, pool, &postgres.Options{Now: clock.Now})
	set := db.Profiles("main")
	claim := func(owner string) clm.Fence {
		leases, err := db.Leases().Claim(t.Context(), clm.Member{Group: "g", Owner: owner, Slots: 1, TTL: time.Minute})
		require.NoError(t, err)
		require.Len(t, leases, 1)
		return clm.Fence{Group: "g", Slot: 0, Epoch: leases[0].Epoch}
	}
	stalled := claim("stalled")
	change := func(f clm.Fence, after, through clm.Position) profile.Change {
		return profile.Change{After: clm.Mark{Position: after}, Through: through, Fence: f, Profiles: []*profile.Profile{profile.New("c-1")}}
	}
	require.NoError(t, set.Commit(t.Context(), change(stalled, 0, 5)))
	clock.Advance(time.Hour)
	require.NoError(t, set.Commit(t.Context(), change(stalled, 5, 6)), "nobody else wants the slot")
	heir := claim("heir")
	require.ErrorIs(t, set.Commit(t.Context(), change(stalled, 6, 7)), clm.ErrFenced, "before the heir wrote anything")
	require.NoError(t, set.Commit(t.Context(), change(heir, 6, 7)))
	require.NoError(t, set.Commit(t.Context(), change(clm.Fence{}, 7, 8)), "without a lease the mark decides")
}

// A claim that would take a lease waits for the commit that is under way under it.
func TestAClaimWaitsForACommitUnderTheLease(t *testing.T) {
	pool := pgtest.Open(t)
	var clock clmtest.Clock
	db := open(t, pool, &postgres.Options{Now: clock.Now})
	set := db.Profiles("main")
	member := clm.Member{Group: "g", Owner: "first", Slots: 1, TTL: time.Minute}
	_, err := db.Leases().Claim(t.Context(), member)
	require.NoError(t, err)
	clock.Advance(time.Hour)

	claimed := make(chan error, 1)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	require.NoError(t, set.CommitTx(t.Context(), tx, profile.Change{Through: 1, Fence: clm.Fence{Group: "g", Epoch: 1}}))
	go func() {
		heir := member
		heir.Owner = "heir"
		_, err := db.Leases().Claim(t.Context(), heir)
		claimed <- err
	}()
	for waiting := 0; waiting == 0; { // until the server says that it waits
		require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").Scan(&waiting))
	}
	assert.Empty(t, claimed)
	require.NoError(t, tx.Commit(t.Context()))
	require.NoError(t, <-claimed)
	require.ErrorIs(t, set.Commit(t.Context(), profile.Change{After: clm.Mark{Position: 1}, Through: 2, Fence: clm.Fence{Group: "g", Epoch: 1}}), clm.ErrFenced)
}

func TestACommitInACallersTransactionIsAsGoodAsTheTransaction(t *testing.T) {
	pool := pgtest.Open(t)
	db := open(t, pool, nil)
	set := db.Profiles("main")
	exec(t, pool, "CREATE TABLE jobs (id int PRIMARY KEY)")
	change := profile.Change{Through: 3, Profiles: []*profile.Profile{profile.New("c-1")}}
	job := func(end error) error {
		return pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			if err := set.CommitTx(t.Context(), tx, change); err != nil {
				return err
			}
			if _, err := tx.Exec(t.Context(), "INSERT INTO jobs VALUES (1)"); err != nil {
				return err
			}
			return end
		})
	}
	lost := errors.New("the process ends here")
	require.ErrorIs(t, job(lost), lost)
	_, err := set.Get(t.Context(), "c-1")
	require.ErrorIs(t, err, profile.ErrNotFound)
	require.NoError(t, job(nil))
	require.ErrorIs(t, job(nil), clm.ErrFenced, "the job a second time")
	_, err = set.Get(t.Context(), "c-1")
	require.NoError(t, err)
}

// Two processes share the partitions; one is cut off in the middle. What the
// profiles add up to is what one process folds from a log in memory.
func TestProcessesThatTakeOverFoldEachEventOnce(t *testing.T) {
	pool := pgtest.Open(t)
	events := clmtest.Events(3000, 50)
	folder := profile.NewFolder(nil, nil)
	var oracle profile.Memory
	memory := clm.NewMemory(nil)
	require.NoError(t, memory.Append(t.Context(), events...))
	_, err := clm.CatchUp(t.Context(), memory, nil, profile.NewView(&oracle, folder))
	require.NoError(t, err)

	db := open(t, pool, nil)
	require.NoError(t, db.Log().Append(t.Context(), events...))
	view := profile.NewView(db.Profiles("main"), folder)
	for i, stop := range []int64{400, 900, int64(len(events))} {
		// The run is cut off once it has folded so many, and the last when all are.
		ctx, cancel := context.WithCancel(t.Context())
		var folded atomic.Int64
		left := int64(len(events)) - total(t, db.Profiles("main"))
		err := clm.Run(ctx, open(t, pool, nil).Log(), &clm.RunOptions{
			BatchSize: 50, Leases: db.Leases(), Member: clm.Member{Group: "g", Owner: fmt.Sprint(i), TTL: time.Minute},
			Progress: func(n int) {
				if folded.Add(int64(n)) >= min(stop, left) {
					cancel()
				}
			},
		}, view)
		cancel()
		require.ErrorIs(t, err, context.Canceled)
	}
	for want, err := range oracle.All(t.Context()) {
		require.NoError(t, err)
		got, err := db.Profiles("main").Get(t.Context(), want.Customer)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// total returns how many events the profiles of a set count.
func total(t *testing.T, set *postgres.Profiles) (n int64) {
	for p, err := range set.All(t.Context()) {
		require.NoError(t, err)
		for _, k := range p.Kinds {
			n += int64(k.Count)
		}
	}
	return n
}
