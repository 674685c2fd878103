package sentiment

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDocumentLabelIsAzuresRule(t *testing.T) {
	for _, c := range []struct {
		sentences []Label
		want      Label
	}{
		{nil, Neutral},
		{[]Label{Neutral, Neutral}, Neutral},
		{[]Label{Neutral, Positive}, Positive},
		{[]Label{Negative, Neutral, Negative}, Negative},
		{[]Label{Positive, Neutral, Negative}, Mixed},
	} {
		var sentences []Sentence
		for _, label := range c.sentences {
			sentences = append(sentences, Sentence{Label: label})
		}
		assert.Equal(t, c.want, LabelOf(sentences), c.sentences)
	}
}

// felt is a document made by hand, so that the shapes are tested and no engine.
func felt() Document {
	return Document{
		Text: "Café: nice food. Slow!", Language: Language{"en", ByWords}, Label: Mixed,
		Confidences: Confidences{0.5, 0.25, 0.25}, Source: ByLexicon,
		Sentences: []Sentence{
			{Span: Span{Start: 0, End: 17}, Label: Positive, Confidences: Confidences{0.75, 0.25, 0}, Opinions: []Opinion{
				{Target: Span{Start: 12, End: 16}, Label: Positive, Confidences: Confidences{0.75, 0.25, 0}, Assessments: []Assessment{{Span{Start: 7, End: 11}, Positive, false}}},
				{Target: Span{Start: 0, End: 5}, Label: Neutral, Confidences: Confidences{0, 1, 0}},
			}},
			{Span: Span{Start: 18, End: 23}, Label: Negative, Confidences: Confidences{0, 0.5, 0.5}},
		},
	}
}

func TestAzureShape(t *testing.T) {
	got, err := json.Marshal(Azure([]Document{felt()}, CodePoints))
	require.NoError(t, err)
	require.JSONEq(t, `{
		"documents": [{
			"id": "1", "sentiment": "mixed",
			"confidenceScores": {"positive": 0.5, "neutral": 0.25, "negative": 0.25},
			"sentences": [
				{"sentiment": "positive", "confidenceScores": {"positive": 0.75, "neutral": 0.25, "negative": 0},
					"offset": 0, "length": 16, "text": "Café: nice food.",
					"targets": [{"sentiment": "positive", "confidenceScores": {"positive": 0.875, "negative": 0.125},
						"offset": 11, "length": 4, "text": "food",
						"relations": [{"relationType": "assessment", "ref": "#/documents/0/sentences/0/assessments/0"}]}],
					"assessments": [{"sentiment": "positive", "confidenceScores": {"positive": 1, "negative": 0},
						"offset": 6, "length": 4, "text": "nice", "isNegated": false}]},
				{"sentiment": "negative", "confidenceScores": {"positive": 0, "neutral": 0.5, "negative": 0.5},
					"offset": 17, "length": 5, "text": "Slow!", "targets": [], "assessments": []}
			],
			"warnings": []
		}],
		"errors": [], "modelVersion": "lexicon"
	}`, string(got))
}

func TestGoogleShape(t *testing.T) {
	d := felt()
	got, err := json.Marshal(d.Google(UTF16))
	require.NoError(t, err)
	require.JSONEq(t, `{
		"documentSentiment": {"magnitude": 1.25, "score": 0.25},
		"languageCode": "en", "languageSupported": true,
		"sentences": [
			{"text": {"content": "Café: nice food.", "beginOffset": 0}, "sentiment": {"magnitude": 0.75, "score": 0.75}},
			{"text": {"content": "Slow!", "beginOffset": 17}, "sentiment": {"magnitude": 0.5, "score": -0.5}}
		]
	}`, string(got))
}

func TestOffsetsAreCountedInUnits(t *testing.T) {
	const s = "é😍"
	require.Equal(t, []int{6, 2, 3}, []int{Bytes.count(s), CodePoints.count(s), UTF16.count(s)})
}

// TestLawsOfDocuments holds for any text and each engine.
func TestLawsOfDocuments(t *testing.T) {
	learned, err := NewLearned(learn(t, reviews(200, 10, Negative, Neutral, Positive), nil), nil)
	require.NoError(t, err)
	words := rapid.SampledFrom([]string{"good", "bad", "not ", "but", ", ", ". ", "😍", "dress ", "sehr ", "\xff", "é", " "})
	rapid.Check(t, func(t *rapid.T) {
		body := ""
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			body += rapid.OneOf(words, rapid.StringN(0, 3, -1)).Draw(t, "word")
		}
		for _, a := range []Analyzer{NewLexicon(), learned} {
			documents, err := a.Analyze(t.Context(), []Text{{Body: body}})
			require.NoError(t, err)
			d := documents[0]
			require.Equal(t, LabelOf(d.Sentences), d.Label)
			sumsToOne(t, d.Confidences)
			require.GreaterOrEqual(t, d.Magnitude(), 0.0)
			require.LessOrEqual(t, math.Abs(d.Score()), 1+1e-12)
			last := 0
			for _, s := range d.Sentences {
				require.True(t, last <= s.Start && s.Start < s.End && s.End <= len(body))
				last = s.End
				sumsToOne(t, s.Confidences)
				for _, o := range s.Opinions {
					require.True(t, s.Start <= o.Target.Start && o.Target.Start < o.Target.End && o.Target.End <= s.End)
					sumsToOne(t, o.Confidences)
				}
			}
		}
	})
}

func sumsToOne(t require.TestingT, c Confidences) {
	require.InDelta(t, 1, c.Positive+c.Neutral+c.Negative, 1e-9)
	require.GreaterOrEqual(t, min(c.Positive, c.Neutral, c.Negative), 0.0)
}
