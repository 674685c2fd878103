package kafka_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/clmkit/clmkit/contrib/kafka/kafkatest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/store/sqlite"
)

func TestKeysInASQLiteFile(t *testing.T) {
	for _, sync := range []sqlite.Sync{sqlite.Durable, sqlite.Relaxed} {
		kafkatest.RunKeyring(t, func(t *testing.T) kafka.Keyring {
			db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "shop.db"), &sqlite.Options{Sync: sync})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			return db.Keys()
		})
	}
}

func TestKeysInPostgreSQL(t *testing.T) {
	pool := pgtest.Open(t)
	kafkatest.RunKeyring(t, func(t *testing.T) kafka.Keyring {
		db, err := postgres.New(t.Context(), pool, &postgres.Options{Tenant: t.Name()})
		require.NoError(t, err)
		return db.Keys()
	})
}
