package vector

import (
	"context"
	"fmt"
)

// scanCost is how many rows a scan compares in the time in which a walk puts one row to its list, for which it compares
// about a dozen new rows that lie apart: 36 at 100,000 rows of 384 numbers, 70 at 5,000 of 64.
const scanCost = 32

// Search implements Store.
func (g *Graph) Search(ctx context.Context, q Query) ([]Match, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("vector: search: %w", err)
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	s, err := g.table.search(q)
	if err != nil || s.best.k == 0 {
		return nil, err
	}
	one := []search{s}
	found, err := g.find(ctx, &one[0])
	if err == nil && !found {
		err = g.table.scan(ctx, one)
	}
	if err != nil {
		return nil, err
	}
	return one[0].best.matches(), nil
}

// find walks to the rows nearest to the query and offers those that pass the filter. It reports false, and offers none,
// where a scan of the rows that pass is cheaper or the walk came by too few of them.
func (g *Graph) find(ctx context.Context, s *search) (bool, error) {
	passing := len(g.table.ids)
	for _, t := range s.tests {
		passing = min(passing, t.rows)
	}
	want := min(s.best.k, passing)
	width := max(g.o.Width, 2*want) * len(g.table.ids) / passing // as many as hold Width that pass
	if width*scanCost >= passing {
		return false, nil
	}
	b := g.beam()
	defer g.beams.Put(b)
	if err := g.walk(ctx, b, g.codes.encode(s.query), width); err != nil {
		return false, err
	}
	b.fresh = b.fresh[:0]
	for _, n := range b.list {
		if passes(s.tests, n.row) {
			b.fresh = append(b.fresh, n.row)
		}
	}
	if len(b.fresh) < want {
		return false, nil
	}
	s.compare(&g.table, b.fresh)
	return true, nil
}

// beam returns one that nobody uses.
func (g *Graph) beam() *beam {
	if b, ok := g.beams.Get().(*beam); ok {
		return b
	}
	return new(beam)
}

// walk fills the beam with the rows of the lowest layer that are nearest to a code.
func (g *Graph) walk(ctx context.Context, b *beam, to code, width int) error {
	at := g.descend(to, 0)
	b.start(len(g.table.ids), width, at)
	return b.walk(ctx, g.layers[0], &g.codes, to)
}

// descend walks down to a layer from the one above, or from the highest.
func (g *Graph) descend(to code, layer int) near {
	at := near{row: g.entry, score: similarity(to, g.codes.row(g.entry))}
	for i := len(g.layers) - 1; i > layer; i-- {
		at = descend(g.layers[i], &g.codes, to, at)
	}
	return at
}
