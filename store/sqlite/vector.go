package sqlite

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/clmkit/clmkit/vector"
)

// Vectors is one set of vectors of a file, a [vector.Store]: one for each
// embedding model. Searches are exact, over a copy in memory that the first of
// them reads from the file: see [vector.Memory] for its size and cost. Each search
// asks the file whether another process has changed the set, and reads what is
// new; after a removal it reads the set anew.
type Vectors struct {
	db    *DB
	name  string
	graph *vector.GraphOptions // nil where searches are exact
	turn  chan struct{}        // holds an element while the copy is brought up to date
	copy  mirror
}

// Vectors returns the set of vectors with that name.
func (db *DB) Vectors(name string) *Vectors {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.set(db.vectors, name, nil)
}

// set returns the set of that name among those that are known, or makes it known.
func (db *DB) set(known map[string]*Vectors, name string, graph *vector.GraphOptions) *Vectors {
	v := known[name]
	if v == nil {
		v = &Vectors{db: db, name: name, graph: graph, turn: make(chan struct{}, 1), copy: newMirror(graph)}
		known[name] = v
	}
	return v
}

// vectorSet is the row of a set.
type vectorSet struct {
	id, version, removed int64
	dimension            int // 0 while the set is empty
}

func (v *Vectors) row(c *conn) (set vectorSet, err error) {
	_, err = c.row("SELECT id, dimension, version, removed FROM vector_sets WHERE name = ?", []any{v.name},
		&set.id, &set.dimension, &set.version, &set.removed)
	return set, err
}

// write runs f with the set at its next version, and writes the row back as f
// left it.
func (v *Vectors) write(ctx context.Context, what string, f func(c *conn, set *vectorSet) error) error {
	return v.db.write(ctx, what+" in "+v.name, func(c *conn) error {
		if _, err := c.exec("INSERT INTO vector_sets (name, dimension, version, removed) VALUES (?, 0, 0, 0) ON CONFLICT (name) DO NOTHING", v.name); err != nil {
			return err
		}
		set, err := v.row(c)
		if err != nil {
			return err
		}
		set.version++
		if err := f(c, &set); err != nil {
			return err
		}
		_, err = c.exec("UPDATE vector_sets SET dimension = ?, version = ?, removed = ? WHERE id = ?", set.dimension, set.version, set.removed, set.id)
		return err
	})
}

// Upsert adds or replaces records, all or none.
func (v *Vectors) Upsert(ctx context.Context, records ...vector.Record) error {
	if err := ctx.Err(); err != nil || len(records) == 0 {
		return err
	}
	rows := make([]vectorRow, len(records))
	for i := range records {
		row, err := encodeVector(&records[i])
		if err != nil {
			return v.db.fail(ctx, "upsert in "+v.name, err)
		}
		rows[i] = row
	}
	return v.write(ctx, "upsert", func(c *conn, set *vectorSet) error {
		dimension, err := vector.Check(set.dimension, records...)
		if err != nil {
			return err
		}
		set.dimension = dimension
		for _, r := range rows {
			_, err := c.exec(`INSERT INTO vectors (vector_set, id, version, customer, attributes, vector) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (vector_set, id)
				DO UPDATE SET version = excluded.version, customer = excluded.customer, attributes = excluded.attributes, vector = excluded.vector`,
				set.id, r.id, set.version, r.customer, r.attributes, r.numbers)
			if err != nil {
				return fmt.Errorf("record %q: %w", r.id, err)
			}
		}
		return nil
	})
}

// vectorRow is a record as it stands in the file.
type vectorRow struct {
	id                   string
	customer, attributes any // string or nil
	numbers              []byte
}

func encodeVector(r *vector.Record) (vectorRow, error) {
	row := vectorRow{id: r.ID, numbers: make([]byte, 0, 4*len(r.Vector))}
	for _, x := range r.Vector {
		row.numbers = binary.LittleEndian.AppendUint32(row.numbers, math.Float32bits(x))
	}
	if customer, ok := r.Attributes[vector.Customer]; ok {
		row.customer = customer
	}
	if len(r.Attributes) > 0 {
		text, err := codec.Encode(&r.Attributes)
		if err != nil {
			return row, fmt.Errorf("record %q: %w", r.ID, err)
		}
		row.attributes = string(text)
	}
	return row, nil
}

func decodeVector(id string, attributes, numbers []byte) (vector.Record, error) {
	r := vector.Record{ID: id, Vector: make([]float32, len(numbers)/4)}
	for i := range r.Vector {
		r.Vector[i] = math.Float32frombits(binary.LittleEndian.Uint32(numbers[4*i:]))
	}
	if attributes == nil {
		return r, nil
	}
	if err := codec.Decode(attributes, &r.Attributes); err != nil {
		return r, fmt.Errorf("record %q: %w: %w", id, ErrCorrupt, err)
	}
	return r, nil
}

// Delete removes records.
func (v *Vectors) Delete(ctx context.Context, ids ...string) error {
	ids = slices.Clone(ids)
	return v.write(ctx, "delete", func(c *conn, set *vectorSet) error {
		for _, id := range ids {
			n, err := c.exec("DELETE FROM vectors WHERE vector_set = ? AND id = ?", set.id, id)
			if err != nil {
				return fmt.Errorf("record %q: %w", id, err)
			}
			if n > 0 {
				set.removed = set.version
			}
		}
		return forgetDimension(c, set)
	})
}

// forgetDimension lets a set that was emptied take a new dimension.
func forgetDimension(c *conn, set *vectorSet) error {
	var left bool
	if _, err := c.row("SELECT EXISTS (SELECT 1 FROM vectors WHERE vector_set = ?)", []any{set.id}, &left); err != nil {
		return err
	}
	if !left {
		set.dimension = 0
	}
	return nil
}

// Erase removes the records whose attribute [vector.Customer] is the customer.
// The copies of other processes lose them at their next search.
func (v *Vectors) Erase(ctx context.Context, customer clm.CustomerID) error {
	defer v.db.forgetVectors(customer, v.name)
	return v.db.erase(ctx, "erase from "+v.name, func(c *conn) error {
		set, err := v.row(c)
		if err != nil || set.id == 0 {
			return err
		}
		return eraseVectors(c, customer, set.id)
	})
}

// eraseVectors removes a customer's records from a set, and makes every copy of
// the set be read anew.
func eraseVectors(c *conn, customer clm.CustomerID, set int64) error {
	n, err := c.exec("DELETE FROM vectors WHERE customer = ? AND vector_set = ?", string(customer), set)
	if err != nil || n == 0 {
		return err
	}
	if _, err := c.exec("DELETE FROM vector_graphs WHERE vector_set = ?", set); err != nil {
		return err
	}
	_, err = c.exec(`UPDATE vector_sets SET version = version + 1, removed = version + 1,
		dimension = CASE WHEN EXISTS (SELECT 1 FROM vectors WHERE vector_set = ?) THEN dimension ELSE 0 END WHERE id = ?`, set, set)
	return err
}
