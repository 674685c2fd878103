package feature

import (
	"context"
	"math"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// recents are the items that each customer wanted lately.
type recents struct {
	ends []int
	all  []recent
}

// A recent item is one with what is left of the customer's latest signal for it
// at each of the ages in lately.
type recent struct {
	item int32
	left [len(lately)]float32
}

const (
	// recentSpan is how far back what the nearest customers wanted is looked
	// at: six of the shorter half-lives.
	recentSpan = 90 * day
	// mostRecent is how many of a customer's latest items are looked at.
	mostRecent = 100
)

func (r *recents) of(customer int32) []recent {
	from := 0
	if customer > 0 {
		from = r.ends[customer-1]
	}
	return r.all[from:r.ends[customer]]
}

// recentsOf costs one pass over the signals of the span.
func recentsOf(ctx context.Context, p *interaction.Past) (recents, error) {
	parts := make([][]recent, len(p.Customers))
	err := interaction.InBlocks(ctx, len(parts), func(from, to int) {
		seen := map[int32]bool{}
		for c := from; c < to; c++ {
			clear(seen)
			parts[c] = recentOf(p.History(int32(c)), seen)
		}
	})
	r := recents{ends: make([]int, len(parts))}
	for c, part := range parts {
		r.all = append(r.all, part...)
		r.ends[c] = len(r.all)
	}
	return r, err
}

func recentOf(h *interaction.History, seen map[int32]bool) []recent {
	var list []recent
	signals := h.Since(h.Now - int64(recentSpan))
	for i := len(signals) - 1; i >= 0 && len(list) < mostRecent; i-- {
		s := &signals[i]
		if seen[s.Item] {
			continue
		}
		seen[s.Item] = true
		r := recent{item: s.Item}
		for n, age := range lately {
			r.left[n] = s.Weight * float32(math.Exp2(-float64(h.Now-s.Time)/float64(age.age)))
		}
		list = append(list, r)
	}
	return list
}
