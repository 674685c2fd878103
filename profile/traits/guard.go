package traits

import (
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

// guard says why a quote of a passage does not show a trait of that name of the customer, or "", and whether it stands in
// a question. The quote is the bytes from from to to.
func (p *passage) guard(name string, from, to int) (cause Cause, asks bool) {
	lo, hi := p.covering(from, to)
	if !p.isWhole(lo, hi, from, to) {
		return CutQuote, false
	}
	for i := lo; i < hi; i++ {
		switch p.words[i].voice {
		case own:
		case instructed:
			return CutInstruction, false
		default:
			return CutVoice, false
		}
	}
	for i := range p.clauses {
		c := &p.clauses[i]
		if c.hi <= lo || c.lo >= hi {
			continue
		}
		s := &p.sentences[c.sentence]
		if asks = asks || s.question; name == clm.Language {
			continue
		}
		if s.imagined {
			return CutImagined, false
		}
		if cause := p.stance(c, name, hi); cause != "" {
			return cause, false
		}
	}
	return "", asks
}

// covering is the range of words that a quote touches.
func (p *passage) covering(from, to int) (lo, hi int) {
	for lo < len(p.words) && p.words[lo].End <= from {
		lo++
	}
	for hi = lo; hi < len(p.words) && p.words[hi].Start < to; hi++ {
	}
	return lo, hi
}

// isWhole reports whether a quote begins and ends between words, and has one that is not grammar. Scripts that write
// without spaces have no such places.
func (p *passage) isWhole(lo, hi, from, to int) bool {
	says := false
	for _, w := range p.words[lo:hi] {
		first, _ := utf8.DecodeRuneInString(w.plain)
		unspaced := isUnspaced(first)
		if (w.Start < from || w.End > to) && !unspaced {
			return false
		}
		says = says || w.in == 0 || unspaced
	}
	return says
}

func isUnspaced(c rune) bool {
	switch text.ScriptOf(c) {
	case text.Han, text.Hiragana, text.Katakana, text.Hangul, text.Thai, text.Lao, text.Khmer, text.Burmese:
		return true
	}
	return false
}

// stance says why a clause does not show a trait of that name.
func (p *passage) stance(c *clause, name string, hi int) Cause {
	switch name {
	case clm.Interest, clm.PrefersBrand, clm.Dislike, clm.WearsSize:
		if c.somebody || p.others && !c.likes && !c.hates && !c.fits {
			return CutOther
		}
	case clm.Occasion, clm.Household, clm.PriceSensitivity:
	default:
		if c.somebody {
			return CutOther
		}
	}
	denied := p.negated(c, hit{lo: hi - 1, hi: hi})
	if name == clm.Dislike {
		if c.likes && !denied && !c.hates {
			return CutDenied
		}
		return ""
	}
	if name == clm.PriceSensitivity { // "not too expensive" and "the price does not matter" both negate
		denied = denied && !p.priced(c)
	}
	if denied || c.hates {
		return CutDenied
	}
	return ""
}

// priced reports whether a clause has a phrase about prices that is not negated itself.
func (p *passage) priced(c *clause) bool {
	for _, h := range c.hits {
		if h.class == price && !p.negated(c, h) {
			return true
		}
	}
	return false
}
