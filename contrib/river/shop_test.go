package river

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"
)

// A shop is a database with events, River's tables and the jobs.
type shop struct {
	url    string
	tenant string
	pool   *pgxpool.Pool
	db     *postgres.DB
	jobs   *Jobs
	folder *profile.Folder
	events []clm.Event
}

// small makes several ranges of several chunks out of few customers.
var small = Options{Range: 40, Chunk: 7}

// open returns a shop of a new tenant in the database that the tests share, whose
// log is empty, and the first events of a stream.
func open(t testing.TB, customers, events int, o Options) *shop {
	t.Helper()
	return openAt(t, shared.get(t), customers, events, o)
}

func openAt(t testing.TB, url string, customers, events int, o Options) *shop {
	t.Helper()
	s := &shop{url: url, tenant: rand.Text()}
	catalogue, err := traffic.Catalogue()
	require.NoError(t, err)
	s.folder = profile.NewFolder(catalogue, nil)
	s.pool, s.jobs, err = connect(t.Context(), s.url, s.tenant, &hook{}, o)
	require.NoError(t, err)
	t.Cleanup(s.pool.Close)
	s.db = s.jobs.db
	require.NoError(t, migrateRiver(t.Context(), s.pool))
	_, err = s.pool.Exec(t.Context(), "TRUNCATE river_job")
	require.NoError(t, err)
	s.events = slices.Collect(traffic.Events(traffic.Options{Seed: 7, Customers: customers}, events))
	return s
}

func migrateRiver(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: quiet})
	if err == nil {
		_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	return err
}

// shared is the database of the tests, which is made when the first one asks.
var shared database

type database struct {
	once sync.Once
	url  string
	drop func(context.Context) error
	err  error
}

func (d *database) get(t testing.TB) string {
	t.Helper()
	server := pgtest.Server(t)
	d.once.Do(func() { d.url, d.drop, d.err = pgtest.Create(context.WithoutCancel(t.Context()), server) })
	require.NoError(t, d.err)
	return d.url
}

// close drops the database, if there is one.
func (d *database) close() error {
	if d.drop == nil {
		return nil
	}
	return d.drop(context.Background())
}

// arrive appends the events from one number up to another.
func (s *shop) arrive(t testing.TB, from, to int) {
	t.Helper()
	for chunk := range slices.Chunk(s.events[from:to], 5000) {
		require.NoError(t, s.db.Log().Append(t.Context(), chunk...))
	}
}

// oracle returns the profiles of the first n events, folded in memory, as JSON.
func (s *shop) oracle(t testing.TB, n int) map[clm.CustomerID]string {
	t.Helper()
	profiles, aside, err := s.folder.AsOf(clm.Sequence(s.events[:n]), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Empty(t, aside)
	want := map[clm.CustomerID]string{}
	for id, p := range profiles {
		want[id] = text(t, p)
	}
	return want
}

func text(t testing.TB, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	require.NoError(t, err)
	return string(body)
}

// differences compares a set with the oracle.
func (s *shop) differences(t testing.TB, set string, want map[clm.CustomerID]string) (missing, wrong, foreign int) {
	t.Helper()
	left := len(want)
	for p, err := range s.db.Profiles(set).All(t.Context()) {
		require.NoError(t, err)
		switch body, ok := want[p.Customer]; {
		case !ok:
			foreign++
		case body != text(t, p):
			wrong++
			left--
		default:
			left--
		}
	}
	return left, wrong, foreign
}

// requireEqual fails unless the set is what the oracle says.
func (s *shop) requireEqual(t testing.TB, set string, want map[clm.CustomerID]string) {
	t.Helper()
	missing, wrong, foreign := s.differences(t, set, want)
	require.Equal(t, [3]int{}, [3]int{missing, wrong, foreign}, "profiles missing, wrong, of nobody; %d are right", len(want)-missing-wrong)
}

// catchUp lets a view of the set go on from its marks.
func (s *shop) catchUp(t testing.TB, set string) clm.Caught {
	t.Helper()
	caught, err := clm.CatchUp(t.Context(), s.db.Log(), nil, profile.NewView(s.db.Profiles(set), s.folder))
	require.NoError(t, err)
	return caught
}

var quiet = slog.New(slog.DiscardHandler)

// at once is a policy of retries that does not wait.
type atOnce struct{}

func (atOnce) NextRetry(*rivertype.JobRow) time.Time { return time.Now() }

// client returns a client that is not started.
func client(t testing.TB, pool *pgxpool.Pool, workers *river.Workers) *river.Client[pgx.Tx] {
	t.Helper()
	c, err := newClient(pool, workers, 3)
	require.NoError(t, err)
	return c
}

func newClient(pool *pgxpool.Pool, workers *river.Workers, jobs int) (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(pool), &river.Config{
		Logger: quiet, Workers: workers, RetryPolicy: atOnce{}, TestOnly: true,
		Queues:        map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: jobs}},
		FetchCooldown: river.FetchCooldownMin, FetchPollInterval: 20 * time.Millisecond,
	})
}

