package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/store/sqlite"
)

func TestCompactingGivesRoomBackAndKeepsTheRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, &sqlite.Options{Now: later, Partitions: 1})
	require.NoError(t, db.Log().Append(t.Context(), clmtest.Events(3000, 2)...))
	require.NoError(t, db.Erase(t.Context(), "c-1"))
	size := func() int64 {
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Size()
	}
	before, held := size(), contents(t, db)
	require.NoError(t, db.Compact(t.Context()))
	require.Less(t, size(), before*3/4)
	require.Equal(t, held, contents(t, db))
	require.NoError(t, db.Log().Append(t.Context(), clmtest.Events(3001, 2)[3000]))
}

func TestRelaxedLogIsALog(t *testing.T) {
	clmtest.RunLog(t, func(t *testing.T) clm.Log {
		return openAt(t, filepath.Join(t.TempDir(), "shop.db"), &sqlite.Options{Now: later, Sync: sqlite.Relaxed}).Log()
	})
}
