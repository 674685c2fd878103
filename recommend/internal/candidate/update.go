package candidate

import (
	"context"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// Update returns what a source learns from a past that is an earlier one and
// more, given what it learned from the earlier one: see [interaction.Past.With].
// The earlier source is not changed.
//
// What costs a pass over the past is counted again, and [EASE] is inverted again:
// they are what they would be if trained anew. The rest learns again only the
// items of customers who did something:
//
//   - [ItemKNN] and [Viewed] also correct the similarities of the others to
//     those items, and learn again whose neighbours may have changed. They are
//     what they would be if trained anew, up to the rounding of float32, but
//     that customers' weights are the old ones as long as none of their items
//     is concerned and other items are sold for the first time: log(1+n/k) of a
//     customer of k items moves by less than 1/n with each of them.
//   - [Together] and [Next] leave items of others with the numbers of orders that
//     they had then: their measures are off by at most the logarithm, or the
//     ratio, by which those grew.
//   - [Sparse] leaves the columns of others as they were, although the inner
//     products of what they are predicted from may have grown.
//   - [ALS] goes on from where it was, for two rounds.
//
// Train anew from time to time, when much of the catalogue has changed. It fails
// with the error of ctx, and for sources that are made of the catalogue.
func Update(ctx context.Context, s Source, p *interaction.Past, change *interaction.Change) (Source, error) {
	switch s := s.(type) {
	case *ItemKNN:
		return s.update(ctx, p, change)
	case *Viewed:
		looks, err := p.Looks(ctx)
		if err != nil {
			return nil, err
		}
		knn, err := s.knn.update(ctx, looks, change)
		return &Viewed{knn}, err
	case *Sparse:
		return s.update(ctx, p, change)
	case *Together:
		return s.update(ctx, p, change)
	case *Next:
		return s.update(ctx, p, change)
	case *EASE:
		e, err := TrainEASE(ctx, p, s.o)
		if err != nil {
			return nil, err
		}
		return e.WithHalfLife(s.halfLife), nil
	case *ALS:
		return s.update(ctx, p, change)
	}
	return again(s, p)
}

// again counts again what is quickly counted.
func again(s Source, p *interaction.Past) (Source, error) {
	switch s := s.(type) {
	case *Alike:
		return TrainAlike(p, s.o), nil
	case *Lately:
		return TrainLately(context.Background(), p, s.alike.o)
	case *Repeat:
		return NewRepeat(p, s.halfLife), nil
	case *Rhythm:
		return TrainRhythm(p, s.o), nil
	case *Popularity:
		return TrainPopularity(p, s.o), nil
	case *Trending:
		return TrainTrending(p, s.o), nil
	case *Looks:
		return TrainLooks(p, s.o), nil
	case *Arrivals:
		return TrainArrivals(p, s.o), nil
	}
	return nil, fmt.Errorf("recommend: a source of type %T is not updated", s)
}

// renewal is an update at work.
type renewal struct {
	old, now *interaction.Past
	change   *interaction.Change
	// stale says of each item whether a customer who did something wants it,
	// or wanted it.
	stale []bool
}

func newRenewal(old, now *interaction.Past, change *interaction.Change) *renewal {
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

// carried returns lists with the new numbers of items, those of stale items
// empty.
func (r *renewal) carried(l *lists) [][]near {
	of := make([][]near, len(r.now.Items))
	for before, item := range r.change.Items {
		if item < 0 || r.stale[item] {
			continue
		}
		list := slices.Clone(l.of(int32(before)))
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

func (k *ItemKNN) update(ctx context.Context, p *interaction.Past, change *interaction.Change) (*ItemKNN, error) {
	r := newRenewal(k.past, p, change)
	c, err := newCosine(ctx, p, k.o)
	if err != nil {
		return nil, err
	}
	_, columns, err := k.past.Cut(ctx, maxItems)
	if err != nil {
		return nil, err
	}
	of := r.carried(&k.rows)
	r.correct(of, c, norms(columns))
	if err := r.renew(ctx, of, c.nearest); err != nil {
		return nil, err
	}
	return &ItemKNN{newLinear(p, k.halfLife, of), k.o}, nil
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

func (t *Together) update(ctx context.Context, p *interaction.Past, change *interaction.Change) (*Together, error) {
	r := newRenewal(t.past, p, change)
	of := r.carried(&t.rows)
	if err := r.renew(ctx, of, newTally(p, t.o).nearest); err != nil {
		return nil, err
	}
	return &Together{newLinear(p, t.halfLife, of), t.o}, nil
}

func (n *Next) update(ctx context.Context, p *interaction.Past, change *interaction.Change) (*Next, error) {
	r := newRenewal(n.past, p, change)
	of := r.carried(&n.targets)
	next := &Next{past: p, o: n.o}
	orders := ordersOf(p)
	err := r.renew(ctx, of, func(item int32, scores *Scores) []near { return next.followers(item, orders, scores) })
	if err != nil {
		return nil, err
	}
	next.targets = sorted(of)
	return next, nil
}

func (s *Sparse) update(ctx context.Context, p *interaction.Past, change *interaction.Change) (*Sparse, error) {
	r := newRenewal(s.past, p, change)
	of := r.carried(&s.rows)
	t, err := newSparse(ctx, p, s.o)
	if err != nil {
		return nil, err
	}
	columns, err := t.solveAll(ctx, func(item int) bool { return r.stale[item] })
	if err != nil {
		return nil, err
	}
	for item := range of {
		if r.stale[item] {
			of[item] = columns[item]
		}
	}
	return &Sparse{newLinear(p, s.halfLife, of), s.o}, nil
}

// updateRounds is how many rounds a factorisation goes on for.
const updateRounds = 2

func (a *ALS) update(ctx context.Context, p *interaction.Past, change *interaction.Change) (*ALS, error) {
	b := newALS(p, a.o)
	for before, item := range change.Items {
		if item >= 0 && len(a.past.Columns.Row(before)) > 0 {
			copy(b.items.row(int(item)), a.items.row(before))
		}
	}
	return b, b.train(ctx, updateRounds)
}
