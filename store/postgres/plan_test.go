package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/vector"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plan returns how the server would carry a statement out if it had to do without
// reading a table from end to end, and without sorting, where it can: what it does
// with tables that are larger than those of a test.
func plan(t *testing.T, db *DB, sql string, args []any) string {
	t.Helper()
	tx, err := db.pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(t.Context())) }()
	_, err = tx.Exec(t.Context(), "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true)")
	require.NoError(t, err)
	rows, err := tx.Query(t.Context(), "EXPLAIN "+sql, args...)
	require.NoError(t, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return strings.Join(lines, "\n")
}

func TestSearchesUseTheIndexThatTheyAreMeantFor(t *testing.T) {
	const dimension = 101
	db, err := New(t.Context(), pgtest.Open(t), nil)
	require.NoError(t, err)
	for name, o := range map[string]*VectorOptions{"whole": nil, "half": {Half: true}} {
		v, err := db.Vectors(t.Context(), name, dimension, o)
		require.NoError(t, err)
		var records []vector.Record
		for i := range 300 {
			numbers := make([]float32, dimension)
			numbers[0], numbers[1+i%100] = 1, float32(i)
			records = append(records, vector.Record{ID: fmt.Sprint(i), Vector: numbers,
				Attributes: map[string]string{"rare": fmt.Sprint(i%100 == 1)}})
		}
		require.NoError(t, v.Upsert(t.Context(), records...))
		_, err = db.pool.Exec(t.Context(), "ANALYZE")
		require.NoError(t, err)

		all, _ := v.search(vector.Query{Vector: records[0].Vector})
		sql, args := v.statement(v.set.search(), all, 10, all.vector, 20)
		assert.Contains(t, plan(t, db, sql, args), "vectors_"+name+"_embedding_idx")
		sql, args = v.statement(sqlScan, all, 10, all.vector)
		assert.NotContains(t, plan(t, db, sql, args), "embedding_idx", "an exact scan compares all")

		few, _ := v.search(vector.Query{Vector: records[0].Vector, Filter: vector.Filter{{Attribute: "rare", AnyOf: []string{"true"}}}})
		sql, args = v.statement(sqlScan, few, 10, few.vector)
		assert.Contains(t, plan(t, db, sql, args), "vectors_"+name+"_tags_idx")
	}
}

func TestReadsOfTheLogUseItsKeys(t *testing.T) {
	db, err := New(t.Context(), pgtest.Open(t), nil)
	require.NoError(t, err)
	_, err = db.pool.Exec(t.Context(), db.sql(`INSERT INTO {schema}.events
		SELECT 1, i % 8, i, 'e' || i, 'c' || i % 997, '{}' FROM generate_series(1, 20000) AS i`))
	require.NoError(t, err)
	_, err = db.pool.Exec(t.Context(), "ANALYZE")
	require.NoError(t, err)
	for sql, args := range map[string][]any{
		sqlRead:        {1, 3, 100, 19000, 100},
		sqlKnown:       {1, []string{"e1", "x"}},
		sqlHistory:     {1, "c5", 4, 0, 100},
		sqlHistories:   {1, "c5", "c6", 100},
		sqlHistoriesOn: {1, "c5", 100},
		sqlEraseEvents: {1, "c5"},
	} {
		// An incremental sort is of one customer at a time.
		p := strings.ReplaceAll(plan(t, db, db.sql(sql), args), "Incremental Sort", "")
		assert.NotContains(t, p, "Seq Scan", sql)
		assert.NotContains(t, p, "Sort  (", sql)
	}
}

// A server analyzes a table a minute after it was filled, and until then takes it
// for nearly empty.
func TestManyKeysAreLookedUpOneByOneBeforeTheTableIsAnalyzed(t *testing.T) {
	db, err := New(t.Context(), pgtest.Open(t), nil)
	require.NoError(t, err)
	for _, sql := range []string{
		`ALTER TABLE {schema}.profiles SET (autovacuum_enabled = off)`,
		`INSERT INTO {schema}.profiles (tenant, customer, name, body) SELECT 1, 'c' || i, '', '{}' FROM generate_series(1, 20000) AS i`,
	} {
		_, err = db.pool.Exec(t.Context(), db.sql(sql))
		require.NoError(t, err)
	}
	for sql, want := range map[string]string{
		sqlProfilesOf: "(tenant = 1) AND (customer = c.customer) AND (name = 'n'",
		sqlKnown:      "(tenant = 1) AND (id = asked.id)",
		sqlKeysOf:     "(tenant = 1) AND (customer = c.customer)",
		sqlLookupKeys: "(tenant = 1) AND (id = asked.id)",
		// the control
		`SELECT body FROM {schema}.profiles WHERE tenant = $1 AND name = $2 AND customer = ANY($3::text[])`: "Filter: (customer = ANY",
	} {
		args := []any{1, "n", []string{"c1", "c7"}}
		if !strings.Contains(sql, "$3") {
			args = []any{1, []string{"c1", "c7"}}
		}
		rows, err := db.pool.Query(t.Context(), "EXPLAIN "+db.sql(sql), args...)
		require.NoError(t, err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		assert.Contains(t, strings.Join(lines, "\n"), want, sql)
	}
}

func TestTagsTellAttributesApart(t *testing.T) {
	seen := map[string][2]string{}
	long := strings.Repeat("x", 300)
	for _, name := range []string{"", "a", "ab", "1:a", long, long + "y"} {
		for _, value := range []string{"", "b", "bc", ":b", "1:b", long, long + "y"} {
			text := tag(name, value)
			assert.LessOrEqual(t, len(text), longestTag)
			assert.NotContains(t, seen, text, "%q=%q and %q", name, value, seen[text])
			seen[text] = [2]string{name, value}
		}
	}
}
