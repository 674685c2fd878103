//go:build unix

package vector_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/vector"
)

// BenchmarkMemorySearch reports queries per CPU second over 100,000 vectors of 384 numbers, the ten best of each query,
// with filters that keep all, a tenth and a hundredth of the records.
func BenchmarkMemorySearch(b *testing.B) {
	const n, dimension = 100_000, 384
	random := rand.New(rand.NewPCG(1, 2))
	var store vector.Memory
	for i := range n {
		attributes := map[string]string{"tenth": strconv.Itoa(i % 10), "hundredth": strconv.Itoa(i % 100)}
		record := vector.Record{ID: fmt.Sprintf("r%06d", i), Vector: randomVector(random, dimension), Attributes: attributes}
		require.NoError(b, store.Upsert(b.Context(), record))
	}
	filters := []struct {
		name   string
		filter vector.Filter
	}{
		{"all", nil},
		{"a tenth", vector.Filter{{Attribute: "tenth", AnyOf: []string{"3"}}}},
		{"a hundredth", vector.Filter{{Attribute: "hundredth", AnyOf: []string{"37"}}}},
	}
	for _, f := range filters {
		b.Run(f.name, func(b *testing.B) {
			query := vector.Query{Vector: randomVector(random, dimension), K: 10, Filter: f.filter}
			b.ReportAllocs()
			start := cpuSeconds(b)
			for b.Loop() {
				matches, err := store.Search(b.Context(), query)
				if err != nil || len(matches) != query.K {
					b.Fatalf("%d matches, error %v", len(matches), err)
				}
			}
			b.ReportMetric(float64(b.N)/(cpuSeconds(b)-start), "queries/cpu-s")
		})
	}
}

func cpuSeconds(b *testing.B) float64 {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// BenchmarkGraph reports what a query and a new record cost in CPU time, and what share of the ten nearest is found,
// over 20,000 embeddings of 384 numbers.
func BenchmarkGraph(b *testing.B) {
	records, queries := embeddings(20_000, 384, 1), embeddings(100, 384, 2)
	var exact vector.Memory
	require.NoError(b, exact.Upsert(b.Context(), records...))
	store := vector.NewGraph(nil)
	b.Run("upsert", func(b *testing.B) {
		for b.Loop() {
			store = vector.NewGraph(nil)
			start := cpuSeconds(b)
			require.NoError(b, store.Upsert(b.Context(), records...))
			b.ReportMetric((cpuSeconds(b)-start)/float64(len(records))*1e6, "cpu-µs/record")
		}
	})
	b.Run("search", func(b *testing.B) {
		b.ReportAllocs()
		start, n := cpuSeconds(b), 0
		for b.Loop() {
			_, err := store.Search(b.Context(), vector.Query{Vector: queries[n%len(queries)].Vector})
			require.NoError(b, err)
			n++
		}
		b.ReportMetric(float64(n)/(cpuSeconds(b)-start), "queries/cpu-s")
		b.ReportMetric(recall(b, &exact, store, queries, nil), "recall")
	})
}
