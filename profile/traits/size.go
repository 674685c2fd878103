package traits

import (
	"strconv"
	"strings"

	"github.com/clmkit/clmkit/clm"
)

// size reads what follows the word "size".
func (r *reader) size(h hit) {
	value, lo, hi := r.sizeAt(h.hi)
	if value == "" || !r.ownSize() || r.negated(r.clause, h) || r.sentences[r.clause.sentence].misfit {
		return
	}
	r.wears(min(h.lo, lo), hi, value)
}

// wears adds a size.
func (r *reader) wears(lo, hi int, value string) {
	if r.clause.fits {
		for _, v := range r.clause.hits {
			if v.class == fits && v.hi <= hi {
				lo = min(lo, v.lo)
			}
		}
		r.found(lo, hi, clm.WearsSize, value, worn)
		return
	}
	r.found(lo, hi, clm.WearsSize, value, named)
}

// ownSize reports whether a size in this clause is the customer's, as ownTaste does.
func (r *reader) ownSize() bool {
	return !r.clause.somebody && (!r.others || r.clause.fits)
}

// sizeAt reads a size at a word or up to two words of little meaning after it: "size is EU 42".
func (r *reader) sizeAt(i int) (value string, lo, hi int) {
	system := ""
	for skip := 0; skip <= 2 && i < r.clause.hi; skip, i = skip+1, i+1 {
		w := r.words[i].plain
		if value, hi = r.sizeOf(i); value != "" {
			return system + value, i, hi
		}
		switch w {
		case "us", "uk":
			system = strings.ToUpper(w) + " "
		case "eu", "eur", "is", "ist", "est", "es", "e", "de", "of", "a", "nr", "no", "la", "il", "van", "num":
		default:
			return "", 0, 0
		}
	}
	return "", 0, 0
}

// sizeOf is the size that begins at a word, and where it ends.
func (r *reader) sizeOf(i int) (string, int) {
	w := r.words[i].plain
	if waist, ok := inches(w, 'w'); ok && i+1 < len(r.words) {
		if length, ok := inches(r.words[i+1].plain, 'l'); ok {
			return waist + "/" + length, i + 2
		}
	}
	if isLetterSize(w) {
		return strings.ToUpper(w), i + 1
	}
	if !isNumberSize(w) || r.isMeasured(i) {
		return "", 0
	}
	w = strings.ReplaceAll(w, ",", ".")
	if i+1 < len(r.words) && r.marks[i+1]&pieces != 0 && isNumberSize(r.words[i+1].plain) {
		return w + "/" + r.words[i+1].plain, i + 2
	}
	return w, i + 1
}

func inches(w string, letter byte) (string, bool) {
	if len(w) != 3 || w[0] != letter || !isNumberSize(w[1:]) {
		return "", false
	}
	return w[1:], true
}

func isLetterSize(w string) bool {
	switch w {
	case "xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "2xl", "3xl", "4xl", "5xl":
		return true
	}
	return false
}

// isNumberSize reports whether w is a number as sizes are: 2 to 188, the greatest being heights of children, in halves.
func isNumberSize(w string) bool {
	if w == "" || len(w) > 5 || w[0] < '1' || w[0] > '9' {
		return false
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(w, ",", "."), 64)
	return err == nil && n >= 2 && n <= 188 && n*2 == float64(int(n*2))
}

// isMeasured reports whether a unit follows a number, which is then no size of clothing.
func (r *reader) isMeasured(i int) bool {
	if r.marks[i+1]&measured != 0 {
		return true
	}
	if i+1 >= len(r.words) {
		return false
	}
	switch r.words[i+1].plain {
	case "cm", "mm", "m", "inch", "inches", "in", "x", "by", "kg", "g", "ml", "l", "litre", "liter", "zoll", "pouces", "pulgadas", "pollici", "percent", "euro", "euros", "eur", "dollars", "pounds":
		return true
	}
	return false
}

// trousers reads a waist and a length that stand without the word "size".
func (r *reader) trousers(c *clause) {
	for i := c.lo; i+1 < c.hi; i++ {
		w, ok := inches(r.words[i].plain, 'w')
		if !ok || r.words[i].voice != own || !r.ownSize() || len(c.not) > 0 || r.sentences[c.sentence].misfit {
			continue
		}
		if l, ok := inches(r.words[i+1].plain, 'l'); ok {
			r.wears(i, i+2, w+"/"+l)
		}
	}
}