// run starts a client and stops it when a job of the kind is done. A job that is
// cancelled fails the test.
func run(t testing.TB, c *river.Client[pgx.Tx], kind string) {
	t.Helper()
	events, cancel := c.Subscribe(river.EventKindJobCompleted, river.EventKindJobCancelled, river.EventKindJobFailed)
	defer cancel()
	require.NoError(t, c.Start(t.Context()))
	defer func() { require.NoError(t, c.Stop(context.WithoutCancel(t.Context()))) }()
	for e := range events {
		require.NotEqual(t, river.EventKindJobCancelled, e.Kind, "%s: %+v", e.Job.Kind, e.Job.Errors)
		if e.Kind == river.EventKindJobFailed && len(e.Job.Errors) > 3 {
			t.Fatalf("%s failed again and again: %+v", e.Job.Kind, e.Job.Errors[len(e.Job.Errors)-1])
		}
		if e.Kind == river.EventKindJobCompleted && e.Job.Kind == kind {
			return
		}
	}
}

// A hook is called before and after each statement of a pool, by several
// goroutines at once.
type hook struct {
	before func(sql string, args []any)
	after  func(sql string, args []any)
}

type statement struct{}

func (h *hook) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	if h.before != nil {
		h.before(d.SQL, d.Args)
	}
	return context.WithValue(ctx, statement{}, d)
}

func (h *hook) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if d, ok := ctx.Value(statement{}).(pgx.TraceQueryStartData); ok && h.after != nil {
		h.after(d.SQL, d.Args)
	}
}

// hooked returns jobs on a pool of their own, whose statements a hook sees.
func (s *shop) hooked(t testing.TB, h *hook, o Options) (*pgxpool.Pool, *Jobs) {
	t.Helper()
	pool, jobs, err := connect(t.Context(), s.url, s.tenant, h, o)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool, jobs
}

func connect(ctx context.Context, url, tenant string, h *hook, o Options) (*pgxpool.Pool, *Jobs, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, nil, err
	}
	config.ConnConfig.Tracer = h
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	db, err := postgres.New(ctx, pool, &postgres.Options{Tenant: tenant})
	if err != nil {
		return nil, nil, err
	}
	jobs, err := New(ctx, pool, db, &o)
	return pool, jobs, err
}

// nth returns a hook that does something once, at the n-th statement with a text.
func nth(n int, contains string, do func()) func(string, []any) {
	var seen atomic.Int64
	return func(sql string, _ []any) {
		if strings.Contains(sql, contains) && seen.Add(1) == int64(n) {
			do()
		}
	}
}

const kindFinish = "clmkit_rebuild_finish"

// rebuilders returns workers for the jobs of a rebuild.
func rebuilders(t testing.TB, r *Rebuild) *river.Workers {
	t.Helper()
	workers := river.NewWorkers()
	require.NoError(t, AddRebuild(workers, r))
	return workers
}
