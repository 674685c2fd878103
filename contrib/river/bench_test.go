package river

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/clmkit/clmkit/profile"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"
)

// eventsEach is how many events a customer has on average.
const eventsEach = 10

// stocked returns a shop of so many customers, more or less, with River's and our
// own defaults but for the number of workers, which is 3.
func stocked(b *testing.B, customers int) *shop {
	s := openAt(b, pgtest.URL(b), customers, 0, Options{})
	batch := make([]clm.Event, 0, 5000)
	flush := func() {
		require.NoError(b, s.db.Log().Append(b.Context(), batch...))
		batch = batch[:0]
	}
	for e := range traffic.Events(traffic.Options{Seed: 7, Customers: customers}, eventsEach*customers) {
		if batch = append(batch, e); len(batch) == cap(batch) {
			flush()
		}
	}
	flush()
	_, err := s.pool.Exec(b.Context(), "VACUUM (ANALYZE) clmkit.events") // as autovacuum has by then
	require.NoError(b, err)
	return s
}

// awaitRun starts a client, waits until the run is finished, and reports the rate.
func awaitRun(b *testing.B, c *river.Client[pgx.Tx], progress func(context.Context) (Progress, error)) {
	done, cancel := c.SubscribeConfig(&river.SubscribeConfig{ChanSize: 10_000, Kinds: []river.EventKind{river.EventKindJobCompleted}})
	defer cancel()
	start := time.Now()
	require.NoError(b, c.Start(b.Context()))
	for range done {
		p, err := progress(b.Context())
		require.NoError(b, err)
		if !p.Finished.IsZero() {
			b.ReportMetric(float64(p.CustomersDone)/time.Since(start).Seconds(), "customers/s")
			b.ReportMetric(megabytes(), "MB-of-process")
			break
		}
	}
	require.NoError(b, c.Stop(b.Context()))
}

// megabytes returns what the process ever had of the system, in 1e6 bytes.
func megabytes() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / 1e6
}

// BenchmarkRebuild rebuilds N customers of 10 events each: with -benchtime
// 100000x it is 100,000 customers, and ns/op is the time for each.
func BenchmarkRebuild(b *testing.B) {
	s := stocked(b, b.N)
	rebuild := s.jobs.Rebuild(s.folder, "1")
	c := client(b, s.pool, rebuilders(b, rebuild))
	b.ResetTimer()
	require.NoError(b, rebuild.Plan(b.Context(), c, "v2"))
	b.ReportMetric(b.Elapsed().Seconds(), "plan-s")
	awaitRun(b, c, func(ctx context.Context) (Progress, error) { return rebuild.Progress(ctx, "v2") })
}

// BenchmarkScore scores N customers with all features.
func BenchmarkScore(b *testing.B) {
	s := stocked(b, b.N)
	_, err := clm.CatchUp(b.Context(), s.db.Log(), nil, profile.NewView(s.db.Profiles("main"), s.folder))
	require.NoError(b, err)
	score := s.jobs.Score()
	c := client(b, s.pool, scorers(b, score))
	sold, err := simulated()
	require.NoError(b, err)
	what := sold.what
	what.At = traffic.Start.Add(100 * 24 * time.Hour)
	b.ResetTimer()
	require.NoError(b, score.Plan(b.Context(), c, "today", what))
	awaitRun(b, c, func(ctx context.Context) (Progress, error) { return score.Progress(ctx, "today") })
}
