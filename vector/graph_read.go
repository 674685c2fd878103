package vector

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// ErrGraph is wrapped by the error for bytes that are no graph of this format, or a damaged one.
var ErrGraph = errors.New("not a graph, or a damaged one")

// ReadFrom makes the graph the one that WriteTo wrote, with its Links and its own Build and Width. After an error it is
// as it was. It reads ahead of the graph's end. The bytes are checked before they are believed, and what is allocated is
// bounded by what is read. Records keep the bits of their vectors. The cost is that of reading.
func (g *Graph) ReadFrom(r io.Reader) (int64, error) {
	d, read := newDecoder(r), g.another()
	d.format(graphFormat)
	read.table.decode(d)
	read.decodeLinks(d)
	if err := d.end(); err != nil {
		return d.n, fmt.Errorf("vector: read graph: %w", err)
	}
	read.codes = newCodes(read.table.dimension)
	for row := range read.table.ids {
		read.codes.add(read.table.row(row))
	}
	g.become(read)
	return d.n, nil
}

// another returns an empty graph of the same options.
func (g *Graph) another() *Graph {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return NewGraph(&g.o)
}

// become takes the content of a graph that nobody else has.
func (g *Graph) become(other *Graph) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.o, g.table, g.codes = other.o, other.table, other.codes
	g.layers, g.entry, g.loose = other.layers, other.entry, other.loose
}

func (t *table) decodeIDs(d *decoder) {
	t.rows, t.columns = map[string]int{}, map[string]*column{}
	for range d.number(math.MaxInt32) {
		id := d.text()
		if _, ok := t.rows[id]; ok || id == "" {
			d.fail("id %q is empty or there twice", id)
		}
		if d.err != nil {
			return
		}
		t.rows[id] = len(t.ids)
		t.ids = append(t.ids, id)
	}
}

func (t *table) decode(d *decoder) {
	t.decodeIDs(d)
	t.dimension = d.number(math.MaxInt32)
	if (t.dimension == 0) != (len(t.ids) == 0) {
		d.fail("%d records of %d numbers", len(t.ids), t.dimension)
	}
	for row := range t.ids {
		if t.values = d.floats(t.values, t.dimension); d.err != nil {
			return
		}
		if !isUnit(t.row(row)) {
			d.fail("vector %d is not of unit length", row)
		}
	}
	for range d.number(math.MaxInt32) {
		name := d.text()
		if t.columns[name] != nil {
			d.fail("attribute %q is there twice", name)
		}
		if d.err != nil {
			return
		}
		t.columns[name] = decodeColumn(d, len(t.ids))
	}
}

func isUnit(v []float32) bool {
	var square float64
	for _, x := range v {
		square += float64(x) * float64(x)
	}
	return math.Abs(square-1) < 1e-3 // and no NaN
}

func decodeColumn(d *decoder, rows int) *column {
	c := newColumn(0)
	for i := range d.number(rows) {
		if c.add(d.text()); len(c.code) != i+1 {
			d.fail("a value is there twice")
		}
		if d.err != nil {
			return c
		}
	}
	for range rows {
		code := d.number(len(c.values) - 1)
		if d.err != nil {
			return c
		}
		c.codes = append(c.codes, uint32(code))
		c.uses[code]++
	}
	c.uses[absent] = 0
	if slices.Contains(c.uses[1:], 0) {
		d.fail("a value is in no row")
	}
	return c
}

func (g *Graph) decodeLinks(d *decoder) {
	g.o.Links = d.number(128)
	g.entry = uint32(d.number(max(0, len(g.table.ids)-1)))
	g.loose = d.number(math.MaxInt32)
	if g.o.Links < 2 {
		d.fail("%d links", g.o.Links)
	}
	if d.err != nil || len(g.table.ids) == 0 {
		return
	}
	levels, highest := make([]int, len(g.table.ids)), 0
	for row, id := range g.table.ids {
		levels[row] = g.level(id)
		highest = max(highest, levels[row])
	}
	if levels[g.entry] != highest {
		d.fail("the entry is not in the highest layer")
	}
	for i := range highest + 1 {
		g.layers = append(g.layers, g.decodeLayer(d, i, levels))
	}
}

func (g *Graph) decodeLayer(d *decoder, i int, levels []int) *layer {
	width := g.o.Links
	if i == 0 {
		width *= 2
	}
	l := newLayer(width, i == 0)
	var links []near
	for row := range levels {
		if levels[row] < i {
			continue
		}
		links = links[:0]
		for range d.number(width) {
			other := d.number(len(levels) - 1)
			if d.err == nil && (other == row || levels[other] < i) {
				d.fail("row %d cannot be joined to %d", row, other)
			}
			links = append(links, near{row: uint32(other)})
		}
		if d.err != nil {
			return l
		}
		if i == 0 {
			l.grow(row + 1)
		}
		l.join(uint32(row), links)
	}
	return l
}
