// Package pgtest gives a test a PostgreSQL database of its own.
//
// The server is the one whose URL is in CLMKIT_TEST_POSTGRES. `make test` sets
// it, and so does provision.sh for any other command:
//
//	internal/pgtest/provision.sh go test ./store/postgres/...
//
// A test without a server is skipped, with a line that says so; where CI=true
// is set it fails.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// Variable is the name of the environment variable with the server's URL. Its
// user has to be allowed to create databases and the extension vector.
const Variable = "CLMKIT_TEST_POSTGRES"

// Server returns the URL of the server for tests. Without one it skips the
// test, or fails it where CI=true is set.
func Server(t testing.TB) string {
	t.Helper()
	return server(t, os.Getenv)
}

// server is Server with the environment as an argument.
func server(t testing.TB, env func(string) string) string {
	t.Helper()
	address := env(Variable)
	switch {
	case address != "":
	case env("CI") == "true":
		t.Fatalf("no PostgreSQL: %s is not set", Variable)
	default:
		t.Skipf("no PostgreSQL: %s is not set; run internal/pgtest/provision.sh go test ...", Variable)
	}
	return address
}

// URL creates an empty database and returns its URL. The database is dropped at
// the end of the test, whoever is still connected to it.
func URL(t testing.TB) string {
	t.Helper()
	address, drop, err := Create(t.Context(), Server(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop(context.WithoutCancel(t.Context()))) })
	return address
}

// Open returns a pool of connections to an empty database, which is closed and
// dropped at the end of the test.
func Open(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), URL(t))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// Create creates an empty database on a server, for programs that are no tests.
// It returns the database's URL and the function that drops it.
func Create(ctx context.Context, server string) (address string, drop func(context.Context) error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, fmt.Errorf("pgtest: %s: %w", Variable, err)
	}
	name := "clmkit_test_" + rand.Text()
	if err := execute(ctx, server, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func(ctx context.Context) error {
		return execute(ctx, server, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
	}, nil
}

func execute(ctx context.Context, server, statement string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("pgtest: %s: %w", statement, err)
	}
	return nil
}
