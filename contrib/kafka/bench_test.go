package kafka_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

// BenchmarkAppend writes to a cluster in the same process that keeps records in
// memory: it measures this package and the client, not a disk or a network.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 100, 1000, 10_000} {
		b.Run(fmt.Sprint("batch=", size), func(b *testing.B) {
			log := open(b, fake(b).ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
			batch := clmtest.Events(size, 500)
			require.NoError(b, log.Append(b.Context(), clmtest.Events(1, 1)...))
			n := 0
			for b.Loop() {
				for i := range batch {
					batch[i].ID = fmt.Sprint("b-", n)
					n++
				}
				require.NoError(b, log.Append(b.Context(), batch...))
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkAppendTogether is many callers of one event each: group commit.
func BenchmarkAppendTogether(b *testing.B) {
	log := open(b, fake(b).ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	require.NoError(b, log.Append(b.Context(), clmtest.Events(1, 1)...))
	b.SetParallelism(64)
	ids := make(chan int)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	go func() {
		for i := 0; ; i++ {
			select {
			case ids <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			e := sample[0]
			i := <-ids
			e.ID, e.Customer = fmt.Sprint("b-", i), clm.CustomerID(fmt.Sprint("c-", i%500))
			if err := log.Append(ctx, e); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkRead(b *testing.B) {
	const n = 50_000
	log := open(b, fake(b).ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(b, log.Append(b.Context(), clmtest.Events(n, 500)...))
	for b.Loop() {
		require.Len(b, positions(b, log, 0, 0), n)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkTail compares what a reading of a few events costs with the client
// that all readings share, and with a consumer of its own for each.
func BenchmarkTail(b *testing.B) {
	seeds := fake(b).ListenAddrs()
	log := open(b, seeds, topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(b, log.Append(b.Context(), sample...))
	b.Run("shared", func(b *testing.B) {
		for b.Loop() {
			require.Len(b, positions(b, log, 0, 190), 10)
		}
	})
	b.Run("consumer", func(b *testing.B) {
		for b.Loop() {
			client, err := kgo.NewClient(kgo.SeedBrokers(seeds...), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
				kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topicName: {0: kgo.NewOffset().At(190)}}))
			require.NoError(b, err)
			require.Len(b, client.PollFetches(b.Context()).Records(), 10)
			client.Close()
		}
	})
}

// BenchmarkTakeOver is the first Append of a process: it fences, and reads the
// window.
func BenchmarkTakeOver(b *testing.B) {
	seeds := fake(b).ListenAddrs()
	var keys kafka.MemoryKeys
	require.NoError(b, open(b, seeds, topicName, &keys, &kafka.Options{Partitions: 8}).Append(b.Context(), clmtest.Events(100_000, 500)...))
	for b.Loop() {
		log := open(b, seeds, topicName, &keys, nil)
		require.NoError(b, log.Append(b.Context(), sample[0]))
	}
}
