package sentiment

import (
	"fmt"
	"math"
	"strings"
)

// reply is what the model is asked for: nothing in it is trusted.
type reply struct {
	Sentences []saidSentence `json:"sentences"`
	Opinions  []saidOpinion  `json:"opinions"`
}

type saidSentence struct {
	Text       string  `json:"text" jsonschema:"id of the text"`
	Quote      string  `json:"quote" jsonschema:"the sentence, copied exactly"`
	Label      Label   `json:"label" jsonschema:"positive, neutral or negative"`
	Confidence float64 `json:"confidence" jsonschema:"from 0 to 1"`
}

type saidOpinion struct {
	Text       string  `json:"text" jsonschema:"id of the text"`
	Quote      string  `json:"quote" jsonschema:"the words that judge the target, with it, copied exactly"`
	Target     string  `json:"target" jsonschema:"the thing that is judged, copied exactly"`
	Label      Label   `json:"label" jsonschema:"positive, neutral or negative"`
	Confidence float64 `json:"confidence" jsonschema:"from 0 to 1"`
}

// take checks what was said, and writes into the documents what holds.
func (r *reply) take(asked map[string]*Document, counts *Counts) {
	for _, said := range r.Sentences {
		if cause := takeSentence(asked[said.Text], said); cause != "" {
			counts.Cut[cause]++
		} else {
			counts.Sentences++
		}
	}
	replaced := map[*Sentence]map[Span]bool{}
	for _, said := range r.Opinions {
		if cause := takeOpinion(asked[said.Text], said, replaced); cause != "" {
			counts.Cut[cause]++
		} else {
			counts.Opinions++
		}
	}
	for _, d := range asked {
		d.settle()
	}
}

func takeSentence(d *Document, said saidSentence) Cause {
	confidences, ok := confidencesOf(said.Label, said.Confidence)
	if d == nil {
		return CutText
	}
	if !ok {
		return CutLabel
	}
	s, _, cause := d.find(said.Quote, func(s *Sentence) bool { return s.Source == ByModel })
	if cause != "" {
		return cause
	}
	s.Label, s.Confidences, s.Source = said.Label, confidences, ByModel
	return ""
}

// takeOpinion adds an opinion. The first one in a sentence clears those of the
// other engine.
func takeOpinion(d *Document, said saidOpinion, replaced map[*Sentence]map[Span]bool) Cause {
	confidences, ok := confidencesOf(said.Label, said.Confidence)
	if d == nil {
		return CutText
	}
	if !ok {
		return CutLabel
	}
	s, at, cause := d.find(said.Quote, func(*Sentence) bool { return false })
	if cause != "" {
		return cause
	}
	within := strings.Index(said.Quote, said.Target)
	if said.Target == "" || within < 0 {
		return CutApart
	}
	target := Span{Start: at + within, End: at + within + len(said.Target)}
	if replaced[s][target] {
		return CutRepeat
	}
	if replaced[s] == nil {
		replaced[s], s.Opinions = map[Span]bool{}, nil
	}
	replaced[s][target] = true
	s.Opinions = append(s.Opinions, Opinion{Target: target, Label: said.Label, Confidences: confidences})
	return ""
}

// find returns the first sentence that holds a quote and is not taken, and where
// in the text the quote begins.
func (d *Document) find(quote string, taken func(*Sentence) bool) (*Sentence, int, Cause) {
	if strings.TrimSpace(quote) == "" || !strings.Contains(d.Text, quote) {
		return nil, 0, CutQuote
	}
	cause := CutBorder
	for i := range d.Sentences {
		s := &d.Sentences[i]
		at := strings.Index(s.In(d.Text), quote)
		if at >= 0 && !taken(s) {
			return s, s.Start + at, ""
		}
		if at >= 0 {
			cause = CutRepeat
		}
	}
	return nil, 0, cause
}

// confidencesOf gives a label its confidence, or what it takes to be the most
// likely one, and splits the rest evenly.
func confidencesOf(label Label, confidence float64) (Confidences, bool) {
	if !(confidence >= 0 && confidence <= 1) || math.IsNaN(confidence) {
		return Confidences{}, false
	}
	p := max(confidence, 0.34)
	rest := (1 - p) / 2
	switch label {
	case Positive:
		return Confidences{p, rest, rest}, true
	case Neutral:
		return Confidences{rest, p, rest}, true
	case Negative:
		return Confidences{rest, rest, p}, true
	}
	return Confidences{}, false
}

// settle works out what follows from the sentences.
func (d *Document) settle() {
	n := 0
	for i := range d.Sentences {
		if d.Sentences[i].Source == ByModel {
			n++
		}
	}
	if n == 0 {
		d.Why = "sentiment: the model said nothing of the text that holds"
		return
	}
	if n < len(d.Sentences) {
		d.Why = fmt.Sprintf("sentiment: the model judged %d of %d sentences", n, len(d.Sentences))
	}
	d.Source, d.Label, d.Confidences = ByModel, LabelOf(d.Sentences), meanOf(d.Sentences)
}
