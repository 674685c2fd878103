package candidate

import (
	"slices"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// Scores holds the scores of some items out of many. Taking an item in and
// starting anew cost nothing for the items that were never named.
type Scores struct {
	values []float64 // by item
	named  []uint64  // a bit by item: few enough to stay in the first-level cache
	items  []int32   // that were named
	focus  *Focus    // nil for scores of all items
}

// NewScores returns scores for n items, none of them named.
func NewScores(n int) *Scores {
	return &Scores{values: make([]float64, n), named: make([]uint64, (n+63)/64)}
}

// Add adds to the score of an item.
func (s *Scores) Add(item int32, x float64) {
	if s.focus != nil {
		if slot, ok := s.focus.Slot(item); ok {
			s.values[slot] += x
		}
		return
	}
	word, bit := &s.named[uint(item)/64], uint64(1)<<(uint(item)%64)
	if *word&bit == 0 {
		*word |= bit
		s.items = append(s.items, item)
	}
	s.values[item] += x
}

// addNear adds what is near to an item, times a weight.
func (s *Scores) addNear(list []near, weight float64) {
	if s.focus != nil {
		for _, n := range list {
			if slot, ok := s.focus.Slot(n.item); ok {
				s.values[slot] += weight * float64(n.score)
			}
		}
		return
	}
	values, named, items, count := s.room(len(list))
	for _, n := range list {
		count += name(named, items, count, n.item)
		values[n.item] += weight * float64(n.score)
	}
	s.items = items[:count]
}

// addCells adds the cells of a row, times a weight.
func (s *Scores) addCells(cells []interaction.Cell, weight float64) {
	if s.focus != nil {
		for i := range cells {
			if slot, ok := s.focus.Slot(cells[i].Number); ok {
				s.values[slot] += weight * float64(cells[i].Weight)
			}
		}
		return
	}
	values, named, items, count := s.room(len(cells))
	for i := range cells {
		c := &cells[i]
		count += name(named, items, count, c.Number)
		values[c.Number] += weight * float64(c.Weight)
	}
	s.items = items[:count]
}

// times multiplies the score of each item by a factor of its own.
func (s *Scores) times(factors []float64) {
	if s.focus != nil {
		for slot, item := range s.focus.items {
			s.values[slot] *= factors[item]
		}
		return
	}
	for _, item := range s.items {
		s.values[item] *= factors[item]
	}
}

// room returns what a loop needs to add n items without another look at s.
func (s *Scores) room(n int) (values []float64, named []uint64, items []int32, count int) {
	count = len(s.items)
	items = slices.Grow(s.items, n+1)
	return s.values, s.named, items[:cap(items)], count
}

// name writes an item into the next place, and returns 1 if it had no name yet:
// which of the two it is cannot be guessed, so that a branch would cost more.
func name(named []uint64, items []int32, count int, item int32) int {
	word, bit := &named[uint(item)/64], uint(item)%64
	items[count] = item
	fresh := ^*word >> bit & 1
	*word |= 1 << bit
	return int(fresh)
}

// Of returns the score of an item, 0 for one that was not named.
func (s *Scores) Of(item int32) float64 {
	if s.focus != nil {
		slot, ok := s.focus.Slot(item)
		if !ok {
			return 0
		}
		return s.values[slot]
	}
	return s.values[item]
}

// Items returns the items that were named, in the order of naming. It is valid
// until the next call of Add or Reset.
func (s *Scores) Items() []int32 { return s.items }

// Len returns the number of items that there could be.
func (s *Scores) Len() int { return len(s.values) }

// Reset forgets everything.
func (s *Scores) Reset() {
	for _, item := range s.items {
		s.values[item], s.named[uint(item)/64] = 0, 0
	}
	s.items = s.items[:0]
}

// Largest returns the largest score, or 0 when none is above it.
func (s *Scores) Largest() float64 {
	largest := 0.0
	for _, item := range s.items {
		largest = max(largest, s.values[item])
	}
	return largest
}

// Scale divides the scores by the largest, if that is above 0, so that scores
// of different sources can be added up.
func (s *Scores) Scale() {
	largest := s.Largest()
	if largest == 0 {
		return
	}
	for _, item := range s.items {
		s.values[item] /= largest
	}
}
