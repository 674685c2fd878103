package sentiment

import (
	"fmt"
	"unicode/utf16"
)

// An Offsets says in which units offsets into texts are counted.
type Offsets int

// The units. Azure calls them stringIndexType, and Google encodingType.
const (
	Bytes      Offsets = iota // UTF8
	CodePoints                // UnicodeCodePoint, UTF32
	UTF16                     // Utf16CodeUnit, UTF16
)

// count returns the length of s in units.
func (o Offsets) count(s string) int {
	switch o {
	case CodePoints:
		return len([]rune(s))
	case UTF16:
		return len(utf16.Encode([]rune(s)))
	}
	return len(s)
}

// AzureResult is a result of Azure AI Language's sentiment analysis, in JSON as
// its REST API 3.1 has it.
type AzureResult struct {
	Documents    []AzureDocument `json:"documents"`
	Errors       []struct{}      `json:"errors"`
	ModelVersion string          `json:"modelVersion"`
}

// AzureDocument is a document in it.
type AzureDocument struct {
	ID               string           `json:"id"`
	Sentiment        Label            `json:"sentiment"`
	ConfidenceScores AzureConfidences `json:"confidenceScores"`
	Sentences        []AzureSentence  `json:"sentences"`
	Warnings         []struct{}       `json:"warnings"`
}

// AzureConfidences sum to 1.
type AzureConfidences struct {
	Positive float64 `json:"positive"`
	Neutral  float64 `json:"neutral"`
	Negative float64 `json:"negative"`
}

// AzureSentence is a sentence in it. Offsets are from the start of the document.
type AzureSentence struct {
	Sentiment        Label             `json:"sentiment"`
	ConfidenceScores AzureConfidences  `json:"confidenceScores"`
	Offset           int               `json:"offset"`
	Length           int               `json:"length"`
	Text             string            `json:"text"`
	Targets          []AzureTarget     `json:"targets"`
	Assessments      []AzureAssessment `json:"assessments"`
}

// AzureTargetConfidences are those of a target: positive and negative alone, as
// Azure has it. They sum to 1.
type AzureTargetConfidences struct {
	Positive float64 `json:"positive"`
	Negative float64 `json:"negative"`
}

// AzureTarget is a target with references to what is said of it. Azure has no
// neutral ones, so they are left out.
type AzureTarget struct {
	Sentiment        Label                  `json:"sentiment"`
	ConfidenceScores AzureTargetConfidences `json:"confidenceScores"`
	Offset           int                    `json:"offset"`
	Length           int                    `json:"length"`
	Text             string                 `json:"text"`
	Relations        []AzureRelation        `json:"relations"`
}

// AzureRelation refers to an assessment.
type AzureRelation struct {
	RelationType string `json:"relationType"`
	Ref          string `json:"ref"`
}

// AzureAssessment is a word that says something of a target.
type AzureAssessment struct {
	Sentiment        Label                  `json:"sentiment"`
	ConfidenceScores AzureTargetConfidences `json:"confidenceScores"`
	Offset           int                    `json:"offset"`
	Length           int                    `json:"length"`
	Text             string                 `json:"text"`
	IsNegated        bool                   `json:"isNegated"`
}

// Azure brings documents to the shape of Azure AI Language. Their ids are their
// places, from "1" on; the model version is the source of the first.
func Azure(documents []Document, offsets Offsets) AzureResult {
	result := AzureResult{Documents: []AzureDocument{}, Errors: []struct{}{}}
	for i := range documents {
		d := &documents[i]
		if i == 0 {
			result.ModelVersion = string(d.Source)
		}
		a := AzureDocument{
			ID: fmt.Sprint(i + 1), Sentiment: d.Label, ConfidenceScores: AzureConfidences(d.Confidences),
			Sentences: []AzureSentence{}, Warnings: []struct{}{},
		}
		for k := range d.Sentences {
			at := fmt.Sprintf("#/documents/%d/sentences/%d/assessments/", i, k)
			a.Sentences = append(a.Sentences, azureSentence(d, &d.Sentences[k], offsets, at))
		}
		result.Documents = append(result.Documents, a)
	}
	return result
}

func azureSentence(d *Document, s *Sentence, offsets Offsets, at string) AzureSentence {
	place := func(span Span) (offset, length int, text string) {
		return offsets.count(d.Text[:span.Start]), offsets.count(span.In(d.Text)), span.In(d.Text)
	}
	a := AzureSentence{
		Sentiment: s.Label, ConfidenceScores: AzureConfidences(s.Confidences),
		Targets: []AzureTarget{}, Assessments: []AzureAssessment{},
	}
	a.Offset, a.Length, a.Text = place(s.Span)
	refs := map[Assessment]string{}
	for _, o := range s.Opinions {
		if o.Label == Neutral {
			continue
		}
		t := AzureTarget{Sentiment: o.Label, ConfidenceScores: azureShares(o.Confidences), Relations: []AzureRelation{}}
		t.Offset, t.Length, t.Text = place(o.Target)
		for _, said := range o.Assessments {
			if refs[said] == "" {
				refs[said] = fmt.Sprint(at, len(a.Assessments))
				a.Assessments = append(a.Assessments, azureAssessment(said, place))
			}
			t.Relations = append(t.Relations, AzureRelation{"assessment", refs[said]})
		}
		a.Targets = append(a.Targets, t)
	}
	return a
}

func azureAssessment(said Assessment, place func(Span) (int, int, string)) AzureAssessment {
	a := AzureAssessment{Sentiment: said.Label, ConfidenceScores: AzureTargetConfidences{Positive: 1}, IsNegated: said.Negated}
	if said.Label == Negative {
		a.ConfidenceScores = AzureTargetConfidences{Negative: 1}
	}
	a.Offset, a.Length, a.Text = place(said.Span)
	return a
}

// azureShares splits the neutral part between the two others.
func azureShares(c Confidences) AzureTargetConfidences {
	return AzureTargetConfidences{c.Positive + c.Neutral/2, c.Negative + c.Neutral/2}
}
