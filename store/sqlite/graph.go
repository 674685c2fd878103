package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/vector"
)

// Graph is a set of vectors whose searches look at few of them: see
// [vector.Graph] for what they find and cost. The records are those of the
// [Vectors] of the same name. The graph is a copy in memory; the first search
// makes it, which takes 0.3 ms of one core for each record of 384 numbers that
// [Graph.Save] does not know.
type Graph struct{ *Vectors }

// Graph returns the set of vectors with that name. Nil options are the defaults of
// [vector.NewGraph]. All callers of a name share one graph, with the options of the
// first.
func (db *DB) Graph(name string, o *vector.GraphOptions) *Graph {
	db.mu.Lock()
	defer db.mu.Unlock()
	if o == nil {
		o = new(vector.GraphOptions)
	}
	settings := *o
	return &Graph{db.set(db.graphs, name, &settings)}
}

// Save writes how the records are joined into the file, some 150 bytes for each,
// for the first search of another process to read it instead of joining them anew.
// What is written to the set later is joined by whoever reads it; an erasure from
// the set takes what was saved away, so save again when much has changed and after
// erasures. Writes of others wait while the bytes are written.
func (g *Graph) Save(ctx context.Context) error {
	for {
		m, err := g.current(ctx)
		if err != nil {
			return err
		}
		done, err := g.save(ctx, m)
		if err != nil || done {
			return err
		}
	}
}

// save reports false when records were removed since the copy was made: it would
// name them.
func (g *Graph) save(ctx context.Context, m mirror) (done bool, err error) {
	var links bytes.Buffer
	if _, err := m.graph().WriteLinks(&links); err != nil {
		return false, err
	}
	err = g.db.write(ctx, "save the graph of "+g.name, func(c *conn) error {
		set, err := g.row(c)
		if err != nil || set.removed > m.version {
			return err
		}
		if done = true; set.id == 0 {
			return nil // nothing was ever written to it
		}
		_, err = c.exec("INSERT INTO vector_graphs (vector_set, version, links) VALUES (?, ?, ?) ON CONFLICT (vector_set) DO UPDATE SET version = excluded.version, links = excluded.links",
			set.id, m.version, links.Bytes())
		return err
	})
	return done && err == nil, err
}

// restore makes the copy anew: of the links that it has, or else of those in the
// file. What was written after them is left to be read.
func (v *Vectors) restore(ctx context.Context, c *conn, set vectorSet, m *mirror) error {
	next, version, links := newMirror(v.graph), m.version, new(bytes.Buffer)
	if version > 0 {
		if _, err := m.graph().WriteLinks(links); err != nil {
			return err
		}
	} else {
		var saved []byte
		if found, err := c.row("SELECT version, links FROM vector_graphs WHERE vector_set = ?", []any{set.id}, &version, &saved); err != nil || !found {
			*m = next
			return err
		}
		links = bytes.NewBuffer(saved)
	}
	err := next.graph().Restore(ctx, links, func(yield func(vector.Record, error) bool) {
		err := v.records(c, set, 0, version, func(r vector.Record) (bool, error) { return yield(r, nil), nil })
		if err != nil {
			yield(vector.Record{}, err)
		}
	})
	if errors.Is(err, vector.ErrGraph) {
		return fmt.Errorf("graph of %s: %w: %w", v.name, ErrCorrupt, err)
	}
	next.version, *m = version, next
	return err
}
