package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/clmkit/clmkit/store/sqlite"
	"github.com/clmkit/clmkit/vector"
	"github.com/clmkit/clmkit/vector/vectortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

func TestItemsAreItems(t *testing.T) {
	clmtest.RunItems(t, func(t *testing.T) clm.Items { return fresh(t).Items() })
}

func TestExposuresAreExposures(t *testing.T) {
	clmtest.RunExposures(t, func(t *testing.T) clm.Exposures { return fresh(t).Exposures() })
}

func TestLeasesAreLeases(t *testing.T) {
	clmtest.RunLeases(t, func(t *testing.T, now func() time.Time) clm.Leases {
		return openAt(t, filepath.Join(t.TempDir(), "shop.db"), &sqlite.Options{Now: now}).Leases()
	})
}

func TestVectorsAreAStore(t *testing.T) {
	vectortest.Run(t, func(t *testing.T) vector.Store { return fresh(t).Vectors("model") })
}

func TestProfilesCanBeSelected(t *testing.T) {
	profiletest.RunSelector(t, func(t *testing.T) profile.Store { return fresh(t).Profiles("") })
}
