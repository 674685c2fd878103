package postgres

import (
	"bytes"
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

	sqlCopyEvents = `COPY {schema}.events (tenant, partition, position, id, customer, body) FROM STDIN (FORMAT binary)`
)

// copy writes a large batch: it locks the partitions and copies the events
// straight into the table. That fails as a whole when the log has one of the
// ids, which is rare; then it begins anew and asks first which ids are known. One
// can still come in between, to another partition under another customer, and
// then it begins anew again.
//
// Copying into a temporary table, and inserting from there with ON CONFLICT, was
// left: it writes every event twice.
func (l *Log) copy(ctx context.Context, b *rows) error {
	ask := false
	return retry(ctx, func() error {
		err := l.db.transaction(ctx, func(tx pgx.Tx) error { return l.copyIn(ctx, tx, b, ask) })
		ask = ask || code(err) == codeUnique
		return err
	}, codeUnique)
}

// copyIn is one try at copy. The partitions are locked before it asks for known
// ids, so that it sees what their last owner wrote.
func (l *Log) copyIn(ctx context.Context, tx pgx.Tx, b *rows, ask bool) error {
	ends, err := l.count(ctx, tx, b)
	if err != nil {
		return err
	}
	var known map[string]bool
	if ask {
		known, err = l.known(ctx, tx, b)
	}
	if err != nil || len(known) == len(b.ids) {
		return err
	}
	data := bytes.NewReader(b.binary(l.db.tenant, ends, known))
	_, err = tx.Conn().PgConn().CopyFrom(ctx, data, l.db.sql(sqlCopyEvents))
	return err
}

// count reserves positions, and returns the last one of each partition.
func (l *Log) count(ctx context.Context, tx pgx.Tx, b *rows) (map[int32]int64, error) {
	partitions, counts := b.columns()
	ends := make(map[int32]int64, len(partitions))
	found, err := tx.Query(ctx, l.db.sql(sqlCount), l.db.tenant, partitions, counts)
	if err != nil {
		return nil, err
	}
	var p int32
	var last int64
	_, err = pgx.ForEachRow(found, []any{&p, &last}, func() error { ends[p] = last; return nil })
	return ends, err
}

// known returns those of the ids that the log has.
func (l *Log) known(ctx context.Context, tx pgx.Tx, b *rows) (map[string]bool, error) {
	known := map[string]bool{}
	found, err := tx.Query(ctx, l.db.sql(sqlKnown), l.db.tenant, b.ids)
	if err != nil {
		return nil, err
	}
	var id string
	_, err = pgx.ForEachRow(found, []any{&id}, func() error { known[id] = true; return nil })
	return known, err
}

// binary returns the events that are not known in COPY's binary format.
func (b *rows) binary(tenant int32, ends map[int32]int64, known map[string]bool) []byte {
	size := copyOverhead
	for i := range b.ids {
		size += copyOverhead + len(b.ids[i]) + len(b.customers[i]) + len(b.bodies[i])
	}
	c := newCopyData(size)
	for i, left := range b.leftAfter() {
		if known[b.ids[i]] {
			continue
		}
		c.row(6)
		c.integer(tenant)
		c.integer(b.partitions[i])
		c.bigint(ends[b.partitions[i]] - left)
		c.text(b.ids[i])
		c.text(b.customers[i])
		c.text(b.bodies[i])
	}
	return c.end()
}
