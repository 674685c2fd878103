package pii

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// view is a text as recognisers read it: full-width forms and the digits of all scripts as ASCII, every dash as "-",
// every space as " ", and nothing that takes no room. Its offsets lead back to the original.
type view struct {
	text   string
	at     []int32 // offset in the original of every byte of text; nil if they are the same
	size   int     // of the original
	tokens []token
}

// token is a run of letters and digits. Characters of scripts without spaces are tokens of their own.
type token struct {
	start, end int
	key        string // lower case, without accents
	class      class
	cues       cue
	gap        gap // what stands between this token and the one before it
}

type class uint8

const (
	letters class = iota
	digits
	mixed // letters and digits
	sign  // one character of a script without spaces
)

type gap uint8

const (
	apart gap = iota // anything else
	none             // nothing: next to a sign
	space            // one space
	dash             // one "-"
	dot              // one "."
	slash            // one "/"
)

func newView(text string) *view {
	v := &view{text: text, size: len(text)}
	if !isASCII(text) {
		v.normalise()
	}
	v.tokenise()
	return v
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (v *view) normalise() {
	var b strings.Builder
	b.Grow(len(v.text))
	at := make([]int32, 0, len(v.text))
	for i := 0; i < len(v.text); {
		r, n := utf8.DecodeRuneInString(v.text[i:])
		if r == utf8.RuneError && n == 1 {
			r = ' ' // a stray byte parts words
		}
		if q := standard(r); q >= 0 {
			for range utf8.RuneLen(q) {
				at = append(at, int32(i))
			}
			b.WriteRune(q)
		}
		i += n
	}
	v.text, v.at = b.String(), at
}

// plainForms are marks of other scripts and typesetting, and the plain ones.
var plainForms = map[rune]rune{
	'’': '\'', 'ʼ': '\'', '‘': '\'', '。': '.', '、': ',', 0x2212: '-', 0x2028: '\n', 0x2029: '\n', 0x85: '\n',
}

// standard returns the plain form of a rune, or -1 for one that takes no room.
func standard(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case r >= 0xFF01 && r <= 0xFF5E: // full-width forms of ! to ~
		return r - 0xFF01 + '!'
	case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r): // soft hyphens, joiners, marks of direction
		return -1
	case unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Pd, r):
		return '-'
	case unicode.IsDigit(r):
		return '0' + digitValue(r)
	}
	if q, ok := plainForms[r]; ok {
		return q
	}
	return r
}

// digitValue relies on Unicode, in which the ten digits of a script follow each other and start at a range's start or
// a multiple of ten from it (Unicode Standard, chapter 4.6).
func digitValue(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	return 0
}

// original returns offsets in the original of a piece of the view. What has no room at its end goes with it.
func (v *view) original(start, end int) (int, int) {
	switch {
	case v.at == nil:
		return start, end
	case end == len(v.at):
		return int(v.at[start]), v.size
	}
	return int(v.at[start]), int(v.at[end])
}

func (v *view) tokenise() {
	v.split()
	v.markCues()
}

func (v *view) split() {
	v.tokens = make([]token, 0, len(v.text)/5+1)
	previous := -1
	for i := 0; i < len(v.text); {
		r, n := utf8.DecodeRuneInString(v.text[i:])
		if !inWord(r) {
			i += n
			continue
		}
		t := token{start: i, class: sign}
		if alone(r) {
			t.end = i + n
		} else {
			t.end, t.class = v.wordEnd(i)
		}
		t.key = plain(v.text[t.start:t.end])
		t.gap = v.gapBefore(previous, i)
		i, previous = t.end, t.end
		v.tokens = append(v.tokens, t)
	}
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return isDigit(byte(r)) || isLetter(byte(r))
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

// alone reports runes of scripts that put no space between words, or, as Korean, hang particles on them.
func alone(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}

func (v *view) wordEnd(i int) (int, class) {
	var letter, digit bool
	for i < len(v.text) {
		r, n := utf8.DecodeRuneInString(v.text[i:])
		if !inWord(r) || alone(r) {
			break
		}
		if r < utf8.RuneSelf && isDigit(byte(r)) {
			digit = true
		} else {
			letter = true
		}
		i += n
	}
	switch {
	case letter && digit:
		return i, mixed
	case digit:
		return i, digits
	}
	return i, letters
}

func (v *view) gapBefore(previous, start int) gap {
	switch {
	case previous < 0:
		return apart
	case previous == start:
		return none
	case start-previous > 1:
		return apart
	}
	switch v.text[previous] {
	case ' ':
		return space
	case '-':
		return dash
	case '.':
		return dot
	case '/':
		return slash
	}
	return apart
}

// tokenAt returns the first token that ends after an offset.
func (v *view) tokenAt(offset int) int {
	return sort.Search(len(v.tokens), func(i int) bool { return v.tokens[i].end > offset })
}

// word returns the text of a token.
func (v *view) word(i int) string { return v.text[v.tokens[i].start:v.tokens[i].end] }

// byteBefore returns the byte in front of an offset, or 0.
func (v *view) byteBefore(offset int) byte {
	if offset <= 0 {
		return 0
	}
	return v.text[offset-1]
}

// byteAfter returns the byte at an offset, or 0.
func (v *view) byteAfter(offset int) byte {
	if offset >= len(v.text) {
		return 0
	}
	return v.text[offset]
}

// inWordBefore reports whether an offset stands behind a letter or digit of a script with spaces.
func (v *view) inWordBefore(offset int) bool {
	r, _ := utf8.DecodeLastRuneInString(v.text[:max(0, offset)])
	return offset > 0 && inWord(r) && !alone(r)
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isUpper(c byte) bool  { return c >= 'A' && c <= 'Z' }
func isAlnum(c byte) bool  { return isDigit(c) || isLetter(c) || c >= utf8.RuneSelf }
