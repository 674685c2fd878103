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
	// Texts are its parts in an order that is the same for all examples, such
	// as title and body.
	Texts []string
	// Label is what to learn, such as [Positive] or "anger".
	Label string
}

// LabelOfStars is the label of a rating of 1 to 5 stars: 1 and 2 are negative,
// 3 is neutral, 4 and 5 are positive. It is empty for any other number.
func LabelOfStars(stars int) Label {
	switch stars {
	case 1, 2:
		return Negative
	case 3:
		return Neutral
	case 4, 5:
		return Positive
	}
	return ""
}

// ErrTooFew is wrapped by the error for examples that are too few to learn from.
var ErrTooFew = errors.New("too few examples")

// Features are what a [Linear] reads of a text.
type Features int

// The features.
const (
	// Choose compares the two others on examples that were not trained on.
	Choose Features = iota
	// Words are words and pairs of neighbours.
	Words
	// WordsAndGrams adds character n-grams of words: they help with short
	// texts, few examples, and words that nobody spells alike.
	WordsAndGrams
)

// LearnOptions are the settings of [Learn].
type LearnOptions struct {
	// Features are what is read. Default: [Choose].
	Features Features
	// Cost is the weight of an example's log loss beside half the sum of the
	// squared weights, above 0. Default: 4, or 2 with n-grams. They were chosen
	// with "internal/bench sentiment -cost" by cross-validation on the open
	// parts of three sets of reviews, where 1 to 10 hardly differ.
	Cost float64
	// MinTexts is in how many examples a feature has to be. Default: 2.
	MinTexts int
	// MaxFeatures bounds the vocabulary; the rarest are left out. Default: 300,000.
	MaxFeatures int
	// Folds is the number of parts in which examples are divided to calibrate.
	// Default: 3.
	Folds int
	// Seed deals the examples out to the parts, and orders their visits.
	Seed uint64
}

// The lengths of n-grams, in characters.
const shortestGram, longestGram = 3, 4

func (o *LearnOptions) defaults() (LearnOptions, error) {
	d := LearnOptions{MinTexts: 2, MaxFeatures: 300_000, Folds: 3}
	if o == nil {
		return d, nil
	}
	if !(o.Cost >= 0) || math.IsInf(o.Cost, 0) || o.MinTexts < 0 || o.MaxFeatures < 0 || o.Folds < 0 || o.Folds == 1 ||
		o.Features < Choose || o.Features > WordsAndGrams {
		return d, fmt.Errorf("sentiment: options make no sense: %+v", *o)
	}
	d.Features, d.Cost, d.Seed = o.Features, o.Cost, o.Seed
	if o.MinTexts > 0 {
		d.MinTexts = o.MinTexts
	}
	if o.MaxFeatures > 0 {
		d.MaxFeatures = o.MaxFeatures
	}
	if o.Folds > 0 {
		d.Folds = o.Folds
	}
	return d, nil
}

// minEach is how many examples of a label are needed.
const minEach = 8

// Learn makes a classifier of examples: a logistic regression for each label
// against the rest, or one for two labels, over TF-IDF weights, each times what
// naive Bayes makes of its feature (Wang and Manning 2012), with an L2 penalty (see
// [LearnOptions]), fitted by dual coordinate descent (Yu, Huang and Lin 2011). Its probabilities are calibrated by Platt's method (1999) on
// examples that were not trained on; equal texts are in the same part.
//
// The error wraps [ErrTooFew] with fewer than two labels, or fewer than eight
// examples of one. The same examples in the same order and the same seed give
// the same model, to the bit. The cost is that of a dozen passes over the words
// for each part and label: three seconds of one core for 10,000 reviews of 60
// words and two labels (internal/bench sentiment says train_seconds).
func Learn(ctx context.Context, examples []Example, o *LearnOptions) (*Linear, error) {
	opts, err := o.defaults()
	if err != nil {
		return nil, err
	}
	labels, err := labelsOf(examples)
	if err != nil {
		return nil, err
	}
	felt := feelings{NewLexicon(), map[string][lexicalColumns]float64{}}
	if opts.Features == Choose {
		if opts.Features, err = choose(ctx, examples, labels, felt, opts); err != nil {
			return nil, err
		}
	}
	s := newStudy(examples, labels, felt, opts)
	if err := s.calibrate(ctx); err != nil {
		return nil, err
	}
	return s.finish(ctx)
}

// labelsOf returns the labels, sorted, if there are enough examples of two.
func labelsOf(examples []Example) ([]string, error) {
	counts := map[string]int{}
	for _, e := range examples {
		counts[e.Label]++
	}
	var labels []string
	for label := range counts {
		labels = append(labels, label)
	}
	slices.Sort(labels)
	if len(labels) < 2 {
		return nil, fmt.Errorf("sentiment: learn: %d labels in %d examples, two are needed: %w", len(labels), len(examples), ErrTooFew)
	}
	for _, label := range labels {
		if counts[label] < minEach {
			return nil, fmt.Errorf("sentiment: learn: %d examples of label %q, %d are needed: %w", counts[label], label, minEach, ErrTooFew)
		}
	}
	return labels, nil
}

// mostToChoose bounds the examples by which features are chosen: enough to tell,
// and n-grams are dear with long texts.
const mostToChoose = 3000

// choose returns the features whose probabilities fit unseen examples better, by
// log loss.
func choose(ctx context.Context, examples []Example, labels []string, felt feelings, o LearnOptions) (Features, error) {
	examples = sample(examples, labels, o.Seed)
	best, lowest := Words, math.Inf(1)
	for _, features := range []Features{Words, WordsAndGrams} {
		o.Features = features
		s := newStudy(examples, labels, felt, o)
		if err := s.calibrate(ctx); err != nil {
			return best, err
		}
		if loss := s.logLoss(); loss < lowest {
			best, lowest = features, loss
		}
	}
	return best, nil
}

// sample returns some of the examples, or all if they are few, with at least
// minEach of each label.
func sample(examples []Example, labels []string, seed uint64) []Example {
	if len(examples) <= mostToChoose {
		return examples
	}
	need := map[string]int{}
	for _, label := range labels {
		need[label] = minEach
	}
	var first, rest []Example
	for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm(len(examples)) {
		if e := examples[i]; need[e.Label] > 0 {
			need[e.Label]--
			first = append(first, e)
		} else {
			rest = append(rest, e)
		}
	}
	return append(first, rest[:max(0, mostToChoose-len(first))]...)
}

// sum returns the uncalibrated log odds of a row.
func sum(m *numeric.Logistic, row numeric.Sparse) float64 {
	z := m.Intercept
	for i, j := range row.Columns {
		z += m.Weights[j] * float64(row.Values[i])
	}
	return z
}
