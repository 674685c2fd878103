package recommend

import (
	"math/rand/v2"
	"time"
)

// recency scores the customer's own items by when they were last wanted, and
// below them all others by when anybody last wanted them.
type recency struct {
	at   time.Time
	last []time.Time // by item; zero for never
}

func newRecency(in *interactions) *recency {
	r := &recency{at: in.at, last: make([]time.Time, len(in.items))}
	for c := range in.histories {
		for _, s := range in.histories[c].signals {
			if s.time.After(r.last[s.item]) {
				r.last[s.item] = s.time
			}
		}
	}
	return r
}

// freshness falls from 1 for now towards 0 for long ago.
func (r *recency) freshness(t time.Time) float64 {
	return 1 / (1 + r.at.Sub(t).Hours())
}

func (r *recency) score(h *history, scores []float64) {
	for item, t := range r.last {
		if !t.IsZero() {
			scores[item] = r.freshness(t)
		}
	}
	for _, s := range h.signals {
		scores[s.item] = 1 + r.freshness(s.time)
	}
}

// random scores all items at random, each customer with its own numbers.
type random struct{ seed uint64 }

func (r random) score(h *history, scores []float64) {
	numbers := rand.New(rand.NewPCG(r.seed, uint64(h.customer)))
	for i := range scores {
		scores[i] = 1 - numbers.Float64() // in (0, 1]: every item has a chance
	}
}
