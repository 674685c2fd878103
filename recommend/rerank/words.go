package rerank

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a text on one line, in valid UTF-8 and at most n bytes: what follows
// is cut at the end of a word, or of a character where the last word is long.
func line(text string, n int) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(text, isGap) {
		word = strings.ToValidUTF8(word, "\uFFFD")
		if b.Len() > 0 {
			word = " " + word
		}
		if b.Len()+len(word) > n {
			if b.Len() == 0 {
				return head(word, n)
			}
			break
		}
		b.WriteString(word)
	}
	return b.String()
}

// isGap reports what parts words: white space, and control characters, which
// some tokenizers and terminals trip over.
func isGap(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }

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
