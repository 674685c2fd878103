package numeric

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// ErrNotPositive is wrapped by the error for a matrix that is not positive
// definite, or holds a NaN or an infinity.
var ErrNotPositive = errors.New("matrix is not positive definite")

// tile is the edge of the square blocks that are worked on at once, and depth
// how many columns of a product are added up at once: a block of tile rows and
// depth columns fits into the first-level cache, almost.
const (
	tile  = 48
	depth = 128
)

// InvertSPD replaces a symmetric positive definite matrix by its inverse. The
// matrix has n rows of n numbers in a; only its lower triangle is read, and
// both triangles are written. On an error a is left in an undefined state; the
// error wraps [ErrNotPositive] or is the context's.
//
// It is a blocked Cholesky factorisation A = L·Lᵀ followed by
// A⁻¹ = L⁻ᵀ·L⁻¹ (Golub and Van Loan, Matrix Computations, 4th ed., §4.2), n³/2
// multiplications in all, by AVX2 where there is AVX2, on as many processors as
// there are, and n² numbers of scratch space. Each number is computed by one
// goroutine in a fixed order, so the result does not depend on the number of
// processors, nor on AVX2.
func InvertSPD(ctx context.Context, a []float64, n int) error {
	if n < 0 || len(a) != n*n {
		return fmt.Errorf("numeric: %d numbers are not a square of %d rows", len(a), n)
	}
	m := spd{n: n, l: a, u: make([]float64, n*n), triangles: make([]float64, (n+tile-1)/tile*tile*tile)}
	for k := 0; k < n; k += tile {
		if err := m.factor(ctx, k); err != nil {
			return err
		}
	}
	if err := m.eachBlock(ctx, 0, m.invertRows); err != nil {
		return err
	}
	if err := m.eachBlock(ctx, 0, m.multiplyRows); err != nil {
		return err
	}
	return m.eachBlock(ctx, 0, m.mirrorRows)
}

// spd is an inversion at work: l holds A, then L below the diagonal, then the
// inverse; u holds L⁻ᵀ on and above it. The triangles are those of L on the
// diagonal, transposed, tile² numbers each.
type spd struct {
	n         int
	l, u      []float64
	triangles []float64
}

// eachBlock calls f for the first row of each block from row from on, on all
// processors.
func (m *spd) eachBlock(ctx context.Context, from int, f func(row int)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := from; i < m.n; i += tile {
		group.Go(func() error {
			if ctx.Err() == nil {
				f(i)
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// factor computes the block column of L that begins at column k, given the
// columns before it.
func (m *spd) factor(ctx context.Context, k int) error {
	end := min(k+tile, m.n)
	m.subtract(k, end, k, end, k)
	if err := m.factorDiagonal(k, end); err != nil {
		return err
	}
	m.copyTriangle(k, end)
	return m.eachBlock(ctx, end, func(i int) {
		last := min(i+tile, m.n)
		m.subtract(i, last, k, end, k)
		for r := i; r < last; r++ {
			m.solveRow(m.l[r*m.n+k:r*m.n+end], k)
		}
	})
}

// copyTriangle keeps the transpose of the triangle of L on the diagonal at k.
func (m *spd) copyTriangle(k, end int) {
	t := m.triangles[k/tile*tile*tile:]
	for r := k; r < end; r++ {
		for c := k; c <= r; c++ {
			t[(c-k)*tile+r-k] = m.l[r*m.n+c]
		}
	}
}

// subtract takes the product of what is already factored from the rows
// [i, iEnd) and columns [j, jEnd) of l: the first columns of L.
func (m *spd) subtract(i, iEnd, j, jEnd, columns int) {
	dotTile(m.l, m.l, m.n, i, iEnd, j, jEnd, 0, columns, func(r, c int, dot float64) {
		m.l[r*m.n+c] -= dot
	})
}

func (m *spd) factorDiagonal(k, end int) error {
	for r := k; r < end; r++ {
		row := m.l[r*m.n : r*m.n+r+1]
		for c := k; c < r; c++ {
			t := m.l[c*m.n : c*m.n+c+1]
			x := row[c]
			for j, y := range row[k:c] {
				x -= y * t[k+j]
			}
			row[c] = x / t[c]
		}
		pivot := row[r]
		for _, x := range row[k:r] {
			pivot -= x * x
		}
		if !(pivot > 0) || math.IsInf(pivot, 1) {
			return fmt.Errorf("numeric: pivot %d is %v: %w", r, pivot, ErrNotPositive)
		}
		row[r] = math.Sqrt(pivot)
	}
	return nil
}

// solveRow solves x·Tᵀ = row, where T is the triangle of L on the diagonal at k,
// and leaves x in the row.
func (m *spd) solveRow(row []float64, k int) {
	t := m.triangles[k/tile*tile*tile:]
	for c := range row {
		column := t[c*tile : c*tile+len(row)]
		x := row[c] / column[c]
		row[c] = x
		for j := c + 1; j < len(row); j++ {
			row[j] -= float64(x * column[j])
		}
	}
}

// invertRows computes a block of rows of u = L⁻ᵀ from left to right, by
// solving u·Lᵀ = I.
func (m *spd) invertRows(i int) {
	iEnd := min(i+tile, m.n)
	for r := i; r < iEnd; r++ {
		m.u[r*m.n+r] = 1
	}
	for k := i; k < m.n; k += tile {
		end := min(k+tile, m.n)
		dotTile(m.u, m.l, m.n, i, iEnd, k, end, i, k, func(r, c int, dot float64) {
			m.u[r*m.n+c] -= dot
		})
		for r := i; r < iEnd; r++ {
			m.solveRow(m.u[r*m.n+k:r*m.n+end], k)
		}
	}
}

// multiplyRows computes a block of rows of the inverse, u·uᵀ, up to the
// diagonal block.
func (m *spd) multiplyRows(i int) {
	iEnd := min(i+tile, m.n)
	for r := i; r < iEnd; r++ {
		clear(m.l[r*m.n : r*m.n+iEnd])
	}
	for j := 0; j <= i; j += tile {
		dotTile(m.u, m.u, m.n, i, iEnd, j, min(j+tile, m.n), i, m.n, func(r, c int, dot float64) {
			m.l[r*m.n+c] += dot
		})
	}
}

// mirrorRows copies the lower triangle to the upper one.
func (m *spd) mirrorRows(i int) {
	for r := i; r < min(i+tile, m.n); r++ {
		for c := r + 1; c < m.n; c++ {
			m.l[r*m.n+c] = m.l[c*m.n+r]
		}
	}
}
