//go:build unix

package sqlite_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/clmkit/clmkit/profile"
)

const customers = 100_000

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
	var appended, appendCPU time.Duration
	batch := make([]clm.Event, 0, 1000)
	for e := range traffic.Events(traffic.Options{Seed: 1, Customers: customers}, n) {
		if batch = append(batch, e); len(batch) == cap(batch) {
			start, cpu := time.Now(), cpuTime(b)
			require.NoError(b, db.Log().Append(b.Context(), batch...))
			appended += time.Since(start)
			appendCPU += cpuTime(b) - cpu
			batch = batch[:0]
		}
	}
	profiles := db.Profiles("")
	catalogue, err := traffic.Catalogue()
	require.NoError(b, err)
	start, cpu := time.Now(), cpuTime(b)
	caught, err := clm.CatchUp(b.Context(), db.Log(), nil, profile.NewView(profiles, profile.NewFolder(catalogue, nil)))
	require.NoError(b, err)
	require.Equal(b, n, caught.Events)
	folded, foldCPU := time.Since(start), cpuTime(b)-cpu
	b.ReportMetric(float64(appendCPU.Microseconds())/float64(n), "append-cpu-µs/event")
	b.ReportMetric(float64(foldCPU.Microseconds())/float64(n), "fold-cpu-µs/event")
	b.ReportMetric(float64(n)/appended.Seconds(), "appended/s")
	b.ReportMetric(float64(n)/(appended+folded).Seconds(), "end-to-end/s")
	var times []time.Duration
	for range 20_000 {
		start := time.Now()
		_, err := profiles.Get(b.Context(), traffic.Customer(random.IntN(customers)))
		times = append(times, time.Since(start))
		if !errors.Is(err, profile.ErrNotFound) {
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

// cpuTime is the time that the process spent on processors, on all cores.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
