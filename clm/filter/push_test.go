package filter

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/ncruces/go-sqlite3/driver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/internal/pgtest"
)

// expressions returns how many random expressions a test is to try:
// CLMKIT_FILTER_EXPRESSIONS, or what is quick.
func expressions(t *testing.T, quick int) int {
	text := os.Getenv("CLMKIT_FILTER_EXPRESSIONS")
	if text == "" {
		return quick / slowness
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// A table has records in memory and in a database.
type table struct {
	records []Map
	query   func(ctx context.Context, where string, args []any) ([]int, error)
	column  Column
}

const rows = 40

// sqliteTable fills a table in SQLite.
func sqliteTable(t *testing.T, texts [][]byte, records []Map) table {
	db, err := sql.Open("sqlite3", "file:"+t.TempDir()+"/t.db")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
	require.NoError(t, err)
	for i, text := range texts {
		_, err = db.Exec("INSERT INTO t VALUES (?, ?)", i, string(text))
		require.NoError(t, err)
	}
	return table{records, func(ctx context.Context, where string, args []any) ([]int, error) {
		found, err := db.QueryContext(ctx, "SELECT id FROM t WHERE "+where+" ORDER BY id", args...)
		if err != nil {
			return nil, err
		}
		defer found.Close()
		return numbers(found)
	}, Column{Dialect: SQLite, SQL: "body"}}
}

// numbers reads the first column of what a query found.
func numbers(found interface {
	Next() bool
	Scan(...any) error
	Err() error
}) ([]int, error) {
	var all []int
	for found.Next() {
		var n int
		if err := found.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, found.Err()
}

// postgresTable fills a table in PostgreSQL. The statement has a parameter of its
// own before those of the filter.
func postgresTable(t *testing.T, texts [][]byte, records []Map) table {
	pool := pgtest.Open(t)
	_, err := pool.Exec(t.Context(), "CREATE TABLE t (id int PRIMARY KEY, body text NOT NULL)")
	require.NoError(t, err)
	for i, text := range texts {
		_, err = pool.Exec(t.Context(), "INSERT INTO t VALUES ($1, $2)", i, string(text))
		require.NoError(t, err)
	}
	return table{records, func(ctx context.Context, where string, args []any) ([]int, error) {
		found, err := pool.Query(ctx, "SELECT id FROM t WHERE id >= $1::int AND "+where+" ORDER BY id", append([]any{pgx.QueryExecModeExec, 0}, args...)...)
		if err != nil {
			return nil, err
		}
		defer found.Close()
		return numbers(found)
	}, Column{Dialect: Postgres, SQL: "body", First: 2}}
}

// agree checks that the database and the memory select the same rows, and
// reports whether anything was left to do.
func (tb table) agree(t *testing.T, e *Expr) (residual bool) {
	f, err := Compile(e, shop, noon, nil)
	require.NoError(t, err, e.String())
	pushed := f.Push(tb.column)
	var want, got []int
	for id, r := range tb.records {
		if f.Match(r) {
			want = append(want, id)
		}
	}
	ids, err := tb.query(t.Context(), pushed.Where, pushed.Args)
	require.NoError(t, err, "%s\n%s\n%v", e, pushed.Where, pushed.Args)
	for _, id := range ids {
		if pushed.Rest.Match(tb.records[id]) {
			got = append(got, id)
		}
	}
	if !slices.Equal(want, got) {
		require.Fail(t, "the database selects other rows", "%s\n%s\n%q\nwant %v, got %v", e, pushed.Where, fmt.Sprint(pushed.Args), want, got)
	}
	return pushed.Rest != nil
}

func compareRows(t *testing.T, quick int, fill func(*testing.T, [][]byte, []Map) table) {
	d := newDice(1)
	var records []Map
	var texts [][]byte
	for range rows {
		m, text := d.record()
		records, texts = append(records, m), append(texts, text)
	}
	tb := fill(t, texts, records)
	n, whole, split := expressions(t, quick), 0, 0
	for range n {
		e := d.expr(d.IntN(4), true)
		if tb.agree(t, e) {
			split++
		} else {
			whole++
		}
	}
	t.Logf("%d random expressions on %d rows: %d pushed down whole, %d split", n, rows, whole, split)
	assert.Greater(t, whole, n/4)
	assert.Greater(t, split, n/10)
}

func TestSQLiteSelectsWhatMemorySelects(t *testing.T) { compareRows(t, 3_000, sqliteTable) }

func TestPostgresSelectsWhatMemorySelects(t *testing.T) { compareRows(t, 1_000, postgresTable) }

func TestWhatIsTooLargeForADatabaseIsLeft(t *testing.T) {
	long := "name IN (\"" + strings.Repeat("x\", \"", 40_000) + "\")"
	deep := strings.Repeat("NOT ", 100) + "age = 1"
	for text, rest := range map[string]string{
		long + " AND age = 1": long,
		deep + " AND age = 1": deep,
	} {
		f := compile(t, text, shop)
		for _, d := range []Dialect{SQLite, Postgres} {
			pushed := f.Push(Column{Dialect: d, SQL: "body"})
			assert.Equal(t, rest, pushed.Rest.Expr().String())
			assert.Equal(t, 1.0, pushed.Args[len(pushed.Args)-1])
		}
	}
}

func TestManyConditionsAreNoDeepTree(t *testing.T) {
	m, text := newDice(7).record()
	tb := sqliteTable(t, [][]byte{text}, []Map{m})
	many := make([]string, 2_000)
	for i := range many {
		many[i] = fmt.Sprintf("age = %d.5", i)
	}
	for _, by := range []string{" AND ", " OR "} {
		e, err := Parse(strings.Join(many, by))
		require.NoError(t, err)
		tb.agree(t, e)
	}
}

func TestNoValueIsInTheStatement(t *testing.T) {
	const secret = "x'; DROP TABLE t --"
	e, err := Parse("name = $S AND tags CONTAINS $S AND `trait." + secret + "` IN ($S) AND `score." + secret + "` = 1")
	require.NoError(t, err)
	f, err := Compile(e, shop, noon, Params{"S": StringOf(secret)})
	require.NoError(t, err)
	for _, d := range []Dialect{SQLite, Postgres} {
		pushed := f.Push(Column{Dialect: d, SQL: "body"})
		assert.Nil(t, pushed.Rest)
		assert.NotContains(t, pushed.Where, "DROP")
	}
}
