package main

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/clmkit/clmkit/profile/sentiment"
)

// aspectRow is a text with terms, whose offsets are in code points.
type aspectRow struct {
	Text    string
	Aspects []struct {
		Term     string
		From, To int
		Polarity sentiment.Label
	}
}

// targetsOf reads the terms of a file, with offsets in bytes.
func targetsOf(file string) (examples []sentiment.TargetExample, err error) {
	err = readRows(file, func(row aspectRow) error {
		places := []int{} // of each code point, and the end
		for i := range row.Text {
			places = append(places, i)
		}
		places = append(places, len(row.Text))
		for _, a := range row.Aspects {
			if !utf8.ValidString(row.Text) || a.From < 0 || a.From >= a.To || a.To >= len(places) {
				return fmt.Errorf("term %q is not at %d to %d", a.Term, a.From, a.To)
			}
			term := sentiment.Span{Start: places[a.From], End: places[a.To]}
			if term.In(row.Text) != a.Term {
				return fmt.Errorf("term %q is not at %d to %d, there is %q", a.Term, a.From, a.To, term.In(row.Text))
			}
			examples = append(examples, sentiment.TargetExample{Text: row.Text, Term: term, Label: a.Polarity})
		}
		return nil
	})
	if err == nil && len(examples) == 0 {
		err = fmt.Errorf("sentiment: %s holds no terms", file)
	}
	return examples, err
}

// aspectExamples reads terms as examples whose text is that of the sentence, and
// remembers the terms.
func (t *sentimentTask) aspectExamples(file string) ([]sentiment.Example, error) {
	targets, err := targetsOf(file)
	if err != nil {
		return nil, err
	}
	examples := make([]sentiment.Example, len(targets))
	for i, e := range targets {
		examples[i] = sentiment.Example{Texts: []string{e.Text, fmt.Sprint(e.Term.Start, " ", e.Term.End)}, Label: e.Label}
	}
	return examples, nil
}

// targetOf is the way back.
func targetOf(e *sentiment.Example) (target sentiment.TargetExample) {
	target.Text, target.Label = e.Texts[0], e.Label
	fmt.Sscan(e.Texts[1], &target.Term.Start, &target.Term.End)
	return target
}

// learnSentence is the baseline that reads the sentence and not the term.
func (t *sentimentTask) learnSentence(ctx context.Context, train []sentiment.Example) (classify, error) {
	sentences := make([]sentiment.Example, len(train))
	for i, e := range train {
		sentences[i] = sentiment.Example{Texts: e.Texts[:1], Label: e.Label}
	}
	m, err := sentiment.Learn(ctx, sentences, &t.learn)
	if err != nil {
		return nil, err
	}
	return func(e *sentiment.Example) (string, float64) { return m.Classify(e.Texts[0]).Label, 0 }, nil
}

// learnClause is the rule of the lexicon, which learns nothing.
func learnClause(ctx context.Context, _ []sentiment.Example) (classify, error) {
	engine := sentiment.NewLexicon()
	return func(e *sentiment.Example) (string, float64) {
		target := targetOf(e)
		d, err := engine.Analyze(ctx, []sentiment.Text{{Body: target.Text, Terms: []sentiment.Span{target.Term}}})
		if err != nil {
			return "", 0
		}
		for _, s := range d[0].Sentences {
			for _, o := range s.Opinions {
				return o.Label, 0
			}
		}
		return sentiment.Neutral, 0
	}, nil
}

func (t *sentimentTask) learnTargeted(ctx context.Context, train []sentiment.Example) (classify, error) {
	targets := make([]sentiment.TargetExample, len(train))
	for i := range train {
		targets[i] = targetOf(&train[i])
	}
	m, err := sentiment.LearnTargets(ctx, targets, &t.learn)
	if err != nil {
		return nil, err
	}
	return func(e *sentiment.Example) (string, float64) {
		target := targetOf(e)
		return m.Classify(target.Text, target.Term).Label(), 0
	}, nil
}
