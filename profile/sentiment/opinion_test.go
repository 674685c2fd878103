package sentiment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// opinions returns what a text says of its targets, as "target=label".
func opinions(d *Document) (out []string) {
	for _, s := range d.Sentences {
		for _, o := range s.Opinions {
			out = append(out, o.Target.In(d.Text)+"="+o.Label)
		}
	}
	return out
}

func TestOpinionsHaveTheirTargets(t *testing.T) {
	for body, want := range map[string][]string{
		"The colour is lovely, but the zip is terrible.": {"colour=positive", "zip=negative"},
		"Great fabric. The zip broke.":                   {"fabric=positive", "zip=negative"},
		"The fabric is not soft":                         {"fabric=negative"},
		"It arrived on Tuesday.":                         nil,
		"Die Farbe ist schön, aber der Stoff ist billig": {"Farbe=positive", "Stoff=negative"},
	} {
		d := read(t, NewLexicon(), body)
		assert.Equal(t, want, opinions(&d), body)
	}
}

func TestTermsThatAreAskedForAreAnswered(t *testing.T) {
	body := "The decor is awful, the waiter was here, and I love the food."
	var terms []Span
	for _, term := range []string{"decor", "waiter", "food"} {
		at := strings.Index(body, term)
		terms = append(terms, Span{Start: at, End: at + len(term)})
	}
	terms = append(terms, Span{Start: 50, End: 500}, Span{Start: 3, End: 3}) // not in the text
	d, err := NewLexicon().Analyze(t.Context(), []Text{{Body: body, Terms: terms}})
	require.NoError(t, err)
	require.Equal(t, []string{"decor=negative", "waiter=neutral", "food=positive"}, opinions(&d[0]))
	said := d[0].Sentences[0].Opinions[0].Assessments
	require.Len(t, said, 1)
	require.Equal(t, "awful", said[0].In(body))
}

// clauses are sentences whose two halves feel differently, in words that the
// lexicon does not have.
func clauses() (examples []TargetExample) {
	things := []string{"soup", "table", "terrace", "staff", "menu", "music"}
	for i := range 120 {
		a, b := things[i%6], things[(i+1+i/6%5)%6]
		s := fmt.Sprintf("The %s was zingy and the %s was glum.", a, b)
		if i/6%2 == 1 {
			s = fmt.Sprintf("The %s was glum and the %s was zingy.", b, a)
		}
		for _, c := range []struct{ term, label string }{{a, Positive}, {b, Negative}} {
			at := strings.Index(s, c.term)
			examples = append(examples, TargetExample{s, Span{Start: at, End: at + len(c.term)}, c.label})
		}
	}
	return examples
}

func TestTargetedLearnsWhichWordsBelongToATerm(t *testing.T) {
	m, err := LearnTargets(t.Context(), clauses(), nil)
	require.NoError(t, err)
	const s = "The bread was glum and the salad was zingy."
	bread, salad := Span{Start: 4, End: 9}, Span{Start: 27, End: 32}
	require.Equal(t, "salad", salad.In(s))
	assert.Equal(t, Negative, m.Classify(s, bread).Label())
	assert.Equal(t, Positive, m.Classify(s, salad).Label())

	stored, err := m.MarshalBinary()
	require.NoError(t, err)
	loaded, err := LoadTargets(stored)
	require.NoError(t, err)
	assert.Equal(t, m.Classify(s, bread), loaded.Classify(s, bread))
}

func TestTargetedRefuses(t *testing.T) {
	examples := clauses()
	examples[3].Term.End = 1000
	_, err := LearnTargets(t.Context(), examples, nil)
	require.ErrorContains(t, err, "example 3")
	moods, err := learn(t, reviews(60, 5, "anger", "joy"), nil).MarshalBinary()
	require.NoError(t, err)
	_, err = LoadTargets(moods)
	require.ErrorIs(t, err, ErrFormat)
}

func TestLearnedReadsByWhatItLearned(t *testing.T) {
	var rated []Example
	for i := range 100 {
		rated = append(rated, Example{[]string{fmt.Sprintf("visit %d was zingy", i)}, Positive}, Example{[]string{fmt.Sprintf("visit %d was glum", i)}, Negative})
	}
	targeted, err := LearnTargets(t.Context(), clauses(), nil)
	require.NoError(t, err)
	engine, err := NewLearned(learn(t, rated, nil), targeted)
	require.NoError(t, err)
	d := read(t, engine, "It was zingy. It was glum.")
	assert.Equal(t, ByLinear, d.Source)
	assert.Equal(t, Mixed, d.Label)
	assert.Equal(t, []Label{Positive, Negative}, []Label{d.Sentences[0].Label, d.Sentences[1].Label})
	assert.Equal(t, Neutral, read(t, NewLexicon(), "It was zingy.").Label, "the lexicon does not know the word")

	_, err = NewLearned(learn(t, reviews(60, 5, "anger", "joy"), nil), nil)
	require.Error(t, err)
}
