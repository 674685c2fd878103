package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/clmkit/clmkit/store/sqlite"
	"github.com/clmkit/clmkit/vector"
)

// two opens a file twice, as two processes would.
func two(t *testing.T) (a, b *sqlite.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	return openAt(t, path, &sqlite.Options{Now: later}), openAt(t, path, &sqlite.Options{Now: later})
}

func TestTwoProcessesAppendToOneLog(t *testing.T) {
	a, b := two(t)
	events := clmtest.Events(600, 7)
	var group sync.WaitGroup
	for i, db := range []*sqlite.DB{a, b} {
		group.Go(func() {
			for n := i * 10; n < len(events); n += 20 {
				assert.NoError(t, db.Log().Append(context.Background(), events[n:n+10]...))
				assert.NoError(t, db.Log().Append(context.Background(), events[:n+10]...), "what the other has appended is passed over")
			}
		})
	}
	group.Wait()
	require.Equal(t, len(events), count(t, a))
	require.Equal(t, len(events), count(t, b))
}

func TestACommitIsFencedByAnotherProcess(t *testing.T) {
	a, b := two(t)
	require.NoError(t, a.Profiles("").Commit(t.Context(), profile.Change{Through: 5, Profiles: []*profile.Profile{profile.New("c-1")}}))
	err := b.Profiles("").Commit(t.Context(), profile.Change{Through: 5, Profiles: []*profile.Profile{profile.New("c-2")}})
	require.ErrorIs(t, err, clm.ErrFenced)
	require.NoError(t, b.Profiles("").Commit(t.Context(), profile.Change{After: clm.Mark{Position: 5}, Through: 6}))
}

func TestAnErasureInAnotherProcessFencesEverySet(t *testing.T) {
	a, b := two(t)
	rebuilt := b.Profiles("rebuilt")
	mark, err := rebuilt.Mark(t.Context(), 0)
	require.NoError(t, err)
	require.NoError(t, a.Erase(t.Context(), "c-1"))
	late := profile.Change{After: mark, Through: 1, Profiles: []*profile.Profile{profile.New("c-1")}}
	require.ErrorIs(t, rebuilt.Commit(t.Context(), late), clm.ErrFenced, "the set did not exist when the customer was erased")
}

// TestAStalledOwnerIsFencedFromTheClaimOn lets a lease run out: the new owner has
// written nothing yet, and still the old one cannot.
func TestAStalledOwnerIsFencedFromTheClaimOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	var clock clmtest.Clock
	a := openAt(t, path, &sqlite.Options{Now: clock.Now})
	b := openAt(t, path, &sqlite.Options{Now: clock.Now})
	member := clm.Member{Group: "views", Owner: "stalled", Slots: 1, TTL: time.Minute}
	leases, err := a.Leases().Claim(t.Context(), member)
	require.NoError(t, err)
	fence := clm.Fence{Group: "views", Slot: 0, Epoch: leases[0].Epoch}
	require.NoError(t, a.Profiles("").Commit(t.Context(), profile.Change{Through: 1, Fence: fence}))
	clock.Advance(time.Minute)
	member.Owner = "new"
	leases, err = b.Leases().Claim(t.Context(), member)
	require.NoError(t, err)
	require.Len(t, leases, 1)
	err = a.Profiles("").Commit(t.Context(), profile.Change{After: clm.Mark{Position: 1}, Through: 2, Fence: fence})
	require.ErrorIs(t, err, clm.ErrFenced)
	fence.Epoch = leases[0].Epoch
	require.NoError(t, b.Profiles("").Commit(t.Context(), profile.Change{After: clm.Mark{Position: 1}, Through: 2, Fence: fence}))
}

func TestSearchesSeeTheVectorsOfOtherProcesses(t *testing.T) {
	a, b := two(t)
	search := func(db *sqlite.DB, dimension int) (ids []string) {
		q := vector.Query{Vector: make([]float32, dimension)}
		q.Vector[0] = 1
		matches, err := db.Vectors("model").Search(t.Context(), q)
		require.NoError(t, err)
		for _, m := range matches {
			ids = append(ids, m.ID)
		}
		return ids
	}
	require.Empty(t, search(b, 2))
	require.NoError(t, a.Vectors("model").Upsert(t.Context(), vector.Record{ID: "x", Vector: []float32{1, 0}}, vector.Record{ID: "y", Vector: []float32{1, 1}}))
	require.Equal(t, []string{"x", "y"}, search(b, 2))
	require.NoError(t, a.Vectors("model").Upsert(t.Context(), vector.Record{ID: "x", Vector: []float32{0, 1}}), "a record is replaced")
	require.Equal(t, []string{"y", "x"}, search(b, 2))
	require.NoError(t, b.Vectors("model").Delete(t.Context(), "y"))
	require.Equal(t, []string{"x"}, search(a, 2))
	require.NoError(t, a.Vectors("model").Delete(t.Context(), "x"))
	require.NoError(t, a.Vectors("model").Upsert(t.Context(), vector.Record{ID: "z", Vector: []float32{1, 0, 0}}), "an emptied set takes another dimension")
	require.Equal(t, []string{"z"}, search(b, 3))
	require.Equal(t, []string{"z"}, search(a, 3))
	require.Empty(t, search2(t, b, "other model"), "sets know nothing of each other")
}

