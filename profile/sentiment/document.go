package sentiment

import "github.com/clmkit/clmkit/internal/text"

// A Source says which engine made a result.
type Source string

// The sources.
const (
	ByLexicon Source = "lexicon"
	ByLinear  Source = "linear"
	ByModel   Source = "model"
)

// Confidences are probabilities of three labels. They sum to 1.
type Confidences struct{ Positive, Neutral, Negative float64 }

// Label is the most likely label; of equals, neutral comes first, then negative.
func (c Confidences) Label() Label {
	switch {
	case c.Neutral >= c.Positive && c.Neutral >= c.Negative:
		return Neutral
	case c.Negative >= c.Positive:
		return Negative
	}
	return Positive
}

// Score is the lean to the positive, in [-1, 1].
func (c Confidences) Score() float64 { return c.Positive - c.Negative }

// A Span is a stretch of a text in bytes: from Start to before End.
type Span = text.Span

// A Document is how a text feels.
type Document struct {
	// Text is what was analysed; spans are stretches of it.
	Text string
	// Language is that of the text.
	Language Language
	// Label follows from the labels of the sentences by the rule of [LabelOf].
	Label Label
	// Confidences are those of the text as a whole. Where it is [Mixed], or one
	// sentence differs from the rest, the most likely of them is another label.
	Confidences Confidences
	// Sentences are in order. There are none without a letter or a sign.
	Sentences []Sentence
	// Source is the engine that made it, in part if it is the model: each
	// sentence has its own.
	Source Source
	// Why says what went wrong with a model, if another engine stood in.
	Why string
}

// A Sentence is how a part of a document feels.
type Sentence struct {
	Span
	Label       Label // never Mixed
	Confidences Confidences
	Source      Source
	Opinions    []Opinion
}

// Score is the lean to the positive, in [-1, 1].
func (d *Document) Score() float64 { return d.Confidences.Score() }

// Magnitude is how much feeling there is in all, whatever its direction: the sum
// of the sizes of the sentences' scores, at least 0. It grows with the text.
func (d *Document) Magnitude() float64 {
	sum := 0.0
	for _, s := range d.Sentences {
		sum += max(s.Confidences.Score(), -s.Confidences.Score())
	}
	return sum
}

// LabelOf is the label of a document by those of its sentences, as Azure AI
// Language has it: positive with a positive one and the rest neutral, negative
// with a negative one and the rest neutral, mixed with both, else neutral.
func LabelOf(sentences []Sentence) Label {
	good, bad := false, false
	for _, s := range sentences {
		good = good || s.Label == Positive
		bad = bad || s.Label == Negative
	}
	switch {
	case good && bad:
		return Mixed
	case good:
		return Positive
	case bad:
		return Negative
	}
	return Neutral
}

// meanOf is the mean of the sentences' confidences, weighted by length; neutral
// without a sentence.
func meanOf(sentences []Sentence) Confidences {
	c, all := Confidences{}, 0.0
	for _, s := range sentences {
		n := float64(s.End - s.Start)
		c.Positive += n * s.Confidences.Positive
		c.Neutral += n * s.Confidences.Neutral
		c.Negative += n * s.Confidences.Negative
		all += n
	}
	if all == 0 {
		return Confidences{Neutral: 1}
	}
	return Confidences{c.Positive / all, c.Neutral / all, c.Negative / all}
}
