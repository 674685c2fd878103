package interaction

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// A Matrix is sparse, row after row.
type Matrix struct{ cells Runs[Cell] }

// A Cell is an element of the matrix of customers and items that is not zero.
type Cell struct {
	Number int32 // of the item in a row, of the customer in a column
	Weight float32
	Bought bool
}

// Row returns the cells of a row in the order of their numbers.
func (m *Matrix) Row(i int) []Cell { return m.cells.Of(int32(i)) }

// Len returns the number of rows.
func (m *Matrix) Len() int { return len(m.cells.Ends) }

// Cells returns the number of cells.
func (m *Matrix) Cells() int { return len(m.cells.All) }

// matrices returns who wants what by customer and by item.
func matrices(ctx context.Context, histories []History, items int) (rows, columns Matrix, err error) {
	parts := make([][]Cell, len(histories))
	err = InBlocks(ctx, len(histories), func(from, to int) {
		for c := from; c < to; c++ {
			parts[c] = histories[c].cells()
		}
	})
	if err != nil {
		return rows, columns, err
	}
	rows = Matrix{RunsOf(parts)}
	return rows, rows.transposed(items), nil
}

func (h *History) cells() []Cell {
	if len(h.Signals) == 0 {
		return nil
	}
	bought := h.BoughtItems()
	wants := h.Wants(0)
	cells := make([]Cell, len(wants))
	for i, w := range wants { // which holds what was bought
		cells[i] = Cell{Number: w.Item, Weight: float32(w.Weight)}
		if len(bought) > 0 && bought[0] == w.Item {
			cells[i].Bought, bought = true, bought[1:]
		}
	}
	return cells
}

// transposed returns the matrix with its n columns as rows.
func (m *Matrix) transposed(n int) Matrix {
	t := Matrix{Runs[Cell]{make([]int, n), make([]Cell, m.Cells())}}
	for i := range m.cells.All {
		t.cells.Ends[m.cells.All[i].Number]++
	}
	next, _ := Cumulate(t.cells.Ends)
	for row := range m.cells.Ends {
		for _, c := range m.Row(row) {
			t.cells.All[next[c.Number]] = Cell{int32(row), c.Weight, c.Bought}
			next[c.Number]++
		}
	}
	return t
}

// InBlocks calls f for the numbers from 0 to n in blocks, on all processors.
func InBlocks(ctx context.Context, n int, f func(from, to int)) error {
	const block = 32
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < n; from += block {
		group.Go(func() error {
			if ctx.Err() == nil {
				f(from, min(from+block, n))
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}
