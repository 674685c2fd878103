package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
)

// BenchmarkIngest appends events in batches of 1,000, folds them into the
// profiles of 100,000 customers, and reads profiles: durable events a second,
// events a second end to end, and microseconds of the median and the slowest of
// a hundred reads.
func BenchmarkIngest(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("events=%d", n), func(b *testing.B) {
			for b.Loop() {
				ingest(b, n)
			}
		})
	}
}

func ingest(b *testing.B, n int) {
	db := fresh(b)
	random := rand.New(rand.NewPCG(1, 2))
	events := clmtest.Events(1000, 1000)
	start := time.Now()
	for i := 0; i < n; i += len(events) {
		for j := range events {
			events[j].ID = fmt.Sprintf("e-%09d", i+j)
			events[j].Customer = clm.CustomerID("c-" + strconv.Itoa(random.IntN(100_000)))
		}
		require.NoError(b, db.Log().Append(b.Context(), events...))
	}
	appended := time.Since(start)
	profiles := db.Profiles("")
	caught, err := clm.CatchUp(b.Context(), db.Log(), nil, profile.NewView(profiles, profile.NewFolder(profiletest.Catalogue(), nil)))
	require.NoError(b, err)
	require.Equal(b, n, caught.Events)
	b.ReportMetric(float64(n)/appended.Seconds(), "appended/s")
	b.ReportMetric(float64(n)/time.Since(start).Seconds(), "end-to-end/s")
	var times []time.Duration
	for range 20_000 {
		start := time.Now()
		_, err := profiles.Get(b.Context(), clm.CustomerID("c-"+strconv.Itoa(random.IntN(100_000))))
		times = append(times, time.Since(start))
		if n == 1_000_000 {
			require.NoError(b, err)
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds())/1000, "get-p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds())/1000, "get-p99-µs")
	b.ReportMetric(peakMB(b), "peak-MB")
	runtime.GC()
}

// peakMB is the largest resident set of the process so far.
func peakMB(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.Fields(kb)[0])
			require.NoError(b, err)
			return float64(n) / 1024
		}
	}
	return 0
}
