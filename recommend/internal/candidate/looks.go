package candidate

import (
	"slices"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// LooksOptions are the settings of [Looks].
type LooksOptions struct {
	Window   time.Duration      // how far back looks count
	HalfLife time.Duration      // age at which a look inside of the window counts half; 0 is never
	Kinds    []interaction.Kind // that count; none is all that are looks
}

// Looks scores an item by the number of customers who viewed it, clicked on it or
// put it in the cart in the window before the moment. Of each customer the latest
// looks count, as many as a history keeps.
type Looks struct {
	o LooksOptions
	ranked
	recent []int // customers in the window, by item
}

// TrainLooks costs one pass over the window.
func TrainLooks(p *interaction.Past, o LooksOptions) *Looks {
	s := &Looks{o: o, recent: make([]int, len(p.Items))}
	scores := make([]float64, len(p.Items))
	from := interaction.Nano(p.At.Add(-o.Window))
	for c := range p.Customers {
		h := p.History(int32(c))
		var all []interaction.Wanted
		for _, t := range h.Touches {
			if t.Time >= from && t.Item >= 0 && (len(o.Kinds) == 0 || slices.Contains(o.Kinds, t.Kind)) {
				all = append(all, interaction.Wanted{Item: t.Item, Weight: h.Fading(t.Time, o.HalfLife)})
			}
		}
		for _, w := range interaction.Heaviest(all) {
			scores[w.Item] += w.Weight
			s.recent[w.Item]++
		}
	}
	s.ranked = rank(scores)
	return s
}

// Cause implements [Source].
func (s *Looks) Cause(_ *interaction.History, item int32) (Cause, bool) {
	n := s.recent[item]
	return Cause{Kind: Looked, Count: n, Window: s.o.Window}, n > 0
}
