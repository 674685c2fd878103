package candidate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// linear scores an item by the sum, over the items that the customer wants, of
// what is left of their weight times the number that the two items have.
type linear struct {
	past     *interaction.Past
	halfLife time.Duration
	// targets holds, for each item of a history, the items to which it adds
	// something, in their order.
	targets lists
}

// Score implements [Source].
func (l *linear) Score(_ context.Context, h *interaction.History, s *Scores) error {
	for _, w := range h.Wants(l.halfLife) {
		for _, t := range l.targets.of(w.Item) {
			s.Add(t.item, w.Weight*float64(t.score))
		}
	}
	return nil
}

// Cause implements [Source].
func (l *linear) Cause(h *interaction.History, item int32) (Cause, bool) {
	return alsoBought(l.past, h, item, h.Wants(l.halfLife), func(w interaction.Wanted) float64 {
		return w.Weight * l.targets.between(w.Item, item)
	})
}

// nearest returns the n items with the highest scores above 0 but for one, the
// best first.
func nearest(scores *Scores, n int, but int32) []near {
	best := scores.Top(n, func(other int32) bool { return other != but })
	list := make([]near, len(best))
	for i, b := range best {
		list[i] = near{b.Item, float32(b.Score)}
	}
	return list
}

// near is an item with its similarity to another.
type near struct {
	item  int32
	score float32
}

// lists are one list of items for each item.
type lists struct {
	ends []int
	all  []near
}

func (l *lists) of(item int32) []near {
	from := 0
	if item > 0 {
		from = l.ends[item-1]
	}
	return l.all[from:l.ends[item]]
}

// between returns the score of b in the list of a, which is in the order of the
// items, or 0.
func (l *lists) between(a, b int32) float64 {
	list := l.of(a)
	n, found := slices.BinarySearchFunc(list, b, func(t near, item int32) int { return cmp.Compare(t.item, item) })
	if !found {
		return 0
	}
	return float64(list[n].score)
}

// invert returns, for each item, the items in whose lists it is, in their
// order.
func invert(of [][]near) lists {
	l := lists{ends: make([]int, len(of))}
	total := 0
	for _, list := range of {
		total += len(list)
		for _, n := range list {
			l.ends[n.item]++
		}
	}
	next, sum := make([]int, len(of)), 0
	for i, count := range l.ends {
		next[i] = sum
		sum += count
		l.ends[i] = sum
	}
	l.all = make([]near, total)
	for item, list := range of {
		for _, n := range list {
			l.all[next[n.item]] = near{int32(item), n.score}
			next[n.item]++
		}
	}
	return l
}

// sorted returns the lists as they are, each in the order of its items.
func sorted(of [][]near) lists {
	l := lists{ends: make([]int, len(of))}
	total := 0
	for i, list := range of {
		slices.SortFunc(list, func(a, b near) int { return cmp.Compare(a.item, b.item) })
		total += len(list)
		l.ends[i] = total
	}
	l.all = slices.Grow(l.all, total)
	for _, list := range of {
		l.all = append(l.all, list...)
	}
	return l
}
