package candidate

import (
	"context"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// PopularityOptions are the settings of [Popularity].
type PopularityOptions struct {
	Window   time.Duration // how far back purchases count
	HalfLife time.Duration // age at which a purchase inside of the window counts half; 0 is never
}

// Popularity scores an item by the number of customers who bought it in the
// window before the moment. What they have in all of the past, as a fraction
// below 1, orders items with the same number.
type Popularity struct {
	o PopularityOptions
	ranked
	recent []int // customers in the window, by item
	all    []int // customers in all of the past, by item
}

// TrainPopularity costs one pass over the window.
func TrainPopularity(p *interaction.Past, o PopularityOptions) *Popularity {
	n := len(p.Items)
	s := &Popularity{o: o, recent: make([]int, n), all: make([]int, n)}
	scores := make([]float64, n)
	from := interaction.Nano(p.At.Add(-o.Window))
	for c := range p.Customers {
		h := p.History(int32(c))
		recent := interaction.History{Now: h.Now, Signals: h.Since(from)}
		if len(recent.Signals) == 0 {
			continue
		}
		for _, w := range recent.Wants(o.HalfLife) {
			scores[w.Item] += w.Weight
		}
		for _, item := range recent.BoughtItems() {
			s.recent[item]++
		}
	}
	for item := range p.Items {
		s.all[item] = p.Buyers(int32(item))
		scores[item] += float64(len(p.Columns.Row(item))) / float64(len(p.Customers)+1)
	}
	s.ranked = rank(scores)
	return s
}

// Cause implements [Source].
func (s *Popularity) Cause(_ *interaction.History, item int32) (Cause, bool) {
	if n := s.recent[item]; n > 0 {
		return Cause{Kind: Popular, Count: n, Window: s.o.Window}, true
	}
	if n := s.all[item]; n > 0 {
		return Cause{Kind: Popular, Count: n}, true
	}
	return Cause{}, false
}

// ranked is the same list for everybody.
type ranked struct {
	scores []float64 // by item
	order  []int32   // items with a score, the best first
}

// maxRanked is how many items of a list that is the same for everybody are
// proposed; the rest is reached by [Ranked] only.
const maxRanked = 2000

func rank(scores []float64) ranked {
	var all []Scored
	for item, score := range scores {
		if score > 0 {
			all = append(all, Scored{int32(item), score})
		}
	}
	Sort(all)
	r := ranked{scores: scores, order: make([]int32, len(all))}
	for i, s := range all {
		r.order[i] = s.Item
	}
	return r
}

// Score implements [Source].
func (r *ranked) Score(_ context.Context, _ *interaction.History, s *Scores) error {
	for _, item := range r.order[:min(len(r.order), maxRanked)] {
		s.Add(item, r.scores[item])
	}
	return nil
}

// Order implements [Ranked].
func (r *ranked) Order() []int32 { return r.order }

// Of implements [Ranked].
func (r *ranked) Of(item int32) float64 { return r.scores[item] }
