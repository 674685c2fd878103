package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
)

// Log is the record of events. It is a [clm.Log], a [clm.Ender] and a
// [clm.Eraser]. It is no [clm.Notifier]: that would have to hear of what other
// processes append, for which PostgreSQL has only LISTEN, and so [clm.Run] asks.
type Log struct{ db *DB }

// Log returns the log.
func (db *DB) Log() *Log { return &Log{db} }

// Partitions returns the number of partitions.
func (l *Log) Partitions() int { return l.db.partitions }

// bulk is the number of events from which an append goes by COPY, which takes four
// round trips where the statement for fewer takes one, and less of the server's time
// for each event: see BenchmarkAppend.
const bulk = 100

// Append adds the events, all or none, and passes over those whose id it has.
// Fewer than 100 events are one statement and one round trip; more go by COPY.
// Appends to the same partition wait for each other's commits, so few large ones
// are faster than many small ones.
func (l *Log) Append(ctx context.Context, events ...clm.Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b, err := l.batch(events)
	if err != nil || len(b.events) == 0 {
		return err
	}
	if len(b.events) < bulk {
		return fail(ctx, "append", l.insert(ctx, b))
	}
	return fail(ctx, "append", l.copy(ctx, b))
}

// rows are validated events in the order in which they are stored: by partition,
// and within it as they came. No two have the same id.
type rows struct {
	events     []*clm.Event
	partitions []int32 // of each event
	counts     []count
}

// count is how many of the rows are in a partition. Counts are in the order of
// partitions, in which every writer locks them, so that no two wait for each
// other.
type count struct {
	partition int32
	n         int64
}

// batch validates the events and turns them into rows. Of two events with one id
// the first stays.
func (l *Log) batch(events []clm.Event) (*rows, error) {
	now := time.Now
	if l.db.now != nil {
		now = l.db.now
	}
	at := now()
	for i := range events {
		if err := events[i].Validate(at); err != nil {
			return nil, err
		}
	}
	return sorted(events, l.db.partitions), nil
}

func sorted(events []clm.Event, partitions int) *rows {
	seen := make(map[string]struct{}, len(events))
	groups := map[int32][]*clm.Event{}
	b := rows{events: make([]*clm.Event, 0, len(events)), partitions: make([]int32, 0, len(events))}
	for i := range events {
		e := &events[i]
		if _, twice := seen[e.ID]; twice {
			continue
		}
		seen[e.ID] = struct{}{}
		p := int32(clm.PartitionOf(e.Customer, partitions))
		if groups[p] == nil {
			b.counts = append(b.counts, count{partition: p})
		}
		groups[p] = append(groups[p], e)
	}
	slices.SortFunc(b.counts, func(a, b count) int { return int(a.partition - b.partition) })
	for i, c := range b.counts {
		b.counts[i].n = int64(len(groups[c.partition]))
		b.events = append(b.events, groups[c.partition]...)
		for range groups[c.partition] {
			b.partitions = append(b.partitions, c.partition)
		}
	}
	return &b
}

func (b *rows) ids() []string {
	ids := make([]string, len(b.events))
	for i, e := range b.events {
		ids[i] = e.ID
	}
	return ids
}

// sqlInsert counts the partitions on by the number of events, which locks them
// until the statement's commit, and gives the events the positions in between.
// Those of known ids are left out, and leave a gap.
const sqlInsert = `
WITH counted AS (
	INSERT INTO {schema}.partitions AS p (tenant, partition, last)
	SELECT $1, c.partition, c.n
	FROM unnest($2::integer[], $3::bigint[]) AS c (partition, n)
	ORDER BY c.partition
	ON CONFLICT (tenant, partition) DO UPDATE SET last = p.last + excluded.last
	RETURNING p.partition, p.last
)
INSERT INTO {schema}.events (tenant, partition, position, id, customer, body)
SELECT $1, e.partition, counted.last - e.left_after, e.id, e.customer, e.body
FROM unnest($4::integer[], $5::bigint[], $6::text[], $7::text[], $8::text[])
	AS e (partition, left_after, id, customer, body)
JOIN counted ON counted.partition = e.partition
ON CONFLICT (tenant, id) DO NOTHING`

// insert writes a small batch with one statement.
func (l *Log) insert(ctx context.Context, b *rows) error {
	customers, bodies := make([]string, len(b.events)), make([]string, len(b.events))
	for i, e := range b.events {
		body, err := codec.Encode(e)
		if err != nil {
			return err
		}
		customers[i], bodies[i] = string(e.Customer), string(body)
	}
	partitions, counts := b.columns()
	return retry(ctx, func() error {
		_, err := l.db.pool.Exec(ctx, l.db.sql(sqlInsert), l.db.tenant, partitions, counts,
			b.partitions, b.leftAfter(), b.ids(), customers, bodies)
		return err
	})
}

func (b *rows) columns() (partitions []int32, counts []int64) {
	for _, c := range b.counts {
		partitions, counts = append(partitions, c.partition), append(counts, c.n)
	}
	return partitions, counts
}

// leftAfter returns, for each row, how many rows of its partition come after it.
func (b *rows) leftAfter() []int64 {
	left := make([]int64, 0, len(b.events))
	for _, c := range b.counts {
		for i := range c.n {
			left = append(left, c.n-1-i)
		}
	}
	return left
}

var (
	_ clm.Log    = (*Log)(nil)
	_ clm.Ender  = (*Log)(nil)
	_ clm.Eraser = (*Log)(nil)
)
