package recommend

import (
	"context"
	"time"
)

// repeat scores an item by how often the customer ordered it, each order
// halved in weight with each half-life of its age. Most items of a basket are
// ordered once, so ties are the rule: the score grows by up to tieBreak with
// the number of the item's customers.
type repeat struct {
	in       *interactions
	halfLife time.Duration
}

// tieBreak is less than what four hours do to the weight of an order at a
// half-life of 90 days.
const tieBreak = 1e-3

func (r *repeat) score(_ context.Context, h *history, scores []float64) error {
	for _, s := range h.signals {
		popularity := float64(len(r.in.byItem[s.item])) / float64(len(r.in.histories)+1)
		scores[s.item] += s.weight * h.fading(s.time, r.halfLife) * (1 + tieBreak*popularity)
	}
	return nil
}

func (r *repeat) reason(h *history, item int32) (Reason, bool) {
	reason := Reason{Kind: BoughtBefore, Items: r.in.ids(item)}
	for _, s := range h.signals {
		if s.item == item && s.bought {
			reason.Count++
			reason.Last = s.time
		}
	}
	if reason.Count == 0 {
		return Reason{}, false
	}
	return reason, true
}
