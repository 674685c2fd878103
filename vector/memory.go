package vector

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/clmkit/clmkit/clm"
)

// Memory is a Store that keeps its records in the process and compares a query with every one of them, so that what
// it finds is exact. Its zero value is an empty store, ready for use. It must not be copied after first use.
//
// Searches run beside each other and wait for writes. A search costs O(n·d) for n records of d numbers. A record takes
// 4·d bytes, its id, and 4 bytes for each attribute name that occurs in the store. Rows are scaled to unit length and
// added up in float32, which leaves an error below 1e-5 in a score. The dimension is that of the first record; a
// store that has been emptied takes a new one.
type Memory struct {
	mu        sync.RWMutex
	dimension int
	ids       []string
	values    []float32 // one row of unit length after the other, in the order of ids
	rows      map[string]int
	columns   map[string]*column
}

// Upsert implements Store.
func (m *Memory) Upsert(ctx context.Context, records ...Record) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("vector: upsert: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	dimension, err := Check(m.dimension, records...)
	if err != nil {
		return err
	}
	m.dimension = dimension
	if m.rows == nil {
		m.rows = make(map[string]int, len(records))
		m.columns = map[string]*column{}
	}
	for _, r := range records {
		m.put(r)
	}
	return nil
}

func (m *Memory) put(r Record) {
	row, ok := m.rows[r.ID]
	if ok {
		for _, c := range m.columns {
			c.unset(row)
		}
	} else {
		row = m.add(r.ID)
	}
	scaleToUnit(m.row(row), r.Vector)
	for name, value := range r.Attributes {
		if m.columns[name] == nil {
			m.columns[name] = newColumn(len(m.ids))
		}
		m.columns[name].set(row, value)
	}
}

// add makes a row without attributes for a new id.
func (m *Memory) add(id string) int {
	row := len(m.ids)
	m.rows[id] = row
	m.ids = append(m.ids, id)
	m.values = append(m.values, make([]float32, m.dimension)...)
	for _, c := range m.columns {
		c.codes = append(c.codes, absent)
	}
	return row
}

func (m *Memory) row(i int) []float32 {
	return m.values[i*m.dimension : (i+1)*m.dimension]
}

// Delete implements Store. The last row takes the place of a deleted one; the memory is kept for later records.
func (m *Memory) Delete(ctx context.Context, ids ...string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("vector: delete: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		if row, ok := m.rows[id]; ok {
			m.remove(row)
		}
	}
	if len(m.ids) == 0 {
		m.dimension, m.columns = 0, map[string]*column{}
	}
	return nil
}

// Erase deletes the records whose attribute Customer is the id. It costs O(n).
func (m *Memory) Erase(ctx context.Context, customer clm.CustomerID) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("vector: erase: %w", err)
	}
	return m.Delete(ctx, m.about(string(customer))...)
}

// about returns the ids of the records about a customer.
func (m *Memory) about(customer string) []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	column := m.columns[Customer]
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
			ids = append(ids, m.ids[row])
		}
	}
	return ids
}

func (m *Memory) remove(row int) {
	for _, c := range m.columns {
		c.unset(row)
		c.drop(row)
	}
	delete(m.rows, m.ids[row])
	last := len(m.ids) - 1
	if row != last {
		m.ids[row] = m.ids[last]
		copy(m.row(row), m.row(last))
		m.rows[m.ids[row]] = row
	}
	clear(m.row(last)) // what was deleted must not linger behind the end of the slice
	m.ids[last] = ""
	m.ids, m.values = m.ids[:last], m.values[:last*m.dimension]
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
