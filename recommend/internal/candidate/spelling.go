package candidate

import (
	"cmp"
	"iter"
	"strings"
	"sync"
	"unicode"

	"github.com/clmkit/clmkit/internal/text"
)

// How many letters a word has at least that is taken for a slip, and for one
// with another letter: of shorter words too many are that near and mean something
// else, as boot and book.
const (
	leastSlip  = 4
	leastOther = 6
)

// mostSlip bounds what is kept of a word: longer ones are no words.
const mostSlip = 32

// A speller finds the words of a catalogue that differ from another by one slip
// of the fingers: a letter too many, one missing, another one, or two exchanged
// (Damerau, Communications of the ACM 1964). Such words are the same when each
// has lost a letter, or none (Bocek, Hunt and Stiller, FastSS, 2007). It is made
// when it is first wanted.
type speller struct {
	once sync.Once
	// shorter holds the words by what they are with no or with one letter less.
	shorter map[string][]string
}

// spelt returns a query with the words that no item's text has replaced by the
// nearest one that there is: the one that most items have.
//
// It is for the catalogue's own latent semantic analysis, which such a word
// tells nothing; another embedder may know words that the catalogue has not.
func (c *Content) spelt(query string) string {
	if !c.lexical {
		return query
	}
	var words []string
	changed := false
	for t := range text.Tokens(query) {
		word := t.Word
		if stem := text.English.Stem(word); c.texts[stem] == 0 && !text.English.IsStopWord(word) && isWord(stem) {
			if meant := cmp.Or(c.meant(stem), c.meant(text.Plain(word))); meant != "" {
				word, changed = meant, true
			}
		}
		words = append(words, word)
	}
	if !changed {
		return query
	}
	return strings.Join(words, " ")
}

// isWord reports whether a stem is of letters alone, and of enough: a size or the
// number of a model is not mended.
func isWord(stem string) bool {
	n := 0
	for _, r := range stem {
		if !unicode.IsLetter(r) {
			return false
		}
		n++
	}
	return n >= leastSlip && n <= mostSlip
}

// meant returns the stem of the catalogue that is a slip away and that most
// items have, or "".
func (c *Content) meant(stem string) string {
	c.speller.once.Do(func() {
		c.speller.shorter = map[string][]string{}
		for known := range c.texts {
			if isWord(known) {
				for key := range shortened(known) {
					c.speller.shorter[key] = append(c.speller.shorter[key], known)
				}
			}
		}
	})
	best := ""
	for key := range shortened(stem) {
		for _, known := range c.speller.shorter[key] {
			if slipped([]rune(stem), []rune(known)) && (best == "" || cmp.Or(cmp.Compare(c.texts[known], c.texts[best]), cmp.Compare(best, known)) > 0) {
				best = known
			}
		}
	}
	return best
}

// shortened yields a word, and what it is without one of its letters.
func shortened(word string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield(word) {
			return
		}
		letters := []rune(word)
		for i := range letters {
			if !yield(string(letters[:i]) + string(letters[i+1:])) {
				return
			}
		}
	}
}

// slipped reports whether two words differ by one slip.
func slipped(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	a, b = a[n:], b[n:]
	switch len(b) - len(a) {
	case 1:
		return string(a) == string(b[1:])
	case 0:
		return len(a) > 0 && n+len(a) >= leastOther && string(a[1:]) == string(b[1:]) ||
			len(a) > 1 && a[0] == b[1] && a[1] == b[0] && string(a[2:]) == string(b[2:])
	}
	return false
}
