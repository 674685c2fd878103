package candidate

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/clmkit/clmkit/internal/numeric"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// EASEOptions are the settings of [EASE].
type EASEOptions struct {
	Lambda   float64       // weight of the L2 penalty
	HalfLife time.Duration // age at which what a customer bought counts half; 0 is never
	MaxItems int           // how many items enter, those with the most customers first
}

// EASE scores items with the linear autoencoder of Steck, Embarrassingly
// Shallow Autoencoders for Sparse Data (WWW 2019): the matrix B with a zero
// diagonal that minimises |X - XB|² + λ|B|². With P = (XᵀX + λI)⁻¹ it is
// B_ij = -P_ij / P_jj (equation 8). A history's items fade with their age.
type EASE struct {
	past     *interaction.Past
	o        EASEOptions
	halfLife time.Duration
	items    []int32    // of the rows and columns of b, in increasing order
	row      []int32    // the row of each item, -1 for none
	b        []float32  // rows are what the customer wants, columns what is scored
	pool     *sync.Pool // of sums by column
}

// TrainEASE costs n³/2 multiplications and 20·n² bytes for n items.
func TrainEASE(ctx context.Context, p *interaction.Past, o EASEOptions) (*EASE, error) {
	e := newEASE(p, o, p.MostWanted(o.MaxItems))
	n := len(e.items)
	gram := make([]float64, n*n)
	if err := interaction.InBlocks(ctx, n, func(from, to int) {
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
	e.divide(gram)
	return e, nil
}

func newEASE(p *interaction.Past, o EASEOptions, items []int32) *EASE {
	e := &EASE{past: p, o: o, halfLife: o.HalfLife, items: items, row: make([]int32, len(p.Items)), pool: &sync.Pool{}}
	for i := range e.row {
		e.row[i] = -1
	}
	for row, item := range items {
		e.row[item] = int32(row)
	}
	return e
}

// divide leaves B of the inverse P.
func (e *EASE) divide(p []float64) {
	n := len(e.items)
	scale := make([]float64, n)
	for j := range scale {
		scale[j] = -1 / p[j*n+j]
	}
	e.b = make([]float32, n*n)
	for i := range n {
		row := e.b[i*n : (i+1)*n]
		for j, x := range p[i*n : (i+1)*n] {
			if b := x * scale[j]; math.Abs(b) > inverseError {
				row[j] = float32(b)
			}
		}
		row[i] = 0
	}
}

// inverseError is what an element of B can be off by rounding: items that have
// nothing to do with each other get 0, not a trace.
const inverseError = 1e-12

// gramRow adds a row of XᵀX up to its diagonal.
func (e *EASE) gramRow(gram []float64, row int) {
	for _, c := range e.past.Columns.Row(int(e.items[row])) {
		for _, other := range e.past.Rows.Row(int(c.Number)) {
			if col := e.row[other.Number]; col >= 0 && int(col) <= row {
				gram[col] += float64(c.Weight) * float64(other.Weight)
			}
		}
	}
}

// Score implements [Source].
func (e *EASE) Score(_ context.Context, h *interaction.History, s *Scores) error {
	n := len(e.items)
	sums := e.sums()
	defer e.pool.Put(sums)
	known := false
	for _, w := range h.Wants(e.halfLife) {
		row := int(e.row[w.Item])
		if row < 0 {
			continue
		}
		known = true
		total := (*sums)[:n]
		for col, b := range e.b[row*n : (row+1)*n] {
			total[col] += w.Weight * float64(b)
		}
	}
	if known {
		for col, sum := range *sums {
			if sum != 0 {
				s.Add(e.items[col], sum)
			}
		}
	}
	return nil
}

// sums returns a zero for each column.
func (e *EASE) sums() *[]float64 {
	if sums, ok := e.pool.Get().(*[]float64); ok {
		clear(*sums)
		return sums
	}
	sums := make([]float64, len(e.items))
	return &sums
}

// Cause implements [Source].
func (e *EASE) Cause(h *interaction.History, item int32) (Cause, bool) {
	col := int(e.row[item])
	if col < 0 {
		return Cause{}, false
	}
	return alsoBought(e.past, h, item, h.Wants(e.halfLife), func(w interaction.Wanted) float64 {
		row := int(e.row[w.Item])
		if row < 0 {
			return 0
		}
		return w.Weight * float64(e.b[row*len(e.items)+col])
	})
}

// Each adds the scores at several half-lives in one pass; 0 is never. The scores
// are those of one focus: only the columns of its items are read.
func (e *EASE) Each(h *interaction.History, halfLives []time.Duration, all []*Scores) {
	cols, slots := e.columns(all[0].focus)
	sums := make([]float64, len(cols)*len(all))
	wants := make([][]interaction.Wanted, len(all))
	for i, age := range halfLives {
		wants[i] = h.Wants(age)
	}
	n := len(e.items)
	for w := range wants[0] {
		row := int(e.row[wants[0][w].Item])
		if row < 0 {
			continue
		}
		b := e.b[row*n : (row+1)*n]
		for i := range all {
			weight, total := wants[i][w].Weight, sums[i*len(cols):(i+1)*len(cols)]
			for c, col := range cols {
				total[c] += weight * float64(b[col])
			}
		}
	}
	for i, s := range all {
		for c, slot := range slots {
			s.values[slot] += sums[i*len(cols)+c]
		}
	}
}

// columns returns the columns of the items of a focus that have one, and where
// these items are in it.
func (e *EASE) columns(f *Focus) (cols []int32, slots []int) {
	for slot, item := range f.items {
		if col := e.row[item]; col >= 0 {
			cols, slots = append(cols, col), append(slots, slot)
		}
	}
	return cols, slots
}
