package interaction

import "context"

// Looks returns a past in which what customers looked at, as far as histories
// keep it, stands for what they bought.
func (p *Past) Looks(ctx context.Context) (*Past, error) {
	histories := make([]History, len(p.histories))
	for i := range histories {
		histories[i] = p.histories[i].Looks()
	}
	return newPast(ctx, p.Vocabulary, p.At, histories)
}

// Looks returns the history with what was looked at as signals.
func (h *History) Looks() History {
	looks := History{Customer: h.Customer, Now: h.Now}
	for i, t := range h.Touches {
		if t.Item >= 0 {
			looks.Signals = append(looks.Signals, Signal{Time: t.Time, Item: t.Item, Order: int32(i), Weight: 1, Quantity: 1, Bought: true})
		}
	}
	return looks
}
