package candidate

import (
	"cmp"
	"context"
	"slices"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// gramCells is how many inner products of chosen items are held at once: a
// quarter of a gigabyte. What does not fit is computed in further batches of items.
const gramCells = 1 << 26

// order returns the items that chose others, those with the same hub together:
// of the items that one chose, the hub is the one that most chose. Items around a
// hub choose much the same, so that a batch of them needs the inner products of
// few columns.
func (t *sparse) order() []int32 {
	chosenBy := make([]int, len(t.chosen))
	for _, chosen := range t.chosen {
		for _, n := range chosen {
			chosenBy[n.item]++
		}
	}
	hub := make([]int32, len(t.chosen))
	var items []int32
	for item, chosen := range t.chosen {
		if len(chosen) == 0 {
			continue
		}
		items = append(items, int32(item))
		hub[item] = slices.MaxFunc(chosen, func(a, b near) int { return cmp.Compare(chosenBy[a.item], chosenBy[b.item]) }).item
	}
	slices.SortStableFunc(items, func(a, b int32) int { return cmp.Compare(hub[a], hub[b]) })
	return items
}

// batch is a run of items whose columns of B are solved together: an inner
// product of two items is then computed once for all items that chose both.
type batch struct {
	*sparse
	items  []int32
	starts []int     // of each item's cells
	cells  []float32 // the inner products of the chosen items, lower triangles row by row
	uses   [][]use   // by chosen item
}

// use says which of the batch's items chose another, and in which place.
type use struct{ at, place int32 }

// batch returns the first of the items, as many as fit.
func (t *sparse) batch(items []int32) *batch {
	b := &batch{sparse: t, uses: make([][]use, len(t.chosen))}
	total := 0
	for at, item := range items {
		m := len(t.chosen[item])
		size := m * (m + 1) / 2
		if at > 0 && total+size > gramCells {
			break
		}
		b.items, b.starts = items[:at+1], append(b.starts, total)
		for place, n := range t.chosen[item] {
			b.uses[n.item] = append(b.uses[n.item], use{int32(at), int32(place)})
		}
		total += size
	}
	b.cells = make([]float32, total)
	return b
}

// solve replaces the chosen items of the batch by columns of B.
func (b *batch) solve(ctx context.Context) error {
	err := interaction.InBlocks(ctx, len(b.uses), func(from, to int) {
		scores := Scratch(len(b.uses))
		defer Release(scores)
		for item := from; item < to; item++ {
			if len(b.uses[item]) > 0 {
				b.earlier(int32(item), scores)
				b.fill(item, scores)
				scores.Reset()
			}
		}
	})
	if err != nil {
		return err
	}
	return interaction.InBlocks(ctx, len(b.items), func(from, to int) {
		var gram, target []float64
		for at := from; at < to; at++ {
			m := len(b.chosen[b.items[at]])
			gram, target = slices.Grow(gram[:0], m*m)[:m*m], slices.Grow(target[:0], m)[:m]
			b.column(at, gram, target)
		}
	})
}

// earlier adds the inner products of an item's column with itself and those of
// lower numbers, which are all that a lower triangle needs.
func (b *batch) earlier(item int32, scores *Scores) {
	for _, c := range b.columns.Row(int(item)) {
		for _, other := range b.rows.Row(int(c.Number)) {
			if other.Number > item {
				break
			}
			scores.Add(other.Number, float64(c.Weight)*float64(other.Weight))
		}
	}
}

// fill keeps the inner products of an item for those that chose it.
func (b *batch) fill(item int, scores *Scores) {
	for _, u := range b.uses[item] {
		place := int(u.place)
		line := b.cells[b.starts[u.at]+place*(place+1)/2:]
		for other, n := range b.chosen[b.items[u.at]][:place+1] {
			line[other] = float32(scores.Of(n.item))
		}
	}
}

// column solves for the column of B of one of the batch's items. It needs room
// for the matrix and the right-hand side.
func (b *batch) column(at int, gram, target []float64) {
	item := b.items[at]
	chosen := b.chosen[item]
	m := len(chosen)
	cells := b.cells[b.starts[at]:]
	for place, n := range chosen {
		target[place] = float64(n.score)
		for other, x := range cells[:place+1] {
			gram[place*m+other] = float64(x)
		}
		gram[place*m+place] += b.o.Lambda
		cells = cells[place+1:]
	}
	if b.failed[item] = solveSPD(gram, target); b.failed[item] != nil {
		return
	}
	list := chosen[:0]
	for place, n := range chosen {
		if x := float32(target[place]); x > inverseError || x < -inverseError {
			list = append(list, near{n.item, x})
		}
	}
	b.chosen[item] = list
}
