package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/vector"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// canary returns a text that occurs in the data of one customer alone.
func canary(n int) string { return fmt.Sprintf("kanarie%04dx", n) }

// shop writes data of n customers, each with its canary in whatever holds text.
func shop(t *testing.T, db *postgres.DB, n int) {
	t.Helper()
	var events []clm.Event
	var aside []clm.Aside
	var shown []clm.Exposure
	var records []vector.Record
	for i := range n {
		c, mark := clm.CustomerID("c-"+canary(i)), canary(i)
		for j, e := range clmtest.Events(12, 1) {
			e.ID, e.Customer, e.Session, e.Decision = fmt.Sprintf("%s-%d", mark, j), c, mark, mark
			if e.Kind == clm.Reviewed {
				e.Text = "I am " + mark
			}
			events = append(events, e)
		}
		aside = append(aside, clm.Aside{Position: clm.Position(i + 1), Event: events[len(events)-1], Err: fmt.Errorf("of %s", mark)})
		shown = append(shown, clm.Exposure{Decision: mark, Customer: c, Time: clmtest.Start, Policy: mark})
		records = append(records, vector.Record{ID: mark, Vector: []float32{1, float32(i), 1}, Attributes: map[string]string{vector.Customer: string(c), "note": mark}})
	}
	require.NoError(t, db.Log().Append(t.Context(), events...))
	set := db.Profiles("main")
	_, err := clm.CatchUp(t.Context(), db.Log(), nil, profile.NewView(set, profile.NewFolder(nil, nil)))
	require.NoError(t, err)
	require.NoError(t, set.Commit(t.Context(), profile.Change{Partition: 99, Through: 1, Aside: aside}))
	require.NoError(t, db.Exposures().Expose(t.Context(), shown...))
	require.NoError(t, vectors(t, db).Upsert(t.Context(), records...))
}

// tablesWith returns the tables, of the system too, that show a text in any column
// of any row.
func tablesWith(t *testing.T, pool *pgxpool.Pool, text string) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm', 'p')`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	var with []string
	for _, table := range tables {
		var n int
		require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM "+table+" AS r WHERE strpos(r::text, $1) > 0", text).Scan(&n))
		if n > 0 {
			with = append(with, table)
		}
	}
	return with
}

// filesWith returns how many files of the database hold a text after a checkpoint.
func filesWith(t *testing.T, pool *pgxpool.Pool, text string) int {
	t.Helper()
	exec(t, pool, "CHECKPOINT")
	var folder string
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT current_setting('data_directory') || '/base/' || oid
		FROM pg_database WHERE datname = current_database()`).Scan(&folder))
	n, files := 0, 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil // the server removed it meanwhile
		}
		if bytes.Contains(content, []byte(text)) {
			n++
		}
		return err
	})
	if err != nil {
		t.Skipf("the server's files cannot be read: %v", err)
	}
	require.Greater(t, files, 100, "the files of a database")
	return n
}

func TestAnErasedCustomerIsInNoTableAndAfterAVacuumInNoFile(t *testing.T) {
	pool := pgtest.Open(t)
	db := open(t, pool, nil)
	shop(t, db, 20)
	exec(t, pool, "ANALYZE")
	gone, kept := clm.CustomerID("c-"+canary(7)), clm.CustomerID("c-"+canary(8))
	before := export(t, db, kept)
	require.Equal(t, 12+1+1+1+1, strings.Count(export(t, db, gone), "\n"), "events, profile, letter, exposure, vector")
	require.Subset(t, tablesWith(t, pool, canary(7)), []string{
		"clmkit.events", "clmkit.profiles", "clmkit.dead_letters", "clmkit.exposures", "clmkit.vectors_customers",
	})

	require.NoError(t, db.Erase(t.Context(), gone))
	require.NoError(t, db.Erase(t.Context(), gone), "erasing twice")
	assert.Empty(t, export(t, db, gone))
	for _, table := range tablesWith(t, pool, canary(7)) {
		assert.Equal(t, "pg_catalog.pg_statistic", table, "only the planner's samples still have it")
	}
	assert.Positive(t, filesWith(t, pool, canary(7)), "the control: bytes of deleted rows stay")

	require.NoError(t, db.Vacuum(t.Context()))
	assert.Empty(t, tablesWith(t, pool, canary(7)))
	assert.Zero(t, filesWith(t, pool, canary(7)))
	assert.Positive(t, filesWith(t, pool, canary(8)), "another customer's data is found in the same way")
	assert.Equal(t, before, export(t, db, kept))
}

func TestAVacuumThatWouldLeaveSomethingOutIsRefused(t *testing.T) {
	address := pgtest.URL(t)
	config, err := pgxpool.ParseConfig(address)
	require.NoError(t, err)
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE pg_write_all_data")
		return err
	}
	pool, err := pgxpool.New(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	open(t, pool, nil)
	exec(t, pool, "GRANT USAGE ON SCHEMA clmkit TO pg_write_all_data")
	exec(t, pool, "GRANT SELECT ON ALL TABLES IN SCHEMA clmkit TO pg_write_all_data")
	stranger, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(stranger.Close)
	require.ErrorContains(t, open(t, stranger, nil).Vacuum(t.Context()), "does not own")
}

func TestWhatWasReadBeforeAnErasureCannotBringTheCustomerBack(t *testing.T) {
	pool := pgtest.Open(t)
	db := open(t, pool, nil)
	set := db.Profiles("main")
	at, err := set.Mark(t.Context(), 0)
	require.NoError(t, err)
	change := profile.Change{After: at, Through: 5, Profiles: []*profile.Profile{profile.New("c-1")}}
	require.NoError(t, db.Erase(t.Context(), "c-1"))
	require.ErrorIs(t, set.Commit(t.Context(), change), clm.ErrFenced)
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		return set.WriteTx(t.Context(), tx, at.Revision, profile.New("c-1"))
	})
	require.ErrorIs(t, err, clm.ErrFenced)
	_, err = set.Get(t.Context(), "c-1")
	require.ErrorIs(t, err, profile.ErrNotFound)
}
