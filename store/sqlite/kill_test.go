package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/store/sqlite"
)

// copyFiles copies a database and the files beside it: what a killed process
// would leave at this moment.
func copyFiles(t *testing.T, path, folder string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o700))
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	for _, f := range files {
		content, err := os.ReadFile(f)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.Base(f)), content, 0o600))
	}
	return filepath.Join(folder, filepath.Base(path))
}

// holdings counts what the file holds about a customer.
func holdings(t *testing.T, db *sqlite.DB, customer clm.CustomerID) (n int) {
	t.Helper()
	var lines counter
	require.NoError(t, db.Export(t.Context(), customer, &lines))
	return int(lines)
}

type counter int

func (c *counter) Write(line []byte) (int, error) { *c++; return len(line), nil }

// TestAKilledErasureHappensWholeOrNotAtAll kills an erasure before each single
// change that it makes to the files. When the file is opened again the customer is
// there as before, or no byte of them is left.
func TestAKilledErasureHappensWholeOrNotAtAll(t *testing.T) {
	disk, name := newDisk(t)
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openOn(t, name, path)
	fill(t, db, 100, 4)
	customer := clm.CustomerID(canary(2))
	before := holdings(t, db, customer)
	require.Greater(t, before, 20)
	others := holdings(t, db, clm.CustomerID(canary(3)))

	var left []string
	images := t.TempDir()
	changes := 0
	disk.ask(func(what, file string) error {
		if what == "read" {
			return nil
		}
		if changes++; changes%stride == 0 {
			left = append(left, copyFiles(t, path, filepath.Join(images, fmt.Sprint(len(left)))))
		}
		return nil
	})
	require.NoError(t, db.Erase(t.Context(), customer))
	disk.ask(nil)

	whole, gone := 0, 0
	for i, image := range left {
		db, err := sqlite.Open(t.Context(), image, &sqlite.Options{Now: later})
		require.NoError(t, err, "killed before change %d", (i+1)*stride)
		require.Equal(t, others, holdings(t, db, clm.CustomerID(canary(3))), "killed before change %d", (i+1)*stride)
		if holdings(t, db, customer) == 0 {
			gone++
			require.Zero(t, traces(t, image, string(customer)), "killed before change %d", (i+1)*stride)
		} else {
			whole++
			require.Equal(t, before, holdings(t, db, customer), "killed before change %d", (i+1)*stride)
		}
		require.NoError(t, db.Close())
	}
	t.Logf("%d changes: %d kills before the erasure counted, %d after", changes, whole, gone)
	require.Greater(t, whole, 3, "the control: some kills came before")
	require.Greater(t, gone, 3, "and some after")
}
