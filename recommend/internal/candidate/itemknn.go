package candidate

import (
	"context"
	"math"
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
// Only the nearest items of each item count, and the latest 300 items of each
// customer.
type ItemKNN struct {
	linear
	o ItemKNNOptions
}

// TrainItemKNN costs, for each customer, the square of the customer's items.
func TrainItemKNN(ctx context.Context, p *interaction.Past, o ItemKNNOptions) (*ItemKNN, error) {
	c, err := newCosine(ctx, p, o)
	if err != nil {
		return nil, err
	}
	lists := make([][]near, len(p.Items))
	err = interaction.InBlocks(ctx, len(p.Items), func(from, to int) {
		scores := Scratch(len(p.Items))
		defer Release(scores)
		for item := from; item < to; item++ {
			lists[item] = c.nearest(int32(item), scores)
		}
	})
	if err != nil {
		return nil, err
	}
	return &ItemKNN{newLinear(p, o.HalfLife, lists), o}, nil
}

// cosine compares the columns of items.
type cosine struct {
	rows, columns *interaction.Matrix
	idf           []float64 // by customer
	norms         []float64 // by item
	o             ItemKNNOptions
}

func newCosine(ctx context.Context, p *interaction.Past, o ItemKNNOptions) (*cosine, error) {
	rows, columns, err := p.Cut(ctx, maxItems)
	if err != nil {
		return nil, err
	}
	return &cosine{rows: rows, columns: columns, idf: customerWeights(rows, columns), norms: norms(columns), o: o}, nil
}

// nearest returns the neighbours of an item.
func (c *cosine) nearest(item int32, scores *Scores) []near {
	for _, customer := range c.columns.Row(int(item)) {
		weight := float64(customer.Weight) * c.idf[customer.Number]
		scores.addCells(c.rows.Row(int(customer.Number)), weight)
	}
	for _, other := range scores.items {
		scores.values[other] /= c.norms[item]*c.norms[other] + c.o.Shrink
	}
	list := nearest(scores, c.o.Neighbours, item)
	scores.Reset()
	return list
}

func customerWeights(rows, columns *interaction.Matrix) []float64 {
	sold := 0
	for i := range columns.Len() {
		if len(columns.Row(i)) > 0 {
			sold++
		}
	}
	idf := make([]float64, rows.Len())
	for c := range idf {
		idf[c] = math.Log1p(float64(sold) / float64(max(1, len(rows.Row(c)))))
	}
	return idf
}

// norms returns the Euclidean length of each item's column.
func norms(columns *interaction.Matrix) []float64 {
	all := squares(columns)
	for i, x := range all {
		all[i] = math.Sqrt(x)
	}
	return all
}

// Each adds the scores at several half-lives in one pass; 0 is never. The scores
// are those of one focus.
func (k *ItemKNN) Each(h *interaction.History, halfLives []time.Duration, all []*Scores) {
	k.targets.scoreEach(h, halfLives, all)
}
