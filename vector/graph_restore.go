package vector

import (
	"context"
	"fmt"
	"io"
	"iter"
)

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
