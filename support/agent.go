package support

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/profile"
)

// ErrQuestion is wrapped by the error about a question without a customer or a time, with another's profile, or that is
// not valid UTF-8.
var ErrQuestion = errors.New("support: question is not usable")

// A Question is what a customer asks.
type Question struct {
	Customer clm.CustomerID
	// Text is the customer's own words.
	Text string
	// Language of the question, such as "de". Default: the language of the knowledge.
	Language string
	// Conversation is what was said before, oldest first. It goes to the model and into the summary of a handoff; what
	// is answered is Text.
	Conversation []Turn
	// Profile is what is known of the customer. With Portrait it goes to the model as [profile.Profile.Describe], so that
	// it can pick what fits; whatever it says still has to stand in the passages. Nil: nothing.
	Profile *profile.Profile
	// Portrait are the settings of the description. Its purpose and the customer's consent decide what is in it. Nil: the
	// model learns nothing of the customer.
	Portrait *profile.PortraitOptions
	// Time is when it was asked.
	Time time.Time
}

// A Turn is something said before.
type Turn struct {
	Customer bool // said by the customer, not by the shop
	Text     string
}

// An Answer is what the customer is told.
type Answer struct {
	// Text is the answer, or the sentence that a human will take over.
	Text string `json:"text"`
	// Citations are the places that the answer rests on, in the order of the text; none for a handoff.
	Citations []Citation `json:"citations,omitempty"`
	Path      Path       `json:"path"`
	// Coverage is the share of the question that the best passage speaks of, in [0, 1]; see [Hit.Coverage]. It is no
	// probability of being right.
	Coverage float64 `json:"coverage"`
	// Handoff says that, and why, a human has to answer; nil when Text is the answer.
	Handoff *Handoff `json:"handoff,omitempty"`
	// Cut counts the sentences of the model that its citations did not support and that were left out.
	Cut int `json:"cut"`
	// ModelError is why the model's answer was not used; it is not part of the JSON. Nil when it was, and when the model was not asked.
	ModelError error `json:"-"`
}

// A Citation is a place in a document: Quote is the document's Text from Start to End, in bytes.
type Citation struct {
	Document string `json:"document"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Quote    string `json:"quote"`
}

// Path says how an answer was made.
type Path string

// The paths.
const (
	Quoted    Path = "quoted"     // sentences of a document, unchanged
	ByModel   Path = "model"      // worded by a model, checked against its citations
	HandedOff Path = "handed off" // by a human, later
)

// A Handoff is what a human needs in order to go on.
type Handoff struct {
	Reason Reason `json:"reason"`
	// Summary is who asked what and when, why it was not answered, and the passages that came nearest.
	Summary string `json:"summary"`
}

// Texts are what the shop says in a language when it does not answer itself.
type Texts struct {
	// Unknown says that the documents have no answer and a colleague will look at it.
	Unknown string
	// Handoff says that a colleague takes over.
	Handoff string
}

// Options are the settings of an [Agent].
type Options struct {
	// Model words answers. Default: none, answers are quoted.
	Model llm.Model
	// MinCoverage is the least coverage of a question for an answer, in (0, 1]. Default, also for
	// what is outside of it: 0.6.
	MinCoverage float64
	// Texts by language. Default, also for a language that is not there: English and German of our own, and English for
	// every other language.
	Texts map[string]Texts
}

// defaultCoverage was chosen by TestQuality on the half of its questions that does not score: the lowest tenth at which
// in none of three sets more than one in twenty of the questions without an answer is answered.
const defaultCoverage = 0.6

// An Agent answers questions. It is immutable and safe for concurrent use.
type Agent struct {
	knowledge *Knowledge
	options   Options
}

// NewAgent returns an agent that answers from a knowledge.
func NewAgent(k *Knowledge, o *Options) *Agent {
	a := &Agent{knowledge: k}
	if o != nil {
		a.options = *o
	}
	if !(a.options.MinCoverage > 0 && a.options.MinCoverage <= 1) {
		a.options.MinCoverage = defaultCoverage
	}
	return a
}

// Answer answers a question or hands it off. It fails with [ErrQuestion] and with ctx's error when ctx has ended; a
// failing model is no error, the answer is quoted then. It makes one model call, two when the first reply has not the
// asked form, and none for a question that is handed off.
func (a *Agent) Answer(ctx context.Context, q *Question) (*Answer, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	hits := a.knowledge.Search(q.Text, shownPassages)
	if reason, words := triage(q.Text); reason != "" {
		return a.handOff(q, reason, words, hits), nil
	}
	switch {
	case len(a.knowledge.stems(q.Text)) == 0:
		return a.handOff(q, Unclear, "", nil), nil
	case len(hits) == 0 || hits[0].Coverage < a.options.MinCoverage:
		return a.handOff(q, Unknown, "", hits), nil
	case a.options.Model == nil:
		return a.quote(q, hits[0]), nil
	}
	answer, err := a.word(ctx, q, hits)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		quoted := a.quote(q, hits[0])
		quoted.ModelError, quoted.Cut = err, answer.Cut
		return quoted, nil
	}
	return answer, nil
}

// shownPassages is how many passages a model sees and a summary names.
const shownPassages = 4

// quote answers with the sentences of the best passage that speak most of the question.
func (a *Agent) quote(q *Question, hit Hit) *Answer {
	answer := &Answer{Path: Quoted, Coverage: hit.Coverage}
	var quotes []string
	for _, span := range a.knowledge.pick(q.Text, hit) {
		quote := a.knowledge.documents[hit.Document].Text[span.Start:span.End]
		quotes = append(quotes, quote)
		answer.Citations = append(answer.Citations, Citation{hit.Document, span.Start, span.End, quote})
	}
	answer.Text = strings.Join(quotes, " ")
	return answer
}

// pick chooses sentences of a passage: from the one that covers most of the question, each next that covers a word that
// is not covered yet, in the order of the text. When no sentence has a word of the question, because they stand in the
// title, it is the whole passage.
func (k *Knowledge) pick(question string, hit Hit) []text.Span {
	asked := k.stems(question)
	covered, chosen := map[string]bool{}, make([]bool, len(hit.sentences))
	for {
		best, most := -1, 0.0
		for i, span := range hit.sentences {
			if gain := k.gain(asked, covered, k.documents[hit.Document].Text[span.Start:span.End]); gain > most {
				best, most = i, gain
			}
		}
		if best < 0 {
			break
		}
		chosen[best] = true
		for _, s := range k.stems(hit.sentences[best].In(k.documents[hit.Document].Text)) {
			covered[s] = true
		}
	}
	var out []text.Span
	for i, span := range hit.sentences {
		if chosen[i] || len(covered) == 0 {
			out = append(out, span)
		}
	}
	return out
}

// gain is the weight of the question's stems that a sentence has and that are not covered yet.
func (k *Knowledge) gain(asked []string, covered map[string]bool, sentence string) float64 {
	have := map[string]bool{}
	for _, s := range k.stems(sentence) {
		have[s] = !covered[s]
	}
	return k.coverage(asked, have)
}
