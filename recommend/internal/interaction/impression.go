package interaction

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// An Impression is an item that was shown to a customer.
type Impression struct {
	Time int64
	Item int32
	// Taken is when the customer then looked at the item, put it in the cart or
	// ordered it, within [takenWithin]; 0 for never.
	Taken int64
}

const (
	// takenWithin is how long after an impression what the customer does with
	// the item follows from it.
	takenWithin = 24 * time.Hour
	// maxShown is how many of the latest impressions a history keeps.
	maxShown = 300
)

// Show adds what customers were shown before the moment of the past. It must be
// called before anything is learned from the past. Exposures of customers and
// items that the past does not know are passed over. It fails with the error of
// the exposures, or for one that is not valid.
func (p *Past) Show(exposures iter.Seq2[clm.Exposure, error]) error {
	for e, err := range exposures {
		if err != nil {
			return fmt.Errorf("recommend: reading exposures: %w", err)
		}
		if err := e.Validate(); err != nil {
			return fmt.Errorf("recommend: %w", err)
		}
		c, known := p.Number[e.Customer]
		if !known || !e.Time.Before(p.At) {
			continue
		}
		for _, s := range e.Shown {
			if item, ok := p.Index[s.Item]; ok {
				p.histories[c].Shown = append(p.histories[c].Shown, Impression{Time: Nano(e.Time), Item: item})
			}
		}
	}
	for i := range p.histories {
		p.histories[i].settle()
	}
	return nil
}

// settle sorts the impressions and finds out which of them were taken.
func (h *History) settle() {
	slices.SortFunc(h.Shown, func(a, b Impression) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Item, b.Item))
	})
	h.Shown = h.Shown[max(0, len(h.Shown)-maxShown):]
	for i := range h.Shown {
		s := &h.Shown[i]
		until := s.Time + int64(takenWithin)
		for _, t := range h.Touches[firstFrom(h.Touches, s.Time, touchTime):] {
			s.take(t.Item, t.Time, until)
		}
		for _, g := range h.Since(s.Time) {
			s.take(g.Item, g.Time, until)
		}
	}
}

func (s *Impression) take(item int32, t, until int64) {
	if item == s.Item && t <= until && (s.Taken == 0 || t < s.Taken) {
		s.Taken = t
	}
}

func impressionTime(s Impression) int64 { return s.Time }

// Ignored returns, for each item that was shown and not taken by the moment of
// the history, how often that was, each time halved with each halfLife of its
// age. What was taken later than shown the last time is not ignored.
func (h *History) Ignored(halfLife time.Duration) map[int32]float64 {
	if len(h.Shown) == 0 {
		return nil
	}
	ignored := map[int32]float64{}
	for _, s := range h.Shown {
		if s.Taken != 0 && s.Taken < h.Now {
			delete(ignored, s.Item)
			continue
		}
		ignored[s.Item] += h.Fading(s.Time, halfLife)
	}
	return ignored
}

// Impressions counts, for each item, how often it was shown and how often that
// was followed by the customer taking it.
func (p *Past) Impressions() (shown, taken []float64) {
	shown, taken = make([]float64, len(p.Items)), make([]float64, len(p.Items))
	for i := range p.histories {
		for _, s := range p.histories[i].Shown {
			shown[s.Item]++
			if s.Taken != 0 {
				taken[s.Item]++
			}
		}
	}
	return shown, taken
}
