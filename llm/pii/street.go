package pii

import (
	"strings"
	"unicode/utf8"
)

// street is a line of an address as it is read.
type street struct {
	last              int
	score             float64
	needs             need
	leading, trailing bool // house numbers
	words             int
	glued             bool // its name is grown together with the word for a street
}

// need is what must stand around a line that may be a street or something else.
type need uint8

const (
	needsNothing need = iota
	needsPlace        // a word that leads to a place, and the end of a clause; or more of an address
	needsPart         // a unit, a box, a postcode or a country behind it
)

// house reports whether a token is a house number: 12, 12a, 221B, at most five digits.
func (d *draft) house(i int) bool {
	k := d.tokens[i].key
	n := countDigits(k)
	return d.tokens[i].class != sign && n >= 1 && n <= 5 && len(k)-n <= 1 && isDigit(k[0])
}

// maxStreetWords bounds the name of a street.
const maxStreetWords = 7

// readStreet reads numbers, words and a number from token i on. ok is false if that is no street in any place.
func (d *draft) readStreet(i int) (s street, ok bool) {
	j := i
	for n := 0; n < 2 && j < len(d.tokens) && d.house(j) && (j == i || d.tokens[j].gap == space || d.ranges(j)); n++ {
		s.leading = true
		j++
	}
	if j >= len(d.tokens) || s.leading && !d.beside(j) || s.leading && measures[d.tokens[j].key] {
		return s, false
	}
	return d.readWords(s, j)
}

// ranges reports whether a number goes on with the one before it: 12-14, 12/3.
func (d *draft) ranges(j int) bool {
	g := d.tokens[j].gap
	return g == dash || g == slash
}

// beside reports whether a name may follow the number before it: "12 Main Street", "12, rue Haute".
func (d *draft) beside(j int) bool {
	between := d.text[d.tokens[j-1].end:d.tokens[j].start]
	return between == " " || between == "  " || between == ", " && streetBefore[d.tokens[j].key]
}

// wordsOf is what the words of a street hold.
type wordsOf struct {
	first, last                   string
	capitals                      int
	lower, capitalEnd             bool // begins with a small letter, ends with a capital word
	before, beforeStrong, initial bool
	behind, behindStrong, glued   bool
	numbered                      bool // its last word is one that the house number follows
	lastBehind                    int
	long                          bool // has a word of three letters
	month                         bool
}

// readWords reads the name of the street from token j on, and the number behind it.
func (d *draft) readWords(s street, j int) (street, bool) {
	w := wordsOf{lower: !d.capital(j)}
	first := j
	small := w.lower && (s.leading || !streetBefore[d.tokens[j].key]) // a name in small letters
	for ; j < min(first+maxStreetWords, len(d.tokens)) && d.named(&w, s, first, j, small); j++ {
		w.note(d.tokens[j].key, j, j == first)
		if d.capital(j) {
			w.capitals++
		}
	}
	for j > first && particles[d.tokens[j-1].key] && !streetBehind[d.tokens[j-1].key] {
		j--
	}
	if j == first {
		return s, false
	}
	numbered := d.numberBehind(j, w.before)
	if !numbered {
		j = d.shorten(&w, j, small)
	}
	s.words, s.last, w.last = j-first, j-1, d.tokens[j-1].key
	if numbered {
		s.trailing, s.last = true, d.numberEnd(j)
	}
	s.glued = w.glued
	w.capitalEnd = d.capital(j - 1)
	s.score, s.needs = judge(&w, &s)
	return s, s.score > 0
}

// shorten returns the end of a name from whose words the one for a street is not the last. In capitals a word such as
// Green is then none.
func (d *draft) shorten(w *wordsOf, j int, small bool) int {
	switch {
	case w.lastBehind == 0 || w.lastBehind >= j-1:
		return j
	case !small && !w.behindStrong && !w.glued:
		w.behind = false
		return j
	case small || !d.placed(j-1):
		return w.lastBehind + 1
	}
	return j
}

// named reports whether token j belongs to the name of a street that begins with token first.
func (d *draft) named(w *wordsOf, s street, first, j int, small bool) bool {
	t := &d.tokens[j]
	capital := d.capital(j)
	switch {
	case t.class != letters, j > first && !d.goesOn(j), d.unitAt(j) > j:
		return false
	case stopWords[t.key] && !(capital && (j > first || s.leading)):
		return false
	case small:
		return !unitWords[t.key]
	case capital:
		return true
	case streetBehind[t.key]:
		return !w.behind
	}
	return particles[t.key] || streetBefore[t.key]
}

// numberBehind reports whether token j is the house number behind a name: after a space, an abbreviation or, in
// languages whose streets begin with the word for one, a comma.
func (d *draft) numberBehind(j int, before bool) bool {
	if j >= len(d.tokens) || !d.house(j) || d.decimal(j) {
		return false
	}
	between := d.text[d.tokens[j-1].end:d.tokens[j].start]
	return between == " " || between == "  " || (between == ". " || between == ".") && d.tokens[j-1].end-d.tokens[j-1].start <= 14 || before && (between == ", " || between == ", n. " || between == " n. ")
}

// numberEnd returns the last token of the house number at token j: 12-14, 12 B.
func (d *draft) numberEnd(j int) int {
	next := j + 1
	switch {
	case next >= len(d.tokens):
		return j
	case d.house(next) && d.ranges(next):
		return next
	case d.tokens[next].gap == space && d.tokens[next].class == letters && len(d.tokens[next].key) == 1 && d.capital(next) && !isWord(d.tokens[next].key, "i", "a"):
		return next
	}
	return j
}

func (w *wordsOf) note(key string, j int, first bool) {
	w.long = w.long || utf8.RuneCountInString(key) >= 3
	w.month = w.month || months[key] > 0
	w.numbered = false
	if first {
		w.first = key
		w.before, w.beforeStrong = streetBefore[key], streetBeforeStrong[key]
		w.initial = key == "c" || key == "r" // calle, rua
	} else if streetBehind[key] {
		w.behind, w.lastBehind, w.numbered = true, j, numbered[key]
		w.behindStrong = w.behindStrong || streetBehindStrong[key]
		return
	}
	for _, e := range streetEndings {
		if len(key) >= len(e)+3 && strings.HasSuffix(key, e) {
			w.glued, w.lastBehind = true, j
		}
	}
}

// goesOn reports whether a token belongs to the words before it.
func (d *draft) goesOn(j int) bool {
	if len(d.tokens[j-1].key) == 1 && d.byteAfter(d.tokens[j-1].end) == '/' { // C/ Mayor
		return d.tokens[j].start-d.tokens[j-1].end <= 2
	}
	return d.within(j)
}

func (d *draft) decimal(j int) bool {
	end := d.tokens[j].end
	c := d.byteAfter(end)
	return (c == '.' || c == ',' || c == ':') && isDigit(d.byteAfter(end+1)) || c == '%'
}
