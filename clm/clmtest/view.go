package clmtest

import (
	"context"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/require"
)

// RunView checks that the views that newView makes keep the contract of
// [clm.View] about positions. Each call of newView returns a view that has read
// nothing and that can fold [Events]; what it derives is the view's own test.
func RunView(t *testing.T, newView func(*testing.T) clm.View) {
	for _, c := range []struct {
		name string
		test func(*testing.T, clm.View)
	}{
		{"a new view is at the beginning", viewStart},
		{"applying moves one partition", viewMoves},
		{"a batch without entries moves too", viewEmpty},
		{"the wrong mark is fenced", viewFenced},
		{"a cancelled context changes nothing", viewCancelled},
		{"a run over a log reaches its end once", viewRun},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newView(t)) })
	}
}

// batch returns the events as a batch of a partition that begins at a position.
func batch(partition int, after clm.Position, events []clm.Event) clm.Batch {
	b := clm.Batch{Partition: partition, After: clm.Mark{Position: after}, Through: after}
	for _, e := range events {
		b.Through++
		b.Entries = append(b.Entries, clm.Entry{Position: b.Through, Event: e})
	}
	return b
}

func requirePosition(t *testing.T, v clm.View, partition int, want clm.Position) {
	t.Helper()
	got, err := v.Mark(t.Context(), partition)
	require.NoError(t, err)
	require.Equal(t, clm.Mark{Position: want}, got, "mark of partition %d", partition)
}

func viewStart(t *testing.T, v clm.View) {
	requirePosition(t, v, 0, 0)
	requirePosition(t, v, 7, 0)
}

func viewMoves(t *testing.T, v clm.View) {
	events := Events(20, 1)
	require.NoError(t, v.Apply(t.Context(), batch(3, 0, events[:12])))
	requirePosition(t, v, 3, 12)
	requirePosition(t, v, 4, 0)
	require.NoError(t, v.Apply(t.Context(), batch(3, 12, events[12:])))
	requirePosition(t, v, 3, 20)
}

func viewEmpty(t *testing.T, v clm.View) {
	require.NoError(t, v.Apply(t.Context(), clm.Batch{Through: 5}))
	requirePosition(t, v, 0, 5)
}

func viewFenced(t *testing.T, v clm.View) {
	events := Events(20, 1)
	require.NoError(t, v.Apply(t.Context(), batch(0, 0, events[:10])))
	require.ErrorIs(t, v.Apply(t.Context(), batch(0, 0, events[:10])), clm.ErrFenced, "the same batch again")
	require.ErrorIs(t, v.Apply(t.Context(), batch(0, 15, events[15:])), clm.ErrFenced, "a batch from ahead")
	erased := batch(0, 10, events[10:])
	erased.After.Revision++
	require.ErrorIs(t, v.Apply(t.Context(), erased), clm.ErrFenced, "a batch from another state of erasures")
	requirePosition(t, v, 0, 10)
	require.NoError(t, v.Apply(t.Context(), batch(0, 10, events[10:])))
}

func viewCancelled(t *testing.T, v clm.View) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, v.Apply(ctx, batch(0, 0, Events(5, 1))), context.Canceled)
	requirePosition(t, v, 0, 0)
	require.NoError(t, v.Apply(t.Context(), batch(0, 0, Events(5, 1))))
}

func viewRun(t *testing.T, v clm.View) {
	log := clm.NewMemory(&clm.MemoryOptions{Partitions: 3})
	require.NoError(t, log.Append(t.Context(), Events(300, 11)...))
	caught, err := clm.CatchUp(t.Context(), log, &clm.RunOptions{BatchSize: 7}, v)
	require.NoError(t, err)
	require.Equal(t, clm.Caught{Events: 300}, caught)
	caught, err = clm.CatchUp(t.Context(), log, nil, v)
	require.NoError(t, err)
	require.Equal(t, clm.Caught{}, caught, "nothing is left to take in")
}
