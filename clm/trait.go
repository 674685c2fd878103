package clm

import (
	"fmt"
	"slices"
	"time"
)

// A Trait is something that a customer was found to be, to like or to need, with
// the words or acts that say so. Traits are read from events; what a reader found
// comes into a [Log] as an [Inferred] event where the reading cannot be repeated
// for nothing, as with a model.
type Trait struct {
	// Name says what is known, as one of the names below or one of the host's.
	Name string `json:"name"`
	// Value is what it is: a label of the host's taxonomy, a size, a language.
	Value string `json:"value"`
	// Confidence is how sure the reader is, in (0, 1]. It is a probability
	// only where the reader's documentation says so.
	Confidence float64 `json:"confidence"`
	// Evidence is what the trait rests on; there is at least one.
	Evidence []Evidence `json:"evidence"`
	// Seen is when the newest evidence happened.
	Seen time.Time `json:"seen"`
	// Expires is when the trait stops to hold without new evidence. Zero: never.
	Expires time.Time `json:"expires,omitzero"`
	// Source says who found it: the name and the version of a reader.
	Source string `json:"source"`
}

// The names of traits that clmkit's own readers use.
const (
	Interest         = "interest"          // a category of the catalogue, or a label of the host's taxonomy
	Dislike          = "dislike"           // a category, a brand or a word that the customer does not want
	PrefersBrand     = "brand"             // a brand of the catalogue
	WearsSize        = "size"              // "M", "42", "32/34"
	PriceSensitivity = "price_sensitivity" // "high" or "low"
	Occasion         = "occasion"          // "gift", "wedding": what something is bought for
	LifeEvent        = "life_event"        // "baby", "moving", "wedding"
	Language         = "language"          // a BCP 47 tag
	PrefersChannel   = "channel"           // a channel of events
	AgeBand          = "age_band"          // demographic, see profile.Demographic
	Household        = "household"         // demographic
	Gender           = "gender"            // demographic and protected
)

// Evidence points to what an event says. Where it quotes, Quote is the bytes from
// From to To of the event's text or query.
type Evidence struct {
	Event string `json:"event"`           // the event's ID
	Field string `json:"field,omitempty"` // "text" or "query"; empty for an act
	Quote string `json:"quote,omitempty"` // empty for an act
	From  int    `json:"from,omitempty"`  // bytes
	To    int    `json:"to,omitempty"`    // bytes; exclusive
}

// Holds reports whether the evidence is really in the event: it has the event's
// ID, and its quote, if it has one, stands where it says.
func (v *Evidence) Holds(e *Event) bool {
	if v.Event != e.ID {
		return false
	}
	var text string
	switch v.Field {
	case "":
		return v.Quote == "" && v.From == 0 && v.To == 0
	case "text":
		text = e.Text
	case "query":
		text = e.Query
	default:
		return false
	}
	return v.Quote != "" && 0 <= v.From && v.From < v.To && v.To <= len(text) && text[v.From:v.To] == v.Quote
}

// A Verdict is what a host or a customer says about a trait.
type Verdict string

// The verdicts of a [Correction].
const (
	Pin  Verdict = "pin"  // it holds, whatever is read
	Deny Verdict = "deny" // it does not hold, whatever is read
	Lift Verdict = "lift" // what is read decides again
)

// A Correction is a word on a trait of a customer that is stronger than what is
// read. The latest word on a name and value counts.
type Correction struct {
	Name    string  `json:"name"`
	Value   string  `json:"value"` // empty with [Deny]: every value of the name
	Verdict Verdict `json:"verdict"`
	By      string  `json:"by,omitempty"` // who said it: "customer", "agent". Free text
}

// Limits of the traits of one event.
const (
	MaxTraits   = 1000 // traits of one Inferred event
	MaxEvidence = 100  // evidence of one trait
)

func (c *checker) traits(e *Event) {
	if len(e.Traits) > MaxTraits {
		c.fail("traits", "%d traits, at most %d are allowed", len(e.Traits), MaxTraits)
	}
	for i := range e.Traits {
		if c.first != nil {
			return
		}
		c.trait(fmt.Sprintf("traits[%d]", i), &e.Traits[i])
	}
	if len(e.Traits) > 0 && e.Kind != Inferred {
		c.fail("traits", "only what is inferred has traits, this is %q", string(e.Kind))
	}
	if e.Correction != nil && e.Kind != Corrected {
		c.fail("correction", "only corrections have one, this is %q", string(e.Kind))
	}
	if (e.Alias != "" || e.Owner != "") && e.Kind != Identified {
		c.fail("alias", "only identifications have one, this is %q", string(e.Kind))
	}
}

func (c *checker) identity(e *Event) {
	switch {
	case e.Alias == "" && e.Owner == "":
		c.fail("alias", "missing")
	case e.Alias != "" && e.Owner != "":
		c.fail("owner", "one of alias and owner is allowed")
	case e.Alias == e.Customer || e.Owner == e.Customer:
		c.fail("alias", "the customer's own id")
	}
}

func (c *checker) trait(field string, t *Trait) {
	c.ident(field+".name", t.Name)
	c.ident(field+".value", t.Value)
	c.ident(field+".source", t.Source)
	switch {
	case !(t.Confidence > 0 && t.Confidence <= 1):
		c.fail(field+".confidence", "%v is not in (0, 1]", t.Confidence)
	case len(t.Evidence) == 0:
		c.fail(field+".evidence", "missing")
	case len(t.Evidence) > MaxEvidence:
		c.fail(field+".evidence", "%d pieces, at most %d are allowed", len(t.Evidence), MaxEvidence)
	case t.Seen.IsZero():
		c.fail(field+".seen", "missing")
	}
	for i := range t.Evidence {
		c.evidence(fmt.Sprintf("%s.evidence[%d]", field, i), &t.Evidence[i])
	}
}

func (c *checker) evidence(field string, v *Evidence) {
	c.ident(field+".event", v.Event)
	c.text(field+".quote", v.Quote, MaxText)
	switch {
	case v.Field != "" && v.Field != "text" && v.Field != "query":
		c.fail(field+".field", "%q is not text or query", v.Field)
	case v.Field == "" && (v.Quote != "" || v.From != 0 || v.To != 0):
		c.fail(field+".field", "missing beside a quote")
	case v.Field != "" && (v.Quote == "" || v.From < 0 || v.To-v.From != len(v.Quote)):
		c.fail(field+".to", "%d to %d are not the %d bytes of the quote", v.From, v.To, len(v.Quote))
	}
}

func (c *checker) correction(r *Correction) {
	if r == nil {
		c.need("correction", false)
		return
	}
	c.ident("correction.name", r.Name)
	c.text("correction.value", r.Value, MaxID)
	c.text("correction.by", r.By, MaxID)
	switch r.Verdict {
	case Pin:
		c.need("correction.value", r.Value != "")
	case Deny, Lift:
	default:
		c.fail("correction.verdict", "unknown verdict %q", string(r.Verdict))
	}
}

func cloneTraits(traits []Trait) []Trait {
	c := slices.Clone(traits)
	for i := range c {
		c[i].Evidence = slices.Clone(c[i].Evidence)
	}
	return c
}
