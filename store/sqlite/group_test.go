package sqlite_test

import (
	"context"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/sqlite"
)

// together makes calls so that they wait for each other, and returns their
// errors.
func together(t *testing.T, db *sqlite.DB, calls ...func() error) []error {
	t.Helper()
	release := sqlite.Hold(db)
	errs := make([]error, len(calls))
	var group sync.WaitGroup
	for i, call := range calls {
		group.Go(func() { errs[i] = call() })
		for sqlite.Queued(db) <= i {
			runtime.Gosched()
		}
	}
	release()
	group.Wait()
	return errs
}

func TestWritesThatWaitShareATransaction(t *testing.T) {
	disk, name := newDisk(t)
	db := openOn(t, name, filepath.Join(t.TempDir(), "shop.db"))
	events := clmtest.Events(40, 7)
	var calls []func() error
	for i := range 40 {
		calls = append(calls, func() error { return db.Log().Append(context.Background(), events[i]) })
	}
	syncs := 0
	disk.ask(func(what, file string) error {
		if what == "sync" && strings.HasSuffix(file, "-wal") {
			syncs++
		}
		return nil
	})
	for _, err := range together(t, db, calls...) {
		require.NoError(t, err)
	}
	disk.ask(nil)
	require.Equal(t, 40, count(t, db))
	require.LessOrEqual(t, syncs, 2, "one for the transaction, one when the log is begun")
	require.Positive(t, syncs)
}

func TestInAGroupEachWriteIsAllOrNothing(t *testing.T) {
	db := fresh(t)
	fenced := func() error {
		change := profile.Change{After: clm.Mark{Position: 99}, Through: 100, Profiles: []*profile.Profile{profile.New("never")}}
		return db.Profiles("").Commit(context.Background(), change)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	errs := together(t, db,
		func() error { return db.Log().Append(context.Background(), clmtest.Events(10, 3)...) },
		fenced,
		func() error { return db.Profiles("").Commit(context.Background(), profile.Change{Through: 5}) },
		func() error {
			return db.Items().Put(context.Background(), clm.Item{ID: "a", Title: "A"})
		},
		fenced,
	)
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], clm.ErrFenced)
	require.NoError(t, errs[2])
	require.NoError(t, errs[3])
	require.ErrorIs(t, errs[4], clm.ErrFenced)
	require.Equal(t, 10, count(t, db))
	_, err := db.Profiles("").Get(t.Context(), "never")
	require.ErrorIs(t, err, profile.ErrNotFound)
	cancel()
	require.ErrorIs(t, db.Log().Append(cancelled, clmtest.Events(11, 3)[10]), context.Canceled)
}

// TestAWriteThatWaitsCanBeCancelled cancels writes that wait, the leader of the
// next group among them: the others go on.
func TestAWriteThatWaitsCanBeCancelled(t *testing.T) {
	db := fresh(t)
	events := clmtest.Events(30, 3)
	ctx, cancel := context.WithCancel(t.Context())
	release := sqlite.Hold(db)
	errs := make([]error, len(events))
	var group sync.WaitGroup
	for i, e := range events {
		group.Go(func() {
			use := context.Background()
			if i%2 == 0 {
				use = ctx
			}
			errs[i] = db.Log().Append(use, e)
		})
		for sqlite.Queued(db) <= i {
			runtime.Gosched()
		}
	}
	cancel()
	release()
	group.Wait()
	for i, err := range errs {
		if i%2 == 1 {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Equal(t, 15, count(t, db))
}

// TestAGroupThatFailsAsAWholeIsDoneOneByOne fails the group's commit: each write
// then has a transaction of its own.
func TestAGroupThatFailsAsAWholeIsDoneOneByOne(t *testing.T) {
	disk, name := newDisk(t)
	db := openOn(t, name, filepath.Join(t.TempDir(), "shop.db"))
	events := clmtest.Events(6, 3)
	var calls []func() error
	for i := range events {
		calls = append(calls, func() error { return db.Log().Append(context.Background(), events[i]) })
	}
	failAt(disk, 1)
	errs := together(t, db, calls...)
	disk.ask(nil)
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, 6, count(t, db))
}

func TestAfterCloseCallsAreRefused(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "shop.db"), &sqlite.Options{Now: later})
	require.NoError(t, err)
	stocked(t, db)
	release := sqlite.Hold(db)
	waiting := make(chan error, 1)
	go func() { waiting <- db.Log().Append(context.Background(), clmtest.Events(50, 3)...) }()
	for sqlite.Queued(db) == 0 {
		runtime.Gosched()
	}
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	release()
	require.NoError(t, <-closed)
	if err := <-waiting; err != nil { // it was begun before Close, or refused
		require.ErrorIs(t, err, sqlite.ErrClosed)
	}
	require.NoError(t, db.Close(), "closing twice")
	require.ErrorIs(t, db.Log().Append(t.Context(), clmtest.Events(1, 1)...), sqlite.ErrClosed)
	_, err = db.Profiles("").Get(t.Context(), "c-1")
	require.ErrorIs(t, err, sqlite.ErrClosed)
	require.ErrorIs(t, db.Erase(t.Context(), "c-1"), sqlite.ErrClosed)
}
