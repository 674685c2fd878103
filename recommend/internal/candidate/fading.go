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
	if x > s.values[item] {
		s.Add(item, x-s.values[item])
	}
}

// Each replaces the scores of the items that were named.
func (s *Scores) Each(f func(item int32, score float64) float64) {
	for _, item := range s.items {
		s.values[item] = f(item, s.values[item])
	}
}

// Vector returns the vector of an item's text, of unit length, or nil. It is
// shared.
func (c *Content) Vector(item int32) []float32 { return c.vectors[item] }

// ItemText returns what is read of an item by embedders and models.
func ItemText(i *clm.Item) string { return itemText(i) }

// Nearest returns the customers with the most similar histories; those are the
// Items of what it returns.
func (a *Alike) Nearest(h *interaction.History) []Scored {
	customers := a.scratch()
	defer a.release(customers)
	return a.neighbours(h, customers)
}

// WithHalfLife returns the source with another age at which what a customer
// bought counts half. It shares what was learned.
func (s *Sparse) WithHalfLife(age time.Duration) *Sparse {
	c := *s
	c.halfLife = age
	return &c
}
