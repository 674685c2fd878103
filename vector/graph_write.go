package vector

import (
	"io"
	"maps"
	"slices"
)

// The bytes of a graph are the name of the format, the records where they are part of it, the links, and a CRC-32C of
// all that. Numbers are little-endian.
const (
	graphFormat = "clmkit graph 1\n"
	linksFormat = "clmkit links 1\n"
)

// WriteTo writes the graph with its records, for ReadFrom: 4·d bytes for a record of d numbers, about 110 for its links
// with 16 Links, and its id and attributes. Searches go on meanwhile, and writes wait. Equal graphs give equal bytes.
func (g *Graph) WriteTo(w io.Writer) (int64, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	e := newEncoder(w)
	e.bytes([]byte(graphFormat))
	g.table.encode(e)
	g.encodeLinks(e)
	return e.end()
}

// WriteLinks writes how the records are joined, without their vectors and attributes, for Restore: a host whose store
// keeps the records need not keep them twice.
func (g *Graph) WriteLinks(w io.Writer) (int64, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	e := newEncoder(w)
	e.bytes([]byte(linksFormat))
	g.table.encodeIDs(e)
	g.encodeLinks(e)
	return e.end()
}

func (t *table) encodeIDs(e *encoder) {
	e.number(len(t.ids))
	for _, id := range t.ids {
		e.text(id)
	}
}

func (t *table) encode(e *encoder) {
	t.encodeIDs(e)
	e.number(t.dimension)
	e.floats(t.values)
	e.number(len(t.columns))
	for _, name := range slices.Sorted(maps.Keys(t.columns)) {
		e.text(name)
		t.columns[name].encode(e)
	}
}

// encode writes the values that are in use, and which of them each row has, from 1, where 0 is none.
func (c *column) encode(e *encoder) {
	used := slices.Sorted(maps.Keys(c.code))
	place := make([]int, len(c.values)) // by code
	e.number(len(used))
	for i, value := range used {
		e.text(value)
		place[c.code[value]] = i + 1
	}
	for _, code := range c.codes {
		e.number(place[code])
	}
}

// encodeLinks writes the layers from the lowest. Which rows a layer has follows from the ids.
func (g *Graph) encodeLinks(e *encoder) {
	e.number(g.o.orDefaults().Links)
	e.number(int(g.entry))
	e.number(g.loose)
	for i, l := range g.layers {
		for row, id := range g.table.ids {
			if i > 0 && g.level(id) < i {
				continue
			}
			links := l.links(uint32(row))
			e.number(len(links))
			for _, other := range links {
				e.number(int(other))
			}
		}
	}
}
