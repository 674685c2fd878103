package candidate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// SparseOptions are the settings of [Sparse].
type SparseOptions struct {
	Neighbours int           // how many items an item is predicted from
	Lambda     float64       // weight of the L2 penalty
	HalfLife   time.Duration // age at which what a customer bought counts half; 0 is never
}

// Sparse is [EASE] for catalogues whose matrix does not fit: each item is
// predicted from a few others only, as in fsSLIM (Ning and Karypis, ICDM 2011,
// §IV.C) but by the closed form of Steck (Markov Random Fields for Collaborative
// Filtering, NeurIPS 2019, §3). The column of B for item i solves
// (X_SᵀX_S + λI)·b = X_Sᵀx_i over the chosen others S. Those are chosen that
// alone would lower the loss the most, with the largest (xᵢ·xⱼ)²/(xⱼ·xⱼ + λ).
// With Neighbours for all items all are chosen, and B is that of EASE.
type Sparse struct{ linear }

// maxItems is how many items of a customer, the latest, enter where that costs
// their square: no customer of the usual shop has more.
const maxItems = 1000

// TrainSparse costs, for each item, the squares of its customers' numbers of
// items, the customers of its neighbours, and a sixth of the cube of their
// number.
func TrainSparse(ctx context.Context, p *interaction.Past, o SparseOptions) (*Sparse, error) {
	rows, columns, err := p.Cut(ctx, maxItems)
	if err != nil {
		return nil, err
	}
	t := &sparse{o: o, rows: rows, columns: columns, squares: squares(columns)}
	for _, x := range t.squares {
		if x > 0 {
			t.sold++
		}
	}
	lists := make([][]near, len(p.Items))
	failed := make([]error, len(p.Items))
	err = interaction.InBlocks(ctx, len(p.Items), func(from, to int) {
		w := t.worker()
		defer Release(w.scores)
		for item := from; item < to; item++ {
			lists[item], failed[item] = w.column(int32(item))
		}
	})
	if err != nil {
		return nil, err
	}
	for item, err := range failed {
		if err != nil {
			return nil, fmt.Errorf("recommend: sparse ease: item %s: %w", p.Items[item], err)
		}
	}
	return &Sparse{linear{p, o.HalfLife, invert(lists)}}, nil
}

// sparse is a training at work.
type sparse struct {
	o             SparseOptions
	rows, columns *interaction.Matrix
	squares       []float64 // xⱼ·xⱼ by item
	sold          int       // items with customers
}

func squares(columns *interaction.Matrix) []float64 {
	sums := make([]float64, columns.Len())
	for i := range sums {
		for _, c := range columns.Row(i) {
			sums[i] += float64(c.Weight) * float64(c.Weight)
		}
	}
	return sums
}

// sparseWorker holds what one goroutine needs to compute columns of B.
type sparseWorker struct {
	*sparse
	scores *Scores
	gram   []float64
	target []float64
	seen   []seen // by customer
	links  []link
}

// seen is where the links of a customer begin; it counts for one column only.
type seen struct{ column, first int32 }

// link is a cell of a chosen item's column, and the next one of its customer.
type link struct {
	place  int32 // of the item among the chosen
	next   int32 // -1 for none
	weight float32
}

func (t *sparse) worker() *sparseWorker {
	m := t.o.Neighbours
	return &sparseWorker{
		sparse: t, scores: Scratch(t.columns.Len()), seen: make([]seen, t.rows.Len()),
		gram: make([]float64, m*m), target: make([]float64, m),
	}
}

// column returns the column of B for an item.
func (w *sparseWorker) column(item int32) ([]near, error) {
	chosen := w.choose(item)
	m := len(chosen)
	if m == 0 {
		return nil, nil
	}
	gram, b := w.gram[:m*m], w.target[:m]
	clear(gram)
	for place, n := range chosen {
		b[place] = float64(n.score)
		gram[place*m+place] = w.o.Lambda
	}
	w.addGram(gram, chosen, item+1)
	if err := solveSPD(gram, b); err != nil {
		return nil, err
	}
	list := chosen[:0]
	for place, n := range chosen {
		if x := float32(b[place]); x > inverseError || x < -inverseError {
			list = append(list, near{n.item, x})
		}
	}
	return list, nil
}

// choose returns the items that predict an item best, in their order, with the
// inner products of their columns with its.
func (w *sparseWorker) choose(item int32) []near {
	for _, c := range w.columns.Row(int(item)) {
		for _, other := range w.rows.Row(int(c.Number)) {
			w.scores.Add(other.Number, float64(c.Weight)*float64(other.Weight))
		}
	}
	if len(w.scores.items) > 0 && w.o.Neighbours >= w.sold-1 {
		w.addSold()
	}
	var best worstFirst
	for _, other := range w.scores.items {
		if dot := w.scores.values[other]; other != item {
			best.offer(Scored{other, dot * dot / (w.squares[other] + w.o.Lambda)}, w.o.Neighbours)
		}
	}
	chosen := make([]near, len(best))
	for i, b := range best {
		chosen[i] = near{b.Item, float32(w.scores.values[b.Item])}
	}
	w.scores.Reset()
	slices.SortFunc(chosen, func(a, b near) int { return int(a.item) - int(b.item) })
	return chosen
}

// addSold names all items with customers, also those that nobody has together
// with the item.
func (w *sparseWorker) addSold() {
	for other := range int32(w.columns.Len()) {
		if len(w.columns.Row(int(other))) > 0 {
			w.scores.Add(other, 0)
		}
	}
}

// addGram adds the inner products of the chosen columns below the diagonal and
// on it. The cells of each customer are linked, so that customers are met in
// time proportional to the cells.
func (w *sparseWorker) addGram(gram []float64, chosen []near, column int32) {
	m := len(chosen)
	w.links = w.links[:0]
	for place, n := range chosen {
		for _, c := range w.columns.Row(int(n.item)) {
			s := &w.seen[c.Number]
			if s.column != column {
				*s = seen{column, -1}
			}
			line, x := gram[place*m:(place+1)*m], float64(c.Weight)
			line[place] += x * x
			for l := s.first; l >= 0; {
				link := &w.links[l]
				line[link.place] += x * float64(link.weight)
				l = link.next
			}
			w.links = append(w.links, link{int32(place), s.first, c.Weight})
			s.first = int32(len(w.links) - 1)
		}
	}
}
