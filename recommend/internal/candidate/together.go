package candidate

import (
	"context"
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// TogetherOptions are the settings of [Together].
type TogetherOptions struct {
	Neighbours int           // how many items an item goes together with
	MinSupport int           // how many orders have to hold both
	Shrink     float64       // orders at which a measure counts half
	Lift       bool          // score by lift, not by its logarithm
	HalfLife   time.Duration // age at which what a customer bought counts half; 0 is never
}

// Together scores an item by how much more often it is in one order with what
// the customer wants than chance would have it. Its measure is the lift of
// association rules, n·n_ab/(n_a·n_b) for n orders of which n_a hold a (Agrawal,
// Imielinski and Swami, SIGMOD 1993; Brin et al., SIGMOD 1997), or its
// logarithm, the pointwise mutual information (Church and Hanks, Computational
// Linguistics 1990, equation 1). Both love what is rare, so that pairs need a
// support, and count n_ab/(n_ab + Shrink) of their measure.
type Together struct {
	linear
	o TogetherOptions
}

// maxTogether is how many items an order may have to say what goes together:
// with more it says little, and costs the square.
const maxTogether = 300

// TrainTogether costs, for each order, the square of its items.
func TrainTogether(ctx context.Context, p *interaction.Past, o TogetherOptions) (*Together, error) {
	t := newTally(p, o)
	lists := make([][]near, len(p.Items))
	err := interaction.InBlocks(ctx, len(p.Items), func(from, to int) {
		scores := Scratch(len(p.Items))
		defer Release(scores)
		for item := from; item < to; item++ {
			lists[item] = t.nearest(int32(item), scores)
		}
	})
	if err != nil {
		return nil, err
	}
	return &Together{newLinear(p, o.HalfLife, lists), o}, nil
}

// tally counts orders.
type tally struct {
	o      TogetherOptions
	where  *interaction.Occurrences
	orders float64
	with   []float64 // orders by item
}

func newTally(p *interaction.Past, o TogetherOptions) *tally {
	t := &tally{o: o, where: p.Occurrences(), with: make([]float64, len(p.Items))}
	for c := range p.Customers {
		for order := range interaction.ByOrder(p.History(int32(c)).Signals) {
			if !together(order) {
				continue
			}
			t.orders++
			for i := range order {
				t.with[order[i].Item]++
			}
		}
	}
	return t
}

func together(order []interaction.Signal) bool {
	return order[0].Bought && len(order) <= maxTogether
}

// nearest returns the items that go best with one.
func (t *tally) nearest(item int32, scores *Scores) []near {
	t.where.Each(item, func(_ int32, order, _ []interaction.Signal) {
		if !together(order) {
			return
		}
		for i := range order {
			scores.Add(order[i].Item, 1)
		}
	})
	for _, other := range scores.items {
		scores.values[other] = t.measure(scores.values[other], t.with[item], t.with[other])
	}
	list := nearest(scores, t.o.Neighbours, item)
	scores.Reset()
	return list
}

func (t *tally) measure(both, a, b float64) float64 {
	if both < float64(t.o.MinSupport) {
		return 0
	}
	measure := both * t.orders / (a * b)
	if !t.o.Lift {
		measure = math.Log(measure)
	}
	return measure * both / (both + t.o.Shrink)
}

// Cause names the item of the history that brought the most, and how many
// orders hold both.
func (t *Together) Cause(h *interaction.History, item int32) (Cause, bool) {
	best := strongest(h.Wants(t.halfLife), item, func(w interaction.Wanted) float64 {
		return w.Weight * t.targets.between(w.Item, item)
	})
	for _, w := range best {
		if !t.past.FewBuyers(w.Item, item, fewToRead) {
			continue
		}
		if n := t.past.OrdersOfBoth(w.Item, item, h.Customer); n > 0 {
			return Cause{Kind: BoughtTogether, Items: []int32{w.Item}, Count: n}, true
		}
	}
	return Cause{}, false
}
