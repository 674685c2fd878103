package traits

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
)

// How sure the lexical reader is, by how something is said. Our judgement, no measurement; see acts for what is done.
const (
	stated   = 0.7  // in the first person, of a kind of thing: "I love mugs"
	stuck    = 0.9  // a fact about the customer that seldom changes: "I am allergic to nickel"
	worn     = 0.8  // a size in the first person
	named    = 0.5  // a size without a person
	pointed  = 0.15 // in the first person, of one thing: "I love this mug"
	sought   = 0.15 // a category or a brand that the customer looks for
	typed    = 0.4  // anything else in a search
	implied  = 0.5  // a gift that is only told by whom it is for
	question = 0.4  // what a question leaves of the above, as a factor
)

// day is the unit of lifetimes.
const day = 24 * time.Hour

// lifetime is how long a reading holds without a new one; 0 is for ever, where what fades is left to profile's half-life.
// Our judgement of how long such a thing is true: an occasion passes, a baby grows, an allergy stays.
func lifetime(name, value string) time.Duration {
	switch name {
	case clm.Occasion:
		return 60 * day
	case clm.LifeEvent:
		if value == "baby" {
			return 365 * day
		}
		return 270 * day
	case clm.PriceSensitivity, clm.PrefersChannel:
		return 365 * day
	case clm.WearsSize, clm.Household:
		return 730 * day
	case clm.AgeBand, clm.Dislike:
		return 1095 * day
	}
	return 0
}

// A collector puts the findings of one event together.
type collector struct {
	event  *clm.Event
	source string
	traits []clm.Trait
}

// act adds what an act says.
func (c *collector) act(name, value string, confidence float64) {
	c.add(name, value, confidence, clm.Evidence{Event: c.event.ID})
}

// quote adds what a stretch of a text says.
func (c *collector) quote(field, s string, from, to int, name, value string, confidence float64) {
	q := s[from:to]
	if len(q) > maxQuote || !utf8.ValidString(q) || strings.IndexByte(q, 0) >= 0 {
		return
	}
	c.add(name, value, confidence, clm.Evidence{Event: c.event.ID, Field: field, Quote: q, From: from, To: to})
}

// maxQuote bounds a quote, in bytes.
const maxQuote = 1000

func (c *collector) add(name, value string, confidence float64, e clm.Evidence) {
	if value == "" || len(value) > clm.MaxID {
		return
	}
	i := slices.IndexFunc(c.traits, func(t clm.Trait) bool { return t.Name == name && t.Value == value })
	if i < 0 {
		if len(c.traits) == clm.MaxTraits {
			return
		}
		t := clm.Trait{Name: name, Value: value, Confidence: confidence, Seen: c.event.Time, Source: c.source}
		if d := lifetime(name, value); d > 0 {
			t.Expires = t.Seen.Add(d)
		}
		t.Evidence = []clm.Evidence{e}
		c.traits = append(c.traits, t)
		return
	}
	t := &c.traits[i]
	t.Confidence = max(t.Confidence, confidence)
	if len(t.Evidence) < maxPieces && !slices.Contains(t.Evidence, e) {
		t.Evidence = append(t.Evidence, e)
	}
}

// maxPieces bounds the evidence of one trait of one event.
const maxPieces = 8

// done returns the traits by name and value. What one event both likes and dislikes, it dislikes.
func (c *collector) done() []clm.Trait {
	disliked := func(value string) bool {
		return slices.ContainsFunc(c.traits, func(t clm.Trait) bool { return t.Name == clm.Dislike && t.Value == value })
	}
	kept := slices.DeleteFunc(slices.Clone(c.traits), func(t clm.Trait) bool {
		return (t.Name == clm.Interest || t.Name == clm.PrefersBrand) && disliked(t.Value)
	})
	slices.SortFunc(kept, func(a, b clm.Trait) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value)) })
	return kept
}
