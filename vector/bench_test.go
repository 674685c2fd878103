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
