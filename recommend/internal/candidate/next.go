package candidate

import (
	"context"
	"math"
	"slices"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// NextOptions are the settings of [Next].
type NextOptions struct {
	Neighbours int     // how many items an item is followed by
	Steps      int     // how many orders after one count as next, the second half as much as the first, and so on
	Shrink     float64 // orders added to those of an item, so that few say little
	Rarity     float64 // power of an item's orders that its scores are divided by: 0 is a probability, 1 a lift
	Last       int     // how many of the customer's latest orders are looked at
	Rate       float64 // what an order counts less than the one after it
}

// Next scores an item by how often it is in the order after one with what the
// customer bought last: a Markov chain of first order over baskets, estimated by
// counting (Rendle, Freudenthaler and Schmidt-Thieme, WWW 2010, equation 5,
// without the factors), with the steps and the weight 1/distance of sequential
// rules (Ludewig and Jannach, UMUAI 2018, §3.1). The customer's latest orders
// count, older ones less. Events other than orders that have a weight are orders
// of one item here.
type Next struct {
	past *interaction.Past
	o    NextOptions
	// targets holds what follows each item, in the order of the items.
	targets lists
}

// maxNext is how many items an event may have to lead to others: see
// maxTogether.
const maxNext = maxTogether

// TrainNext costs, for each signal, the orders that come after its own.
func TrainNext(ctx context.Context, p *interaction.Past, o NextOptions) (*Next, error) {
	n := &Next{past: p, o: o}
	where := p.Occurrences()
	followers := make([][]near, len(p.Items))
	err := interaction.InBlocks(ctx, len(p.Items), func(from, to int) {
		scores := Scratch(len(p.Items))
		defer Release(scores)
		for item := from; item < to; item++ {
			followers[item] = n.followers(int32(item), where, scores)
		}
	})
	if err != nil {
		return nil, err
	}
	n.targets = sorted(followers)
	return n, nil
}

// followers returns what most often comes after an item.
func (n *Next) followers(item int32, where *interaction.Occurrences, scores *Scores) []near {
	where.Each(item, func(_ int32, order, after []interaction.Signal) {
		if len(order) <= maxNext {
			n.follow(item, after, scores)
		}
	})
	for _, other := range scores.items {
		scores.values[other] /= (float64(where.Of(item)) + n.o.Shrink) * math.Pow(float64(where.Of(other)), n.o.Rarity)
	}
	list := nearest(scores, n.o.Neighbours, -1)
	scores.Reset()
	return list
}

// follow adds what comes after an order with the item, up to the next one with
// it: of several orders before another only the latest leads to it.
func (n *Next) follow(item int32, after []interaction.Signal, scores *Scores) {
	step := 0
	for order := range interaction.ByOrder(after) {
		if len(order) > maxNext {
			continue
		}
		if step++; step > n.o.Steps {
			return
		}
		for i := range order {
			scores.Add(order[i].Item, 1/float64(step))
		}
		if interaction.Holds(order, item) {
			return
		}
	}
}

// Score implements [Source].
func (n *Next) Score(_ context.Context, h *interaction.History, s *Scores) error {
	for _, w := range n.wants(h) {
		s.addNear(n.targets.Of(w.Item), w.Weight)
	}
	return nil
}

// wants returns the items of the latest orders, each with the weight of the
// latest of them that holds it.
func (n *Next) wants(h *interaction.History) []interaction.Wanted {
	var all []interaction.Wanted
	weight, orders := 1.0, 0
	for i, s := range slices.Backward(h.Signals) {
		if i+1 < len(h.Signals) && s.Order != h.Signals[i+1].Order {
			weight, orders = weight*n.o.Rate, orders+1
		}
		if orders == n.o.Last {
			break
		}
		all = append(all, interaction.Wanted{Item: s.Item, Weight: weight * float64(s.Weight)})
	}
	return interaction.Heaviest(all)
}

// Cause names the item of the latest orders that brought the most, and how many
// customers bought the other soon after it.
func (n *Next) Cause(h *interaction.History, item int32) (Cause, bool) {
	for _, w := range strongest(n.wants(h), item, func(w interaction.Wanted) float64 {
		return w.Weight * n.targets.between(w.Item, item)
	}) {
		if !n.past.FewBuyers(w.Item, item, fewToRead) {
			continue
		}
		if buyers := n.past.BuyersInTurn(w.Item, item, h.Customer, n.o.Steps); buyers > 0 {
			return Cause{Kind: BoughtNext, Items: []int32{w.Item}, Count: buyers}, true
		}
	}
	return Cause{}, false
}
