package sentiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/clmkit/clmkit/internal/numeric"
)

// An Example is a text whose label is known.
type Example struct {
	// Texts are its parts in an order that is the same for all examples, such as title and body.
	Texts []string
	// Label is what to learn, such as [Positive] or "anger".
	Label string
}

// ErrTooFew is wrapped by the error for examples that are too few to learn from.
var ErrTooFew = errors.New("too few examples")

// LearnOptions are the settings of [Learn].
type LearnOptions struct {
	// Cost is the weight of an example's log loss beside half the sum of the squared weights. Default: 4.
	Cost float64
	// MinTexts is in how many examples a word, pair or n-gram has to be. Default: 2.
	MinTexts int
	// MaxFeatures bounds the vocabulary; the rarest are left out. Default: 300,000.
	MaxFeatures int
	// NoGrams leaves character n-grams out. Default: those of 2 to 5 characters are in.
	NoGrams bool
	// Folds is the number of parts for calibration. Default: 3.
	Folds int
	// Seed decides the order in which examples are visited and the parts of calibration. Default: 0.
	Seed uint64

	Shortest, Longest int
}

func (o *LearnOptions) defaults() (LearnOptions, error) {
	d := LearnOptions{Cost: 4, MinTexts: 2, MaxFeatures: 300_000, Folds: 3}
	if o == nil {
		o = &d
	}
	if !(o.Cost >= 0) || math.IsInf(o.Cost, 0) || o.MinTexts < 0 || o.MaxFeatures < 0 || o.Folds < 0 || o.Folds == 1 {
		return d, fmt.Errorf("sentiment: options: cost %v, %d texts, %d features or %d folds make no sense", o.Cost, o.MinTexts, o.MaxFeatures, o.Folds)
	}
	if o.Cost > 0 {
		d.Cost = o.Cost
	}
	if o.MinTexts > 0 {
		d.MinTexts = o.MinTexts
	}
	if o.MaxFeatures > 0 {
		d.MaxFeatures = o.MaxFeatures
	}
	if o.Folds > 0 {
		d.Folds = o.Folds
	}
	d.NoGrams, d.Seed = o.NoGrams, o.Seed
	d.Shortest, d.Longest = o.Shortest, o.Longest
	return d, nil
}

// minEach is how many examples of a label are needed, so that calibration sees
// some of it on both sides.
const minEach = 6

// Learn makes a classifier of examples.
func Learn(ctx context.Context, examples []Example, o *LearnOptions) (*Linear, error) {
	opts, err := o.defaults()
	if err != nil {
		return nil, err
	}
	labels, err := labelsOf(examples)
	if err != nil {
		return nil, err
	}
	l := &Linear{labels: labels, examples: len(examples), classes: len(labels)}
	if len(labels) == 2 {
		l.classes = 1
	}
	g := grams{2, 5}
	if opts.Longest > 0 {
		g = grams{opts.Shortest, opts.Longest}
	}
	if opts.NoGrams {
		g = grams{}
	}
	r := &reader{grams: g}
	bags := make([]bagged, len(examples))
	for i, e := range examples {
		bags[i] = bag(r.read(e.Texts))
	}
	l.space = newSpace(bags, g, opts.MinTexts, opts.MaxFeatures)
	rows := make([]numeric.Sparse, len(examples))
	for i, e := range examples {
		rows[i] = l.space.row(r, r.read(e.Texts))
	}
	l.weights = make([]float32, len(l.space.features)*l.classes)
	l.lines = make([]line, l.classes)
	for k := range l.classes {
		if err := l.fit(ctx, k, rows, examples, opts); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// labelsOf returns the labels, sorted, if there are enough examples of two.
func labelsOf(examples []Example) ([]string, error) {
	counts := map[string]int{}
	for _, e := range examples {
		counts[e.Label]++
	}
	var labels []string
	for label, n := range counts {
		if n < minEach {
			return nil, fmt.Errorf("sentiment: learn: %d examples of label %q, at least %d are needed: %w", n, label, minEach, ErrTooFew)
		}
		labels = append(labels, label)
	}
	if len(labels) < 2 {
		return nil, fmt.Errorf("sentiment: learn: %d labels in %d examples, at least two are needed: %w", len(labels), len(examples), ErrTooFew)
	}
	slices.Sort(labels)
	return labels, nil
}

// fit learns a class: its weights from all rows, its calibration from scores
// of rows that were not trained on.
func (l *Linear) fit(ctx context.Context, k int, rows []numeric.Sparse, examples []Example, o LearnOptions) error {
	target := l.labels[k]
	if l.classes == 1 {
		target = l.labels[1]
	}
	outcomes := make([]bool, len(examples))
	for i, e := range examples {
		outcomes[i] = e.Label == target
	}
	part := func(i int) int { return i % o.Folds }
	unseen := make([]float64, len(rows))
	for f := range o.Folds {
		var x []numeric.Sparse
		var y []bool
		for i := range rows {
			if part(i) != f {
				x, y = append(x, rows[i]), append(y, outcomes[i])
			}
		}
		m, err := numeric.FitSparse(ctx, x, y, len(l.space.features), o.Cost, rand.NewPCG(o.Seed, uint64(f)))
		if err != nil {
			return fmt.Errorf("sentiment: learn label %q: %w", target, err)
		}
		for i := range rows {
			if part(i) == f {
				unseen[i] = sum(m, rows[i])
			}
		}
	}
	shift, slope, err := numeric.FitPlatt(ctx, unseen, outcomes)
	if err != nil {
		return fmt.Errorf("sentiment: calibrate label %q: %w", target, err)
	}
	m, err := numeric.FitSparse(ctx, rows, outcomes, len(l.space.features), o.Cost, rand.NewPCG(o.Seed, uint64(o.Folds)))
	if err != nil {
		return fmt.Errorf("sentiment: learn label %q: %w", target, err)
	}
	for j, w := range m.Weights {
		l.weights[j*l.classes+k] = float32(w)
	}
	l.lines[k] = line{m.Intercept, shift, slope}
	return nil
}

func sum(m *numeric.Logistic, row numeric.Sparse) float64 {
	z := m.Intercept
	for i, j := range row.Columns {
		z += m.Weights[j] * float64(row.Values[i])
	}
	return z
}
