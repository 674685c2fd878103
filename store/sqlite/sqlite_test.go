package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/clmkit/clmkit/store/sqlite"
)

// later is a clock after all events of the suites.
func later() time.Time { return clmtest.Start.AddDate(2, 0, 0) }

func openAt(t testing.TB, path string, o *sqlite.Options) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func fresh(t testing.TB) *sqlite.DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "shop.db"), &sqlite.Options{Now: later})
}

func TestLogIsALog(t *testing.T) {
	clmtest.RunLog(t, func(t *testing.T) clm.Log { return fresh(t).Log() })
}

func TestProfilesAreAStore(t *testing.T) {
	profiletest.Run(t, func(t *testing.T) profile.Store { return fresh(t).Profiles("") })
}
