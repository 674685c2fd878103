package text

import (
	"iter"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// Span is a stretch of a text in bytes: text[Start:End], never empty.
type Span struct {
	Start, End int
}

// In returns the stretch of s, which must be the text that the span was made from.
func (p Span) In(s string) string { return s[p.Start:p.End] }

// Token is a word where it stands.
type Token struct {
	Span
	Word string // Word is the token as Lower gives it.
}

// Tokens yields the words of s in order: the segments of Unicode's word boundaries (UAX #29) that hold a letter or a
// number. Scripts that write without spaces, and Hangul, give overlapping pairs of characters instead of words: no
// dictionary is needed, and a query finds its characters wherever a word would begin. A lone character stands for itself.
func Tokens(s string) iter.Seq[Token] {
	return func(yield func(Token) bool) {
		run := run{text: s}
		segments := words.FromString(s)
		for segments.Next() {
			word, span := segments.Value(), Span{segments.Start(), segments.End()}
			if first, _ := utf8.DecodeRuneInString(word); isUnspaced(first) {
				if run.end != span.Start && !run.flush(yield) {
					return
				}
				run.add(span)
				continue
			}
			if !run.flush(yield) || hasLetter(word) && !yield(Token{span, Lower(word)}) {
				return
			}
		}
		run.flush(yield)
	}
}

// run collects neighbouring characters of scripts without spaces.
type run struct {
	text   string
	starts []int // where each character begins
	end    int
}

// add appends the characters of a segment; a mark belongs to the letter before it.
func (r *run) add(span Span) {
	for i, c := range span.In(r.text) {
		if i == 0 || !unicode.IsMark(c) {
			r.starts = append(r.starts, span.Start+i)
		}
	}
	r.end = span.End
}

// flush yields the pairs of the run and empties it.
func (r *run) flush(yield func(Token) bool) bool {
	starts := append(r.starts, r.end)
	r.starts = r.starts[:0]
	if len(starts) == 1 {
		return true
	}
	for i := 0; i == 0 || i+2 < len(starts); i++ {
		span := Span{starts[i], starts[min(i+2, len(starts)-1)]}
		if !yield(Token{span, Lower(span.In(r.text))}) {
			return false
		}
	}
	return true
}

// hasLetter reports whether s holds a letter or a number.
func hasLetter(s string) bool {
	for _, c := range s {
		if unicode.IsLetter(c) || unicode.IsNumber(c) {
			return true
		}
	}
	return false
}
