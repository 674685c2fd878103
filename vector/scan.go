package vector

import (
	"context"
	"fmt"
)

// rowsPerCheck is how many rows a search reads before it looks at its context again: about a millisecond of work.
const rowsPerCheck = 4096

// Search implements Store.
func (m *Memory) Search(ctx context.Context, q Query) ([]Match, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("vector: search: %w", err)
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := q.Check(m.dimension); err != nil {
		return nil, err
	}
	k := q.K
	if k == 0 {
		k = DefaultK
	}
	tests, ok := q.Filter.tests(m.columns)
	if !ok || len(m.ids) == 0 {
		return nil, nil
	}
	query := make([]float32, len(q.Vector))
	scaleToUnit(query, q.Vector)
	return m.scan(ctx, query, tests, newTop(min(k, len(m.ids))))
}

func (m *Memory) scan(ctx context.Context, query []float32, tests []test, best top) ([]Match, error) {
	for row, id := range m.ids {
		if row%rowsPerCheck == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("vector: search: %w", ctx.Err())
		}
		if pass(tests, row) {
			best.offer(candidate{id, dot(query, m.row(row))})
		}
	}
	return best.matches(), nil
}
