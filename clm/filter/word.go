package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A word is one word of a MATCHES pattern.
type word struct {
	text   string
	prefix bool // the pattern has a star behind it
}

// letter reports what words are made of: letters, marks and digits. Everything
// else ends a word. Scripts without spaces make one word of a whole phrase.
func letter(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// parseWords reads a pattern. A star right behind a word lets it be the start of
// a longer one.
func parseWords(pattern string) []word {
	var words []word
	for pattern != "" {
		n := run(pattern, letter)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(pattern)
			pattern = pattern[n:]
			continue
		}
		w := word{text: pattern[:n]}
		pattern, w.prefix = strings.CutPrefix(pattern[n:], "*")
		words = append(words, w)
	}
	return words
}

// matchWords reports whether a text has all the words, in any order, whatever
// their case by Unicode's simple folding. A pattern without words matches
// nothing.
func matchWords(text string, words []word) bool {
	for _, w := range words {
		if !w.in(text) {
			return false
		}
	}
	return len(words) > 0
}

func (w word) in(text string) bool {
	for text != "" {
		n := run(text, letter)
		if n > 0 && w.is(text[:n]) {
			return true
		}
		_, next := utf8.DecodeRuneInString(text[n:])
		text = text[n+next:]
	}
	return false
}

// is reports whether w stands for a word.
func (w word) is(other string) bool {
	if !w.prefix {
		return strings.EqualFold(w.text, other)
	}
	// Letters of another case can have another length, so they are counted.
	start := 0
	for range utf8.RuneCountInString(w.text) {
		_, n := utf8.DecodeRuneInString(other[start:])
		start += n
	}
	return strings.EqualFold(w.text, other[:start])
}
