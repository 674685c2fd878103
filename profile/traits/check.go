package traits

import (
	"slices"
	"strconv"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

// A checker decides about the proposals of one reply.
type checker struct {
	lexical    *Lexical
	texts      []said
	collectors []*collector // in the order of their first traits
}

func (m *Model) checker(texts []said) *checker {
	return &checker{lexical: m.lexical, texts: texts}
}

// check takes a proposal, or says why not.
func (c *checker) check(p *proposal) Cause {
	if p.Text < 0 || p.Text >= len(c.texts) {
		return CutText
	}
	if cause := c.lexical.checkName(p.Name); cause != "" {
		return cause
	}
	if !(p.Confidence > 0 && p.Confidence <= 1) {
		return CutConfidence
	}
	if cause := c.checkItem(p); cause != "" {
		return cause
	}
	from, asks, cause := c.place(p)
	if cause != "" {
		return cause
	}
	if cause := c.lexical.checkValue(p); cause != "" {
		return cause
	}
	s := c.texts[p.Text]
	confidence := min(p.Confidence, stated) // a model's word counts no more than the customer's
	if asks && s.field != "query" {
		confidence *= question
	}
	c.collector(s.event).quote(s.field, s.text, from, from+len(p.Quote), p.Name, p.Value, confidence)
	return ""
}

func (l *Lexical) checkName(name string) Cause {
	switch {
	case isPersonal(name) && !slices.Contains(l.personal, name):
		return CutPersonal
	case isPersonal(name):
		return ""
	}
	switch name {
	case clm.Interest, clm.PrefersBrand, clm.Dislike, clm.WearsSize, clm.Language,
		clm.PriceSensitivity, clm.Occasion, clm.LifeEvent, clm.PrefersChannel:
		return ""
	}
	return CutName
}

// checkItem checks the item that a proposal names. It takes the place of a value that is missing, and contradicts one that
// it does not have.
func (c *checker) checkItem(p *proposal) Cause {
	if p.Item == "" {
		return ""
	}
	item := c.lexical.catalogue.Item(clm.ItemID(p.Item))
	if item == nil {
		return CutItem
	}
	of := item.Categories
	switch {
	case p.Name == clm.PrefersBrand && item.Brand != "":
		of = []string{item.Brand}
	case p.Name != clm.Interest:
		return ""
	}
	if p.Value == "" && len(of) > 0 {
		p.Value = of[len(of)-1]
	}
	if !slices.Contains(of, p.Value) {
		return CutItem
	}
	return ""
}

// maxPlaces is how many places of a quote are looked at.
const maxPlaces = 20

// place finds a quote where it passes the guards; the cause is that of its first place.
func (c *checker) place(p *proposal) (from int, asks bool, cause Cause) {
	cause = CutQuote
	s := c.texts[p.Text]
	if p.Quote == "" {
		return 0, false, cause
	}
	for n := 0; n < maxPlaces; n++ {
		at := strings.Index(s.text[from:], p.Quote)
		if at < 0 {
			break
		}
		from += at
		why, asks := s.cut.guard(p.Name, from, from+len(p.Quote))
		if why == "" {
			return from, asks, ""
		}
		if n == 0 {
			cause = why
		}
		from += len(p.Quote)
	}
	return 0, false, cause
}

// checkValue checks a value against the catalogue, the list of its name, and what the quote has to say.
func (l *Lexical) checkValue(p *proposal) Cause {
	switch p.Name {
	case clm.Interest:
		return unless(l.vocabulary.labels[p.Value], CutValue)
	case clm.PrefersBrand:
		return unless(l.vocabulary.brands[p.Value], CutValue)
	case clm.Dislike:
		known := l.vocabulary.labels[p.Value] || l.vocabulary.brands[p.Value]
		return unless(known || isIn(p.Value, p.Quote), CutValue)
	case clm.WearsSize:
		return checkSize(p.Value, p.Quote)
	case clm.Language:
		return unless(slices.Contains(languageTags, p.Value), CutValue)
	case clm.AgeBand:
		return checkAge(p.Value, p.Quote)
	}
	return unless(slices.Contains(l.closed[p.Name], p.Value), CutValue)
}

func unless(ok bool, cause Cause) Cause {
	if ok {
		return ""
	}
	return cause
}

// languageTags are the languages that a model may name: two letters of ISO 639-1.
var languageTags = []string{
	"ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja",
	"ko", "lt", "lv", "ms", "nb", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "ta", "th", "tr", "uk", "ur", "vi", "zh",
}

// isIn reports whether a value is one or two words of a quote, in lower case.
func isIn(value, quote string) bool {
	words, all := cut(value), cut(quote)
	if len(words) == 0 || len(words) > 2 || value != text.Lower(value) || len(value) > 40 {
		return false
	}
	for i := range all {
		if i+len(words) <= len(all) && slices.EqualFunc(words, all[i:i+len(words)], func(a, b word) bool { return a.plain == b.plain }) {
			return true
		}
	}
	return false
}

// checkSize checks that a value has the form of a size and that each of its parts stands in the quote.
func checkSize(value, quote string) Cause {
	words := cut(quote)
	parts := strings.FieldsFunc(value, func(c rune) bool { return c == '/' || c == ' ' })
	if len(parts) == 0 || len(parts) > 2 || strings.ToUpper(value) != value {
		return CutValue
	}
	for i, part := range parts {
		part = strings.ToLower(part)
		if !isLetterSize(part) && !isNumberSize(part) && (i > 0 || part != "uk" && part != "us") {
			return CutValue
		}
		if !slices.ContainsFunc(words, func(w word) bool {
			return strings.ReplaceAll(w.plain, ",", ".") == part || w.plain == "w"+part || w.plain == "l"+part
		}) {
			return CutUnsupported
		}
	}
	return ""
}

// checkAge checks that a number of the quote is in the band.
func checkAge(band, quote string) Cause {
	if !slices.Contains(ageBands, band) {
		return CutValue
	}
	for _, w := range cut(quote) {
		if n, err := strconv.Atoi(w.plain); err == nil && n > 0 && n <= 110 && ageBand(n) == band {
			return ""
		}
	}
	return CutUnsupported
}

// collector is that of the event.
func (c *checker) collector(e *clm.Event) *collector {
	for _, found := range c.collectors {
		if found.event == e {
			return found
		}
	}
	c.collectors = append(c.collectors, &collector{event: e, source: ModelSource})
	return c.collectors[len(c.collectors)-1]
}
