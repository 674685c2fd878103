package enrich

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

// Bounds of what is looked at.
const (
	maxOpenWords = 4  // of the value of an open attribute
	maxProposals = 50 // of one item
	maxPlaces    = 20 // of one quote in one text

	maxProposalBytes = 4096 // name, value and quote
)

// A checker decides about the proposals for one item.
type checker struct {
	lexical *lexical
	item    *clm.Item
	sights  []sight
	found   []*Finding // by attribute
}

// check takes a proposal, or says why not.
func (c *checker) check(p proposal) Cause {
	i := slices.IndexFunc(c.lexical.attributes, func(a Attribute) bool { return a.Name == p.Name })
	if i < 0 {
		return CutName
	}
	if _, own := c.item.Attributes[p.Name]; own {
		return CutOwn
	}
	if c.found[i] != nil {
		return CutRepeated
	}
	f := Finding{Item: c.item.ID, Name: p.Name, Path: ByModel}
	if !c.lexical.says(p.Quote) || !f.place(c.item, p.Quote) {
		return CutQuote
	}
	a := &c.lexical.attributes[i]
	if f.Value = a.accept(p, c.lexical.language); f.Value == "" {
		return CutValue
	}
	if cause := c.against(i, &f); cause != "" {
		return cause
	}
	c.found[i] = &f
	return ""
}

// accept is the value as the host writes it, or "".
func (a *Attribute) accept(p proposal, language text.Language) string {
	if a.isOpen() {
		return acceptOpen(a.Name, p, language)
	}
	for _, value := range a.values() {
		if text.Lower(value) == text.Lower(p.Value) {
			return value
		}
	}
	return ""
}

// acceptOpen is the value when all of its words are in the quote.
func acceptOpen(name string, p proposal, language text.Language) string {
	value := text.Lower(strings.Join(strings.Fields(p.Value), " "))
	words, quoted := stemsOf(value, language), stemsOf(p.Quote, language)
	if len(words) == 0 || len(words) > maxOpenWords || checkValue(name, value) != nil {
		return ""
	}
	for _, w := range words {
		if !slices.Contains(quoted, w) {
			return ""
		}
	}
	return value
}

// against reports what in the item's own words speaks against a finding: that it
// is not that, or that the quote, or all of it, names another value.
func (c *checker) against(i int, f *Finding) Cause {
	s := c.sights[i]
	if s.denied[f.Value] || c.isDenied(f) {
		return CutDenied
	}
	if s.finding != nil && s.finding.Value != f.Value {
		return CutWords
	}
	other := false
	for _, m := range c.lexical.mentions(f.Quote, c.item.Brand) {
		if m.attribute == i && m.value == f.Value {
			return ""
		}
		other = other || m.attribute == i
	}
	if other {
		return CutWords
	}
	return ""
}

// isDenied reports whether the words before or after the quote, or its own first
// ones, take away what it says.
func (c *checker) isDenied(f *Finding) bool {
	s := fieldOf(c.item, f.Field)
	tokens := slices.Collect(text.Tokens(s))
	i := slices.IndexFunc(tokens, func(t text.Token) bool { return t.End > f.From })
	end := slices.IndexFunc(tokens, func(t text.Token) bool { return t.Start >= f.To })
	if i < 0 {
		return false
	}
	if end < 0 {
		end = len(tokens)
	}
	for n := i; n < end; n++ {
		if before[tokens[n].Word] {
			return true
		}
	}
	return end > i && denies(s, tokens, i, end)
}

// says reports whether a quote has a word that is not grammar.
func (l *lexical) says(quote string) bool {
	for token := range text.Tokens(quote) {
		if !l.language.IsStopWord(token.Word) {
			return true
		}
	}
	return false
}

// place finds a quote in whole words in title or text.
func (f *Finding) place(item *clm.Item, quote string) bool {
	for _, field := range []string{Title, Text} {
		s := fieldOf(item, field)
		from := 0
		for range maxPlaces {
			at := strings.Index(s[from:], quote)
			if at < 0 {
				break
			}
			from += at
			if whole(s, from, from+len(quote)) {
				f.Field, f.Quote, f.From, f.To = field, quote, from, from+len(quote)
				return true
			}
			from += len(quote)
		}
	}
	return false
}

// whole reports whether s[from:to] begins and ends where words do.
func whole(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	first, _ := utf8.DecodeRuneInString(s[from:to])
	last, _ := utf8.DecodeLastRuneInString(s[from:to])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return !(wordly(before) && wordly(first)) && !(wordly(last) && wordly(after))
}

// wordly reports whether c is part of a word, in scripts that part them.
func wordly(c rune) bool {
	if unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
		return false
	}
	return unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c)
}
