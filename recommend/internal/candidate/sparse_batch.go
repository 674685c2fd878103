package candidate

import (
	"context"
	"slices"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// gramCells is how many inner products of chosen items are held at once: a
// quarter of a gigabyte. What does not fit is computed in further batches of items.
const gramCells = 1 << 26

// batch is a run of items whose columns of B are solved together: an inner
// product of two items is then computed once for all items that chose both.
type batch struct {
	*sparse
	from, to int
	starts   []int     // of each item's cells
	cells    []float32 // the inner products of the chosen items, lower triangles row by row
	uses     [][]use   // by chosen item
}

// use says that an item chose another, and in which place.
type use struct{ item, place int32 }

// batch returns the items from a number on that fit.
func (t *sparse) batch(from int) *batch {
	b := &batch{sparse: t, from: from, to: from, uses: make([][]use, len(t.chosen))}
	total := 0
	for b.to < len(t.chosen) {
		m := len(t.chosen[b.to])
		if total += m * (m + 1) / 2; total > gramCells && b.to > from {
			total -= m * (m + 1) / 2
			break
		}
		b.starts = append(b.starts, total-m*(m+1)/2)
		for place, n := range t.chosen[b.to] {
			b.uses[n.item] = append(b.uses[n.item], use{int32(b.to), int32(place)})
		}
		b.to++
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
	return interaction.InBlocks(ctx, b.to-b.from, func(from, to int) {
		var gram, target []float64
		for i := from; i < to; i++ {
			m := len(b.chosen[b.from+i])
			gram, target = slices.Grow(gram[:0], m*m)[:m*m], slices.Grow(target[:0], m)[:m]
			b.column(i, gram, target)
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
		line := b.cells[b.starts[int(u.item)-b.from]+place*(place+1)/2:]
		for other, n := range b.chosen[u.item][:place+1] {
			line[other] = float32(scores.Of(n.item))
		}
	}
}

// column solves for the column of B of item i of the batch. It needs room for
// the matrix and the right-hand side.
func (b *batch) column(i int, gram, target []float64) {
	item := b.from + i
	chosen := b.chosen[item]
	m := len(chosen)
	cells := b.cells[b.starts[i]:]
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
