package support

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// check reports what makes a question unusable.
func (q *Question) check() error {
	switch {
	case q.Customer == "":
		return fmt.Errorf("%w: customer is missing", ErrQuestion)
	case q.Time.IsZero():
		return fmt.Errorf("%w: time is missing", ErrQuestion)
	case !utf8.ValidString(q.Text):
		return fmt.Errorf("%w: not valid UTF-8", ErrQuestion)
	case q.Profile != nil && q.Profile.Customer != q.Customer:
		return fmt.Errorf("%w: the profile is of customer %s", ErrQuestion, q.Profile.Customer)
	}
	for i, t := range q.Conversation {
		if !utf8.ValidString(t.Text) {
			return fmt.Errorf("%w: turn %d is not valid UTF-8", ErrQuestion, i)
		}
	}
	return nil
}

// handOff is the answer that a human takes over.
func (a *Agent) handOff(q *Question, reason Reason, words string, hits []Hit) *Answer {
	texts := a.texts(q.Language)
	said := texts.Handoff
	if reason == Unknown || reason == Unclear {
		said = texts.Unknown
	}
	answer := &Answer{Text: said, Path: HandedOff, Handoff: &Handoff{reason, a.summary(q, reason, words, hits)}}
	if len(hits) > 0 {
		answer.Coverage = hits[0].Coverage
	}
	return answer
}

// texts are the shop's, or our own, in the language of a question.
func (a *Agent) texts(language string) Texts {
	if language == "" {
		language = string(a.knowledge.language)
	}
	if t, ok := a.options.Texts[language]; ok {
		return t
	}
	if language == "de" {
		return Texts{
			Unknown: "Das weiß ich leider nicht. Ich gebe Ihre Frage an eine Kollegin oder einen Kollegen weiter.",
			Handoff: "Ich gebe Ihr Anliegen an eine Kollegin oder einen Kollegen weiter.",
		}
	}
	return Texts{
		Unknown: "I do not know. I am passing your question on to a colleague.",
		Handoff: "I am passing this on to a colleague.",
	}
}

// longestQuote is how many bytes of each turn and passage a summary repeats.
const longestQuote = 300

// summary tells a human what is asked, in lines.
func (a *Agent) summary(q *Question, reason Reason, words string, hits []Hit) string {
	var s strings.Builder
	fmt.Fprintf(&s, "Customer %s, %s.\nReason: %s", q.Customer, q.Time.UTC().Format(time.RFC3339), reason)
	if words != "" {
		fmt.Fprintf(&s, " (%q)", words)
	}
	s.WriteString(".\n")
	for _, t := range q.Conversation {
		who := "Shop"
		if t.Customer {
			who = "Customer"
		}
		fmt.Fprintf(&s, "%s: %s\n", who, shorten(t.Text))
	}
	fmt.Fprintf(&s, "Asked: %s\n", shorten(q.Text))
	for _, h := range hits {
		fmt.Fprintf(&s, "Near: %s[%d:%d], covers %.0f %%: %s\n", h.Document, h.Start, h.End, 100*h.Coverage, shorten(h.Text))
	}
	return s.String()
}

// shorten cuts a text to one line of at most longestQuote bytes.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= longestQuote {
		return s
	}
	end := longestQuote
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
