package vector

import (
	"context"
	"fmt"
	"sync"

	"github.com/clmkit/clmkit/clm"
)

// Memory is a Store that keeps its records in the process and compares a query with every one of them, so that what
// it finds is exact. Its zero value is an empty store, ready for use. It must not be copied after first use.
//
// Searches run beside each other and wait for writes. A search costs O(n·d) for n records of d numbers, as fast as
// they come from memory: at 100,000 records of 384 numbers some 5 ms on one core with AVX2. With a filter only the
// records that pass it are compared. A record takes 4·d bytes, its id, and 4 bytes for each attribute name that occurs
// in the store. Rows are scaled to unit length and added up in float32, which leaves an error below 1e-5 in a score;
// the bits are the same on every processor. The dimension is that of the first record; a store that has been emptied
// takes a new one.
type Memory struct {
	mu    sync.RWMutex
	table table
}

// Upsert implements Store.
func (m *Memory) Upsert(ctx context.Context, records ...Record) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("vector: upsert: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	dimension, err := Check(m.table.dimension, records...)
	if err != nil {
		return err
	}
	m.table.dimension = dimension
	for _, r := range records {
		m.table.put(r)
	}
	return nil
}

// Delete implements Store. The memory is kept for later records.
func (m *Memory) Delete(ctx context.Context, ids ...string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("vector: delete: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.table.remove(m.table.find(ids))
	return nil
}

// Erase deletes the records whose attribute Customer is the id. It costs O(n).
func (m *Memory) Erase(ctx context.Context, customer clm.CustomerID) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("vector: erase: %w", err)
	}
	m.mu.RLock()
	ids := m.table.about(string(customer))
	m.mu.RUnlock()
	return m.Delete(ctx, ids...)
}

// Search implements Store.
func (m *Memory) Search(ctx context.Context, q Query) ([]Match, error) {
	found, err := m.SearchAll(ctx, []Query{q})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// SearchAll implements Batcher: all queries are compared with a record while it is near the processor.
func (m *Memory) SearchAll(ctx context.Context, queries []Query) ([][]Match, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	searches := make([]search, len(queries))
	for i, q := range queries {
		s, err := m.table.search(q)
		if err != nil {
			return nil, err
		}
		searches[i] = s
	}
	if err := m.table.scan(ctx, searches); err != nil {
		return nil, err
	}
	found := make([][]Match, len(searches))
	for i := range searches {
		found[i] = searches[i].best.matches()
	}
	return found, nil
}
