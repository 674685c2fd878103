package traits

import (
	"math/bits"
	"slices"
)

// A clause is a range of words with what it says about what stands in it.
type clause struct {
	lo, hi   int
	sentence int
	hits     []hit
	somebody bool // somebody else is its subject, or whom it is for
	likes    bool
	wants    bool
	hates    bool
	fits     bool
	serves   bool
	not      []int // words that negate
}

// read cuts a text up and finds the phrases in it.
func (l *Lexical) read(s string, search bool) *passage {
	p := &passage{text: s[:min(len(s), maxRead)], search: search}
	if p.words = cut(p.text); len(p.words) == 0 {
		return p
	}
	p.scan()
	p.divide()
	l.tell(p)
	l.find(p)
	p.assign()
	p.split()
	p.judge()
	return p
}

// tell says which languages each sentence may be in: those with half as many words of grammar as the best one, where two
// or more were found in the sentence or, failing that, in the text.
func (l *Lexical) tell(p *passage) {
	var all [len(tongueTags)]int
	for i := range p.sentences {
		s := &p.sentences[i]
		var count [len(tongueTags)]int
		for j := s.lo; j < s.hi; j++ {
			p.words[j].in = l.grammar[p.words[j].plain]
			p.words[j].in.count(&count)
			p.words[j].in.count(&all)
		}
		s.in = likely(count)
	}
	whole := likely(all)
	for i := range p.sentences {
		switch s := &p.sentences[i]; {
		case s.in != 0:
		case whole != 0:
			s.in = whole
		default:
			s.in = everyTongue
		}
	}
}

// count adds one to each language of the set.
func (in tongues) count(to *[len(tongueTags)]int) {
	for ; in != 0; in &= in - 1 {
		to[bits.TrailingZeros8(uint8(in))]++
	}
}

// likely are the languages with half of the most words of grammar; none below two words.
func likely(count [len(tongueTags)]int) tongues {
	best := slices.Max(count[:])
	if best < 2 {
		return 0
	}
	var in tongues
	for t, n := range count {
		if 2*n >= best {
			in |= 1 << t
		}
	}
	return in
}

// split makes clauses of the sentences. A search is one clause.
func (p *passage) split() {
	at := 0
	for n := range p.sentences {
		s := &p.sentences[n]
		lo := s.lo
		for i := s.lo + 1; i <= s.hi; i++ {
			turn := i < s.hi && slices.ContainsFunc(p.starting(i), func(h hit) bool { return h.class == but })
			if i == s.hi || !p.search && (turn || p.marks[i]&(comma|colon) != 0) {
				c := clause{lo: lo, hi: i, sentence: n}
				first := at
				for at < len(p.hits) && p.hits[at].lo < i {
					at++
				}
				c.hits = p.hits[first:at]
				p.clauses = append(p.clauses, c)
				lo = i
			}
		}
	}
}

// judge finds out what each clause says about its hits.
func (p *passage) judge() {
	for i := range p.clauses {
		c := &p.clauses[i]
		for _, h := range c.hits {
			p.note(c, h)
		}
	}
	for i := range p.sentences {
		p.others = p.others || p.owned(&p.sentences[i])
	}
	for i := range p.clauses {
		c := &p.clauses[i]
		for _, h := range c.hits {
			gift := h.class == occasion && h.value == "gift" && !p.negated(c, h)
			p.others = p.others || p.words[h.lo].voice == own && (gift || h.class == kin || h.class == third)
		}
	}
}

func (p *passage) note(c *clause, h hit) {
	mine := p.words[h.lo].voice == own
	switch h.class {
	case imagined:
		p.sentences[c.sentence].imagined = true
	case misfit:
		p.sentences[c.sentence].misfit = true
	case third, kin:
		c.somebody = c.somebody || mine
	case like:
		c.likes = c.likes || mine
	case want:
		c.wants = c.wants || mine
	case hate, allergic:
		c.hates = c.hates || mine
	case fits:
		c.fits = c.fits || mine
	case service:
		c.serves = true
	case negate:
		c.not = append(c.not, h.lo)
	}
}

// afterwards are the languages that negate a word after it: "Whisky mag ich nicht".
const afterwards tongues = 1<<1 | 1<<5

// negated reports whether a clause says the opposite of a hit: a word before it negates, or any word in languages that put
// it at the end. In a search, only the word before it.
func (p *passage) negated(c *clause, h hit) bool {
	in := p.sentences[c.sentence].in
	for _, at := range c.not {
		switch {
		case p.search && (at >= h.lo || at < h.lo-2):
		case at < h.hi, in&afterwards != 0 && in&^afterwards == 0:
			return true
		}
	}
	return false
}
