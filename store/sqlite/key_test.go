package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/store/sqlite"
)

// The suite of keyrings is contrib/kafka's, and is run there.
func TestAForgottenKeyIsKnownToBe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, &sqlite.Options{Now: later, Sync: sqlite.Relaxed})
	customers := []clm.CustomerID{"c-1", "c-2", "c-1"}
	ids, keys, err := db.Keys().Keys(t.Context(), customers)
	require.NoError(t, err)
	require.Equal(t, ids[0], ids[2])
	require.NotEqual(t, keys[0], keys[1])
	require.NoError(t, db.Keys().Forget(t.Context(), "c-1"))
	require.Zero(t, traces(t, path, string(keys[0])))
	found, err := db.Keys().Lookup(t.Context(), []string{ids[0], ids[1], "never given out"})
	require.NoError(t, err)
	require.Equal(t, map[string][]byte{ids[0]: nil, ids[1]: keys[1]}, found)
	other, _, err := db.Keys().Keys(t.Context(), customers)
	require.NoError(t, err)
	require.NotEqual(t, ids[0], other[0], "who comes back has another key")
	require.Equal(t, ids[1], other[1])
}
