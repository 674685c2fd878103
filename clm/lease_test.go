package clm_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/stretchr/testify/require"
)

func TestMemoryLeasesConformance(t *testing.T) {
	clmtest.RunLeases(t, func(_ *testing.T, now func() time.Time) clm.Leases { return clmtest.NewMemoryLeases(now) })
}

func TestSlotsCoverThePartitions(t *testing.T) {
	for _, partitions := range []int{1, 2, 63, 64, 65, 1000} {
		seen := map[int]bool{}
		for p := range partitions {
			seen[clm.SlotOf(p, partitions)] = true
		}
		require.Len(t, seen, min(partitions, clm.MaxSlots), "%d partitions", partitions)
	}
}

// A fleet is some runs over one log with one view and shared leases.
type fleet struct {
	log    *clm.Memory
	view   *tally
	leases *clmtest.MemoryLeases
	stops  map[string]context.CancelFunc
	ended  chan error
}

const fleetTTL = 30 * time.Second

func newFleet() *fleet {
	return &fleet{
		log:    clm.NewMemory(&clm.MemoryOptions{Partitions: 16, Now: func() time.Time { return now }}),
		view:   &tally{},
		leases: clmtest.NewMemoryLeases(time.Now),
		stops:  map[string]context.CancelFunc{},
		ended:  make(chan error, 10),
	}
}

// start lets a member run; the view tells who applied what.
func (f *fleet) start(owner string, view clm.View) {
	ctx, cancel := context.WithCancel(context.Background())
	f.stops[owner] = cancel
	o := &clm.RunOptions{Leases: f.leases, Member: clm.Member{Group: "g", Owner: owner, TTL: fleetTTL}}
	go func() { f.ended <- clm.Run(ctx, f.log, o, view) }()
}

func (f *fleet) stop(t *testing.T, owner string) {
	t.Helper()
	f.stops[owner]()
	require.ErrorIs(t, <-f.ended, context.Canceled)
	delete(f.stops, owner)
}

func (f *fleet) append(t *testing.T, from, to int) {
	t.Helper()
	require.NoError(t, f.log.Append(t.Context(), clmtest.Events(to, 97)[from:to]...))
}

func (v *tally) total() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	sum := 0
	for _, n := range v.counts {
		sum += n
	}
	return sum
}

// by counts the events that one member applied.
type by struct {
	*tally
	mu     sync.Mutex
	events int
	slots  map[int]bool
}

func (v *by) Apply(ctx context.Context, b clm.Batch) error {
	err := v.tally.Apply(ctx, b)
	if err == nil {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.events += len(b.Entries)
		if v.slots == nil {
			v.slots = map[int]bool{}
		}
		v.slots[b.Fence.Slot] = true
	}
	return err
}

func TestRunsShareThePartitions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		a, b := &by{tally: f.view}, &by{tally: f.view}
		f.start("a", a)
		f.append(t, 0, 1000)
		synctest.Wait()
		require.Equal(t, 1000, a.events, "alone it works on everything")
		f.start("b", b)
		time.Sleep(fleetTTL)
		synctest.Wait()
		a.events, a.slots = 0, nil
		f.append(t, 1000, 3000)
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, 3000, f.view.total())
		require.Len(t, a.slots, 8)
		require.Len(t, b.slots, 8)
		for slot := range a.slots {
			require.NotContains(t, b.slots, slot)
		}
		f.stop(t, "a")
		f.append(t, 3000, 4000)
		time.Sleep(fleetTTL/3 + time.Second)
		synctest.Wait()
		require.Equal(t, 4000, f.view.total(), "what a left is taken over at the next claim")
		f.stop(t, "b")
	})
}

// stalled is a view whose owner stops in the middle of its work, as a process
// does that is killed.
type stalled struct {
	clm.View
	block chan struct{}
}

func (v *stalled) Apply(ctx context.Context, b clm.Batch) error {
	<-v.block
	return v.View.Apply(ctx, b)
}

func TestADeadProcessIsReplacedWithinTheTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet()
		dead := &stalled{f.view, make(chan struct{})}
		f.start("dead", dead)
		f.append(t, 0, 1000)
		synctest.Wait()
		f.start("b", f.view)
		time.Sleep(fleetTTL + fleetTTL/3)
		synctest.Wait()
		require.Equal(t, 1000, f.view.total())
		close(dead.block)
		synctest.Wait()
		require.Equal(t, 1000, f.view.total(), "what the dead one wakes up to do is fenced")
		f.stop(t, "dead")
		f.stop(t, "b")
	})
}

func TestARunNeedsAGroup(t *testing.T) {
	err := clm.Run(t.Context(), clm.NewMemory(nil), &clm.RunOptions{Leases: clmtest.NewMemoryLeases(time.Now)})
	require.ErrorContains(t, err, "group")
}

func TestAPassReadsOnlyWhatGrew(t *testing.T) {
	log := clm.NewMemory(&clm.MemoryOptions{Partitions: 1_000_000})
	const customers = 2000
	require.NoError(t, log.Append(t.Context(), clmtest.Events(customers, customers)...))
	v := &tally{}
	caught, err := clm.CatchUp(t.Context(), log, nil, v)
	require.NoError(t, err)
	require.Equal(t, clm.Caught{Events: customers}, caught)
	require.LessOrEqual(t, v.asked, 2*customers, "marks that were asked for, of a million partitions")
	require.Equal(t, customers, v.total())
}
