package vector

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/internal/simd"
)

const (
	// chunkNumbers is how many numbers of rows are read for every query before the next ones are: 256 KiB, which stay in
	// the second-level cache of a core.
	chunkNumbers = 1 << 16

	// chunkRows is how many rows a filter is asked about at once.
	chunkRows = 1024

	// ahead is how many rows of a filtered scan are fetched before they are needed. Without a filter the processor sees
	// by itself what comes next.
	ahead = 4
)

// search is a query on its way through a table.
type search struct {
	query []float32 // of unit length
	tests []test
	best  top // of size 0 when nothing can be found
}

// search prepares a query.
func (t *table) search(q Query) (search, error) {
	if err := q.Check(t.dimension); err != nil {
		return search{}, err
	}
	tests, ok := q.Filter.tests(t.columns)
	if !ok {
		return search{}, nil
	}
	k := q.K
	if k == 0 {
		k = DefaultK
	}
	query := make([]float32, len(q.Vector))
	scaleToUnit(query, q.Vector)
	return search{query: query, tests: tests, best: newTop(min(k, len(t.ids)), t.ids)}, nil
}

// scan shows every row to every search.
func (t *table) scan(ctx context.Context, searches []search) error {
	chunk := min(chunkRows, max(1, chunkNumbers/max(1, t.dimension)))
	for from := 0; ; from += chunk {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("vector: search: %w", err)
		}
		if from >= len(t.ids) {
			return nil
		}
		to := min(from+chunk, len(t.ids))
		for i := range searches {
			searches[i].read(t, from, to)
		}
	}
}

// read compares the rows from up to to.
func (s *search) read(t *table, from, to int) {
	switch {
	case s.best.k == 0:
	case len(s.tests) > 0:
		var passed [chunkRows]uint32
		s.compare(t, passed[:pass(s.tests, &passed, from, to)])
	default:
		for row := from; row < to; row++ {
			s.best.offer(uint32(row), simd.Dot(s.query, t.row(row)))
		}
	}
}

// compare compares rows that lie apart.
func (s *search) compare(t *table, rows []uint32) {
	for i, row := range rows {
		if i+ahead < len(rows) {
			simd.Prefetch(t.row(int(rows[i+ahead])))
		}
		s.best.offer(row, simd.Dot(s.query, t.row(int(row))))
	}
}
