package interaction

import (
	"context"
	"slices"
)

// Cut returns Rows and Columns of the past with the n latest items of each
// customer. What costs the square of a customer's items would be spent on a few
// who buy everything, and who say little for that reason.
func (p *Past) Cut(ctx context.Context, n int) (rows, columns *Matrix, err error) {
	longest := 0
	for c := range p.histories {
		longest = max(longest, len(p.Rows.Row(c)))
	}
	if longest <= n {
		return &p.Rows, &p.Columns, nil
	}
	parts := make([][]Cell, len(p.histories))
	for c := range parts {
		parts[c] = latest(p.Rows.Row(c), p.histories[c].Signals, n)
	}
	cut := Matrix{RunsOf(parts)}
	turned := cut.transposed(len(p.Items))
	return &cut, &turned, ctx.Err()
}

// latest returns the cells of the n items with the latest signals.
func latest(cells []Cell, signals []Signal, n int) []Cell {
	if len(cells) <= n {
		return cells
	}
	seen := make(map[int32]bool, n)
	for _, s := range slices.Backward(signals) {
		if seen[s.Item] = true; len(seen) == n {
			break
		}
	}
	return slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return !seen[c.Number] })
}
