package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/profile/sentiment"
)

// markedTexts reads a file of terms: its texts as the lexicon reads them, and the
// terms that people marked in each, in lower case.
func markedTexts(t *testing.T, file string) (documents []sentiment.Document, terms map[string][]string) {
	t.Helper()
	examples, err := targetsOf(file)
	require.NoError(t, err)
	terms = map[string][]string{}
	var texts []sentiment.Text
	for _, e := range examples {
		if terms[e.Text] == nil {
			texts = append(texts, sentiment.Text{Body: e.Text, Locale: "en"})
		}
		terms[e.Text] = append(terms[e.Text], strings.ToLower(e.Term.In(e.Text)))
	}
	documents, err = sentiment.NewLexicon().Analyze(t.Context(), texts)
	require.NoError(t, err)
	return documents, terms
}

// hits counts the found targets that are a marked term, and those that are none.
func hits(documents []sentiment.Document, terms map[string][]string) (exact, other int) {
	for _, d := range documents {
		for _, s := range d.Sentences {
			for _, o := range s.Opinions {
				found := false
				for _, term := range terms[d.Text] {
					found = found || term == strings.ToLower(o.Target.In(d.Text))
				}
				if found {
					exact++
				} else {
					other++
				}
			}
		}
	}
	return exact, other
}

// Compounds of the training part make found targets of the other part no worse:
// more of them are what people marked, to the letter.
func TestCompoundsAreTermsThatPeopleMark(t *testing.T) {
	train, _ := markedTexts(t, openPart(t, "mams_absa", "mams_atsa_train.jsonl.gz"))
	documents, terms := markedTexts(t, openPart(t, "mams_absa", "mams_atsa_val.jsonl.gz"))
	compounds := sentiment.NewCompounds(train, nil)
	exact, other := hits(documents, terms)
	for i := range documents {
		compounds.Widen(&documents[i])
	}
	wideExact, wideOther := hits(documents, terms)
	t.Logf("targets that are a marked term: %d of %d, with compounds %d of %d", exact, exact+other, wideExact, wideExact+wideOther)
	assert.Greater(t, wideExact, exact)
	assert.Less(t, wideOther, other)
}
