package recommend

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"
)

// itemKNN scores an item by how similar it is to what the customer wants
// (Sarwar et al. 2001; Deshpande and Karypis 2004): the cosine of the columns
// of two items, each customer weighted by log(1 + items/items of the customer)
// so that who buys everything says little, with a shrinkage in the denominator.
// Only the nearest items of each item count.
type itemKNN struct {
	in       *interactions
	halfLife time.Duration
	// targets holds, for each item of a history, the items that have it
	// among their neighbours, in their order.
	targets [][]scored
}

func trainItemKNN(ctx context.Context, in *interactions, o ItemKNNOptions) (*itemKNN, error) {
	n := len(in.items)
	nearest := make([][]scored, n)
	idf, norm := customerWeights(in), columnNorms(in)
	err := inBlocks(ctx, n, func(from, to int) {
		scratch := make([]float64, n)
		for item := from; item < to; item++ {
			nearest[item] = nearestItems(in, int32(item), idf, norm, scratch, o)
		}
	})
	if err != nil {
		return nil, err
	}
	k := &itemKNN{in: in, halfLife: o.HalfLife, targets: make([][]scored, n)}
	for item, list := range nearest {
		for _, near := range list {
			k.targets[near.item] = append(k.targets[near.item], scored{int32(item), near.score})
		}
	}
	return k, nil
}

// nearestItems returns the neighbours of an item, the most similar first. Its
// scratch space has an element for each item, and is zero before and after.
func nearestItems(in *interactions, item int32, idf, norm, scratch []float64, o ItemKNNOptions) []scored {
	for _, c := range in.byItem[item] {
		for _, other := range in.byCustomer[c.number] {
			scratch[other.number] += c.weight * other.weight * idf[c.number]
		}
	}
	for other, common := range scratch {
		if common > 0 {
			scratch[other] = common / (norm[item]*norm[other] + o.Shrink)
		}
	}
	nearest := top(scratch, o.Neighbours, func(other int32) bool { return other != item })
	clear(scratch)
	return nearest
}

func customerWeights(in *interactions) []float64 {
	sold := 0
	for _, column := range in.byItem {
		if len(column) > 0 {
			sold++
		}
	}
	idf := make([]float64, len(in.byCustomer))
	for c, row := range in.byCustomer {
		idf[c] = math.Log1p(float64(sold) / float64(max(1, len(row))))
	}
	return idf
}

func columnNorms(in *interactions) []float64 {
	norm := make([]float64, len(in.byItem))
	for item, column := range in.byItem {
		sum := 0.0
		for _, c := range column {
			sum += c.weight * c.weight
		}
		norm[item] = math.Sqrt(sum)
	}
	return norm
}

func (k *itemKNN) score(_ context.Context, h *history, scores []float64) error {
	for _, w := range h.wants(k.halfLife) {
		for _, t := range k.targets[w.item] {
			scores[t.item] += w.weight * t.score
		}
	}
	return nil
}

func (k *itemKNN) reason(h *history, item int32) (Reason, bool) {
	return alsoBought(k.in, h, item, h.wants(k.halfLife), func(w wanted) float64 {
		n, found := slices.BinarySearchFunc(k.targets[w.item], item, func(t scored, item int32) int {
			return cmp.Compare(t.item, item)
		})
		if !found {
			return 0
		}
		return w.weight * k.targets[w.item][n].score
	})
}
