package postgres_test

import (
	"testing"

	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// exec runs a statement that the store would not.
func exec(t testing.TB, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	_, err := pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func TestProcessesThatMigrateAtOnceAllSucceed(t *testing.T) {
	pool := pgtest.Open(t)
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			db, err := postgres.New(t.Context(), pool, nil)
			if err != nil {
				return err
			}
			_, err = db.Vectors(t.Context(), "items", 3, nil)
			return err
		})
	}
	require.NoError(t, group.Wait())
}

func TestANewerSchemaIsRefusedAndLeftAsItIs(t *testing.T) {
	pool := pgtest.Open(t)
	open(t, pool, nil)
	exec(t, pool, "UPDATE clmkit.version SET version = 99")
	_, err := postgres.New(t.Context(), pool, nil)
	require.ErrorIs(t, err, postgres.ErrNewer)
	require.ErrorContains(t, err, "99")
	var version int
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT version FROM clmkit.version").Scan(&version))
	assert.Equal(t, 99, version)
}

func TestTablesOfSomebodyElseAreLeftAsTheyAre(t *testing.T) {
	pool := pgtest.Open(t)
	exec(t, pool, "CREATE SCHEMA clmkit CREATE TABLE events (mine text)")
	_, err := postgres.New(t.Context(), pool, nil)
	require.ErrorContains(t, err, "events")
	exec(t, pool, "INSERT INTO clmkit.events (mine) VALUES ('still')")
	db := open(t, pool, &postgres.Options{Schema: `an "other" schema`})
	require.NoError(t, db.Log().Append(t.Context(), clmtest.Events(300, 3)...))
}

func TestALogKeepsItsNumberOfPartitions(t *testing.T) {
	pool := pgtest.Open(t)
	assert.Equal(t, 8, open(t, pool, nil).Log().Partitions())
	assert.Equal(t, 8, open(t, pool, &postgres.Options{Partitions: 3}).Log().Partitions())
	assert.Equal(t, 3, open(t, pool, &postgres.Options{Tenant: "other", Partitions: 3}).Log().Partitions())
}

func TestOpenReportsWhatItCannotReach(t *testing.T) {
	for name, url := range map[string]string{
		"not a URL":      "postgres://%zz",
		"nobody there":   "postgres://localhost:1/x?connect_timeout=2",
		"no such folder": "postgres:///x?host=/nowhere",
	} {
		_, err := postgres.Open(t.Context(), url, nil)
		assert.ErrorContains(t, err, "postgres: ", name)
	}
	_, err := postgres.New(t.Context(), pgtest.Open(t), &postgres.Options{Tenant: "a\x00"})
	assert.ErrorContains(t, err, "zero byte")
}
