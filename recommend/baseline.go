package recommend

import (
	"math/rand/v2"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// recency scores the customer's own items by when they were last wanted, and
// below them all others by when anybody last wanted them.
type recency struct {
	at   int64
	last []int64 // by item; zero for never
}

func newRecency(p *interaction.Past) *recency {
	r := &recency{at: interaction.Nano(p.At), last: make([]int64, len(p.Items))}
	for c := range p.Customers {
		for _, s := range p.History(int32(c)).Signals {
			r.last[s.Item] = max(r.last[s.Item], s.Time)
		}
	}
	return r
}

// freshness falls from 1 for now towards 0 for long ago.
func (r *recency) freshness(t int64) float64 {
	return 1 / (1 + time.Duration(r.at-t).Hours())
}

func (r *recency) score(h *interaction.History, scores []float64) {
	for item, t := range r.last {
		if t != 0 {
			scores[item] = r.freshness(t)
		}
	}
	for _, s := range h.Signals {
		scores[s.Item] = 1 + r.freshness(s.Time)
	}
}

// random scores all items at random, each customer with its own numbers.
type random struct{ seed uint64 }

func (r random) score(h *interaction.History, scores []float64) {
	numbers := rand.New(rand.NewPCG(r.seed, uint64(h.Customer)))
	for i := range scores {
		scores[i] = 1 - numbers.Float64() // in (0, 1]: every item has a chance
	}
}
