package tree

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Fit learns from train. With valid, which may be nil, it takes the quality
// after each tree, and ends early if the options have patience.
func Fit(ctx context.Context, train, valid *Data, options *Options) (*Model, error) {
	o, err := options.defaults()
	if err != nil {
		return nil, fmt.Errorf("tree: %w", err)
	}
	if err := train.check(o.Objective); err != nil {
		return nil, fmt.Errorf("tree: train: %w", err)
	}
	if valid != nil {
		if err := valid.check(o.Objective); err != nil {
			return nil, fmt.Errorf("tree: validate: %w", err)
		}
		if valid.Features != train.Features {
			return nil, fmt.Errorf("tree: validate: %d features, %d to train", valid.Features, train.Features)
		}
	}
	loss := newLoss(train, o)
	m := &Model{gains: make([]float64, train.Features)}
	units := loss.units()
	var more bool
	if m.base, more = loss.base(); !more || len(units) == 0 {
		m.batch = newBatch(m)
		return m, nil
	}
	f := newFit(train, valid, loss, units, m, o)
	if err := f.run(ctx); err != nil {
		return nil, fmt.Errorf("tree: %w", err)
	}
	m.batch = newBatch(m)
	return m, nil
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

func newFit(train, valid *Data, loss loss, units []unit, model *Model, o *Options) *fit {
	m := newMatrix(train, valid, o.Bins)
	n := len(train.Labels)
	f := &fit{
		options: o, model: model, train: loss, rows: n,
		scores: make([]float64, m.rows), slopes: make([]float64, n), curvatures: make([]float64, n),
		sampler: sampler{units: units, rows: m.rows, share: o.RowShare, features: train.Features, columns: o.FeatureShare, seed: o.Seed},
		grower: grower{
			matrix: m, options: o, sums: make([]sum, n), spare: make([]int32, m.rows),
			found: [2][]split{make([]split, len(m.words)), make([]split, len(m.words))},
		},
	}
	if valid != nil {
		f.valid = newLoss(valid, o)
	}
	for i := range f.scores {
		f.scores[i] = model.base
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

// round grows a tree and adds it to the model and to the scores. It reports
// whether there was anything to divide.
func (f *fit) round(ctx context.Context, round int) (bool, error) {
	d := f.sampler.draw(round)
	units := max(1, chunk*len(d.units)/len(d.rows)) // with about chunk rows
	each((len(d.units)+units-1)/units, func(c int) {
		for _, u := range d.units[c*units : min((c+1)*units, len(d.units))] {
			f.train.derive(u, f.scores[:f.rows], f.slopes, f.curvatures)
		}
	})
	f.quantise(d.rows)
	branches, leaves, err := f.grower.grow(ctx, d)
	if err != nil || len(branches) == 0 {
		return false, err
	}
	outputs := make([]float64, len(leaves))
	for i := range leaves {
		outputs[i] = f.options.Rate * f.grower.output(leaves[i].sum)
	}
	each(len(leaves), func(i int) {
		for _, r := range leaves[i].rows {
			f.scores[r] += outputs[i]
		}
		for _, r := range leaves[i].others {
			f.scores[r] += outputs[i]
		}
	})
	for _, b := range branches {
		f.model.gains[b.feature] += f.grower.worth(b.gain)
	}
	f.model.trees = append(f.model.trees, newTree(branches, outputs, &f.grower))
	return true, nil
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
