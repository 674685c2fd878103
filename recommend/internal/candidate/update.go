package candidate

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// Update returns what a source learns from a past that is an earlier one and
// more, given what it learned from the earlier one: see [interaction.Past.With].
// The earlier source is not changed.
//
// What costs a pass over the past is counted again, and [EASE] is inverted again:
// they are what they would be if trained anew. [Together] learns again what was
// wanted since, the rest all items of customers who did something:
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
// Where an item had more targets than it may keep, those that were left out stay
// so until they are learned again. Train anew from time to time, when much of the
// catalogue has changed. It fails with the error of ctx, and for sources that are
// made of the catalogue.
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
		return TrainEASE(ctx, p, s.o)
	case *ALS:
		return s.update(ctx, p, change)
	case *Lately:
		return TrainLately(ctx, p, s.alike.o)
	}
	return again(s, p)
}

// again counts again what is quickly counted.
func again(s Source, p *interaction.Past) (Source, error) {
	switch s := s.(type) {
	case *Alike:
		return TrainAlike(p, s.o), nil
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

func (k *ItemKNN) update(ctx context.Context, p *interaction.Past, change *interaction.Change) (*ItemKNN, error) {
	r := renewWanted(k.past, p, change)
	c, err := newCosine(ctx, p, k.o)
	if err != nil {
		return nil, err
	}
	_, columns, err := k.past.Cut(ctx, maxItems)
	if err != nil {
		return nil, err
	}
	of := r.carriedRows(&k.targets)
	r.correct(of, c, norms(columns))
	if err := r.renew(ctx, of, c.nearest); err != nil {
		return nil, err
	}
	return &ItemKNN{newLinear(p, k.halfLife, of), k.o}, nil
}

func (t *Together) update(ctx context.Context, p *interaction.Past, change *interaction.Change) (*Together, error) {
	r := renewLater(t.past, p, change)
	of := r.carriedRows(&t.targets)
	if err := r.renew(ctx, of, newTally(p, t.o).nearest); err != nil {
		return nil, err
	}
	return &Together{newLinear(p, t.halfLife, of), t.o}, nil
}

func (n *Next) update(ctx context.Context, p *interaction.Past, change *interaction.Change) (*Next, error) {
	r := renewWanted(n.past, p, change)
	of := r.carried(&n.targets)
	next := &Next{past: p, o: n.o}
	where := p.Occurrences()
	err := r.renew(ctx, of, func(item int32, scores *Scores) []near { return next.followers(item, where, scores) })
	if err != nil {
		return nil, err
	}
	next.targets = sorted(of)
	return next, nil
}

func (s *Sparse) update(ctx context.Context, p *interaction.Past, change *interaction.Change) (*Sparse, error) {
	r := renewWanted(s.past, p, change)
	of := r.carriedRows(&s.targets)
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
