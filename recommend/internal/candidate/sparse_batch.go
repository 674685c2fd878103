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

// batch is a run of items whose columns of B are solved together: an inner
// product of two items is then computed once for all items that chose both.
type batch struct {
	*sparse
	from   int
	starts []int     // of each item's cells
	cells  []float32 // the inner products of the chosen items, lower triangles row by row
	uses   [][]use   // by chosen item
}

// use says which of the batch's items chose another, and in which place.
type use struct{ at, place int32 }

// batch returns the items from one on that fit, in the room of the one before.
func (t *sparse) batch(from int) *batch {
	b := &t.work
	b.sparse, b.from, b.starts = t, from, b.starts[:0]
	b.uses = slices.Grow(b.uses[:0], len(t.chosen))[:len(t.chosen)]
	for item := range b.uses {
		b.uses[item] = b.uses[item][:0]
	}
	total := 0
	for item, chosen := range t.chosen[from:] {
		size := len(chosen) * (len(chosen) + 1) / 2
		if item > 0 && total+size > gramCells {
			break
		}
		b.starts = append(b.starts, total)
		for place, n := range chosen {
			b.uses[n.item] = append(b.uses[n.item], use{int32(item), int32(place)})
		}
		total += size
	}
	b.cells = slices.Grow(b.cells[:0], total)[:total] // all of which are filled
	return b
}

// to returns the number of the item after the batch.
func (b *batch) to() int { return b.from + len(b.starts) }

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
	return interaction.InBlocks(ctx, len(b.starts), func(from, to int) {
		var gram, target []float64
		for at := from; at < to; at++ {
			m := len(b.chosen[b.from+at])
			gram, target = slices.Grow(gram[:0], m*m)[:m*m], slices.Grow(target[:0], m)[:m]
			b.column(at, gram, target)
		}
	})
}

// earlier adds the inner products of an item's column with itself and those of
// lower numbers, which are all that a lower triangle needs.
func (b *batch) earlier(item int32, scores *Scores) {
	for _, c := range b.columns.Row(int(item)) {
		row := b.rows.Row(int(c.Number))
		after, _ := slices.BinarySearchFunc(row, item+1, func(c interaction.Cell, number int32) int { return cmp.Compare(c.Number, number) })
		scores.addCells(row[:after], float64(c.Weight))
	}
}

// fill keeps the inner products of an item for those that chose it.
func (b *batch) fill(item int, scores *Scores) {
	for _, u := range b.uses[item] {
		place := int(u.place)
		line := b.cells[b.starts[u.at]+place*(place+1)/2:]
		for other, n := range b.chosen[b.from+int(u.at)][:place+1] {
			line[other] = float32(scores.Of(n.item))
		}
	}
}

// column solves for the column of B of one of the batch's items. It needs room
// for the matrix and the right-hand side.
func (b *batch) column(at int, gram, target []float64) {
	item := b.from + at
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
