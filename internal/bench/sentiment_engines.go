package main

import (
	"context"
	"strings"

	"github.com/clmkit/clmkit/profile/sentiment"
)

// classify returns a label and the score of the last of two labels.
type classify func(e *sentiment.Example) (label string, score float64)

func learnMajority(_ context.Context, train []sentiment.Example) (classify, error) {
	counts := map[string]int{}
	best := ""
	for _, e := range train {
		counts[e.Label]++
		if n := counts[e.Label]; n > counts[best] || n == counts[best] && e.Label < best {
			best = e.Label
		}
	}
	return func(*sentiment.Example) (string, float64) { return best, 0 }, nil
}

// learnLexicon learns nothing but what the labels are called: of the training
// rows that the lexicon finds positive, say, the most frequent label.
func learnLexicon(ctx context.Context, train []sentiment.Example) (classify, error) {
	engine := sentiment.NewLexicon()
	groups := map[sentiment.Label][]sentiment.Example{}
	last, sum, sumLast := "", 0.0, 0.0
	for i := range train {
		last = max(last, train[i].Label)
	}
	for i := range train {
		d, err := engine.Analyze(ctx, []sentiment.Text{{Body: joined(&train[i])}})
		if err != nil {
			return nil, err
		}
		feeling := d[0].Confidences.Label()
		groups[feeling] = append(groups[feeling], train[i])
		if sum += d[0].Score(); train[i].Label == last {
			sumLast += d[0].Score()
		}
	}
	names := map[sentiment.Label]string{}
	for feeling, group := range groups {
		said, _ := learnMajority(ctx, group)
		names[feeling], _ = said(nil)
	}
	sign := 1.0 // whether good texts have the last label
	if share := float64(len(train)); share*sumLast < sum*float64(countOf(train, last)) {
		sign = -1
	}
	return func(e *sentiment.Example) (string, float64) {
		d, err := engine.Analyze(ctx, []sentiment.Text{{Body: joined(e)}})
		if err != nil {
			return "", 0
		}
		return names[d[0].Confidences.Label()], sign * d[0].Score()
	}, nil
}

func joined(e *sentiment.Example) string { return strings.Join(e.Texts, "\n\n") }

func countOf(examples []sentiment.Example, label string) (n int) {
	for i := range examples {
		if examples[i].Label == label {
			n++
		}
	}
	return n
}

func (t *sentimentTask) learnLinear(ctx context.Context, train []sentiment.Example) (classify, error) {
	m, err := sentiment.Learn(ctx, train, &t.learn)
	if err != nil {
		return nil, err
	}
	return func(e *sentiment.Example) (string, float64) {
		p := m.Classify(e.Texts...)
		return p.Label, p.Probabilities[len(p.Probabilities)-1]
	}, nil
}
