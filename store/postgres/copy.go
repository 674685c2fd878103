package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

const (
	// sqlCount counts partitions on and returns where they are then. It locks
	// them in order, until the end of the transaction.
	sqlCount = `
INSERT INTO {schema}.partitions AS p (tenant, partition, last)
SELECT $1, c.partition, c.n
FROM unnest($2::integer[], $3::bigint[]) AS c (partition, n)
ORDER BY c.partition
ON CONFLICT (tenant, partition) DO UPDATE SET last = p.last + excluded.last
RETURNING p.partition, p.last`

	sqlKnown = `SELECT id FROM {schema}.events WHERE tenant = $1 AND id = ANY($2::text[])`
)

// copy writes a large batch: it locks the partitions, asks which ids are known
// already, and copies the other events straight into the table. An id that was
// not known and is there after all was written meanwhile to another partition,
// under another customer: then everything begins anew.
//
// Copying into a temporary table first, and inserting from there with ON
// CONFLICT, was slower; see BenchmarkAppend.
func (l *Log) copy(ctx context.Context, b *rows) error {
	return l.db.transaction(ctx, func(tx pgx.Tx) error {
		ends, known, err := l.lock(ctx, tx, b)
		if err != nil || len(known) == len(b.ids) {
			return err
		}
		_, err = tx.CopyFrom(ctx, pgx.Identifier{l.db.name, "events"}, eventColumns, b.source(l.db.tenant, ends, known))
		return err
	}, codeUnique)
}

// lock returns the last positions of the batch's partitions, all of them counted
// on, and the ids that the log has. Both statements are one round trip. The
// second has a snapshot of its own, from after the wait for the locks.
func (l *Log) lock(ctx context.Context, tx pgx.Tx, b *rows) (ends map[int32]int64, known map[string]bool, err error) {
	partitions, counts := b.columns()
	var batch pgx.Batch
	ends = make(map[int32]int64, len(partitions))
	batch.Queue(l.db.sql(sqlCount), l.db.tenant, partitions, counts).Query(func(r pgx.Rows) error {
		var p int32
		var last int64
		_, err := pgx.ForEachRow(r, []any{&p, &last}, func() error { ends[p] = last; return nil })
		return err
	})
	known = map[string]bool{}
	batch.Queue(l.db.sql(sqlKnown), l.db.tenant, b.ids).Query(func(r pgx.Rows) error {
		var id string
		_, err := pgx.ForEachRow(r, []any{&id}, func() error { known[id] = true; return nil })
		return err
	})
	return ends, known, tx.SendBatch(ctx, &batch).Close()
}

var eventColumns = []string{"tenant", "partition", "position", "id", "customer", "body"}

// source yields the events that are not known, for COPY.
func (b *rows) source(tenant string, ends map[int32]int64, known map[string]bool) pgx.CopyFromSource {
	left := b.leftAfter()
	next := 0
	return pgx.CopyFromFunc(func() ([]any, error) {
		for next < len(b.ids) && known[b.ids[next]] {
			next++
		}
		if next == len(b.ids) {
			return nil, nil
		}
		i := next
		next++
		p := b.partitions[i]
		return []any{tenant, p, ends[p] - left[i], b.ids[i], b.customers[i], b.bodies[i]}, nil
	})
}
