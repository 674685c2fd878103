package clmtest

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logFollowed lets readers follow their partition while writers append. A log
// whose entries become visible in another order than that of their positions
// loses those that a reader has passed.
func logFollowed(t *testing.T, log clm.Log) {
	const writers, batches, size = 6, 25, 8
	done := make(chan struct{})
	followers := make([]follower, log.Partitions())
	var reading, writing sync.WaitGroup
	for p := range min(log.Partitions(), 8) {
		reading.Go(func() { followers[p].follow(t, log, p, done) })
	}
	for w := range writers {
		writing.Go(func() {
			for b := range batches {
				events := Events(size, size)
				for i := range events {
					events[i].ID = fmt.Sprintf("w%d-%d-%d", w, b, i)
					events[i].Quantity = b
				}
				assert.NoError(t, log.Append(context.Background(), events...))
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	for p := range min(log.Partitions(), 8) {
		assert.Equal(t, read(t, log, p, 0), followers[p].entries, "partition %d as it was followed, and as it is", p)
	}
	all := 0
	for _, events := range readAll(t, log) {
		all += len(events)
	}
	require.Equal(t, writers*batches*size, all)
}

type follower struct{ entries []clm.Entry }

// follow reads until it has made a whole pass after done.
func (f *follower) follow(t *testing.T, log clm.Log, partition int, done <-chan struct{}) {
	for last := false; ; {
		select {
		case <-done:
			last = true
		default:
		}
		after := clm.Position(0)
		if n := len(f.entries); n > 0 {
			after = f.entries[n-1].Position
		}
		for e, err := range log.Read(context.Background(), partition, after) {
			if !assert.NoError(t, err) {
				return
			}
			f.entries = append(f.entries, e)
		}
		if last {
			return
		}
	}
}

// logHeldOpen leaves a sequence standing after its first entry while the log
// grows, and takes it up again.
func logHeldOpen(t *testing.T, log clm.Log) {
	events := Events(3000, 5)
	require.NoError(t, log.Append(t.Context(), events[:1500]...))
	p := clm.PartitionOf("c-1", log.Partitions())
	before := read(t, log, p, 0)
	next, stop := iter.Pull2(log.Read(t.Context(), p, 0))
	defer stop()
	first, err, ok := next()
	require.True(t, ok)
	require.NoError(t, err)
	got := []clm.Entry{first}
	for i := 1500; i < 3000; i += 100 {
		require.NoError(t, log.Append(t.Context(), events[i:i+100]...))
	}
	require.NoError(t, log.(clm.Eraser).Erase(t.Context(), "nobody"))
	for {
		e, err, ok := next()
		if !ok {
			break
		}
		require.NoError(t, err)
		got = append(got, e)
	}
	require.GreaterOrEqual(t, len(got), len(before), "what was there when the reading began")
	require.Equal(t, read(t, log, p, 0)[:len(got)], got)
	require.Equal(t, byCustomer(events), readAll(t, log))
}

func logSameBatchTwice(t *testing.T, log clm.Log) {
	events := Events(300, 7)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := 0; i < len(events); i += 50 {
				assert.NoError(t, log.Append(context.Background(), events[i:i+50]...))
			}
		})
	}
	group.Wait()
	require.Equal(t, byCustomer(events), readAll(t, log))
}

func logOtherCustomer(t *testing.T, log clm.Log) {
	e := Events(1, 1)[0]
	require.NoError(t, log.Append(t.Context(), e))
	again := e
	again.Customer = "somebody else"
	require.NoError(t, log.Append(t.Context(), again))
	require.Equal(t, byCustomer([]clm.Event{e}), readAll(t, log))
}

func logThousands(t *testing.T, log clm.Log) {
	events := Events(5000, 301)
	require.NoError(t, log.Append(t.Context(), events...))
	require.Equal(t, byCustomer(events), readAll(t, log))
}

func logEnds(t *testing.T, log clm.Log) {
	ender, ok := log.(clm.Ender)
	if !ok {
		t.Skip("the log is no Ender")
	}
	ends, err := ender.Ends(t.Context())
	require.NoError(t, err)
	require.Empty(t, ends)
	require.NoError(t, log.Append(t.Context(), Events(100, 9)...))
	ends, err = ender.Ends(t.Context())
	require.NoError(t, err)
	for p := range log.Partitions() {
		last := clm.Position(0)
		for _, e := range read(t, log, p, 0) {
			last = e.Position
		}
		require.GreaterOrEqual(t, ends[p], last, "end of partition %d", p)
		require.Equal(t, last > 0, ends[p] > 0, "partition %d", p)
	}
}
