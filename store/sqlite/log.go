package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
)

// positionBits of an event's key are its position: 10^12 events in a partition.
const positionBits = 40

func key(partition int, position clm.Position) int64 {
	return int64(partition)<<positionBits | int64(position)
}

func positionOf(key int64) clm.Position {
	return clm.Position(key & (1<<positionBits - 1))
}

// A Log is the [clm.Log] of a file. Reading holds no transaction and no lock
// between two entries.
//
// Ids are kept in an index in their own order. Ids that grow with time, such as
// UUIDv7, land beside each other in it; random ones dirty a page each, which
// makes appending slower the larger the log is.
type Log struct{ db *DB }

// Log returns the log of the file.
func (db *DB) Log() *Log { return &Log{db} }

// Partitions returns the number of partitions.
func (l *Log) Partitions() int { return l.db.partitions }

// Append adds the events in one transaction. Appends that are called at the
// same time share one.
func (l *Log) Append(ctx context.Context, events ...clm.Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := l.db.now()
	for i := range events {
		if err := events[i].Validate(now); err != nil {
			return err
		}
	}
	if len(events) == 0 {
		return nil
	}
	a, err := newAppend(events, l.db.partitions)
	if err != nil {
		return l.db.fail(ctx, "append", err)
	}
	if err := l.db.write(ctx, "append", a.run); err != nil {
		return err
	}
	if len(a.last) > 0 {
		l.db.grown.fire()
	}
	return nil
}

// An appending is the events of one Append, encoded.
type appending struct {
	events []clm.Event
	bodies []string
	parts  []int
	last   map[int]clm.Position // new ends of the partitions that grew
}

func newAppend(events []clm.Event, partitions int) (*appending, error) {
	a := &appending{events: events, bodies: make([]string, len(events)), parts: make([]int, len(events))}
	for i := range events {
		body, err := codec.Encode(&events[i])
		if err != nil {
			return nil, fmt.Errorf("event %s: %w", events[i].ID, err)
		}
		a.bodies[i] = string(body)
		a.parts[i] = clm.PartitionOf(events[i].Customer, partitions)
	}
	return a, nil
}

func (a *appending) run(c *conn) error {
	a.last = map[int]clm.Position{}
	ends := map[int]clm.Position{}
	for i := range a.events {
		e, part := &a.events[i], a.parts[i]
		end, known := ends[part]
		if !known {
			if _, err := c.row("SELECT last FROM partitions WHERE partition = ?", []any{part}, &end); err != nil {
				return err
			}
			ends[part] = end
		}
		n, err := c.exec("INSERT INTO events (key, id, customer, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
			key(part, end+1), e.ID, string(e.Customer), a.bodies[i])
		if err != nil {
			return fmt.Errorf("event %s: %w", e.ID, err)
		}
		if n > 0 {
			ends[part], a.last[part] = end+1, end+1
		}
	}
	for part, end := range a.last {
		_, err := c.exec("INSERT INTO partitions (partition, last) VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET last = excluded.last", part, int64(end))
		if err != nil {
			return err
		}
	}
	return nil
}

// Read yields the entries after a position, up to the end that the partition
// had when the reading began.
func (l *Log) Read(ctx context.Context, partition int, after clm.Position) iter.Seq2[clm.Entry, error] {
	return func(yield func(clm.Entry, error) bool) {
		if partition < 0 || partition >= l.db.partitions {
			yield(clm.Entry{}, fmt.Errorf("sqlite: %s: partition %d of %d: %w", l.db.file, partition, l.db.partitions, clm.ErrPartition))
			return
		}
		end, err := l.end(ctx, partition)
		if err != nil {
			yield(clm.Entry{}, err)
			return
		}
		for after < end {
			chunk, err := l.chunk(ctx, partition, after, end)
			if err != nil {
				yield(clm.Entry{}, err)
				return
			}
			if !yieldAll(ctx, chunk, yield) {
				return
			}
			if len(chunk) == 0 {
				return
			}
			after = chunk[len(chunk)-1].Position
		}
	}
}

// yieldAll looks at the context before each entry.
func yieldAll(ctx context.Context, chunk []clm.Entry, yield func(clm.Entry, error) bool) bool {
	for _, e := range chunk {
		if err := ctx.Err(); err != nil {
			yield(clm.Entry{}, err)
			return false
		}
		if !yield(e, nil) {
			return false
		}
	}
	return true
}

func (l *Log) end(ctx context.Context, partition int) (end clm.Position, err error) {
	err = l.db.read(ctx, "read the log", func(c *conn) error {
		_, err := c.row("SELECT last FROM partitions WHERE partition = ?", []any{partition}, &end)
		return err
	})
	return end, err
}

// What is read at once: so many entries, or as many as have so many bytes.
const (
	chunkRows  = 500
	chunkBytes = 4 << 20
)

// chunk reads some entries after a position; none when there are no more.
func (l *Log) chunk(ctx context.Context, partition int, after, end clm.Position) ([]clm.Entry, error) {
	chunk := make([]clm.Entry, 0, min(chunkRows, end-after))
	bytes := 0
	err := l.db.read(ctx, "read the log", func(c *conn) error {
		args := []any{key(partition, after), key(partition, end), chunkRows}
		var at int64
		var body sql.RawBytes
		return c.rows("SELECT key, CAST(body AS BLOB) FROM events WHERE key > ? AND key <= ? ORDER BY key LIMIT ?", args,
			func(scan func(...any) error) (bool, error) {
				if err := scan(&at, &body); err != nil {
					return false, err
				}
				e := clm.Entry{Position: positionOf(at)}
				if err := codec.Decode(body, &e.Event); err != nil {
					return false, fmt.Errorf("partition %d, position %d: %w: %w", partition, e.Position, ErrCorrupt, err)
				}
				chunk = append(chunk, e)
				bytes += len(body)
				return bytes < chunkBytes, nil
			})
	})
	return chunk, err
}

// Ends returns the ends of the partitions that were appended to.
func (l *Log) Ends(ctx context.Context) (map[int]clm.Position, error) {
	ends := map[int]clm.Position{}
	err := l.db.read(ctx, "read the log", func(c *conn) error {
		var partition int
		var last clm.Position
		return c.rows("SELECT partition, last FROM partitions", nil, func(scan func(...any) error) (bool, error) {
			err := scan(&partition, &last)
			ends[partition] = last
			return true, err
		})
	})
	return ends, err
}

// Changed returns a channel that is closed by the next Append of this process
// that adds something. It does not hear of other processes.
func (l *Log) Changed() <-chan struct{} { return l.db.grown.wait() }
