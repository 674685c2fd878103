package tree

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Fit learns from train, and keeps nothing of it. nil options stand for the
// defaults.
//
// With valid, which may be nil, it takes the quality on those rows after each
// tree. If the options have patience, it ends when that gets no better, and the
// model has the trees up to the best, one at least. Rows to validate on teach
// nothing else.
//
// Where nothing can be told apart, the model has no trees and one score for all
// rows: the mean, its log odds, or 0 for the ranking objectives. So it is when
// all labels are the same (in each group), all features are constant, or no
// split leaves MinRows on both sides. Outcomes of one kind are taken for a rate
// that is half a row away from it.
//
// The error wraps [ErrEmpty] for no rows or features, or is the context's, or
// says which number is not in its range: labels and weights that are NaN or
// infinite, lengths and groups that do not match.
func Fit(ctx context.Context, train, valid *Data, options *Options) (*Model, error) {
	o, err := options.defaults()
	if err != nil {
		return nil, fmt.Errorf("tree: %w", err)
	}
	if err := checkBoth(train, valid, o.Objective); err != nil {
		return nil, err
	}
	m := &Model{gains: make([]float64, train.Features)}
	loss := newLoss(train, o)
	units := loss.units()
	var more bool
	if m.base, more = loss.base(); more && len(units) > 0 {
		bins, err := newMatrix(ctx, train, valid, o.Bins)
		if err != nil {
			return nil, fmt.Errorf("tree: %w", err)
		}
		if err := newFit(bins, valid, loss, units, m, o).run(ctx); err != nil {
			return nil, fmt.Errorf("tree: %w", err)
		}
	}
	m.batch = newBatch(m)
	return m, nil
}

func checkBoth(train, valid *Data, o Objective) error {
	if err := train.check(o); err != nil {
		return fmt.Errorf("tree: train: %w", err)
	}
	if valid == nil {
		return nil
	}
	if err := valid.check(o); err != nil {
		return fmt.Errorf("tree: validate: %w", err)
	}
	if valid.Features != train.Features {
		return fmt.Errorf("tree: validate: %d features, %d to train", valid.Features, train.Features)
	}
	return nil
}

// fit is a boosting at work.
type fit struct {
	options    *Options
	model      *Model
	train      loss
	valid      loss // nil without
	rows       int  // to train on; those to validate on follow them
	scores     []float64
	slopes     []float64
	curvatures []float64
	sampler    sampler
	grower     grower
}

func newFit(m *matrix, valid *Data, loss loss, units []unit, model *Model, o *Options) *fit {
	n := m.rows
	if valid != nil {
		n -= len(valid.Labels)
	}
	f := &fit{
		options: o, model: model, train: loss, rows: n,
		scores: slices.Repeat([]float64{model.base}, m.rows), slopes: make([]float64, n), curvatures: make([]float64, n),
		sampler: sampler{units: units, rows: m.rows, share: o.RowShare, features: len(m.cuts), columns: o.FeatureShare, seed: o.Seed},
		grower: grower{
			matrix: m, options: o, sums: make([]sum, n), spare: make([]int32, m.rows),
			found: [2][]split{make([]split, len(m.words)), make([]split, len(m.words))},
		},
	}
	if valid != nil {
		f.valid = newLoss(valid, o)
	}
	return f
}

// run grows trees until there are enough.
func (f *fit) run(ctx context.Context) error {
	best := math.Inf(-1)
	kept := *f.model // with the trees up to the best
	since := 0       // rounds
	for round := range f.options.Rounds {
		grown, err := f.round(ctx, round)
		if err != nil {
			return err
		}
		if !grown && f.options.RowShare == 1 && f.options.FeatureShare == 1 {
			break // the next one would not either
		}
		if f.valid == nil {
			continue
		}
		quality := f.valid.quality(f.scores[f.rows:])
		f.model.Quality = append(f.model.Quality, quality)
		since++
		if quality > best {
			best, since = quality, 0
			kept.trees, kept.gains = f.model.trees, slices.Clone(f.model.gains)
		}
		if f.options.Patience > 0 && since >= f.options.Patience {
			break
		}
	}
	if f.valid != nil && f.options.Patience > 0 {
		f.model.trees, f.model.gains = kept.trees, kept.gains
	}
	return nil
}

// chunk is how many rows are worked on at once.
const chunk = 4096

// round grows a tree and adds it. It reports whether there was anything to
// divide.
func (f *fit) round(ctx context.Context, round int) (bool, error) {
	d := f.sampler.draw(round)
	units := max(1, chunk*len(d.units)/len(d.rows)) // with about chunk rows
	each((len(d.units)+units-1)/units, func(c int) {
		for _, u := range d.units[c*units : min((c+1)*units, len(d.units))] {
			f.train.derive(u, f.scores[:f.rows], f.slopes, f.curvatures)
		}
	})
	f.quantise(d.rows)
	if err := f.grower.grow(ctx, d); err != nil || len(f.grower.branches) == 0 {
		return false, err
	}
	f.add()
	return true, nil
}

// add adds the tree that was grown to the model and to the scores.
func (f *fit) add() {
	leaves := f.grower.leaves
	outputs := make([]float64, len(leaves))
	each(len(leaves), func(i int) {
		outputs[i] = f.options.Rate * f.grower.output(leaves[i].sum)
		for _, r := range leaves[i].rows {
			f.scores[r] += outputs[i]
		}
		for _, r := range leaves[i].others {
			f.scores[r] += outputs[i]
		}
	})
	for _, b := range f.grower.branches {
		f.model.gains[b.feature] += f.grower.worth(b.gain)
	}
	f.model.trees = append(f.model.trees, newTree(&f.grower, outputs))
}

// quantise turns the derivatives of rows into integers.
func (f *fit) quantise(rows []int32) {
	slope, curvature := 0.0, 0.0
	for _, r := range rows {
		slope, curvature = max(slope, math.Abs(f.slopes[r])), max(curvature, f.curvatures[r])
	}
	s := newScale(len(rows), slope, curvature)
	f.grower.limits = newLimits(s, f.options)
	each((len(rows)+chunk-1)/chunk, func(c int) {
		for _, r := range rows[c*chunk : min((c+1)*chunk, len(rows))] {
			f.grower.sums[r] = s.row(f.slopes[r], f.curvatures[r])
		}
	})
}
