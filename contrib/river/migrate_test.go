package river

import (
	"testing"

	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProcessesThatStartAtOnceMakeTheTablesOnce(t *testing.T) {
	pool := pgtest.Open(t)
	db, err := postgres.New(t.Context(), pool, nil)
	require.NoError(t, err)
	errs := make(chan error)
	for range 4 {
		go func() {
			_, err := New(t.Context(), pool, db, nil)
			errs <- err
		}()
	}
	for range 4 {
		assert.NoError(t, <-errs)
	}
	_, err = pool.Exec(t.Context(), "UPDATE clmkit_jobs.version SET version = 2")
	require.NoError(t, err)
	_, err = New(t.Context(), pool, db, nil)
	require.ErrorIs(t, err, ErrNewer)
}

func TestSchemasAreTheHostsChoice(t *testing.T) {
	pool := pgtest.Open(t)
	db, err := postgres.New(t.Context(), pool, &postgres.Options{Schema: "customers"})
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), "CREATE SCHEMA queue")
	require.NoError(t, err)
	driver := riverpgxv5.New(pool)
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet, Schema: "queue"})
	require.NoError(t, err)
	_, err = migrator.Migrate(t.Context(), rivermigrate.DirectionUp, nil)
	require.NoError(t, err)
	jobs, err := New(t.Context(), pool, db, &Options{Schema: "jobs of clmkit", Insert: river.InsertOpts{Queue: "nightly", Priority: 3}})
	require.NoError(t, err)
	rebuild := jobs.Rebuild(nil, "1")
	c, err := river.NewClient(driver, &river.Config{
		Logger: quiet, Schema: "queue", TestOnly: true, Workers: rebuilders(t, rebuild),
		Queues: map[string]river.QueueConfig{"nightly": {MaxWorkers: 1}},
	})
	require.NoError(t, err)
	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	run(t, c, kindFinish)
	listed, err := c.JobList(t.Context(), river.NewJobListParams().Kinds(kindFinish, "clmkit_rebuild"))
	require.NoError(t, err)
	require.Len(t, listed.Jobs, 2)
	for _, job := range listed.Jobs {
		assert.Equal(t, "nightly", job.Queue)
		assert.Equal(t, 3, job.Priority)
	}
}
