package postgres_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/vector"
	"github.com/stretchr/testify/require"
)

// fresh returns n events with ids that no earlier call gave.
func fresh(call int64, n int) []clm.Event {
	events := clmtest.Events(n, max(1, n/10))
	for i := range events {
		events[i].ID = fmt.Sprintf("b-%08d-%06d", call, i)
	}
	return events
}

// BenchmarkAppend says how many events a second are durable, by the size of a batch
// and by the number of writers. Making the events is counted too; it takes less than
// a microsecond each.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 10, 50, 100, 1000, 5000} {
		for _, writers := range []int{1, 4} {
			b.Run(fmt.Sprintf("batch=%d/writers=%d", size, writers), func(b *testing.B) {
				log := open(b, pgtest.Open(b), nil).Log()
				var call atomic.Int64
				b.SetParallelism(max(1, writers/2)) // of two processors
				b.ResetTimer()
				run := func() { require.NoError(b, log.Append(b.Context(), fresh(call.Add(1), size)...)) }
				if writers == 1 {
					for range b.N {
						run()
					}
				} else {
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							run()
						}
					})
				}
				b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}

// BenchmarkCatchUp says how many events a second are read, folded and committed,
// 20,000 events of 2,000 customers at a time.
func BenchmarkCatchUp(b *testing.B) {
	db := open(b, pgtest.Open(b), nil)
	const n = 20_000
	for call := range int64(n / 1000) {
		require.NoError(b, db.Log().Append(b.Context(), fresh(call, 1000)...))
	}
	set := 0
	for b.Loop() {
		set++
		view := profile.NewView(db.Profiles(fmt.Sprint(set)), profile.NewFolder(nil, nil))
		caught, err := clm.CatchUp(b.Context(), db.Log(), nil, view)
		require.NoError(b, err)
		require.Equal(b, n, caught.Events)
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkRead says how many events a second are read from a log.
func BenchmarkRead(b *testing.B) {
	db := open(b, pgtest.Open(b), nil)
	const n = 20_000
	for call := range int64(n / 1000) {
		require.NoError(b, db.Log().Append(b.Context(), fresh(call, 1000)...))
	}
	for b.Loop() {
		read := 0
		for _, err := range clm.Events(b.Context(), db.Log()) {
			require.NoError(b, err)
			read++
		}
		require.Equal(b, n, read)
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// The figures of DESIGN.md are for 100,000 vectors; the index then takes minutes.
var size = flag.Int("vectors", 1000, "the number of vectors in BenchmarkSearch")

// BenchmarkSearch says how many searches a second there are, and the share of the
// true ten nearest that they find, among vectors of 384 numbers around 50 centres.
func BenchmarkSearch(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	const dimension = 384
	n := *size
	records := cloud(random, n, dimension)
	var truth vector.Memory
	require.NoError(b, truth.Upsert(b.Context(), records...))
	pool := pgtest.Open(b)
	for _, half := range []bool{false, true} {
		s, err := open(b, pool, nil).Vectors(b.Context(), fmt.Sprintf("half_%v", half), dimension, &postgres.VectorOptions{Half: half, Exact: n / 20})
		require.NoError(b, err)
		for i := 0; i < n; i += 1000 {
			require.NoError(b, s.Upsert(b.Context(), records[i:i+1000]...))
		}
		exec(b, pool, "ANALYZE")
		for _, c := range []struct {
			name   string
			filter vector.Filter
		}{
			{"all", nil},
			{"one in a hundred", vector.Filter{{Attribute: "rare", AnyOf: []string{"true"}}}},
			{"nine in ten", vector.Filter{{Attribute: "uncommon", AnyOf: []string{"false"}}}},
		} {
			b.Run(fmt.Sprintf("half=%v/%s", half, c.name), func(b *testing.B) {
				var queries []vector.Query
				for range 50 {
					v := noise(random, dimension)
					for j, x := range records[random.IntN(n)].Vector {
						v[j] = x + 0.3*v[j]
					}
					queries = append(queries, vector.Query{Vector: v, K: 10, Filter: c.filter})
				}
				found := recall(b, s, &truth, queries)
				i := 0
				for b.Loop() {
					_, err := s.Search(b.Context(), queries[i%len(queries)])
					require.NoError(b, err)
					i++
				}
				b.ReportMetric(found, "recall@10")
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "searches/s")
			})
		}
	}
}
