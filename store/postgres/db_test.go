package postgres_test

import (
	"testing"

	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// opener returns a function that opens stores of new tenants in one database,
// which is quicker than a database for each. That they are empty in spite of
// what the others wrote is a test of its own.
func opener(t *testing.T) func(*testing.T, *postgres.Options) *postgres.DB {
	pool := pgtest.Open(t)
	n := 0
	return func(t *testing.T, o *postgres.Options) *postgres.DB {
		n++
		opts := postgres.Options{Tenant: "tenant " + string(rune('a'+n%26)) + string(rune('a'+n/26))}
		if o != nil {
			opts.Partitions, opts.Now, opts.Schema = o.Partitions, o.Now, o.Schema
		}
		return open(t, pool, &opts)
	}
}

func open(t testing.TB, pool *pgxpool.Pool, o *postgres.Options) *postgres.DB {
	t.Helper()
	db, err := postgres.New(t.Context(), pool, o)
	require.NoError(t, err)
	return db
}

// openURL opens a store with a pool of its own.
func openURL(t testing.TB, address string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), address, nil)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}
