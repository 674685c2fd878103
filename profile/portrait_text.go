package profile

import (
	"strconv"
	"strings"
	"unicode"
)

// line is the fact as Describe writes it.
func (f *Fact) line() string { return "\n- " + f.Text + " [" + strconv.Itoa(f.Ref) + "]" }

// Lengths of what comes from outside, in characters; what is longer is cut.
const (
	maxLabel = 60
	maxQuote = 120
)

// neutral returns a text from outside as part of one line, cut to a length. What
// could end the line, the quote or the reference is replaced: control and
// format characters, line ends and whatever cannot be seen by a space, opening and
// closing brackets of any script by round ones, quotation marks by an apostrophe.
func neutral(s string, most int) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range s {
		r = harmless(r)
		if r == ' ' {
			gap = n > 0
			continue
		}
		if n >= most {
			b.WriteString("…")
			break
		}
		if gap {
			b.WriteByte(' ')
			n++
			gap = false
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// harmless returns what a character becomes; ' ' for what is left out.
func harmless(r rune) rune {
	switch {
	case r == '"' || r == '`' || r == '´' || r == '＂' || unicode.In(r, unicode.Pi, unicode.Pf):
		return '\''
	case r == '<' || r == '＜' || unicode.Is(unicode.Ps, r):
		return bracket(r, '(')
	case r == '>' || r == '＞' || unicode.Is(unicode.Pe, r):
		return bracket(r, ')')
	case r == unicode.ReplacementChar || unicode.IsSpace(r) || !unicode.IsGraphic(r):
		return ' '
	}
	return r
}

// bracket keeps low quotation marks, which Unicode counts as opening
// punctuation, from becoming brackets.
func bracket(r, round rune) rune {
	if r == '‚' || r == '„' || r == '〝' || r == '〞' || r == '〟' {
		return '\''
	}
	return round
}

// label returns a name from outside.
func label(s string) string { return neutral(s, maxLabel) }
