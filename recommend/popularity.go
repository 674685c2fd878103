package recommend

import (
	"context"
	"time"
)

// popularity scores an item by the number of customers who bought it in the
// window before the moment. What they have in all of the past, as a fraction
// below 1, orders items with the same number.
type popularity struct {
	window time.Duration
	scores []float64
	recent []int // customers in the window, by item
	all    []int // customers in all of the past, by item
}

func trainPopularity(in *interactions, o PopularityOptions) *popularity {
	n := len(in.items)
	p := &popularity{window: o.Window, scores: make([]float64, n), recent: make([]int, n), all: make([]int, n)}
	from := in.at.Add(-o.Window)
	for c := range in.histories {
		h := &in.histories[c]
		recent := history{now: in.at, signals: h.signals[firstFrom(h.signals, from, signalTime):]}
		for _, w := range recent.wants(o.HalfLife) {
			p.scores[w.item] += w.weight
		}
		for item := range recent.bought() {
			p.recent[item]++
		}
	}
	for item, column := range in.byItem {
		p.all[item] = in.buyers(int32(item))
		p.scores[item] += float64(len(column)) / float64(len(in.histories)+1)
	}
	return p
}

func (p *popularity) score(_ context.Context, _ *history, scores []float64) error {
	copy(scores, p.scores)
	return nil
}

func (p *popularity) reason(_ *history, item int32) (Reason, bool) {
	if n := p.recent[item]; n > 0 {
		return Reason{Kind: Popular, Count: n, Window: p.window}, true
	}
	if n := p.all[item]; n > 0 {
		return Reason{Kind: Popular, Count: n}, true
	}
	return Reason{}, false
}