func search2(t *testing.T, db *sqlite.DB, set string) []vector.Match {
	t.Helper()
	matches, err := db.Vectors(set).Search(t.Context(), vector.Query{Vector: []float32{1, 0, 0}})
	require.NoError(t, err)
	return matches
}

// TestAReadingHeldOpenHoldsNobodyUp stops in the middle of four readings while
// another process appends, erases and empties the write-ahead log.
func TestAReadingHeldOpenHoldsNobodyUp(t *testing.T) {
	a, b := two(t)
	fill(t, a, 100, 2)
	erased := false
	erase := func() {
		if !erased {
			erased = true
			require.NoError(t, b.Erase(t.Context(), clm.CustomerID(canary(0))))
			require.NoError(t, b.Log().Append(t.Context(), clmtest.Events(10, 3)...))
		}
	}
	for range a.Profiles("").All(t.Context()) {
		for range a.Profiles("").DeadLetters(t.Context()) {
			for range a.Exposures().Exposed(t.Context(), clm.ExposureQuery{}) {
				for _, err := range clm.Events(t.Context(), a.Log()) {
					require.NoError(t, err)
					erase()
				}
			}
		}
	}
	require.True(t, erased)
}

// TestAReaderThatHoldsTheFileDelaysTraces holds a reading transaction open, which
// store/sqlite never does: the erasure counts, says what is left, and the next
// one removes it.
func TestAReaderThatHoldsTheFileDelaysTraces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, &sqlite.Options{Now: later, Wait: 50 * time.Millisecond})
	fill(t, db, 100, 2)
	holder, err := sqlite3.Open(path)
	require.NoError(t, err)
	defer holder.Close()
	require.NoError(t, holder.Exec("BEGIN; SELECT count(*) FROM events"))
	err = db.Erase(t.Context(), clm.CustomerID(canary(1)))
	require.ErrorIs(t, err, sqlite.ErrBusy)
	require.ErrorContains(t, err, "erase again")
	require.Zero(t, holdings(t, db, clm.CustomerID(canary(1))), "nobody who asks finds the customer")
	require.Positive(t, traces(t, path, canary(1)), "the control: there are traces")
	require.NoError(t, holder.Exec("COMMIT"))
	require.NoError(t, db.Erase(t.Context(), clm.CustomerID(canary(1))))
	require.Zero(t, traces(t, path, canary(1)))
}

// childFile names the file that a child process of the test is to work on.
const childFile = "CLMKIT_SQLITE_TEST_FILE"

// TestProcessesShareAFile runs this test in four processes more, each of which
// appends all events and folds what it finds. What one has done, the others pass
// over or are fenced from.
func TestProcessesShareAFile(t *testing.T) {
	const processes, events = 4, 400
	if path := os.Getenv(childFile); path != "" {
		child(t, path, clmtest.Events(events, 13))
		return
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, &sqlite.Options{Now: later})
	var group sync.WaitGroup
	outputs := make([]error, processes)
	for i := range processes {
		group.Go(func() {
			command := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
			command.Env = append(os.Environ(), childFile+"="+path)
			if output, err := command.CombinedOutput(); err != nil {
				outputs[i] = fmt.Errorf("%w: %s", err, output)
			}
		})
	}
	group.Wait()
	for _, err := range outputs {
		require.NoError(t, err)
	}
	require.Equal(t, events, count(t, db))
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	_, err := clm.CatchUp(t.Context(), db.Log(), nil, profile.NewView(db.Profiles(""), folder))
	require.NoError(t, err)
	want, _, err := folder.AsOf(clm.Sequence(clmtest.Events(events, 13)), later())
	require.NoError(t, err)
	n := 0
	for p, err := range db.Profiles("").All(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, want[p.Customer], p)
		n++
	}
	require.Equal(t, len(want), n)
}

func child(t *testing.T, path string, events []clm.Event) {
	db := openAt(t, path, &sqlite.Options{Now: later})
	view := profile.NewView(db.Profiles(""), profile.NewFolder(profiletest.Catalogue(), nil))
	for len(events) > 0 {
		require.NoError(t, db.Log().Append(t.Context(), events[:40]...))
		events = events[40:]
		for {
			_, err := clm.CatchUp(t.Context(), db.Log(), nil, view)
			if err == nil {
				break
			}
			require.ErrorIs(t, err, clm.ErrFenced)
		}
	}
}
