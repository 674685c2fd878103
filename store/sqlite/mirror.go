package sqlite

import (
	"context"
	"database/sql"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/vector"
)

// A mirror is the copy of a set of vectors. It is never older than its version;
// it may hold newer records, which are read again.
type mirror struct {
	vector.Store // a *vector.Memory, or a *vector.Graph for a [Graph]
	version      int64
	torn         bool // records may be missing from it
}

func newMirror(graph *vector.GraphOptions) mirror {
	if graph != nil {
		return mirror{Store: vector.NewGraph(graph)}
	}
	return mirror{Store: new(vector.Memory)}
}

// graph is for the mirrors of a [Graph].
func (m *mirror) graph() *vector.Graph { return m.Store.(*vector.Graph) }

// Search finds the nearest records among those that the file had when it was
// called, or later.
func (v *Vectors) Search(ctx context.Context, q vector.Query) ([]vector.Match, error) {
	m, err := v.current(ctx)
	if err != nil {
		return nil, err
	}
	return m.Search(ctx, q)
}

// SearchAll finds what Search finds for each query, in one pass: see
// [vector.Batcher].
func (v *Vectors) SearchAll(ctx context.Context, queries []vector.Query) ([][]vector.Match, error) {
	m, err := v.current(ctx)
	if err != nil {
		return nil, err
	}
	return vector.SearchAll(ctx, m.Store, queries)
}

// current brings the copy up to date. One search at a time does it; the others
// wait for it.
func (v *Vectors) current(ctx context.Context) (mirror, error) {
	if err := ctx.Err(); err != nil {
		return mirror{}, err
	}
	select {
	case <-ctx.Done():
		return mirror{}, ctx.Err()
	case v.turn <- struct{}{}:
	}
	defer func() { <-v.turn }()
	next := v.copy
	if err := v.follow(ctx, &next); err != nil {
		return mirror{}, err
	}
	v.copy = next
	return next, nil
}

// follow reads what changed since the copy's version. The transaction that
// reads the version reads the records too, so that they belong together.
func (v *Vectors) follow(ctx context.Context, m *mirror) error {
	return v.db.read(ctx, "search in "+v.name, func(c *conn) error {
		return snapshot(c, func() error {
			set, err := v.row(c)
			if err != nil || set.version == m.version && !m.torn {
				return err
			}
			if err := v.renew(ctx, c, set, m); err != nil {
				return err
			}
			if err := v.load(ctx, c, set, m); err != nil {
				return err
			}
			m.version = set.version
			return nil
		})
	})
}

// renew makes a copy anew that holds what was removed, or none yet.
func (v *Vectors) renew(ctx context.Context, c *conn, set vectorSet, m *mirror) error {
	removed := set.removed > m.version || m.torn
	switch {
	case v.graph != nil && (removed || m.version == 0):
		return v.restore(ctx, c, set, m)
	case removed:
		*m = newMirror(nil)
	}
	return nil
}

// forget takes a customer's records out of the copy, for what was erased not to
// stay in memory. A copy that is not a graph is emptied.
func (v *Vectors) forget(customer clm.CustomerID) {
	v.turn <- struct{}{}
	defer func() { <-v.turn }()
	if v.graph == nil || v.copy.version == 0 {
		v.copy = newMirror(v.graph)
		return
	}
	_ = v.copy.graph().Erase(background, customer) // it fails when its context is over
	v.copy.torn = true
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
	flush := func() error {
		err := m.Upsert(ctx, batch...)
		batch = batch[:0]
		return err
	}
	err := v.records(c, set, m.version, set.version, func(r vector.Record) (bool, error) {
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

// records calls each with the records written after one version up to another,
// until it returns false.
func (v *Vectors) records(c *conn, set vectorSet, after, through int64, each func(vector.Record) (bool, error)) error {
	var id string
	var attributes, numbers sql.RawBytes
	return c.rows("SELECT id, CAST(attributes AS BLOB), vector FROM vectors WHERE vector_set = ? AND version > ? AND version <= ? ORDER BY version, key", []any{set.id, after, through},
		func(scan func(...any) error) (bool, error) {
			if err := scan(&id, &attributes, &numbers); err != nil {
				return false, err
			}
			r, err := decodeVector(id, attributes, numbers)
			if err != nil {
				return false, err
			}
			return each(r)
		})
}
