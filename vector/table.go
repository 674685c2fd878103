package vector

import (
	"math"
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

// put stores a record under its id, in place of an earlier one, and returns its row.
func (t *table) put(r Record) int {
	row, ok := t.rows[r.ID]
	if !ok {
		row = t.add(r.ID)
	}
	scaleToUnit(t.row(row), r.Vector)
	t.describe(row, r.Attributes)
	return row
}

// add makes a row without attributes for a new id.
func (t *table) add(id string) int {
	row := len(t.ids)
	if t.rows == nil {
		t.rows, t.columns = map[string]int{}, map[string]*column{}
	}
	t.rows[id] = row
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

// remove makes the last row take the place of this one.
func (t *table) remove(row int) {
	for _, c := range t.columns {
		c.unset(row)
		c.drop(row)
	}
	delete(t.rows, t.ids[row])
	last := len(t.ids) - 1
	if row != last {
		t.ids[row] = t.ids[last]
		copy(t.row(row), t.row(last))
		t.rows[t.ids[row]] = row
	}
	clear(t.row(last)) // what was deleted must not linger behind the end of the slice
	t.ids[last] = ""
	t.ids, t.values = t.ids[:last], t.values[:last*t.dimension]
	if last == 0 {
		t.dimension, t.columns = 0, map[string]*column{}
	}
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
