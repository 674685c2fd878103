package sentiment

import (
	"math"
	"sync"

	"github.com/clmkit/clmkit/internal/numeric"
)

// A Linear is a classifier of texts that [Learn] made from examples: for each
// label a logistic regression over words, pairs of words, character n-grams, what
// the [Lexicon] says, and how long and how loud the text is.
// It comes from [Learn] or [Load], and is immutable and safe for concurrent use.
type Linear struct {
	labels   []string // sorted
	examples int
	space    *space
	lexicon  *Lexicon
	classes  int       // regressions: 1 for two labels, else one for each
	weights  []float32 // of column j and class k at j·classes + k
	lines    []line    // by class
	readers  sync.Pool // of *reader; without it a text takes 14 KB of new memory, not 2
}

// A line turns the sum of weights into calibrated log odds.
type line struct{ Intercept, Shift, Slope float64 }

// Labels are what it tells apart, sorted.
func (l *Linear) Labels() []string { return append([]string(nil), l.labels...) }

// Examples is how many examples it has learned from.
func (l *Linear) Examples() int { return l.examples }

// A Prediction is what a classifier says of one text.
type Prediction struct {
	// Label is the most likely one; the first of equals.
	Label string
	// Probabilities are in the order of [Linear.Labels], each in [0, 1]. They sum to 1.
	Probabilities []float64
}

// Classify says which label a text has. Its parts, such as title and body, come
// in the order of [Example.Texts]. The cost is that of one look into a map for
// each word, pair and n-gram.
func (l *Linear) Classify(texts ...string) Prediction {
	r, ok := l.readers.Get().(*reader)
	if !ok {
		r = &reader{grams: l.space.grams}
	}
	defer l.readers.Put(r)
	return l.predict(r, texts)
}

func (l *Linear) predict(r *reader, texts []string) Prediction {
	r.row = l.space.row(r.read(texts), r.row)
	l.space.addWhole(&r.row, texts, l.lexicon.feel(texts))
	row, odds := r.row, make([]float64, l.classes)
	for i, j := range row.Columns {
		w := l.weights[int(j)*l.classes:][:l.classes]
		for k := range odds {
			odds[k] += float64(w[k]) * float64(row.Values[i])
		}
	}
	for k, line := range l.lines {
		odds[k] = line.Shift + line.Slope*(odds[k]+line.Intercept)
	}
	return l.prediction(odds)
}

// prediction makes probabilities that sum to 1 of one log odds for each class:
// of several classes each against the rest (Zadrozny and Elkan 2002, §4).
func (l *Linear) prediction(odds []float64) Prediction {
	p := Prediction{Probabilities: make([]float64, len(l.labels))}
	if l.classes == 1 {
		q := numeric.Sigmoid(odds[0])
		p.Probabilities[0], p.Probabilities[1] = 1-q, q
	} else {
		sum := 0.0
		for k, z := range odds {
			p.Probabilities[k] = max(numeric.Sigmoid(z), math.SmallestNonzeroFloat64)
			sum += p.Probabilities[k]
		}
		for k := range p.Probabilities {
			p.Probabilities[k] /= sum
		}
	}
	best := 0
	for k, q := range p.Probabilities {
		if q > p.Probabilities[best] {
			best = k
		}
	}
	p.Label = l.labels[best]
	return p
}
