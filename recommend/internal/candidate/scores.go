package candidate

import "slices"

// Scores holds the scores of some items out of many. Taking an item in and
// starting anew cost nothing for the items that were never named.
type Scores struct {
	values []float64 // by item
	named  []uint64  // a bit by item: few enough to stay in the first-level cache
	items  []int32   // that were named
	only   Mask      // the items that count; nil for all
}

// A Mask is a set of items.
type Mask []uint64

// NewMask returns the empty set of n items.
func NewMask(n int) Mask { return make(Mask, (n+63)/64) }

// Set adds an item, or takes it out again.
func (m Mask) Set(item int32, in bool) {
	bit := uint64(1) << (uint(item) % 64)
	if m[uint(item)/64] &^= bit; in {
		m[uint(item)/64] |= bit
	}
}

func (m Mask) has(item int32) bool { return m[uint(item)/64]&(1<<(uint(item)%64)) != 0 }

// Only leaves out all items that are not in a set, until the next Reset. The
// set must not change before.
func (s *Scores) Only(of Mask) { s.only = of }

// NewScores returns scores for n items, none of them named.
func NewScores(n int) *Scores {
	return &Scores{values: make([]float64, n), named: make([]uint64, (n+63)/64)}
}

// Add adds to the score of an item.
func (s *Scores) Add(item int32, x float64) {
	bit := uint64(1) << (uint(item) % 64)
	if s.only != nil && s.only[uint(item)/64]&bit == 0 {
		return
	}
	if s.named[uint(item)/64]&bit == 0 {
		s.named[uint(item)/64] |= bit
		s.items = append(s.items, item)
	}
	s.values[item] += x
}

// Of returns the score of an item, 0 for one that was not named.
func (s *Scores) Of(item int32) float64 { return s.values[item] }

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
	s.items, s.only = s.items[:0], nil
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

// AddAll adds the scores of others, times a weight.
func (s *Scores) AddAll(others *Scores, weight float64) {
	for _, item := range others.items {
		s.Add(item, weight*others.values[item])
	}
}

// A Scored item is one with its score.
type Scored struct {
	Item  int32
	Score float64
}

// Top returns the n items with the highest scores above 0 that are eligible,
// the best first and equal ones in the order of their numbers. Eligible costs
// more than a comparison, so that few more than n items are looked at first, and
// more only where too few of them are eligible.
func (s *Scores) Top(n int, eligible func(item int32) bool) []Scored {
	n = min(n, len(s.items))
	for look := 2 * n; ; look *= 4 {
		all := s.best(look)
		left := len(all) == look && look < len(s.items)
		best := all[:0]
		for _, c := range all {
			if len(best) < n && eligible(c.Item) {
				best = append(best, c)
			}
		}
		if len(best) == n || !left {
			return best
		}
	}
}

// best returns the n items with the highest scores above 0.
func (s *Scores) best(n int) []Scored {
	h := make(worstFirst, 0, min(n, len(s.items)))
	for _, item := range s.items {
		if c := (Scored{item, s.values[item]}); c.Score > 0 {
			h.offer(c, n)
		}
	}
	Sort(h)
	return h
}

// before reports whether a comes before b in a list.
func before(a, b Scored) bool {
	return a.Score > b.Score || a.Score == b.Score && a.Item < b.Item
}

// Sort sorts scored items, the best first.
func Sort(all []Scored) {
	slices.SortFunc(all, func(a, b Scored) int {
		if before(a, b) {
			return -1
		}
		if before(b, a) {
			return 1
		}
		return 0
	})
}

// worstFirst is a heap of the best scored items so far, with the worst of them
// at its root.
type worstFirst []Scored

// offer takes an item in if it is among the n best.
func (h *worstFirst) offer(s Scored, n int) {
	switch {
	case len(*h) < n:
		*h = append(*h, s)
		h.up(len(*h) - 1)
	case n > 0 && before(s, (*h)[0]):
		(*h)[0] = s
		h.down(0)
	}
}

func (h worstFirst) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !before(h[parent], h[i]) {
			return
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
}

func (h worstFirst) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && before(h[child], h[child+1]) {
			child++
		}
		if !before(h[i], h[child]) {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}

// Raise raises the score of an item to x, if it is lower.
func (s *Scores) Raise(item int32, x float64) {
	if now := s.values[item]; x > now {
		s.Add(item, x-now)
	}
}
