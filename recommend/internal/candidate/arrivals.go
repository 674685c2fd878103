package candidate

import (
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// ArrivalsOptions are the settings of [Arrivals].
type ArrivalsOptions struct {
	Window   time.Duration // age up to which an item is new
	HalfLife time.Duration // age at which an item's score is half; 0 is never
}

// Arrivals scores new items: 1 + log(1 + customers so far), halved with each
// half-life of the item's age. An item arrives when the catalogue says that it
// was added, or else when it is sold for the first time; in the first window of
// the records everything is sold for the first time, so that does not count.
type Arrivals struct {
	o ArrivalsOptions
	ranked
	since []int64 // when each item arrived; 0 for one that is not new
}

// TrainArrivals costs one pass over the signals.
func TrainArrivals(p *interaction.Past, o ArrivalsOptions) *Arrivals {
	a := &Arrivals{o: o, since: arrivals(p, o.Window)}
	now := interaction.History{Now: interaction.Nano(p.At)}
	scores := make([]float64, len(p.Items))
	for i, since := range a.since {
		if since != 0 {
			scores[i] = (1 + math.Log1p(float64(p.Buyers(int32(i))))) * now.Fading(since, o.HalfLife)
		}
	}
	a.ranked = rank(scores)
	return a
}

// arrivals returns when the items that are new came.
func arrivals(p *interaction.Past, window time.Duration) []int64 {
	first := firstSignals(p)
	opened := interaction.Nano(p.At.Add(-p.Span()))
	since := make([]int64, len(p.Items))
	for i := range since {
		came := first[i]
		if came < opened+int64(window) {
			came = 0
		}
		if item := p.Catalogue[i]; item != nil && !item.Added.IsZero() {
			came = interaction.Nano(item.Added)
		}
		if came >= interaction.Nano(p.At.Add(-window)) {
			since[i] = came
		}
	}
	return since
}

// firstSignals returns the time of each item's first signal, 0 without one.
func firstSignals(p *interaction.Past) []int64 {
	first := make([]int64, len(p.Items))
	for c := range p.Customers {
		for _, s := range p.History(int32(c)).Signals {
			if first[s.Item] == 0 || s.Time < first[s.Item] {
				first[s.Item] = s.Time
			}
		}
	}
	return first
}

// Cause implements [Source].
func (a *Arrivals) Cause(_ *interaction.History, item int32) (Cause, bool) {
	if a.since[item] == 0 {
		return Cause{}, false
	}
	return Cause{Kind: Arrived, Items: []int32{item}, Last: interaction.Time(a.since[item])}, true
}
