package tokenizer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// byteLevel cuts as GPT-2 does and writes each byte as a character that can be seen.
func (s *splitterSpec) byteLevel(text string) []string {
	if s.AddPrefix && text != "" && !strings.HasPrefix(text, " ") {
		text = " " + text
	}
	words := whole(text)
	if s.UseRegex == nil || *s.UseRegex {
		words = gptWords(text)
	}
	for i, w := range words {
		words[i] = visible(w)
	}
	return words
}

// gptWords is GPT-2's regular expression:
//
//	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
func gptWords(text string) []string {
	var words []string
	for text != "" {
		n := contraction(text)
		if n == 0 {
			n = gptRun(text)
		}
		words = append(words, text[:n])
		text = text[n:]
	}
	return words
}

func contraction(text string) int {
	for _, c := range [...]string{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"} {
		if strings.HasPrefix(text, c) {
			return len(c)
		}
	}
	return 0
}

// gptRun is the length of the first run: one blank and letters, numbers or signs; or white space, of which the last
// character is left to the run that follows it.
func gptRun(text string) int {
	lead := 0
	if text[0] == ' ' {
		lead = 1
	}
	if r, _ := utf8.DecodeRuneInString(text[lead:]); lead < len(text) && !unicode.IsSpace(r) {
		class := gptClass(r)
		return lead + prefixLen(text[lead:], func(r rune) bool { return gptClass(r) == class })
	}
	n := prefixLen(text, unicode.IsSpace)
	if n == len(text) {
		return n
	}
	if _, last := utf8.DecodeLastRuneInString(text[:n]); n > last {
		return n - last
	}
	return n
}

func gptClass(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return 0
	case unicode.IsLetter(r):
		return 1
	case unicode.IsNumber(r):
		return 2
	}
	return 3
}

// prefixLen is how many bytes of the text come before the first character that is not in the class.
func prefixLen(text string, in func(rune) bool) int {
	if n := strings.IndexFunc(text, func(r rune) bool { return !in(r) }); n >= 0 {
		return n
	}
	return len(text)
}

// visible writes each byte of a word as a character: the ones that can be seen as they are, the rest from U+0100 on.
func visible(word string) string {
	var b strings.Builder
	for i := range len(word) {
		b.WriteRune(byteRunes[word[i]])
	}
	return b.String()
}

// byteRunes is bytes_to_unicode of GPT-2's encoder.py.
var byteRunes = func() (runes [256]rune) {
	next := rune(256)
	for b := range runes {
		if b >= '!' && b <= '~' || b >= 0xA1 && b != 0xAD {
			runes[b] = rune(b)
		} else {
			runes[b] = next
			next++
		}
	}
	return runes
}()
