package sentiment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// A TargetExample is a text with a term whose sentiment is known.
type TargetExample struct {
	Text string
	Term Span
	// Label is Positive, Neutral or Negative.
	Label Label
}

// A Targeted says what a text feels towards a term in it: a [Linear] over words
// by where they stand from the term. It is immutable and safe for concurrent use.
type Targeted struct{ linear *Linear }

// LearnTargets makes a classifier of examples. The errors are those of [Learn],
// and that of a term that is not in its text.
func LearnTargets(ctx context.Context, examples []TargetExample, o *LearnOptions) (*Targeted, error) {
	lexicon := NewLexicon()
	rows := make([]Example, len(examples))
	for i, e := range examples {
		if e.Term.Start < 0 || e.Term.End > len(e.Text) || e.Term.Start >= e.Term.End {
			return nil, fmt.Errorf("sentiment: example %d: term %v is not in a text of %d bytes", i, e.Term, len(e.Text))
		}
		rows[i] = Example{[]string{around(lexicon, e.Text, e.Term)}, e.Label}
	}
	opts := LearnOptions{}
	if o != nil {
		opts = *o
	}
	opts.Features = Words // n-grams would mix places and words
	linear, err := Learn(ctx, rows, &opts)
	if err != nil {
		return nil, err
	}
	return &Targeted{linear}, nil
}

// LoadTargets reads what MarshalBinary wrote; see [Load].
func LoadTargets(data []byte) (*Targeted, error) {
	linear, err := Load(data)
	if err != nil {
		return nil, err
	}
	for _, label := range linear.labels {
		if !slices.Contains([]Label{Positive, Neutral, Negative}, label) {
			return nil, fmt.Errorf("sentiment: load: label %q of a target: %w", label, ErrFormat)
		}
	}
	return &Targeted{linear}, nil
}

// MarshalBinary returns the classifier as bytes; see [Linear.MarshalBinary].
func (t *Targeted) MarshalBinary() ([]byte, error) { return t.linear.MarshalBinary() }

// Classify says what the text feels towards a term, which has to be in it.
func (t *Targeted) Classify(s string, term Span) Confidences {
	p := t.linear.Classify(around(t.linear.lexicon, s, term))
	c := Confidences{}
	for k, label := range t.linear.labels {
		switch label {
		case Positive:
			c.Positive = p.Probabilities[k]
		case Negative:
			c.Negative = p.Probabilities[k]
		default:
			c.Neutral += p.Probabilities[k]
		}
	}
	return c
}

// judge replaces the opinions of a sentence.
func (t *Targeted) judge(d *Document, s *Sentence) {
	if t == nil {
		return
	}
	for i := range s.Opinions {
		o := &s.Opinions[i]
		o.Confidences = t.Classify(d.Text, o.Target)
		o.Label = o.Confidences.Label()
	}
}

// reach is how far from a term words are told apart by their side.
const reach = 8

// around writes down the words around a term, each with where it stands: near
// and in the clause of the term, by side and distance; in the sentence. Opinions
// are also written down as such, which needs fewer examples than words do.
func around(l *Lexicon, s string, term Span) string {
	sentence := sentenceOf(s, term)
	language := l.byWords(sentence.In(s), "")
	if language == "" {
		language = languages[0]
	}
	words := l.read(s, sentence, language)
	var b strings.Builder
	note := func(place, word string) { fmt.Fprint(&b, place, "_", word, " ") }
	for i := range words {
		w := &words[i]
		if w.Start < term.End && w.End > term.Start {
			note("term", w.text)
			continue
		}
		side := "before"
		if w.Start >= term.End {
			side = "behind"
		}
		distance, borders := between(words, i, term)
		if distance < reach {
			note(side+zone(distance), w.text)
		}
		if borders == 0 {
			note("clause", w.text)
		}
		if w.value != 0 {
			note(fmt.Sprint(side, zone(distance), min(borders, 2)), leaning(w.value))
		}
	}
	good, bad := towards(words, term)
	c := confide(good, bad)
	fmt.Fprintf(&b, "rule_%s%.0f rule_%s", c.Label(), 4*c.Score(), c.Label())
	return b.String()
}

// zone is a distance in words, roughly.
func zone(distance float64) string {
	switch {
	case distance <= 1:
		return "a"
	case distance <= 3:
		return "b"
	case distance < reach:
		return "c"
	}
	return "d"
}

func leaning(value float64) string {
	if value > 0 {
		return "good"
	}
	return "bad"
}

// sentenceOf returns the sentence in which a term begins.
func sentenceOf(s string, term Span) Span {
	for span := range text.Sentences(s) {
		if term.Start < span.End {
			return Span{Start: min(span.Start, term.Start), End: max(span.End, term.End)}
		}
	}
	return Span{Start: 0, End: len(s)}
}
