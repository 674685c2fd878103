package candidate

import (
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// WithHalfLife returns the source with another age at which what a customer
// bought counts half. It shares what was learned.
func (e *EASE) WithHalfLife(age time.Duration) *EASE {
	c := *e
	c.halfLife = age
	return &c
}

// WithHalfLife returns the source with another age at which what a customer
// bought counts half. It shares what was learned.
func (k *ItemKNN) WithHalfLife(age time.Duration) *ItemKNN {
	c := *k
	c.halfLife = age
	return &c
}

// Raise raises the score of an item to x, if it is lower.
func (s *Scores) Raise(item int32, x float64) {
	if now := s.values[item]; x > now {
		s.Add(item, x-now)
	}
}

// Vector returns the vector of an item's text, of unit length, or nil. It is
// shared.
func (c *Content) Vector(item int32) []float32 { return c.vectors[item] }

// ItemText returns what is read of an item by embedders and models.
func ItemText(i *clm.Item) string { return itemText(i) }

// WithHalfLife returns the source with another age at which what a customer
// bought counts half. It shares what was learned.
func (s *Sparse) WithHalfLife(age time.Duration) *Sparse {
	c := *s
	c.halfLife = age
	return &c
}

// Each adds the scores at several half-lives in one pass; 0 is never.
func (e *EASE) Each(h *interaction.History, halfLives []time.Duration, all []*Scores) {
	n := len(e.items)
	sums := make([][]float64, len(all))
	wants := make([][]interaction.Wanted, len(all))
	for i, age := range halfLives {
		taken := e.sums()
		defer e.pool.Put(taken)
		sums[i], wants[i] = (*taken)[:n], h.Wants(age)
	}
	for w := range wants[0] {
		row := int(e.row[wants[0][w].Item])
		if row < 0 {
			continue
		}
		b := e.b[row*n : (row+1)*n]
		for i := range sums {
			weight, total := wants[i][w].Weight, sums[i]
			for col, x := range b {
				total[col] += weight * float64(x)
			}
		}
	}
	for i, s := range all {
		for col, sum := range sums[i] {
			if sum != 0 {
				s.Add(e.items[col], sum)
			}
		}
	}
}
