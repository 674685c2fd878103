package candidate

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// ItemKNNOptions are the settings of [ItemKNN].
type ItemKNNOptions struct {
	Neighbours int           // how many items an item is compared with
	Shrink     float64       // added to the denominator of the cosine
	HalfLife   time.Duration // age at which what a customer bought counts half; 0 is never
}

// ItemKNN scores an item by how similar it is to what the customer wants
// (Sarwar et al. 2001; Deshpande and Karypis 2004): the cosine of the columns
// of two items, each customer weighted by log(1 + items/items of the customer)
// so that who buys everything says little, with a shrinkage in the denominator.
// Only the nearest items of each item count.
type ItemKNN struct {
	past     *interaction.Past
	halfLife time.Duration
	// targets holds, for each item of a history, the items that have it
	// among their neighbours, in their order.
	targets lists
}

// TrainItemKNN costs, for each customer, the square of the customer's items.
func TrainItemKNN(ctx context.Context, p *interaction.Past, o ItemKNNOptions) (*ItemKNN, error) {
	nearest := make([][]near, len(p.Items))
	c := cosine{p: p, idf: customerWeights(p), norms: p.Norms(), o: o}
	err := interaction.InBlocks(ctx, len(p.Items), func(from, to int) {
		scores := Scratch(len(p.Items))
		defer Release(scores)
		for item := from; item < to; item++ {
			nearest[item] = c.nearest(int32(item), scores)
		}
	})
	if err != nil {
		return nil, err
	}
	return &ItemKNN{past: p, halfLife: o.HalfLife, targets: invert(nearest)}, nil
}

// cosine compares the columns of items.
type cosine struct {
	p     *interaction.Past
	idf   []float64 // by customer
	norms []float64 // by item
	o     ItemKNNOptions
}

// nearest returns the neighbours of an item, the most similar first.
func (c *cosine) nearest(item int32, scores *Scores) []near {
	for _, customer := range c.p.Columns.Row(int(item)) {
		weight := float64(customer.Weight) * c.idf[customer.Number]
		for _, other := range c.p.Rows.Row(int(customer.Number)) {
			scores.Add(other.Number, weight*float64(other.Weight))
		}
	}
	for _, other := range scores.items {
		scores.values[other] /= c.norms[item]*c.norms[other] + c.o.Shrink
	}
	best := scores.Top(c.o.Neighbours, func(other int32) bool { return other != item })
	scores.Reset()
	list := make([]near, len(best))
	for i, b := range best {
		list[i] = near{b.Item, float32(b.Score)}
	}
	return list
}

func customerWeights(p *interaction.Past) []float64 {
	sold := 0
	for i := range p.Items {
		if len(p.Columns.Row(i)) > 0 {
			sold++
		}
	}
	idf := make([]float64, p.Rows.Len())
	for c := range idf {
		idf[c] = math.Log1p(float64(sold) / float64(max(1, len(p.Rows.Row(c)))))
	}
	return idf
}

// Score implements [Source].
func (k *ItemKNN) Score(_ context.Context, h *interaction.History, s *Scores) error {
	for _, w := range h.Wants(k.halfLife) {
		for _, t := range k.targets.of(w.Item) {
			s.Add(t.item, w.Weight*float64(t.score))
		}
	}
	return nil
}

// Cause implements [Source].
func (k *ItemKNN) Cause(h *interaction.History, item int32) (Cause, bool) {
	return alsoBought(k.past, h, item, h.Wants(k.halfLife), func(w interaction.Wanted) float64 {
		return w.Weight * k.targets.between(w.Item, item)
	})
}

// near is an item with its similarity to another.
type near struct {
	item  int32
	score float32
}

// lists are one list of items for each item.
type lists struct {
	ends []int
	all  []near
}

func (l *lists) of(item int32) []near {
	from := 0
	if item > 0 {
		from = l.ends[item-1]
	}
	return l.all[from:l.ends[item]]
}

// between returns the score of b in the list of a, which is in the order of the
// items, or 0.
func (l *lists) between(a, b int32) float64 {
	list := l.of(a)
	n, found := slices.BinarySearchFunc(list, b, func(t near, item int32) int { return cmp.Compare(t.item, item) })
	if !found {
		return 0
	}
	return float64(list[n].score)
}

// invert returns, for each item, the items in whose lists it is, in their
// order.
func invert(of [][]near) lists {
	l := lists{ends: make([]int, len(of))}
	total := 0
	for _, list := range of {
		total += len(list)
		for _, n := range list {
			l.ends[n.item]++
		}
	}
	next, sum := make([]int, len(of)), 0
	for i, count := range l.ends {
		next[i] = sum
		sum += count
		l.ends[i] = sum
	}
	l.all = make([]near, total)
	for item, list := range of {
		for _, n := range list {
			l.all[next[n.item]] = near{int32(item), n.score}
			next[n.item]++
		}
	}
	return l
}
