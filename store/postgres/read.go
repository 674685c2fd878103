package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/jackc/pgx/v5"
)

const (
	sqlEnd  = `SELECT last FROM {schema}.partitions WHERE tenant = $1 AND partition = $2`
	sqlEnds = `SELECT partition, last FROM {schema}.partitions WHERE tenant = $1`
	sqlRead = `
SELECT position, body FROM {schema}.events
WHERE tenant = $1 AND partition = $2 AND position > $3 AND position <= $4
ORDER BY position LIMIT $5`
)

// Read yields the entries of a partition that were there when it was called, page
// by page. No connection is held while the caller looks at an entry.
func (l *Log) Read(ctx context.Context, partition int, after clm.Position) iter.Seq2[clm.Entry, error] {
	return func(yield func(clm.Entry, error) bool) {
		if partition < 0 || partition >= l.db.partitions {
			yield(clm.Entry{}, fmt.Errorf("postgres: partition %d of %d: %w", partition, l.db.partitions, clm.ErrPartition))
			return
		}
		end, err := l.end(ctx, partition)
		if err != nil {
			yield(clm.Entry{}, fail(ctx, "read", err))
			return
		}
		at := bigint(after)
		l.pages(ctx, yield, func(limit int) (string, []any) {
			return sqlRead, []any{l.db.tenant, partition, at, end, limit}
		}, func(e *clm.Entry) bool { at = bigint(e.Position); return true })
	}
}

// end returns the last position of a partition.
func (l *Log) end(ctx context.Context, partition int) (end int64, err error) {
	err = l.db.pool.QueryRow(ctx, l.db.sql(sqlEnd), l.db.tenant, partition).Scan(&end)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return end, err
}

// Ends returns the last position that was given in each partition. An entry that
// was erased, or passed over as a repeat, may have had it.
func (l *Log) Ends(ctx context.Context) (map[int]clm.Position, error) {
	ends := map[int]clm.Position{}
	found, err := l.db.pool.Query(ctx, l.db.sql(sqlEnds), l.db.tenant)
	if err == nil {
		var partition int
		var last int64
		_, err = pgx.ForEachRow(found, []any{&partition, &last}, func() error {
			ends[partition] = clm.Position(last)
			return nil
		})
	}
	return ends, fail(ctx, "ends", err)
}

// pages yields what a query finds, a page at a time, and reports whether it got to
// the end. Query returns the statement for the next page of at most limit rows; past
// is told the last entry of each that is full.
func (l *Log) pages(ctx context.Context, yield func(clm.Entry, error) bool, query func(limit int) (string, []any), past func(*clm.Entry) bool) bool {
	for size := firstPage; ; {
		sql, args := query(size)
		entries, bytes, err := l.page(ctx, sql, args)
		if err != nil {
			return yield(clm.Entry{}, fail(ctx, "read", err)) && false
		}
		for i := range entries {
			if err := ctx.Err(); err != nil {
				return yield(clm.Entry{}, err) && false
			}
			if !yield(entries[i], nil) {
				return false
			}
		}
		if len(entries) < size {
			return true
		}
		if !past(&entries[len(entries)-1]) {
			return false
		}
		size = nextPage(size, bytes)
	}
}

// page returns what a query finds, and how many bytes it was.
func (l *Log) page(ctx context.Context, sql string, args []any) (entries []clm.Entry, bytes int, err error) {
	found, err := l.db.pool.Query(ctx, l.db.sql(sql), args...)
	if err != nil {
		return nil, 0, err
	}
	var position int64
	var body []byte
	_, err = pgx.ForEachRow(found, []any{&position, &body}, func() error {
		bytes += len(body)
		entries = append(entries, clm.Entry{Position: clm.Position(position)})
		return codec.Decode(body, &entries[len(entries)-1].Event)
	})
	return entries, bytes, err
}

const (
	// firstPage rows of 4 MiB, the largest text, are 64 MiB.
	firstPage = 16
	// largestPage is where more rows make reading no faster.
	largestPage = 2000
	// pageBytes is what a page should not be much above.
	pageBytes = 8 << 20
)

// nextPage returns how many rows to ask for after a page of size rows and so
// many bytes. It grows step by step, because rows may get longer.
func nextPage(size, bytes int) int {
	fit := pageBytes / max(1, bytes/size)
	return max(1, min(fit, 8*size, largestPage))
}

// bigint returns a position as PostgreSQL has it: positions end at 2^63-1.
func bigint(p clm.Position) int64 { return int64(min(p, math.MaxInt64)) }
