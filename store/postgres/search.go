package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/clmkit/clmkit/vector"
	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"
)

// sqlCountVectors counts no further than it has to.
const sqlCountVectors = `
SELECT count(*) FROM (SELECT 1 FROM {schema}.{set} WHERE tenant = $1 {filter} LIMIT $2) AS found`

// Search returns the nearest records. Where few records pass the filter, all of
// them are compared. Otherwise the index is asked, which scans on until it has
// enough that pass; and when it gives up before, all are compared after all. What
// is found by the index is nearest in most cases and not in all: see
// BenchmarkSearch.
func (v *Vectors) Search(ctx context.Context, q vector.Query) ([]vector.Match, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("postgres: search: %w", err)
	}
	if err := q.Check(v.set.dimension); err != nil {
		return nil, err
	}
	s, possible := v.search(q)
	if !possible {
		return nil, nil
	}
	exact, err := v.few(ctx, s)
	if err != nil {
		return nil, fail(ctx, "search", err)
	}
	if !exact && s.k <= v.opts.Exact {
		matches, err := v.byIndex(ctx, s)
		if err != nil || len(matches) == s.k {
			return matches, fail(ctx, "search", err)
		}
	}
	matches, err := v.byScan(ctx, s)
	return matches, fail(ctx, "search", err)
}

// search is a query in the database's terms.
type search struct {
	k      int
	vector pgvector.Vector
	tags   [][]string // one of each has to be there
}

// search translates a query. It reports false when no record can pass its filter.
func (v *Vectors) search(q vector.Query) (search, bool) {
	s := search{k: q.K, vector: pgvector.NewVector(unit(q.Vector))}
	if s.k == 0 {
		s.k = vector.DefaultK
	}
	for _, c := range q.Filter {
		var any []string
		for _, value := range c.AnyOf {
			// No record has what the database cannot hold.
			if t := tag(c.Attribute, value); storable(t) {
				any = append(any, t)
			}
		}
		if len(any) == 0 {
			return s, false
		}
		s.tags = append(s.tags, any)
	}
	return s, true
}

// statement puts the filter into a statement whose own parameters are args, and
// returns the parameters of both.
func (v *Vectors) statement(sql string, s search, args ...any) (string, []any) {
	var filter strings.Builder
	args = append([]any{v.db.tenant}, args...)
	for _, any := range s.tags {
		args = append(args, any)
		filter.WriteString(strings.ReplaceAll(sqlTagged, "{n}", strconv.Itoa(len(args))))
	}
	return strings.ReplaceAll(v.sql(sql), "{filter}", filter.String()), args
}

// few reports whether so few records pass the filter that all can be compared.
func (v *Vectors) few(ctx context.Context, s search) (bool, error) {
	id := verdictOf(s.tags)
	if few, known := v.verdicts.find(id); known {
		return few, nil
	}
	sql, args := v.statement(sqlCountVectors, s, v.opts.Exact+1)
	var n int
	if err := v.db.pool.QueryRow(ctx, sql, args...).Scan(&n); err != nil {
		return false, err
	}
	v.verdicts.keep(id, n <= v.opts.Exact)
	return n <= v.opts.Exact, nil
}

// byScan compares the query with every record that passes the filter.
func (v *Vectors) byScan(ctx context.Context, s search) ([]vector.Match, error) {
	sql, args := v.statement(sqlScan, s, s.k, s.vector)
	found, err := v.db.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return matches(found)
}

// byIndex asks the index for twice as many as are wanted, and orders them by the
// vectors themselves. The settings hold for the transaction.
func (v *Vectors) byIndex(ctx context.Context, s search) (found []vector.Match, err error) {
	sql, args := v.statement(v.set.search(), s, s.k, s.vector, 2*s.k)
	var batch pgx.Batch
	batch.Queue(sqlTune, strconv.Itoa(min(1000, max(v.opts.Search, 2*s.k))))
	batch.Queue(sql, args...).Query(func(r pgx.Rows) error {
		found, err = matches(r)
		return err
	})
	return found, v.db.transaction(ctx, func(tx pgx.Tx) error { return tx.SendBatch(ctx, &batch).Close() })
}

func matches(found pgx.Rows) ([]vector.Match, error) {
	return pgx.CollectRows(found, func(r pgx.CollectableRow) (m vector.Match, err error) {
		err = r.Scan(&m.ID, &m.Score)
		m.Score = min(1, max(-1, m.Score))
		return m, err
	})
}

// storable reports whether a text column can hold s.
func storable(s string) bool { return !strings.ContainsRune(s, 0) && strings.ToValidUTF8(s, "") == s }
