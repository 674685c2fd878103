package sentiment

import (
	"context"

	"github.com/clmkit/clmkit/internal/text"
)

// A Text is what a customer wrote.
type Text struct {
	// Body is the text itself.
	Body string
	// Locale is a BCP 47 tag of what the host expects. Optional.
	Locale string
	// Terms are targets in Body whose sentiment is asked for. Default: those
	// that are found.
	Terms []Span
}

// An Analyzer says how texts feel: a [Lexicon], a [Learned], or a [Model].
type Analyzer interface {
	// Analyze returns one document for each text, in their order. It keeps
	// nothing of texts, and is safe for concurrent use. The error is the
	// context's; a model that fails is no error, but in [Document.Why].
	Analyze(ctx context.Context, texts []Text) ([]Document, error)
}

var (
	_ Analyzer = (*Lexicon)(nil)
	_ Analyzer = (*Learned)(nil)
	_ Analyzer = (*Model)(nil)
)

// Analyze reads texts by the lexicon. The cost is that of some looks into maps
// for each word.
func (l *Lexicon) Analyze(ctx context.Context, texts []Text) ([]Document, error) {
	out := make([]Document, 0, len(texts))
	for i := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out = append(out, l.document(&texts[i]))
	}
	return out, nil
}

func (l *Lexicon) document(t *Text) Document {
	d := Document{Text: t.Body, Language: l.LanguageOf(t.Body, t.Locale), Source: ByLexicon}
	language := l.spoken(d.Language)
	for span := range text.Sentences(t.Body) {
		words := l.read(t.Body, span, language)
		if len(words) == 0 {
			continue
		}
		c := confide(add(words))
		s := Sentence{Span: span, Label: c.Label(), Confidences: c, Source: ByLexicon}
		for _, target := range targetsIn(t, span, words, language) {
			s.Opinions = append(s.Opinions, judge(words, target))
		}
		d.Sentences = append(d.Sentences, s)
	}
	d.Label, d.Confidences = LabelOf(d.Sentences), meanOf(d.Sentences)
	return d
}

// targetsIn returns the terms in a sentence, or what is found if none are given.
// A term that reaches out of the sentence it begins in is left out.
func targetsIn(t *Text, sentence Span, words []word, language string) []Span {
	if t.Terms == nil {
		return targets(words, text.Language(language))
	}
	var out []Span
	for _, term := range t.Terms {
		if term.Start >= sentence.Start && term.End <= sentence.End && term.Start < term.End {
			out = append(out, term)
		}
	}
	return out
}
