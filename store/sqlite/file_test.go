package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/store/sqlite"
)

// execute runs statements on a file without store/sqlite.
func execute(t *testing.T, path string, statements ...string) {
	t.Helper()
	pool, err := sql.Open("sqlite3", path)
	require.NoError(t, err)
	defer pool.Close()
	for _, s := range statements {
		_, err := pool.Exec(s)
		require.NoError(t, err)
	}
}

func TestFilesThatAreNotOursAreRefusedAndLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(t *testing.T, path string)
		want error
	}{
		{"a text", func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("dear diary, ", 1000)), 0o600))
		}, sqlite.ErrForeign},
		{"a database of another program", func(t *testing.T, path string) {
			execute(t, path, "CREATE TABLE songs (title TEXT)")
		}, sqlite.ErrForeign},
		{"an empty database that another program has marked", func(t *testing.T, path string) {
			execute(t, path, "PRAGMA application_id = 1234")
		}, sqlite.ErrForeign},
		{"a database with a version and no mark", func(t *testing.T, path string) {
			execute(t, path, "PRAGMA user_version = 1")
		}, sqlite.ErrForeign},
		{"a file of a newer version", func(t *testing.T, path string) {
			db, err := sqlite.Open(t.Context(), path, nil)
			require.NoError(t, err)
			require.NoError(t, db.Close())
			execute(t, path, "PRAGMA user_version = 999")
		}, sqlite.ErrNewer},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "shop.db")
			c.make(t, path)
			before, err := os.ReadFile(path)
			require.NoError(t, err)
			_, err = sqlite.Open(t.Context(), path, nil)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, path)
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, bytes.Equal(before, after), "the file is as before")
		})
	}
}

func TestWhatCannotBeOpenedIsNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "no such folder", "shop.db")
	_, err := sqlite.Open(t.Context(), missing, nil)
	require.ErrorContains(t, err, missing)
	folder := t.TempDir()
	_, err = sqlite.Open(t.Context(), folder, nil)
	require.ErrorContains(t, err, folder)
	memory, err := driver.Open(":memory:")
	require.NoError(t, err)
	defer memory.Close()
	_, err = sqlite.New(t.Context(), memory, nil)
	require.ErrorContains(t, err, "in memory")
	path := filepath.Join(t.TempDir(), "shop.db")
	_, err = sqlite.Open(t.Context(), path, &sqlite.Options{Partitions: -1})
	require.ErrorContains(t, err, "-1 partitions")
	_, err = sqlite.Open(t.Context(), path, &sqlite.Options{Sync: "SOMETIMES"})
	require.ErrorContains(t, err, "SOMETIMES")
	openAt(t, path, &sqlite.Options{Partitions: 3})
	_, err = sqlite.Open(t.Context(), path, &sqlite.Options{Partitions: 4})
	require.ErrorContains(t, err, "3 partitions, not 4")
	require.Equal(t, 3, openAt(t, path, nil).Log().Partitions())
}

func TestAReadOnlyFileIsReadAndNotWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	stocked(t, openAt(t, path, &sqlite.Options{Now: later}))
	pool, err := driver.Open("file:" + path + "?mode=ro")
	require.NoError(t, err)
	defer pool.Close()
	db, err := sqlite.New(t.Context(), pool, &sqlite.Options{Now: later})
	require.NoError(t, err)
	defer db.Close()
	before := contents(t, db)
	for _, c := range calls {
		require.ErrorIs(t, c.call(t.Context(), db), sqlite.ErrReadOnly, c.name)
	}
	require.Equal(t, before, contents(t, db))
}

// TestAFullDiskKeepsWhatWasThere lets the file have no more pages than it has.
func TestAFullDiskKeepsWhatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	pool, err := driver.Open(path, func(c *sqlite3.Conn) error { return c.Exec("PRAGMA max_page_count = 60") })
	require.NoError(t, err)
	defer pool.Close()
	db, err := sqlite.New(t.Context(), pool, &sqlite.Options{Now: later})
	require.NoError(t, err)
	events := clmtest.Events(5000, 50)
	kept := 0
	for kept < len(events) {
		if err = db.Log().Append(t.Context(), events[kept:kept+100]...); err != nil {
			break
		}
		kept += 100
	}
	require.ErrorIs(t, err, sqlite.ErrFull)
	require.ErrorContains(t, err, path)
	require.Positive(t, kept)
	require.Equal(t, kept, count(t, db))
	require.NoError(t, db.Close())
	roomy := openAt(t, path, &sqlite.Options{Now: later})
	require.NoError(t, roomy.Log().Append(t.Context(), events[kept:kept+100]...), "the same call, with more room")
	require.Equal(t, kept+100, count(t, roomy))
}

// count returns the number of events in the log.
func count(t *testing.T, db *sqlite.DB) (n int) {
	t.Helper()
	for _, err := range clm.Events(t.Context(), db.Log()) {
		require.NoError(t, err)
		n++
	}
	return n
}

// TestADamagedFileIsAnErrorAndNoPanic spoils one page after the other.
func TestADamagedFileIsAnErrorAndNoPanic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sqlite.Open(t.Context(), path, &sqlite.Options{Now: later})
	require.NoError(t, err)
	fill(t, db, 100, 4)
	require.NoError(t, db.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	const page = 4096
	noticed := 0
	for at := 0; at < len(whole); at += page * stride {
		spoilt := bytes.Clone(whole)
		for i := at + 100; i < at+page; i += 7 {
			spoilt[i] ^= 0x5a
		}
		require.NoError(t, os.WriteFile(path, spoilt, 0o600))
		err := useAll(t.Context(), path)
		if err == nil {
			continue // the page was not in use
		}
		noticed++
		require.ErrorContains(t, err, "shop.db")
		require.ErrorIs(t, err, sqlite.ErrCorrupt, "page %d", at/page+1)
	}
	require.Greater(t, noticed, len(whole)/page/stride/4)
	require.NoError(t, os.WriteFile(path, whole, 0o600))
	require.NoError(t, useAll(t.Context(), path), "the control: the whole file is read without an error")
}

// useAll reads what a file holds, and erases from it.
func useAll(ctx context.Context, path string) error {
	db, err := sqlite.Open(ctx, path, &sqlite.Options{Now: later})
	if err != nil {
		return err
	}
	defer db.Close()
	for _, err := range clm.Events(ctx, db.Log()) {
		if err != nil {
			return err
		}
	}
	for _, set := range []string{"", "rebuilt"} {
		for _, err := range db.Profiles(set).All(ctx) {
			if err != nil {
				return err
			}
		}
	}
	for _, err := range db.Exposures().Exposed(ctx, clm.ExposureQuery{}) {
		if err != nil {
			return err
		}
	}
	return db.Erase(ctx, clm.CustomerID(canary(1)))
}
