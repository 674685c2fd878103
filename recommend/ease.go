package recommend

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/clmkit/clmkit/internal/numeric"
)

// ease scores items with the linear autoencoder of Steck, Embarrassingly
// Shallow Autoencoders for Sparse Data (WWW 2019): the matrix B with a zero
// diagonal that minimises |X - XB|² + λ|B|². With P = (XᵀX + λI)⁻¹ it is
// B_ij = -P_ij / P_jj (equation 8). A history's items fade with their age.
type ease struct {
	in       *interactions
	halfLife time.Duration
	items    []int32   // of the rows and columns of b, in increasing order
	row      []int32   // the row of each item, -1 for none
	b        []float32 // rows are what the customer wants, columns what is scored
}

func trainEASE(ctx context.Context, in *interactions, o EASEOptions) (*ease, error) {
	e := &ease{in: in, halfLife: o.HalfLife, items: in.mostWanted(o.MaxItems), row: make([]int32, len(in.items))}
	for i := range e.row {
		e.row[i] = -1
	}
	for row, item := range e.items {
		e.row[item] = int32(row)
	}
	n := len(e.items)
	gram := make([]float64, n*n)
	if err := inBlocks(ctx, n, func(from, to int) {
		for row := from; row < to; row++ {
			e.gramRow(gram[row*n:(row+1)*n], row)
			gram[row*n+row] += o.Lambda
		}
	}); err != nil {
		return nil, err
	}
	if err := numeric.InvertSPD(ctx, gram, n); err != nil {
		return nil, fmt.Errorf("recommend: ease: %w", err)
	}
	e.b = make([]float32, n*n)
	for i := range n {
		for j := range n {
			if b := -gram[i*n+j] / gram[j*n+j]; i != j && math.Abs(b) > inverseError {
				e.b[i*n+j] = float32(b)
			}
		}
	}
	return e, nil
}

// inverseError is what an element of B can be off by rounding: items that have
// nothing to do with each other get 0, not a trace.
const inverseError = 1e-12

// gramRow adds a row of XᵀX up to its diagonal.
func (e *ease) gramRow(gram []float64, row int) {
	for _, c := range e.in.byItem[e.items[row]] {
		for _, other := range e.in.byCustomer[c.number] {
			if col := e.row[other.number]; col >= 0 && int(col) <= row {
				gram[col] += c.weight * other.weight
			}
		}
	}
}

func (e *ease) score(_ context.Context, h *history, scores []float64) error {
	n := len(e.items)
	for _, w := range h.wants(e.halfLife) {
		row := int(e.row[w.item])
		if row < 0 {
			continue
		}
		for col, b := range e.b[row*n : (row+1)*n] {
			scores[e.items[col]] += w.weight * float64(b)
		}
	}
	return nil
}

func (e *ease) reason(h *history, item int32) (Reason, bool) {
	col := int(e.row[item])
	if col < 0 {
		return Reason{}, false
	}
	return alsoBought(e.in, h, item, h.wants(e.halfLife), func(w wanted) float64 {
		row := int(e.row[w.item])
		if row < 0 {
			return 0
		}
		return w.weight * float64(e.b[row*len(e.items)+col])
	})
}
