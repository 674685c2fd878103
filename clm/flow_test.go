package clm_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMemoryConformance(t *testing.T) {
	for _, partitions := range []int{1, 8, 1000} {
		t.Run(fmt.Sprint(partitions), func(t *testing.T) {
			clmtest.RunLog(t, func(*testing.T) clm.Log {
				return clm.NewMemory(&clm.MemoryOptions{Partitions: partitions})
			})
		})
	}
}

func TestTallyConformance(t *testing.T) {
	clmtest.RunView(t, func(*testing.T) clm.View { return &tally{} })
}

// tally is a view that counts events by customer, and refuses some.
type tally struct {
	mu        sync.Mutex
	positions map[int]clm.Position
	counts    map[clm.CustomerID]int
	aside     []clm.Aside
	refuses   func(*clm.Event) bool
	fails     error
	applied   int
	asked     int // marks
}

func (v *tally) Mark(ctx context.Context, partition int) (clm.Mark, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked++
	return clm.Mark{Position: v.positions[partition]}, ctx.Err()
}

func (v *tally) Apply(ctx context.Context, b clm.Batch) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.positions == nil {
		v.positions, v.counts = map[int]clm.Position{}, map[clm.CustomerID]int{}
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case v.fails != nil:
		return v.fails
	case clm.Mark{Position: v.positions[b.Partition]} != b.After:
		return clm.ErrFenced
	}
	for i := range b.Entries {
		if v.refuses != nil && v.refuses(&b.Entries[i].Event) {
			return &clm.EntryError{Position: b.Entries[i].Position, Err: errors.New("indigestible")}
		}
	}
	for i := range b.Entries {
		v.counts[b.Entries[i].Event.Customer]++
	}
	v.aside = append(v.aside, b.Aside...)
	v.positions[b.Partition] = b.Through
	v.applied++
	return nil
}

func TestOneBadEventIsSetAsideAndItsNeighboursAreNot(t *testing.T) {
	log := clm.NewMemory(&clm.MemoryOptions{Partitions: 4})
	events := clmtest.Events(200, 9)
	require.NoError(t, log.Append(t.Context(), events...))
	bad := map[string]bool{"e-000000": true, "e-000050": true, "e-000051": true, "e-000199": true}
	v := &tally{refuses: func(e *clm.Event) bool { return bad[e.ID] }}
	var mu sync.Mutex
	var reported []string
	caught, err := clm.CatchUp(t.Context(), log, &clm.RunOptions{
		BatchSize: 13,
		SetAside: func(_ context.Context, a clm.Aside) error {
			mu.Lock()
			defer mu.Unlock()
			assert.ErrorContains(t, a.Err, "indigestible")
			reported = append(reported, a.Event.ID)
			return nil
		},
	}, v)
	require.NoError(t, err)
	require.Equal(t, clm.Caught{Events: 196, Aside: 4}, caught)
	slices.Sort(reported)
	require.Equal(t, []string{"e-000000", "e-000050", "e-000051", "e-000199"}, reported)
	require.Len(t, v.aside, 4, "the view is told what it refused")
	sum := 0
	for _, n := range v.counts {
		sum += n
	}
	require.Equal(t, 196, sum)
}

func TestARunEndsOnWhatIsNoBadEvent(t *testing.T) {
	log := clm.NewMemory(nil)
	require.NoError(t, log.Append(t.Context(), clmtest.Events(20, 3)...))
	lost := errors.New("connection lost")
	_, err := clm.CatchUp(t.Context(), log, nil, &tally{fails: lost})
	require.ErrorIs(t, err, lost)
	_, err = clm.CatchUp(t.Context(), log, nil, &tally{fails: &clm.EntryError{Position: 999, Err: lost}})
	require.ErrorIs(t, err, lost, "a refused entry that is not in the batch cannot be left out")
	noPlace := errors.New("dead letters are full")
	v := &tally{refuses: func(e *clm.Event) bool { return e.ID == "e-000003" }}
	o := &clm.RunOptions{SetAside: func(context.Context, clm.Aside) error { return noPlace }}
	_, err = clm.CatchUp(t.Context(), log, o, v)
	require.ErrorIs(t, err, noPlace)
	caught, err := clm.CatchUp(t.Context(), log, nil, v)
	require.NoError(t, err)
	require.Equal(t, 1, caught.Aside, "the event was offered again, because the view had not moved")
}

