package text

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// Sentences yields the sentences of s in order, without the white space around them: the segments of Unicode's sentence
// boundaries (UAX #29), joined again where the standard is known to cut too often: after an English abbreviation
// ("Dr."), after the number of a list entry ("1."), and at a line break inside a sentence, which is one that follows no
// end mark and precedes a lower-case letter. Every character other than white space is in exactly one sentence.
func Sentences(s string) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		segments := sentences.FromString(s)
		open := Span{}
		for segments.Next() {
			next := Span{segments.Start(), segments.End()}
			if open.End > open.Start && joins(open.In(s), next.In(s)) {
				open.End = next.End
				continue
			}
			if trimmed := trim(s, open); trimmed.End > trimmed.Start && !yield(trimmed) {
				return
			}
			open = next
		}
		if trimmed := trim(s, open); trimmed.End > trimmed.Start {
			yield(trimmed)
		}
	}
}

func trim(s string, p Span) Span {
	p.End = p.Start + len(strings.TrimRightFunc(p.In(s), unicode.IsSpace))
	p.Start = p.End - len(strings.TrimLeftFunc(p.In(s), unicode.IsSpace))
	return p
}

// joins reports whether two neighbouring segments are one sentence.
func joins(a, b string) bool {
	body := strings.TrimRightFunc(a, unicode.IsSpace)
	if breaks := strings.Count(a[len(body):], "\n"); breaks > 0 {
		first, _ := utf8.DecodeRuneInString(b)
		last, _ := utf8.DecodeLastRuneInString(body)
		return breaks == 1 && unicode.IsLower(first) && !strings.ContainsRune(".!?:;。！？", last)
	}
	word, ok := strings.CutSuffix(body, ".")
	if !ok {
		return false
	}
	if isEntryNumber(strings.TrimSpace(word)) {
		return true
	}
	word = word[strings.LastIndexFunc(word, func(c rune) bool { return c != '.' && !unicode.IsLetter(c) })+1:]
	return isTitle(word) || isCounter(word) && strings.IndexFunc(b, unicode.IsDigit) == 0
}

// isEntryNumber reports whether s is what numbers an entry of a list: one or two digits or one letter.
func isEntryNumber(s string) bool {
	if len(s) == 1 {
		return unicode.IsLetter(rune(s[0])) || unicode.IsDigit(rune(s[0]))
	}
	return len(s) == 2 && unicode.IsDigit(rune(s[0])) && unicode.IsDigit(rune(s[1]))
}

// isTitle knows the abbreviations that stand before a name.
func isTitle(word string) bool {
	switch word {
	case "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Rev", "Capt", "Sgt", "vs", "cf", "e.g", "i.e", "incl", "z.B":
		return true
	}
	return false
}

// isCounter knows the abbreviations that stand before a number; some of them end a sentence as ordinary words.
func isCounter(word string) bool {
	switch word {
	case "No", "Nos", "Nr", "Fig", "Sec", "Art", "Vol", "p", "pp", "ca", "approx",
		"Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec":
		return true
	}
	return false
}
