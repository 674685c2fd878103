package pgtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// verdict is a test that only notes whether it was skipped or failed.
type verdict struct {
	testing.TB
	skipped, failed bool
}

func (v *verdict) Helper()               {}
func (v *verdict) Skipf(string, ...any)  { v.skipped = true }
func (v *verdict) Fatalf(string, ...any) { v.failed = true }

func TestWithoutAServer(t *testing.T) {
	for _, c := range []struct {
		name        string
		environment map[string]string
		want        verdict
		address     string
	}{
		{"a test is skipped by hand", nil, verdict{skipped: true}, ""},
		{"a test fails where CI=true", map[string]string{"CI": "true"}, verdict{failed: true}, ""},
		{"a test runs with a server", map[string]string{Variable: "u", "CI": "true"}, verdict{}, "u"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got verdict
			address := server(&got, func(name string) string { return c.environment[name] })
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.address, address)
		})
	}
}

func TestDatabasesAreSeparate(t *testing.T) {
	first, second := Open(t), Open(t)
	_, err := first.Exec(t.Context(), "CREATE TABLE mine (id text)")
	require.NoError(t, err)
	_, err = second.Exec(t.Context(), "SELECT * FROM mine")
	require.ErrorContains(t, err, "mine")
}

func TestADatabaseIsGoneAfterItsTest(t *testing.T) {
	var name string
	t.Run("inner", func(t *testing.T) {
		pool := Open(t)
		require.NoError(t, pool.QueryRow(t.Context(), "SELECT current_database()").Scan(&name))
		require.True(t, strings.HasPrefix(name, "clmkit_test_"))
	})
	if name == "" {
		t.Skip("no PostgreSQL")
	}
	var left int
	require.NoError(t, Open(t).QueryRow(t.Context(), "SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&left))
	assert.Zero(t, left)
}

func TestTheServerKeepsItsPromises(t *testing.T) {
	pool := Open(t)
	var fsync, vector string
	require.NoError(t, pool.QueryRow(t.Context(), "SHOW fsync").Scan(&fsync))
	assert.Equal(t, "on", fsync, "durable means durable")
	_, err := pool.Exec(t.Context(), "CREATE EXTENSION vector")
	require.NoError(t, err)
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT extversion FROM pg_extension WHERE extname = 'vector'").Scan(&vector))
	assert.NotEmpty(t, vector)
}
