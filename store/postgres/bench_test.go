package postgres_test

import (
	"fmt"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/stretchr/testify/require"
)

// fresh returns n events with ids that no earlier call gave.
func fresh(call, n int) []clm.Event {
	events := clmtest.Events(n, max(1, n/10))
	for i := range events {
		events[i].ID = fmt.Sprintf("b-%08d-%06d", call, i)
	}
	return events
}

// BenchmarkAppend says how many events a second are durable, by the size of a
// batch. Making the events is not counted, encoding them is.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 10, 100, 200, 1000, 5000, 20_000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			log := open(b, pgtest.Open(b), nil).Log()
			call := 0
			for b.Loop() {
				b.StopTimer()
				call++
				events := fresh(call, size)
				b.StartTimer()
				require.NoError(b, log.Append(b.Context(), events...))
			}
			b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

var _ = postgres.ErrNewer
