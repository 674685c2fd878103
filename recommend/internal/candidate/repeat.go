package candidate

import (
	"context"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// Repeat scores an item by how often the customer ordered it, each order
// halved in weight with each half-life of its age. Most items of a basket are
// ordered once, so ties are the rule: the score grows by up to tieBreak with
// the number of the item's customers.
type Repeat struct {
	past     *interaction.Past
	halfLife time.Duration
}

// tieBreak is less than what four hours do to the weight of an order at a
// half-life of 90 days.
const tieBreak = 1e-3

// NewRepeat returns the source; halfLife is the age at which an order counts
// half.
func NewRepeat(p *interaction.Past, halfLife time.Duration) *Repeat { return &Repeat{p, halfLife} }

// Score implements [Source].
func (r *Repeat) Score(_ context.Context, h *interaction.History, s *Scores) error {
	for i := range h.Signals {
		signal := &h.Signals[i]
		popularity := float64(len(r.past.Columns.Row(int(signal.Item)))) / float64(len(r.past.Customers)+1)
		s.Add(signal.Item, float64(signal.Weight)*h.Fading(signal.Time, r.halfLife)*(1+tieBreak*popularity))
	}
	return nil
}

// Cause implements [Source].
func (r *Repeat) Cause(h *interaction.History, item int32) (Cause, bool) {
	cause := Cause{Kind: BoughtBefore, Items: []int32{item}}
	for i := range h.Signals {
		if s := &h.Signals[i]; s.Item == item && s.Bought {
			cause.Count++
			cause.Last = interaction.Time(s.Time)
		}
	}
	return cause, cause.Count > 0
}
