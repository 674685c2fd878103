package sentiment

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/internal/numeric"
)

// A study is examples on their way to a model.
type study struct {
	model    *Linear
	options  LearnOptions
	rows     []numeric.Sparse
	outcomes [][]bool    // by class and row
	parts    []int       // by row
	unseen   [][]float64 // by class and row: log odds by a model that has not seen the row
	truth    []int       // by row: the place of its label
}

func newStudy(examples []Example, labels []string, feelings feelings, o LearnOptions) *study {
	s := &study{options: o, model: &Linear{labels: labels, examples: len(examples), classes: len(labels), lexicon: feelings.lexicon}}
	if len(labels) == 2 {
		s.model.classes = 1
	}
	g := grams{}
	if o.Features == WordsAndGrams {
		g = grams{shortestGram, longestGram}
	}
	if o.Cost == 0 {
		s.options.Cost = 4
		if g.longest > 0 {
			s.options.Cost = 2
		}
	}
	r := &reader{grams: g}
	bags := make([]bagged, len(examples))
	for i, e := range examples {
		bags[i] = slices.Clone(r.read(e.Texts))
	}
	// The vocabulary knows nothing of labels, so all parts can share it.
	s.model.space = newSpace(bags, g, o.MinTexts, o.MaxFeatures)
	for i, e := range examples {
		s.rows = append(s.rows, s.model.space.row(bags[i], numeric.Sparse{}))
		s.model.space.addWhole(&s.rows[i], e.Texts, feelings.of(e.Texts))
		bags[i] = nil // the row takes its place
		s.parts = append(s.parts, partOf(e.Texts, i, o))
	}
	s.judge(examples)
	return s
}

// partOf returns the part of the i-th example for calibration: that of all with
// the same texts. Ratings without a word are no copies of each other, and each
// goes its own way.
func partOf(texts []string, i int, o LearnOptions) int {
	h := uint64(wordSeed)
	blank := true
	for _, t := range texts {
		h = (hashOf(h, t) ^ 0xff) * prime // no byte of UTF-8
		blank = blank && strings.TrimSpace(t) == ""
	}
	if blank {
		h = uint64(i) + 1
	}
	return int(mix(h^o.Seed) % uint64(o.Folds))
}

// judge writes down which examples belong to which class.
func (s *study) judge(examples []Example) {
	place := map[string]int{}
	for k, label := range s.model.labels {
		place[label] = k
	}
	s.outcomes = make([][]bool, s.model.classes)
	for _, e := range examples {
		s.truth = append(s.truth, place[e.Label])
		for k := range s.outcomes {
			s.outcomes[k] = append(s.outcomes[k], e.Label == s.model.labelOf(k))
		}
	}
}

// labelOf returns the label that a class stands for.
func (l *Linear) labelOf(class int) string {
	if l.classes == 1 {
		return l.labels[1]
	}
	return l.labels[class]
}

// calibrate finds the line of each class.
func (s *study) calibrate(ctx context.Context) error {
	s.unseen = make([][]float64, s.model.classes)
	s.model.lines = make([]line, s.model.classes)
	for k := range s.outcomes {
		s.unseen[k] = make([]float64, len(s.rows))
		for part := range s.options.Folds {
			if err := s.predict(ctx, k, part); err != nil {
				return fmt.Errorf("sentiment: learn label %q: %w", s.model.labelOf(k), err)
			}
		}
		shift, slope, err := numeric.FitPlatt(ctx, s.unseen[k], s.outcomes[k])
		if err != nil {
			return fmt.Errorf("sentiment: learn label %q: %w", s.model.labelOf(k), err)
		}
		s.model.lines[k] = line{Shift: shift, Slope: slope}
	}
	return nil
}

// predict scores the rows of a part by a model of the others. Where the others
// are all of one kind there is nothing to learn, and the scores stay 0.
func (s *study) predict(ctx context.Context, class, part int) error {
	var x []numeric.Sparse
	var y []bool
	seen := map[bool]bool{}
	for i := range s.rows {
		if s.parts[i] != part {
			x, y = append(x, s.rows[i]), append(y, s.outcomes[class][i])
			seen[s.outcomes[class][i]] = true
		}
	}
	if len(seen) < 2 {
		return nil
	}
	m, err := s.fit(ctx, x, y, uint64(part))
	if err != nil {
		return err
	}
	for i := range s.rows {
		if s.parts[i] == part {
			s.unseen[class][i] = sum(m, s.rows[i])
		}
	}
	return nil
}

// fit learns the weights of rows whose columns count by their ratios.
func (s *study) fit(ctx context.Context, rows []numeric.Sparse, outcomes []bool, part uint64) (*numeric.Logistic, error) {
	space := s.model.space
	factors := ratios(rows, outcomes, len(space.features), space.width())
	m, err := numeric.FitSparse(ctx, times(rows, factors), outcomes, space.width(), s.options.Cost, rand.NewPCG(s.options.Seed, part))
	if err != nil {
		return nil, err
	}
	for j, f := range factors {
		m.Weights[j] *= f
	}
	return m, nil
}

// logLoss returns the mean negative log-likelihood, in nats, of the labels of
// unseen rows.
func (s *study) logLoss() float64 {
	total := 0.0
	odds := make([]float64, s.model.classes)
	for i, truth := range s.truth {
		for k, line := range s.model.lines {
			odds[k] = line.Shift + line.Slope*s.unseen[k][i]
		}
		total -= math.Log(max(1e-15, s.model.prediction(odds).Probabilities[truth]))
	}
	return total / float64(len(s.truth))
}

// finish learns the weights from all rows.
func (s *study) finish(ctx context.Context) (*Linear, error) {
	l := s.model
	l.weights = make([]float32, l.space.width()*l.classes)
	for k := range s.outcomes {
		m, err := s.fit(ctx, s.rows, s.outcomes[k], math.MaxUint64)
		if err != nil {
			return nil, fmt.Errorf("sentiment: learn label %q: %w", l.labelOf(k), err)
		}
		for j, w := range m.Weights {
			l.weights[j*l.classes+k] = float32(w)
		}
		l.lines[k].Intercept = m.Intercept
	}
	return l, nil
}
