package vector

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// roundRows and roundShare bound how many rows are joined at once: no more than this number, and no more than this part
// of the rows that are joined already.
const (
	roundRows  = 512
	roundShare = 50
)

// grow joins the rows from first on, in rounds. The rows of a round find their links beside each other in the graph as
// the round found it, and are then joined in order, so that the graph does not depend on the number of processors
// (Manohar et al. 2024, "ParlayANN", section 3.1).
func (g *Graph) grow(ctx context.Context, first int) error {
	n := len(g.table.ids)
	if len(g.layers) == 0 {
		g.layers = append(g.layers, newLayer(2*g.o.Links, true))
	}
	g.layers[0].grow(n)
	for first < n {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := g.round(first, n)
		if first > 0 {
			g.joinAll(first, end)
		}
		g.raise(first)
		first = end
	}
	return nil
}

// round returns the end of the round that starts at first. A row that opens a layer is a round of its own.
func (g *Graph) round(first, n int) int {
	end := min(n, first+min(roundRows, max(1, first/roundShare)))
	for row := first; row < end; row++ {
		if g.level(g.table.ids[row]) >= len(g.layers) {
			return max(first+1, row)
		}
	}
	return end
}

// raise makes a row the entry if it is higher than the highest layer.
func (g *Graph) raise(row int) {
	level := g.level(g.table.ids[row])
	if level < len(g.layers) && row > 0 {
		return
	}
	g.entry = uint32(row)
	for len(g.layers) <= level {
		g.layers = append(g.layers, newLayer(g.o.Links, false))
	}
	for _, l := range g.layers[1:] {
		if l.sparse[g.entry] == nil {
			l.join(g.entry, nil)
		}
	}
}

// joinAll joins the rows from first up to end to those before them.
func (g *Graph) joinAll(first, end int) {
	plans := make([][][]near, end-first)
	g.parallel(len(plans), func(i int, b *beam) { plans[i] = g.plan(uint32(first), uint32(first+i), b) })
	for level, l := range g.layers {
		var back []edge
		for i, plan := range plans {
			if level >= len(plan) {
				continue
			}
			row := uint32(first + i)
			l.join(row, plan[level])
			for _, n := range plan[level] {
				back = append(back, edge{from: n.row, to: row})
			}
		}
		g.link(l, back)
	}
}

// plan returns to which rows a row is joined in each of its layers: Algorithm 1 of Malkov and Yashunin, but for the lowest
// layer, where a row is given as many links as it can have from the start: that finds more for the same time. Rows of
// the same round are not in the graph yet, so those before it are looked at one by one.
func (g *Graph) plan(first, row uint32, b *beam) [][]near {
	to := g.codes.row(row)
	level := min(g.level(g.table.ids[row]), len(g.layers)-1)
	plan := make([][]near, level+1)
	at := g.descend(to, level)
	for ; level >= 0; level-- {
		l := g.layers[level]
		b.start(int(row), g.o.Build, at)
		b.twins = g.twins(row, l.width/2)
		_ = b.walk(context.Background(), l, &g.codes, to) // it ends by itself
		at = b.list[0]
		for other := first; other < row; other++ {
			if level == 0 || g.level(g.table.ids[other]) >= level {
				b.offer(near{row: other, score: similarity(to, g.codes.row(other))})
			}
		}
		plan[level] = g.choose(b.list, l.width, make([]near, 0, l.width))
	}
	return plan
}

// twins bounds the twins of a row.
func (g *Graph) twins(row uint32, most int) twins {
	own := g.codes.row(row)
	return twins{row: row, same: similarity(own, own), most: max(1, most)}
}

// An edge is a link to be added.
type edge struct {
	from, to uint32
}

// link adds links to rows of a layer, which keep the best of what they have then.
func (g *Graph) link(l *layer, edges []edge) {
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	var starts []int
	for i := range edges {
		if i == 0 || edges[i].from != edges[i-1].from {
			starts = append(starts, i)
		}
	}
	links := make([][]near, len(starts))
	starts = append(starts, len(edges))
	g.parallel(len(links), func(i int, b *beam) {
		links[i] = g.merge(l, edges[starts[i]:starts[i+1]], b)
	})
	for i, to := range links {
		l.join(edges[starts[i]].from, to)
	}
}

// merge returns the links of a row after edges were added to it.
func (g *Graph) merge(l *layer, edges []edge, b *beam) []near {
	row := edges[0].from
	b.fresh = append(b.fresh[:0], l.links(row)...)
	for _, e := range edges {
		b.fresh = append(b.fresh, e.to)
	}
	b.width, b.list, b.twins = len(b.fresh), b.list[:0], g.twins(row, l.width/2)
	if len(b.fresh) <= l.width {
		for _, other := range b.fresh {
			b.list = append(b.list, near{row: other})
		}
		return slices.Clone(b.list)
	}
	b.compare(&g.codes, g.codes.row(row))
	return g.choose(b.list, l.width, make([]near, 0, l.width))
}

// choose appends to kept up to n of the candidates, which come with the nearest first: those that are nearer to the row
// than to any that is kept already, for the links to lead into every direction (Algorithm 4 of Malkov and Yashunin).
func (g *Graph) choose(candidates []near, n int, kept []near) []near {
	for _, c := range candidates {
		if len(kept) == n {
			break
		}
		own := g.codes.row(c.row)
		if !slices.ContainsFunc(kept, func(k near) bool { return similarity(own, g.codes.row(k.row)) > c.score }) {
			kept = append(kept, c)
		}
	}
	return kept
}

// parallel calls f for every i below n, on all processors. Each has a beam of its own.
func (g *Graph) parallel(n int, f func(i int, b *beam)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	var next atomic.Int64
	work := func() {
		b := g.beam()
		defer g.beams.Put(b)
		for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
			f(int(i), b)
		}
	}
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(work)
	}
	if n > 0 {
		work()
	}
	wg.Wait()
}
