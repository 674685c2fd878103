package candidate

import (
	"context"
	"slices"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// renewal is an update at work.
type renewal struct {
	old, now *interaction.Past
	change   *interaction.Change
	// stale says of each item whether it is to be learned again.
	stale []bool
}

// renewWanted returns the renewal of all that customers who did something want,
// or wanted.
func renewWanted(old, now *interaction.Past, change *interaction.Change) *renewal {
	r := &renewal{old: old, now: now, change: change, stale: make([]bool, len(now.Items))}
	active := make([]bool, len(now.Customers))
	for _, c := range change.Active {
		active[c] = true
		for _, cell := range now.Rows.Row(int(c)) {
			r.stale[cell.Number] = true
		}
	}
	for before, c := range change.Customers {
		if !active[c] {
			continue
		}
		for _, cell := range old.Rows.Row(before) {
			if item := change.Items[cell.Number]; item >= 0 {
				r.stale[item] = true
			}
		}
	}
	return r
}

// renewLater returns the renewal of what was wanted from the earlier past's
// moment on.
func renewLater(old, now *interaction.Past, change *interaction.Change) *renewal {
	r := &renewal{old: old, now: now, change: change, stale: make([]bool, len(now.Items))}
	for _, c := range change.Active {
		for _, s := range now.History(c).Since(interaction.Nano(old.At)) {
			r.stale[s.Item] = true
		}
	}
	return r
}

// carriedRows returns, with new numbers, the items that each item is predicted
// from.
func (r *renewal) carriedRows(targets *lists) [][]near {
	rows := targets.invert()
	return r.carried(&rows)
}

// carried returns lists with the new numbers of items, those of stale items
// empty.
func (r *renewal) carried(l *lists) [][]near {
	of := make([][]near, len(r.now.Items))
	for before, item := range r.change.Items {
		if item < 0 || r.stale[item] {
			continue
		}
		list := slices.Clone(l.Of(int32(before)))
		for i := range list {
			list[i].item = r.change.Items[list[i].item]
		}
		of[item] = slices.DeleteFunc(list, func(n near) bool { return n.item < 0 })
	}
	return of
}

// renew fills the lists of stale items.
func (r *renewal) renew(ctx context.Context, of [][]near, list func(item int32, scores *Scores) []near) error {
	return interaction.InBlocks(ctx, len(of), func(from, to int) {
		scores := Scratch(len(of))
		defer Release(scores)
		for item := from; item < to; item++ {
			if r.stale[item] {
				of[item] = list(int32(item), scores)
			}
		}
	})
}

// correct corrects the similarities of items that are not stale to those that
// are. The products of their columns are the same, but the stale one is longer,
// so that they are less similar. Where one falls below what was the least
// similar neighbour, another item may be nearer now: that list is stale too.
func (r *renewal) correct(of [][]near, c *cosine, lengths []float64) {
	was := make([]float64, len(of))
	for before, item := range r.change.Items {
		if item >= 0 {
			was[item] = lengths[before]
		}
	}
	for item, list := range of {
		if len(list) == 0 {
			continue
		}
		least := slices.MinFunc(list, func(a, b near) int { return cmpScores(a, b) }).score
		for i, n := range list {
			if r.stale[n.item] {
				ratio := (c.norms[item]*was[n.item] + c.o.Shrink) / (c.norms[item]*c.norms[n.item] + c.o.Shrink)
				list[i].score = float32(float64(n.score) * ratio)
			}
		}
		if len(list) >= c.o.Neighbours && slices.ContainsFunc(list, func(n near) bool { return n.score < least }) {
			r.stale[item] = true
		}
	}
}
