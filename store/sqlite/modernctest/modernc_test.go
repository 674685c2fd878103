package modernctest_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/clmkit/clmkit/store/sqlite"
	"github.com/clmkit/clmkit/vector"
	"github.com/clmkit/clmkit/vector/vectortest"
)

func later() time.Time { return clmtest.Start.AddDate(2, 0, 0) }

func openAt(t *testing.T, path string, now func() time.Time) *sqlite.DB {
	t.Helper()
	pool, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	db, err := sqlite.New(t.Context(), pool, &sqlite.Options{Now: now})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, db.Close())
		require.NoError(t, pool.Close(), "the pool is the host's to close")
	})
	return db
}

func fresh(t *testing.T) *sqlite.DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "shop.db"), later)
}

func TestLogIsALog(t *testing.T) {
	clmtest.RunLog(t, func(t *testing.T) clm.Log { return fresh(t).Log() })
}

func TestProfilesAreAStore(t *testing.T) {
	profiletest.Run(t, func(t *testing.T) profile.Store { return fresh(t).Profiles("") })
}

func TestProfilesCanBeSelected(t *testing.T) {
	profiletest.RunSelector(t, func(t *testing.T) profile.Store { return fresh(t).Profiles("") })
}

func TestItemsAreItems(t *testing.T) {
	clmtest.RunItems(t, func(t *testing.T) clm.Items { return fresh(t).Items() })
}

func TestExposuresAreExposures(t *testing.T) {
	clmtest.RunExposures(t, func(t *testing.T) clm.Exposures { return fresh(t).Exposures() })
}

func TestLeasesAreLeases(t *testing.T) {
	clmtest.RunLeases(t, func(t *testing.T, now func() time.Time) clm.Leases {
		return openAt(t, filepath.Join(t.TempDir(), "shop.db"), now).Leases()
	})
}

func TestVectorsAreAStore(t *testing.T) {
	vectortest.Run(t, func(t *testing.T) vector.Store { return fresh(t).Vectors("model") })
}

// TestTheDriversReadEachOthersFiles goes on with one driver where the other
// stopped. Both at once in one process do not work: their locks know nothing of
// each other.
func TestTheDriversReadEachOthersFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	events := clmtest.Events(40, 1)
	openers := []func() (*sqlite.DB, error){
		func() (*sqlite.DB, error) { return sqlite.Open(t.Context(), path, &sqlite.Options{Now: later}) },
		func() (*sqlite.DB, error) {
			pool, err := sql.Open("sqlite", path)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, pool.Close()) }) // its connections are closed with the DB
			return sqlite.New(t.Context(), pool, &sqlite.Options{Now: later})
		},
	}
	for i := range 4 {
		db, err := openers[i%2]()
		require.NoError(t, err)
		require.NoError(t, db.Log().Append(t.Context(), events[10*i:10*i+10]...))
		var read []clm.Event
		for e, err := range clm.History(t.Context(), db.Log(), "c-0") {
			require.NoError(t, err)
			read = append(read, e)
		}
		require.Equal(t, events[:10*i+10], read)
		require.NoError(t, db.Close())
	}
}

// TestErasingLeavesNoByteOfACustomer is the test of store/sqlite in short: this
// driver overwrites the slack of pages by another way.
func TestErasingLeavesNoByteOfACustomer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, later)
	view := profile.NewView(db.Profiles(""), profile.NewFolder(profiletest.Catalogue(), nil))
	for i, e := range clmtest.Events(1500, 30) {
		mark := fmt.Sprintf("canary%02dx", i%30)
		e.ID, e.Customer, e.Session = fmt.Sprintf("%04d %s", i*7919%1500, mark), clm.CustomerID(mark), mark
		require.NoError(t, db.Log().Append(t.Context(), e))
		if i%50 == 49 {
			_, err := clm.CatchUp(t.Context(), db.Log(), nil, view)
			require.NoError(t, err)
		}
	}
	for i := range 30 {
		mark := fmt.Sprintf("canary%02dx", i)
		require.Positive(t, traces(t, path, mark), "the control: the customer is there before")
		require.NoError(t, db.Erase(t.Context(), clm.CustomerID(mark)))
		require.Zero(t, traces(t, path, mark), "customer %d", i)
	}
}

// traces returns the number of times a text stands in the file and in those
// beside it. Another process reads them: to close a file here would take the
// driver's locks from it.
func traces(t *testing.T, path, text string) int {
	t.Helper()
	cat, err := exec.LookPath("cat")
	if err != nil {
		t.Skip("no program to read the file with")
	}
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	content, err := exec.Command(cat, files...).Output()
	require.NoError(t, err)
	return bytes.Count(content, []byte(text))
}
