package candidate

import (
	"context"
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// Lately scores an item by how much of it the customers with the most similar
// histories bought lately: the neighbours are those of [Alike], and what they
// wanted fades in days. It finds what is in season among the customer's like.
type Lately struct {
	alike  *Alike
	recent interaction.Runs[recent] // by customer: what was wanted lately
}

// latelyAges are the ages at which what a neighbour bought counts half. The
// first is that of Score; the others are for who asks for them.
var latelyAges = [...]time.Duration{7 * 24 * time.Hour, 14 * 24 * time.Hour, 30 * 24 * time.Hour}

// LatelyAges is how many ages [Lately.Each] tells apart.
const LatelyAges = len(latelyAges)

const (
	// latelySpan is how far back what neighbours wanted is looked at.
	latelySpan = 90 * 24 * time.Hour
	// mostRecent is how many of a neighbour's latest items are looked at.
	mostRecent = 100
)

// A recent item is one with what is left of the customer's latest signal for it
// at each of the ages.
type recent struct {
	item int32
	left [LatelyAges]float32
}

// TrainLately costs one pass over the signals of the last months, besides what
// [TrainAlike] does.
func TrainLately(ctx context.Context, p *interaction.Past, o AlikeOptions) (*Lately, error) {
	parts := make([][]recent, len(p.Customers))
	err := interaction.InBlocks(ctx, len(parts), func(from, to int) {
		seen := map[int32]bool{}
		for c := from; c < to; c++ {
			clear(seen)
			parts[c] = recentOf(p.History(int32(c)), seen)
		}
	})
	return &Lately{alike: TrainAlike(p, o), recent: interaction.RunsOf(parts)}, err
}

func recentOf(h *interaction.History, seen map[int32]bool) []recent {
	var list []recent
	signals := h.Since(h.Now - int64(latelySpan))
	for i := len(signals) - 1; i >= 0 && len(list) < mostRecent; i-- {
		s := &signals[i]
		if seen[s.Item] {
			continue
		}
		seen[s.Item] = true
		r := recent{item: s.Item}
		for n, age := range latelyAges {
			r.left[n] = s.Weight * float32(math.Exp2(-float64(h.Now-s.Time)/float64(age)))
		}
		list = append(list, r)
	}
	return list
}

// Score implements [Source].
func (l *Lately) Score(_ context.Context, h *interaction.History, s *Scores) error {
	l.each(h, []*Scores{s})
	return nil
}

// Each adds the scores at half-lives of 7, 14 and 30 days.
func (l *Lately) Each(h *interaction.History, all [LatelyAges]*Scores) { l.each(h, all[:]) }

func (l *Lately) each(h *interaction.History, all []*Scores) {
	near := l.alike.neighbours(h)
	sum := 0.0
	for _, n := range near {
		sum += n.Score
	}
	f := all[0].focus
	for _, n := range near {
		weight := n.Score / sum
		for _, r := range l.recent.Of(n.Item) {
			if f != nil {
				if _, ok := f.Slot(r.item); !ok {
					continue
				}
			}
			for i, s := range all {
				s.Add(r.item, weight*float64(r.left[i]))
			}
		}
	}
}

// Cause counts the neighbours who bought the item, whenever that was.
func (l *Lately) Cause(h *interaction.History, item int32) (Cause, bool) {
	return l.alike.Cause(h, item)
}