func TestRunFollowsAGrowingLog(t *testing.T) {
	for name, wrap := range map[string]func(*clm.Memory) clm.Log{
		"told of changes": func(m *clm.Memory) clm.Log { return m },
		"by polling":      func(m *clm.Memory) clm.Log { return struct{ clm.Log }{m} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := clm.NewMemory(&clm.MemoryOptions{Now: func() time.Time { return now }})
				v := &tally{}
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { done <- clm.Run(ctx, wrap(log), nil, v) }()
				for _, e := range clmtest.Events(5, 1) {
					require.NoError(t, log.Append(ctx, e))
					time.Sleep(time.Minute) // of the bubble's fake clock
					synctest.Wait()
				}
				cancel()
				require.ErrorIs(t, <-done, context.Canceled)
				require.Equal(t, 5, v.counts["c-0"])
				require.LessOrEqual(t, v.applied, 5)
			})
		})
	}
}

func source(events []clm.Event, end error) iter.Seq2[clm.Event, error] {
	return func(yield func(clm.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
		if end != nil {
			yield(clm.Event{}, end)
		}
	}
}

func TestIngestCountsBadEventsAndLosesNoOthers(t *testing.T) {
	log := clm.NewMemory(&clm.MemoryOptions{Partitions: 1})
	events := clmtest.Events(100, 5)
	events[10].Kind = "veiw"
	events[11].Customer = ""
	events[99].Time = time.Time{}
	var reasons []string
	progress := 0
	report, err := clm.Ingest(t.Context(), log, source(events, nil), &clm.IngestOptions{
		BatchSize: 8,
		SetAside: func(_ context.Context, a clm.Aside) error {
			reasons = append(reasons, a.Err.Error())
			return nil
		},
		Progress: func(n int) { progress += n },
	})
	require.NoError(t, err)
	require.Equal(t, clm.Ingested{Read: 100, Appended: 97, Aside: 3}, report)
	require.Equal(t, 100, progress)
	require.Equal(t, []string{
		`clm: event e-000010: kind: unknown kind "veiw"`,
		`clm: event e-000011: customer: missing`,
		`clm: event e-000099: time: missing`,
	}, reasons)
	n := 0
	for range log.Read(t.Context(), 0, 0) {
		n++
	}
	require.Equal(t, 97, n)
}

func TestIngestKeepsWhatCameBeforeAnErrorOfTheSource(t *testing.T) {
	log := clm.NewMemory(&clm.MemoryOptions{Partitions: 1})
	cut := errors.New("unexpected end of file")
	report, err := clm.Ingest(t.Context(), log, source(clmtest.Events(30, 2), cut), nil)
	require.ErrorIs(t, err, cut)
	require.Equal(t, clm.Ingested{Read: 30, Appended: 30}, report)
	report, err = clm.Ingest(t.Context(), log, source(clmtest.Events(40, 2), nil), nil)
	require.NoError(t, err)
	require.Equal(t, 40, report.Appended, "known events are taken and change nothing")
	n := 0
	for range log.Read(t.Context(), 0, 0) {
		n++
	}
	require.Equal(t, 40, n)
}

func TestPartitionsAreStable(t *testing.T) {
	// FNV-1a reference values: http://www.isthe.com/chongo/tech/comp/fnv/ (test suite).
	assert.Equal(t, int(uint64(0xcbf29ce484222325)%1009), clm.PartitionOf("", 1009))
	assert.Equal(t, int(uint64(0xaf63dc4c8601ec8c)%1009), clm.PartitionOf("a", 1009))
	assert.Equal(t, int(uint64(0x85944171f73967e8)%1009), clm.PartitionOf("foobar", 1009))
}

func TestEventsAndHistoryReadTheWholeLog(t *testing.T) {
	log := clm.NewMemory(&clm.MemoryOptions{Partitions: 4})
	events := clmtest.Events(300, 7)
	require.NoError(t, log.Append(t.Context(), events...))
	seen := map[string]bool{}
	for e, err := range clm.Events(t.Context(), log) {
		require.NoError(t, err)
		seen[e.ID] = true
	}
	require.Len(t, seen, 300)
	var mine, want []clm.Event
	for e, err := range clm.History(t.Context(), log, "c-3") {
		require.NoError(t, err)
		mine = append(mine, e)
	}
	for _, e := range events {
		if e.Customer == "c-3" {
			want = append(want, e)
		}
	}
	require.Equal(t, want, mine)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := 0
	for _, err := range clm.Events(ctx, log) {
		require.ErrorIs(t, err, context.Canceled)
		n++
	}
	require.Equal(t, 1, n, "an error ends the sequence")
	for range clm.Events(t.Context(), log) {
		break
	}
}
