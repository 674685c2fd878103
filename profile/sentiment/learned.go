package sentiment

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A Learned is the engine that has learned from the shop's own rated reviews:
// the labels of documents and sentences are those of a [Linear], and opinions
// those of the lexicon, or of a [Targeted] if there is one. It is immutable and
// safe for concurrent use.
type Learned struct {
	linear   *Linear
	targeted *Targeted
	places   [3]int // of positive, neutral and negative in the labels; -1 without
}

// NewLearned makes an engine of a classifier of [Positive] and [Negative], with or
// without [Neutral]; other labels are an error. A classifier of two labels leaves
// to neutral what it is not sure of: 1 - |p - q| for probabilities p and q. The
// targeted classifier may be nil.
func NewLearned(linear *Linear, targeted *Targeted) (*Learned, error) {
	e := &Learned{linear: linear, targeted: targeted}
	known := 0
	for i, label := range []Label{Positive, Neutral, Negative} {
		if e.places[i] = slices.Index(linear.labels, label); e.places[i] >= 0 {
			known++
		}
	}
	if known != len(linear.labels) || e.places[0] < 0 || e.places[2] < 0 {
		return nil, fmt.Errorf("sentiment: labels %q are not positive and negative, with or without neutral: %w", linear.labels, errors.ErrUnsupported)
	}
	return e, nil
}

// Analyze reads texts by what was learned. The cost is that of classifying the
// text and each of its sentences.
func (e *Learned) Analyze(ctx context.Context, texts []Text) ([]Document, error) {
	out, err := e.linear.lexicon.Analyze(ctx, texts)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d := &out[i]
		d.Source = ByLinear
		for k := range d.Sentences {
			s := &d.Sentences[k]
			s.Confidences = e.confidences(s.In(d.Text))
			s.Label, s.Source = s.Confidences.Label(), ByLinear
			e.targeted.judge(d, s)
		}
		if d.Label = LabelOf(d.Sentences); len(d.Sentences) > 0 {
			d.Confidences = e.confidences(d.Text)
		}
	}
	return out, nil
}

func (e *Learned) confidences(s string) Confidences {
	p := e.linear.Classify(s).Probabilities
	good, bad := p[e.places[0]], p[e.places[2]]
	if e.places[1] < 0 {
		lean := good - bad
		return Confidences{max(0, lean), 1 - max(lean, -lean), max(0, -lean)}
	}
	return Confidences{good, p[e.places[1]], bad}
}
