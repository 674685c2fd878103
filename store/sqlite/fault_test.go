package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/sqlite"
	"github.com/clmkit/clmkit/vector"
)

// calls are what is made to fail: each is right to call again, and changes the
// file the first time.
var calls = []struct {
	name string
	call func(ctx context.Context, db *sqlite.DB) error
}{
	{"append", func(ctx context.Context, db *sqlite.DB) error {
		return db.Log().Append(ctx, clmtest.Events(60, 4)[40:]...)
	}},
	{"commit", func(ctx context.Context, db *sqlite.DB) error {
		profiles := db.Profiles("")
		mark, err := profiles.Mark(ctx, 3)
		if err != nil || mark.Position == 9 {
			return err
		}
		change := profile.Change{Partition: 3, After: mark, Through: 9, Fence: clm.Fence{Group: "g", Slot: 1, Epoch: 7}}
		for i := range 20 {
			change.Profiles = append(change.Profiles, profile.New(clm.CustomerID(fmt.Sprintf("c-%02d", i))))
		}
		change.Aside = []clm.Aside{{Position: 4, Event: clmtest.Events(1, 1)[0], Err: clm.ErrOverflow}}
		return profiles.Commit(ctx, change)
	}},
	{"put", func(ctx context.Context, db *sqlite.DB) error {
		return db.Items().Put(ctx, clm.Item{ID: "a", Title: "A"}, clm.Item{ID: "b", Title: "B"})
	}},
	{"expose", func(ctx context.Context, db *sqlite.DB) error {
		return db.Exposures().Expose(ctx, clm.Exposure{Decision: "new", Customer: "c-1", Time: clmtest.Start})
	}},
	{"upsert", func(ctx context.Context, db *sqlite.DB) error {
		return db.Vectors("model").Upsert(ctx, vector.Record{ID: "new", Vector: []float32{3, 4}, Attributes: map[string]string{vector.Customer: "c-2"}})
	}},
	{"delete", func(ctx context.Context, db *sqlite.DB) error { return db.Vectors("model").Delete(ctx, "old") }},
	{"claim", func(ctx context.Context, db *sqlite.DB) error {
		_, err := db.Leases().Claim(ctx, clm.Member{Group: "views", Owner: "a", Slots: 3, TTL: 1 << 40})
		return err
	}},
	{"erase", func(ctx context.Context, db *sqlite.DB) error { return db.Erase(ctx, "c-1") }},
}

// stocked fills a file with a little of everything.
func stocked(t *testing.T, db *sqlite.DB) {
	t.Helper()
	require.NoError(t, db.Log().Append(t.Context(), clmtest.Events(40, 4)...))
	require.NoError(t, db.Profiles("").Commit(t.Context(), profile.Change{Through: 5, Profiles: []*profile.Profile{profile.New("c-1"), profile.New("c-2")}}))
	require.NoError(t, db.Exposures().Expose(t.Context(), clm.Exposure{Decision: "old", Customer: "c-1", Time: clmtest.Start}))
	require.NoError(t, db.Vectors("model").Upsert(t.Context(), vector.Record{ID: "old", Vector: []float32{1, 2}, Attributes: map[string]string{vector.Customer: "c-1"}}))
}

// contents is all that can be read from a file.
func contents(t *testing.T, db *sqlite.DB) string {
	t.Helper()
	var all string
	for e, err := range clm.Events(t.Context(), db.Log()) {
		require.NoError(t, err)
		all += fmt.Sprintln(e.ID, e.Customer)
	}
	for p, err := range db.Profiles("").All(t.Context()) {
		require.NoError(t, err)
		all += fmt.Sprintln(p.Customer)
	}
	for l, err := range db.Profiles("").DeadLetters(t.Context()) {
		require.NoError(t, err)
		all += fmt.Sprintln(l.Position, l.Err)
	}
	for e, err := range db.Exposures().Exposed(t.Context(), clm.ExposureQuery{}) {
		require.NoError(t, err)
		all += fmt.Sprintln(e.Decision)
	}
	for partition := range 8 {
		mark, err := db.Profiles("").Mark(t.Context(), partition)
		require.NoError(t, err)
		all += fmt.Sprint(mark.Position, " ")
	}
	catalogue, err := db.Items().Catalogue(t.Context())
	require.NoError(t, err)
	matches, err := db.Vectors("model").Search(t.Context(), vector.Query{Vector: []float32{1, 1}})
	require.NoError(t, err)
	return all + fmt.Sprintln(catalogue.Len(), matches)
}

// TestWhatFailsChangesNothingAndSucceedsLater fails every single access to the
// files that a call makes, one in each round.
func TestWhatFailsChangesNothingAndSucceedsLater(t *testing.T) {
	disk, name := newDisk(t)
	failEach(t, func(path string) *sqlite.DB { return openOn(t, name, path) }, func(n int) (reached func() bool) {
		seen := failAt(disk, n)
		return func() bool {
			disk.ask(nil)
			return *seen >= n
		}
	})
}

// TestAStatementThatFailsChangesNothing fails every single statement of a call.
func TestAStatementThatFailsChangesNothing(t *testing.T) {
	var driver statements
	failEach(t, func(path string) *sqlite.DB { return driver.open(t, path) }, func(n int) (reached func() bool) {
		driver.failAt(n)
		return func() bool { return driver.failAt(0) >= n }
	})
}

// failEach makes each call on copies of one file, and each time another one of
// the things that it does fail. A call that returned an error changed nothing, and
// succeeds when it is made again. An erasure may have happened, as a whole, when
// it is only its traces that could not be removed.
func failEach(t *testing.T, open func(path string) *sqlite.DB, fail func(n int) (reached func() bool)) {
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			template := filepath.Join(t.TempDir(), "shop.db")
			full := open(template)
			stocked(t, full)
			before := contents(t, full)
			image := copyFiles(t, template, t.TempDir())
			require.NoError(t, c.call(t.Context(), full))
			after := contents(t, full)
			failed := 0
			for n := 1; ; n += stride {
				db := open(copyFiles(t, image, filepath.Join(t.TempDir(), fmt.Sprint(n))))
				reached := fail(n)
				err := c.call(t.Context(), db)
				if !reached() {
					require.NoError(t, err)
					break
				}
				requireOneOf(t, contents(t, db), err, before, after, c.name)
				if err != nil {
					failed++
					require.ErrorContains(t, err, "shop.db", "the error names the file")
				}
				require.NoError(t, c.call(t.Context(), db), "the same call after failure %d", n)
				require.Equal(t, after, contents(t, db))
				require.NoError(t, db.Close())
			}
			require.Positive(t, failed, "the control: some failures made the call fail")
		})
	}
}

// failAt makes the n-th access from now on fail, and counts them.
func failAt(d *disk, n int) *int {
	seen := new(int)
	d.ask(func(what, _ string) error {
		if *seen++; *seen != n {
			return nil
		}
		switch what {
		case "read":
			return sqlite3.IOERR_READ
		case "sync":
			return sqlite3.IOERR_FSYNC
		}
		return sqlite3.IOERR_WRITE
	})
	return seen
}

// requireOneOf wants the state before a call that failed, and after one that did
// not.
func requireOneOf(t *testing.T, got string, err error, before, after, call string) {
	t.Helper()
	if err == nil {
		require.Equal(t, after, got)
		return
	}
	if call == "erase" && got == after {
		return
	}
	require.Equal(t, before, got, "after %v", err)
}
