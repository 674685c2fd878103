package traits

import "slices"

// A hit is a phrase where it stands.
type hit struct {
	*phrase
	lo, hi   int // words
	sentence int
}

// find collects the phrases and the terms of each sentence. One that spans into the next sentence is none.
func (l *Lexical) find(p *passage) {
	p.hits = make([]hit, 0, 8)
	for n := range p.sentences {
		s := &p.sentences[n]
		for i, free := s.lo, s.lo; i < s.hi; i++ {
			for _, ph := range l.phrases[p.words[i].plain] {
				if hi := ph.matches(p.words, i); ph.in&s.in != 0 && hi > 0 && hi <= s.hi {
					p.hits = append(p.hits, hit{ph, i, hi, n})
				}
			}
			if i < free {
				continue
			}
			terms, hi := l.vocabulary.find(p.words, i)
			for _, t := range terms {
				if hi <= s.hi {
					p.hits = append(p.hits, hit{t, i, hi, n})
					free = hi
				}
			}
		}
	}
	p.hits = prune(p.hits)
}

// prune drops the hits that stand within a longer one that means something else: "not" in "not only", "cheap" in "looks
// cheap", "gift" in "gift card".
func prune(hits []hit) []hit {
	kept := hits[:0:0]
	for i, h := range hits {
		if !covered(hits, i) && h.class != exempt {
			kept = append(kept, h)
		}
	}
	return kept
}

// longestPhrase bounds how far back a hit can begin that reaches a word.
const longestPhrase = 12

func covered(hits []hit, i int) bool {
	h := hits[i]
	if h.class != negate && h.class != without && h.class != occasion && h.class != thrift && h.class != price && h.class != like && h.class != life {
		return false
	}
	covers := func(o hit) bool {
		switch {
		case o.lo > h.lo || o.hi < h.hi || o.gap:
			return false
		case o.hi-o.lo == h.hi-h.lo:
			return o.class == exempt
		}
		return o.class == exempt || h.class == negate || h.class == without || o.class == h.class && h.class == price
	}
	for j := i - 1; j >= 0 && hits[j].lo > h.lo-longestPhrase; j-- {
		if covers(hits[j]) {
			return true
		}
	}
	for j := i + 1; j < len(hits) && hits[j].lo == h.lo; j++ {
		if covers(hits[j]) {
			return true
		}
	}
	return false
}

// starting are the hits that begin at a word.
func (p *passage) starting(i int) []hit {
	lo, _ := slices.BinarySearchFunc(p.hits, i, func(h hit, i int) int { return h.lo - i })
	hi := lo
	for hi < len(p.hits) && p.hits[hi].lo == i {
		hi++
	}
	return p.hits[lo:hi]
}
