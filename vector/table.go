package vector

import (
	"math"
	"slices"
)

// table holds records by row. The rows are numbered from 0 without a gap: the last one takes the place of one that is
// removed. Its zero value is empty; its owner guards it.
type table struct {
	dimension int // 0 while the table is empty
	ids       []string
	values    []float32 // one row of unit length after the other, in the order of ids
	rows      map[string]int
	columns   map[string]*column
}

// put stores a record under its id, in place of an earlier one.
func (t *table) put(r Record) {
	row, ok := t.rows[r.ID]
	if !ok {
		row = t.add(r.ID)
		t.rows[r.ID] = row
	}
	scaleToUnit(t.row(row), r.Vector)
	t.describe(row, r.Attributes)
}

// add makes a row without attributes that is not found by its id yet.
func (t *table) add(id string) int {
	row := len(t.ids)
	if t.rows == nil {
		t.rows, t.columns = map[string]int{}, map[string]*column{}
	}
	t.ids = append(t.ids, id)
	t.values = append(t.values, make([]float32, t.dimension)...)
	for _, c := range t.columns {
		c.codes = append(c.codes, absent)
	}
	return row
}

// describe gives the row these attributes and no others.
func (t *table) describe(row int, attributes map[string]string) {
	for _, c := range t.columns {
		c.unset(row)
	}
	for name, value := range attributes {
		if t.columns[name] == nil {
			t.columns[name] = newColumn(len(t.ids))
		}
		t.columns[name].set(row, value)
	}
}

func (t *table) row(i int) []float32 {
	return t.values[i*t.dimension : (i+1)*t.dimension]
}

// about returns the ids of the records about a customer.
func (t *table) about(customer string) []string {
	column := t.columns[Customer]
	if column == nil {
		return nil
	}
	code, ok := column.code[customer]
	if !ok {
		return nil
	}
	var ids []string
	for row, c := range column.codes {
		if c == code {
			ids = append(ids, t.ids[row])
		}
	}
	return ids
}

// A move says that what stood at one row now stands at another.
type move struct{ from, to uint32 }

// remove takes rows away, which are given in order and once each. The last rows move to the places that become free.
func (t *table) remove(gone []uint32) []move {
	for _, row := range gone {
		for _, c := range t.columns {
			c.unset(int(row))
		}
		if id := t.ids[row]; t.rows[id] == int(row) { // the id may have another row already
			delete(t.rows, id)
		}
	}
	moves := closeUp(gone, len(t.ids))
	for _, m := range moves {
		t.move(int(m.from), int(m.to))
	}
	t.truncate(len(t.ids) - len(gone))
	return moves
}

// closeUp pairs the rows that stand behind the new end with the places of rows that are gone, both in order.
func closeUp(gone []uint32, n int) []move {
	end := uint32(n - len(gone))
	var moves []move
	holes, next := gone, 0
	for next < len(gone) && gone[next] < end {
		next++
	}
	for row := end; row < uint32(n); row++ {
		if next < len(gone) && gone[next] == row {
			next++
			continue
		}
		moves = append(moves, move{from: row, to: holes[0]})
		holes = holes[1:]
	}
	return moves
}

func (t *table) move(from, to int) {
	for _, c := range t.columns {
		c.codes[to] = c.codes[from]
	}
	copy(t.row(to), t.row(from))
	t.ids[to] = t.ids[from]
	t.rows[t.ids[to]] = to
}

// truncate forgets the rows from n on. What was deleted does not linger behind the end of a slice.
func (t *table) truncate(n int) {
	for _, c := range t.columns {
		c.codes = c.codes[:n]
	}
	clear(t.values[n*t.dimension:])
	clear(t.ids[n:])
	t.ids, t.values = t.ids[:n], t.values[:n*t.dimension]
	if n == 0 {
		t.dimension, t.columns = 0, map[string]*column{}
	}
}

// find returns the rows of the ids that are stored, in order and once each.
func (t *table) find(ids []string) []uint32 {
	var found []uint32
	for _, id := range ids {
		if row, ok := t.rows[id]; ok {
			found = append(found, uint32(row))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// scaleToUnit writes v, scaled to length 1, to dst. The sums are float64, in which the square of no float32 overflows
// or vanishes.
func scaleToUnit(dst, v []float32) {
	var square float64
	for _, x := range v {
		square += float64(float64(x) * float64(x))
	}
	scale := 1 / math.Sqrt(square)
	for i, x := range v {
		dst[i] = float32(float64(x) * scale)
	}
}
