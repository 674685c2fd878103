package candidate

import "slices"

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
	for look := n + n/2; ; look *= 4 {
		all := s.best(look)
		left := len(all) == look && look < len(s.items)
		best := all[:0]
		for _, c := range all {
			if len(best) == n {
				break
			}
			if eligible(c.Item) {
				best = append(best, c)
			}
		}
		if len(best) == n || !left {
			return best
		}
	}
}

// best returns the n items with the highest scores above 0, the best first.
func (s *Scores) best(n int) []Scored {
	all := s.highest(n)
	Sort(all)
	return all
}

// highest returns the n items with the highest scores above 0, in no order.
func (s *Scores) highest(n int) []Scored {
	if n == 0 {
		return nil
	}
	floor := s.floor(n)
	all := s.above(floor, n)
	if len(all) < n && floor > 0 {
		all = s.above(0, n)
	}
	return first(all, n)
}

// above returns the items with scores above 0 and at least the floor, of which
// there may be about n.
func (s *Scores) above(floor float64, n int) []Scored {
	all := make([]Scored, 0, min(len(s.items), 2*n))
	for _, item := range s.items {
		if x := s.values[item]; x >= floor && x > 0 {
			all = append(all, Scored{item, x})
		}
	}
	return all
}

// sample is how many scores are looked at to guess which are high.
const sample = 128

// floor guesses a score that somewhat more than n items reach, from a sample of
// them; 0 where most do.
func (s *Scores) floor(n int) float64 {
	if len(s.items) < 4*sample {
		return 0
	}
	var some [sample]float64
	for i := range some {
		some[i] = s.values[s.items[i*len(s.items)/sample]]
	}
	// That many of the sample are expected among n; the rest is for chance.
	share := n*sample/len(s.items) + 1
	rank := share + share/2 + 4
	if rank >= sample {
		return 0
	}
	slices.Sort(some[:])
	if floor := some[sample-1-rank]; floor > 0 {
		return floor
	}
	return 0
}

// before reports whether a comes before b in a list.
func before(a, b Scored) bool {
	return a.Score > b.Score || a.Score == b.Score && a.Item < b.Item
}

// Sort sorts scored items, the best first.
func Sort(all []Scored) {
	slices.SortFunc(all, func(a, b Scored) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return int(a.Item) - int(b.Item)
	})
}

// first leaves the n first of scored items, in no order (Hoare, Algorithm 65:
// Find, Communications of the ACM 1961).
func first(all []Scored, n int) []Scored {
	for from, to := 0, len(all); n < len(all) && from < to; {
		pivot := middle(all[from], all[from+(to-from)/2], all[to-1])
		i, j := from, to-1
		for i <= j {
			for before(all[i], pivot) {
				i++
			}
			for before(pivot, all[j]) {
				j--
			}
			if i <= j {
				all[i], all[j] = all[j], all[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n <= j:
			to = j + 1
		case n >= i:
			from = i
		default:
			from = to
		}
	}
	return all[:min(n, len(all))]
}

// middle returns the one of three that is neither first nor last.
func middle(a, b, c Scored) Scored {
	if before(b, a) {
		a, b = b, a
	}
	if before(c, b) {
		b = c
		if before(b, a) {
			b = a
		}
	}
	return b
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
