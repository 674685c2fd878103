package candidate

import (
	"fmt"
	"math"

	"github.com/clmkit/clmkit/internal/numeric"
)

// solveSPD leaves the solution of a·x = b in b, for a symmetric positive definite
// matrix of which the lower triangle is read: Cholesky's factorisation and two
// substitutions (Golub and Van Loan, Matrix Computations, 4th ed., §4.2.3).
func solveSPD(a, b []float64) error {
	n := len(b)
	for r := range n {
		row := a[r*n : r*n+r+1]
		for c := range r {
			row[c] = (row[c] - dotFours(row[:c], a[c*n:])) / a[c*n+c]
		}
		pivot := row[r] - dotFours(row[:r], row)
		if !(pivot > 0) || math.IsInf(pivot, 1) {
			return fmt.Errorf("pivot %d is %v: %w", r, pivot, numeric.ErrNotPositive)
		}
		row[r] = math.Sqrt(pivot)
		b[r] = (b[r] - dotFours(row[:r], b)) / row[r]
	}
	for r := n - 1; r >= 0; r-- {
		x := b[r] / a[r*n+r]
		b[r] = x
		for c, l := range a[r*n : r*n+r] {
			b[c] -= l * x
		}
	}
	return nil
}

// dotFours returns the dot product of x and the beginning of y, as four sums so
// that the processor need not wait for one addition after the other.
func dotFours(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a, b := (*[4]float64)(x[i:]), (*[4]float64)(y[i:])
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
	}
	for ; i < len(x); i++ {
		s0 += x[i] * y[i]
	}
	return (s0 + s2) + (s1 + s3)
}
