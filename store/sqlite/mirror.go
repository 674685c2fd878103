package sqlite

import (
	"context"
	"database/sql"

	"github.com/clmkit/clmkit/vector"
)

// A mirror is the copy of a set of vectors. It is never older than its version;
// it may hold newer records, which are read again.
type mirror struct {
	*vector.Memory
	version int64
}

func newMirror() mirror { return mirror{Memory: new(vector.Memory)} }

// Search finds the nearest records among those that the file had when it was
// called, or later.
func (v *Vectors) Search(ctx context.Context, q vector.Query) ([]vector.Match, error) {
	m, err := v.current(ctx)
	if err != nil {
		return nil, err
	}
	return m.Search(ctx, q)
}

// current brings the copy up to date. One search at a time does it; the others
// wait for it.
func (v *Vectors) current(ctx context.Context) (*vector.Memory, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case v.turn <- struct{}{}:
	}
	defer func() { <-v.turn }()
	next := v.copy
	if err := v.follow(ctx, &next); err != nil {
		return nil, err
	}
	v.copy = next
	return next.Memory, nil
}

// follow reads what changed since the copy's version. The transaction that
// reads the version reads the records too, so that they belong together.
func (v *Vectors) follow(ctx context.Context, m *mirror) error {
	return v.db.read(ctx, "search in "+v.name, func(c *conn) error {
		return snapshot(c, func() error {
			set, err := v.row(c)
			if err != nil || set.version == m.version {
				return err
			}
			if set.removed > m.version {
				*m = newMirror()
			}
			if err := v.load(ctx, c, set, m); err != nil {
				return err
			}
			m.version = set.version
			return nil
		})
	})
}

// forget empties the copy, for what was erased not to stay in memory.
func (v *Vectors) forget() {
	v.turn <- struct{}{}
	v.copy = newMirror()
	<-v.turn
}

// snapshot runs f in one reading transaction.
func snapshot(c *conn, f func() error) error {
	if err := c.control(background, "BEGIN"); err != nil {
		return err
	}
	if err := f(); err != nil {
		_ = c.control(background, "ROLLBACK") // the error that matters is the first
		return err
	}
	return c.control(background, "COMMIT")
}

// load adds the records that are newer than the copy.
func (v *Vectors) load(ctx context.Context, c *conn, set vectorSet, m *mirror) error {
	var batch []vector.Record
	var id string
	var attributes, numbers sql.RawBytes
	flush := func() error {
		err := m.Upsert(ctx, batch...)
		batch = batch[:0]
		return err
	}
	err := c.rows("SELECT id, CAST(attributes AS BLOB), vector FROM vectors WHERE vector_set = ? AND version > ? ORDER BY version, key", []any{set.id, m.version},
		func(scan func(...any) error) (bool, error) {
			if err := scan(&id, &attributes, &numbers); err != nil {
				return false, err
			}
			r, err := decodeVector(id, attributes, numbers)
			if err != nil {
				return false, err
			}
			if batch = append(batch, r); len(batch) == chunkRows {
				return true, flush()
			}
			return true, nil
		})
	if err != nil {
		return err
	}
	return flush()
}
