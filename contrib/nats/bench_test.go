package nats_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/nats"
	"github.com/clmkit/clmkit/contrib/nats/internal/cluster"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

const benchBatch = 1000

// batches returns n batches of events with ids of their own.
func batches(n int) [][]clm.Event {
	out := make([][]clm.Event, n)
	for b := range out {
		out[b] = clmtest.Events(benchBatch, 200)
		for i := range out[b] {
			out[b][i].ID = fmt.Sprintf("e-%d-%d", b, i)
		}
	}
	return out
}

// BenchmarkAppend appends batches of 1,000 events to three replicas, from as
// many goroutines at a time as the name says.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 4} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			log, all := open(b, nil), batches(b.N)
			var group errgroup.Group
			group.SetLimit(writers)
			b.ResetTimer()
			for _, batch := range all {
				group.Go(func() error { return log.Append(b.Context(), batch...) })
			}
			require.NoError(b, group.Wait())
			b.ReportMetric(float64(b.N*benchBatch)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkRead reads 100,000 events of three replicas, from one partition and
// from eight.
func BenchmarkRead(b *testing.B) {
	for _, partitions := range []int{1, 8} {
		b.Run(fmt.Sprintf("partitions=%d", partitions), func(b *testing.B) {
			log := open(b, &nats.Options{Partitions: partitions})
			for _, batch := range batches(100) {
				require.NoError(b, log.Append(b.Context(), batch...))
			}
			b.ResetTimer()
			n := 0
			for b.Loop() {
				for _, err := range clm.Events(b.Context(), log) {
					require.NoError(b, err)
					n++
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkAppendKnown appends batches that the stream has already.
func BenchmarkAppendKnown(b *testing.B) {
	log, batch := open(b, nil), batches(1)[0]
	require.NoError(b, log.Append(b.Context(), batch...))
	for b.Loop() {
		require.NoError(b, log.Append(b.Context(), batch...))
	}
	b.ReportMetric(float64(b.N*benchBatch)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkFollow appends one event and reads it.
func BenchmarkFollow(b *testing.B) {
	log := open(b, &nats.Options{Partitions: 1})
	last, began := clm.Position(0), time.Now()
	for i := 0; b.Loop(); i++ {
		e := clmtest.Events(1, 1)[0]
		e.ID = fmt.Sprintf("%v-%d", began, i)
		require.NoError(b, log.Append(b.Context(), e))
		for entry, err := range log.Read(b.Context(), 0, last) {
			require.NoError(b, err)
			last = entry.Position
		}
	}
}

// BenchmarkServerMemory appends 100,000 events to one server of its own, starts
// it anew, and reports what it keeps in memory for each event: its index of
// subjects. Files that are in use are cached on top of it.
func BenchmarkServerMemory(b *testing.B) {
	for b.Loop() {
		one, err := cluster.Start(b.Context(), b.TempDir())
		require.NoError(b, err)
		log, err := nats.Open(b.Context(), connect(b, one.URL()), &nats.Options{Replicas: 1})
		require.NoError(b, err)
		for _, batch := range batches(100) {
			require.NoError(b, log.Append(b.Context(), batch...))
		}
		one.Stop(0)
		before := heap()
		require.NoError(b, one.Start(0))
		b.ReportMetric(float64(heap()-before)/100/benchBatch, "B/event")
		one.Close()
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC() // what finalizers and weak pointers held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
