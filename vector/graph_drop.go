package vector

import (
	"cmp"
	"context"
	"slices"
)

const (
	// mendSteps bounds how many rows that are gone are followed to find what lay behind them.
	mendSteps = 64

	// looseShare is the part of the rows that are taken out between two looks for what can no longer be reached.
	looseShare = 100

	// standIns is how many rows behind a lost link are candidates for its place.
	standIns = 2
)

// drop takes rows out of the graph, which are given in order and once each. What was joined to them is joined to what
// they were joined to: algorithm 4 of Singh et al. 2021, "FreshDiskANN", but with few candidates for each link that is
// lost instead of all, which is ten times as fast and keeps the links that lead far.
func (g *Graph) drop(gone []uint32) {
	if len(gone) == 0 {
		return
	}
	if len(gone) == len(g.table.ids) {
		g.clear(0)
		return
	}
	out := make([]bool, len(g.table.ids))
	for _, row := range gone {
		out[row] = true
	}
	for _, l := range g.layers {
		g.mend(l, out)
	}
	g.leave(out)
	moves := g.table.remove(gone)
	for _, m := range moves {
		g.codes.move(m.from, m.to)
	}
	n := len(g.table.ids)
	g.codes.truncate(n)
	for _, l := range g.layers {
		l.renumber(moves, n)
	}
	if int(g.entry) >= n {
		at, _ := slices.BinarySearchFunc(moves, g.entry, func(m move, row uint32) int { return cmp.Compare(m.from, row) })
		g.entry = moves[at].to
	}
	if g.loose += len(gone); g.loose >= n/looseShare {
		g.reattach()
		g.loose = 0
	}
}

// mend gives new links to the rows of a layer that lose some.
func (g *Graph) mend(l *layer, out []bool) {
	var torn []uint32
	l.each(func(row uint32, links []uint32) {
		if !out[row] && slices.ContainsFunc(links, func(other uint32) bool { return out[other] }) {
			torn = append(torn, row)
		}
	})
	slices.Sort(torn)
	links := make([][]near, len(torn))
	g.parallel(len(torn), func(i int, b *beam) { links[i] = g.remaining(l, torn[i], out, b) })
	var back []edge
	for i, row := range torn {
		for _, n := range links[i] {
			if !slices.Contains(l.links(row), n.row) {
				back = append(back, edge{from: n.row, to: row})
			}
		}
		l.join(row, links[i])
	}
	g.link(l, slices.DeleteFunc(back, func(e edge) bool { return slices.Contains(l.links(e.from), e.to) }))
}

// remaining chooses links for a row from those that it keeps and, for each that it loses, the nearest behind it: for a
// link that led far away, that is far away too.
func (g *Graph) remaining(l *layer, row uint32, out []bool, b *beam) []near {
	links := l.links(row)
	b.start(len(out), l.width*(1+standIns), near{row: row})
	b.list, b.fresh, b.twins = b.list[:0], b.fresh[:0], g.twins(row, l.width/2)
	behind := g.beam()
	defer g.beams.Put(behind)
	behind.width, behind.twins = standIns, b.twins
	for _, other := range links {
		if b.see(other) && !out[other] {
			b.fresh = append(b.fresh, other)
		}
	}
	b.compare(&g.codes, g.codes.row(row))
	for _, other := range links {
		if !out[other] {
			continue
		}
		behind.fresh, behind.list = b.past(l, other, out, behind.fresh[:0]), behind.list[:0]
		behind.compare(&g.codes, g.codes.row(row))
		for _, n := range behind.list {
			b.offer(n)
		}
	}
	return g.choose(b.list, l.width, make([]near, 0, l.width))
}

// past appends to found the rows that are joined to a row that is gone, or if there is none to the rows behind those.
func (b *beam) past(l *layer, gone uint32, out []bool, found []uint32) []uint32 {
	follow := []uint32{gone}
	for i := 0; i < min(len(follow), mendSteps) && len(found) == 0; i++ {
		for _, other := range l.links(follow[i]) {
			switch {
			case !b.see(other):
			case out[other]:
				follow = append(follow, other)
			default:
				found = append(found, other)
			}
		}
	}
	return found
}

// leave forgets the upper layers' rows that are gone, and the layers of which none is left, and enters elsewhere.
func (g *Graph) leave(out []bool) {
	for _, l := range g.layers[1:] {
		for row := range l.sparse {
			if out[row] {
				delete(l.sparse, row)
			}
		}
	}
	for len(g.layers) > 1 && len(g.layers[len(g.layers)-1].sparse) == 0 {
		g.layers = g.layers[:len(g.layers)-1]
	}
	if !out[g.entry] {
		return
	}
	found := false
	g.layers[len(g.layers)-1].each(func(row uint32, _ []uint32) {
		if !out[row] && (!found || row < g.entry) {
			g.entry, found = row, true
		}
	})
}

// reattach joins what can no longer be reached from the entry.
func (g *Graph) reattach() {
	b := g.beam()
	defer g.beams.Put(b)
	reached := make([]bool, len(g.table.ids))
	g.reach(g.entry, reached)
	for row := range reached {
		if !reached[row] {
			g.attach(uint32(row), b)
			g.reach(uint32(row), reached)
		}
	}
}

// reach marks the rows to which links of the lowest layer lead from a row.
func (g *Graph) reach(from uint32, reached []bool) {
	reached[from] = true
	for next := []uint32{from}; len(next) > 0; {
		row := next[len(next)-1]
		next = next[:len(next)-1]
		for _, other := range g.layers[0].links(row) {
			if !reached[other] {
				reached[other] = true
				next = append(next, other)
			}
		}
	}
}

// attach joins a row to those near it, of which the nearest has to take it.
func (g *Graph) attach(row uint32, b *beam) {
	l, to := g.layers[0], g.codes.row(row)
	b.start(len(g.table.ids), g.o.Build, near{row: g.entry, score: similarity(to, g.codes.row(g.entry))})
	b.twins = g.twins(row, g.o.Links/2)
	_ = b.walk(context.Background(), l, &g.codes, to) // it ends by itself
	chosen := g.choose(b.list, g.o.Links, nil)
	var edges []edge
	for _, n := range chosen {
		edges = append(edges, edge{from: n.row, to: row})
		if !slices.Contains(l.links(row), n.row) {
			edges = append(edges, edge{from: row, to: n.row})
		}
	}
	g.link(l, edges)
	if links := l.links(chosen[0].row); len(links) == l.width && !slices.Contains(links, row) {
		links[l.width-1] = row
	}
}
