package traits

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
)

// ModelSource is the source of what [Model] finds.
const ModelSource = "model/1"

// ModelOptions are the settings of a [Model] reader.
type ModelOptions struct {
	// MaxTexts is how many texts are asked about in one call. Default: 40.
	MaxTexts int
	// MaxBytes is how many bytes of one text the model sees; what comes after is not read. Default: 4,096.
	MaxBytes int
	// MaxLabels is how many labels and how many brands the model is told, those with the most items. It may name others
	// that the catalogue has. Default: 300.
	MaxLabels int
}

// A Model reader reads traits with a model. It is immutable, and safe for concurrent use when the model is.
type Model struct {
	model   llm.Model
	lexical *Lexical
	options ModelOptions
	told    taxonomy
}

// NewModel returns a reader that asks m. The catalogue, the labels, the demographics that may be read and the guards are
// those of the lexical reader, which also takes over when m fails.
func NewModel(m llm.Model, lexical *Lexical, o *ModelOptions) *Model {
	r := &Model{model: m, lexical: lexical}
	if o != nil {
		r.options = *o
	}
	r.options.MaxTexts = orDefault(r.options.MaxTexts, 40)
	r.options.MaxBytes = orDefault(r.options.MaxBytes, 4096)
	r.options.MaxLabels = orDefault(r.options.MaxLabels, 300)
	r.told = lexical.taxonomy(r.options.MaxLabels)
	return r
}

func orDefault(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

// ReadAll asks the model about the texts and searches of the events. Texts of different customers are never in one call: what
// one customer writes to the model must not reach what is found about another. It makes one call for each customer and
// MaxTexts texts, one after another, and two where the first reply has not the asked form.
//
// A text that seems to instruct whoever reads it is not shown to the model.
//
// The only error is that of a ctx that has ended. A model that fails is none: what the lexical reader finds in the same
// texts takes its place, and Reading.Failures says why.
func (m *Model) ReadAll(ctx context.Context, events []clm.Event) (Reading, error) {
	r := Reading{Cut: map[Cause]int{}}
	for _, texts := range m.calls(events, &r) {
		r.Calls++
		r.Texts += len(texts)
		answer, err := llm.Object[answer](ctx, m.model, m.request(texts))
		if ctx.Err() != nil {
			return Reading{}, ctx.Err()
		}
		if err != nil {
			r.Failures = append(r.Failures, fmt.Errorf("traits: texts of customer %s: %w", texts[0].event.Customer, err))
			m.fallBack(texts, &r)
			continue
		}
		m.take(texts, answer.Traits, &r)
	}
	return r, nil
}

// A said is a text of an event that the model is asked about.
type said struct {
	event *clm.Event
	field string
	text  string // as much of it as the model sees
	cut   *passage
}

// calls groups the texts by customer, in the order of their first event, and by the size of a call.
func (m *Model) calls(events []clm.Event, r *Reading) [][]said {
	byCustomer := map[clm.CustomerID][]said{}
	var order []clm.CustomerID
	for i := range events {
		e := &events[i]
		for _, s := range m.texts(e, r) {
			if byCustomer[e.Customer] == nil {
				order = append(order, e.Customer)
			}
			byCustomer[e.Customer] = append(byCustomer[e.Customer], s)
		}
	}
	var calls [][]said
	for _, c := range order {
		for texts := byCustomer[c]; len(texts) > 0; {
			n := min(len(texts), m.options.MaxTexts)
			calls, texts = append(calls, texts[:n]), texts[n:]
		}
	}
	return calls
}

// texts are the texts of an event, none when somebody else caused it. What seems to instruct whoever reads is withheld from
// the model and left to the lexical reader.
func (m *Model) texts(e *clm.Event, r *Reading) []said {
	if !e.Kind.ByCustomer() {
		return nil
	}
	var texts []said
	for _, s := range []said{{event: e, field: "text", text: e.Text}, {event: e, field: "query", text: e.Query}} {
		if s.text == "" {
			continue
		}
		s.text = head(s.text, m.options.MaxBytes)
		s.cut = m.lexical.read(s.text, s.field == "query")
		if !utf8.ValidString(s.text) || s.cut.instructs() {
			r.Withheld++
			m.fallBack([]said{s}, r)
			continue
		}
		texts = append(texts, s)
	}
	return texts
}

// head is the first n bytes of s, less what would cut a character.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// fallBack takes what the lexical reader finds in the events of the texts.
func (m *Model) fallBack(texts []said, r *Reading) {
	for i, s := range texts {
		if i > 0 && texts[i-1].event == s.event {
			continue
		}
		if found := m.lexical.Read(s.event); len(found) > 0 {
			r.Findings = append(r.Findings, finding(s.event, ByPhrases, found))
		}
	}
}

// take checks what the model proposes, and counts what is cut.
func (m *Model) take(texts []said, proposals []proposal, r *Reading) {
	c := m.checker(texts)
	for i, p := range proposals {
		cause := CutSurplus
		if i < maxProposals {
			cause = c.check(&p)
		}
		if cause != "" {
			r.Cut[cause]++
		}
	}
	for _, found := range c.collectors {
		if traits := found.done(); len(traits) > 0 {
			r.Findings = append(r.Findings, finding(found.event, ByModel, traits))
		}
	}
}

// maxProposals is how many proposals of one reply are looked at.
const maxProposals = 500
