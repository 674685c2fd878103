package postgres

import (
	"cmp"
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

	// See sqlProfilesOf.
	sqlKnown = `
SELECT e.id FROM unnest($2::text[]) AS asked (id) CROSS JOIN LATERAL (
	SELECT id FROM {schema}.events WHERE tenant = $1 AND id = asked.id LIMIT 1
) AS e`

	sqlCopyEvents = `COPY {schema}.events (tenant, partition, position, id, customer, body) FROM STDIN (FORMAT binary)`
)

// copy writes a large batch: it locks the partitions and copies the events
// straight into the table, each while the server is at those before it. That fails as a whole when the log has one of the
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
	if err != nil || len(known) == len(b.events) {
		return err
	}
	data := newCopyEvents(b, l.db.tenant, ends, known)
	_, err = tx.Conn().PgConn().CopyFrom(ctx, data, l.db.sql(sqlCopyEvents))
	return cmp.Or(data.close(), err)
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
	found, err := tx.Query(ctx, l.db.sql(sqlKnown), l.db.tenant, b.ids())
	if err != nil {
		return nil, err
	}
	var id string
	_, err = pgx.ForEachRow(found, []any{&id}, func() error { known[id] = true; return nil })
	return known, err
}
