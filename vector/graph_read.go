package vector

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
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

// Restore makes the graph one of these records, each id once, joined as the bytes of WriteLinks say, which costs little
// more than to read them. Records that the bytes do not know are inserted, and what the bytes know and the records do not
// hold is taken out, as by Delete. Leave out and Upsert afterwards what has another vector than at the time of WriteLinks,
// or it will be hard to find. After an error the graph is as it was; an error of the records is returned as it is.
func (g *Graph) Restore(ctx context.Context, links io.Reader, records iter.Seq2[Record, error]) error {
	d, read := newDecoder(links), g.another()
	d.format(linksFormat)
	read.table.decodeIDs(d)
	read.decodeLinks(d)
	if err := d.end(); err != nil {
		return fmt.Errorf("vector: read links: %w", err)
	}
	unknown, err := read.fill(ctx, records)
	if err == nil {
		err = read.Upsert(ctx, unknown...)
	}
	if err != nil {
		return err
	}
	g.become(read)
	return nil
}

// fill gives the rows of a graph that has nothing but ids and links their records, drops the others, and returns the
// records that have no row.
func (g *Graph) fill(ctx context.Context, records iter.Seq2[Record, error]) (unknown []Record, err error) {
	filled := make([]bool, len(g.table.ids))
	for r, err := range records {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		row, ok := g.table.rows[r.ID]
		if !ok {
			unknown = append(unknown, r)
			continue
		}
		dimension, err := Check(g.table.dimension, r)
		if err != nil {
			return nil, err
		}
		if g.table.dimension == 0 {
			g.size(dimension)
		}
		g.set(row, r)
		filled[row] = true
	}
	var gone []uint32
	for row, ok := range filled {
		if !ok {
			gone = append(gone, uint32(row))
		}
	}
	g.drop(gone)
	return unknown, nil
}

// set makes a record that of a row.
func (g *Graph) set(row int, r Record) {
	scaleToUnit(g.table.row(row), r.Vector)
	g.table.describe(row, r.Attributes)
	g.codes.set(row, g.table.row(row))
}

// size makes room for vectors of all rows.
func (g *Graph) size(dimension int) {
	n := len(g.table.ids)
	g.table.dimension, g.codes = dimension, newCodes(dimension)
	g.table.values = make([]float32, n*dimension)
	g.codes.values, g.codes.steps = make([]int8, n*g.codes.stride), make([]float32, n)
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

// decoder reads until the first error, which end returns. After it, numbers are 0 and texts empty.
type decoder struct {
	r   *bufio.Reader
	sum uint32
	n   int64
	err error
}

func newDecoder(r io.Reader) *decoder { return &decoder{r: bufio.NewReaderSize(r, 1<<16)} }

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrGraph, fmt.Sprintf(format, args...))
	}
}

func (d *decoder) bytes(b []byte) {
	if d.err != nil {
		return
	}
	n, err := io.ReadFull(d.r, b)
	d.n += int64(n)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		d.fail("it ends after %d bytes", d.n)
	case err != nil:
		d.err = err
	default:
		d.sum = crc32.Update(d.sum, castagnoli, b)
	}
}

func (d *decoder) format(want string) {
	got := make([]byte, len(want))
	if d.bytes(got); d.err == nil && string(got) != want {
		d.fail("it starts with %q", got)
	}
}

func (d *decoder) number(most int) int {
	var b [4]byte
	d.bytes(b[:])
	n := int(binary.LittleEndian.Uint32(b[:]))
	if n > most {
		d.fail("%d is larger than %d", n, most)
	}
	if d.err != nil {
		return 0
	}
	return n
}

// floats appends numbers to v.
func (d *decoder) floats(v []float32, n int) []float32 {
	b := make([]byte, 4*min(n, partNumbers))
	for ; n > 0 && d.err == nil; n -= partNumbers {
		b = b[:4*min(n, partNumbers)]
		d.bytes(b)
		for at := 0; at < len(b); at += 4 {
			v = append(v, math.Float32frombits(binary.LittleEndian.Uint32(b[at:])))
		}
	}
	return v
}

// text reads in pieces, since a damaged length may be any.
func (d *decoder) text() string {
	var text []byte
	for left := d.number(math.MaxInt32); left > 0 && d.err == nil; {
		piece := make([]byte, min(left, 4096))
		d.bytes(piece)
		text, left = append(text, piece...), left-len(piece)
	}
	if !isText(string(text)) {
		d.fail("%q is no text", text)
	}
	return string(text)
}

func (d *decoder) end() error {
	sum := d.sum
	if got := d.number(math.MaxUint32); d.err == nil && uint32(got) != sum {
		d.fail("its checksum is not that of its bytes")
	}
	return d.err
}
