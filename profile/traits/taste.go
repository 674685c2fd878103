package traits

import "github.com/clmkit/clmkit/clm"

// taste reads a category, a brand or a material: liked, looked for, or not wanted.
func (r *reader) taste(h hit) {
	c := r.clause
	if !r.ownTaste() {
		return
	}
	lo, hi := r.around(h)
	switch {
	case c.hates && !c.likes:
		r.dislike(h, lo, hi)
	case r.search:
		r.sought(h)
	case c.likes && r.negated(c, h):
		r.dislike(h, lo, hi)
	case c.likes:
		if !r.sentences[c.sentence].question { // "do I like it?" says nothing
			r.like(h, lo, hi)
		}
	case c.wants && !c.serves && !r.negated(c, h):
		r.found(lo, hi, nameOf(h.class), h.value, sought)
		r.widen(h, lo, hi, sought)
	}
}

// ownTaste reports whether a taste in this clause is the customer's: nobody else is in it, and where somebody else is in
// the text, the customer says "I".
func (r *reader) ownTaste() bool {
	c := r.clause
	if c.somebody {
		return false
	}
	return !r.others || !r.search && (c.likes || c.hates)
}

// around is the range of words from the verb to the term.
func (r *reader) around(h hit) (lo, hi int) {
	lo, hi = h.lo, h.hi
	for _, v := range r.clause.hits {
		if v.class == like || v.class == want || v.class == hate || v.class == allergic {
			lo, hi = min(lo, v.lo), max(hi, v.hi)
		}
	}
	for _, at := range r.clause.not {
		lo, hi = min(lo, at), max(hi, at+1)
	}
	return lo, min(hi, r.clause.hi)
}

func nameOf(c class) string {
	if c == brand {
		return clm.PrefersBrand
	}
	return clm.Interest
}

// dislike adds what is not wanted. One thing that is not liked is no category that is not.
func (r *reader) dislike(h hit, lo, hi int) {
	if h.class == interest && r.isOne(h) {
		return
	}
	r.found(lo, hi, clm.Dislike, h.value, stated)
}

func (r *reader) like(h hit, lo, hi int) {
	if h.class == stuff {
		return
	}
	confidence := stated
	if r.isOne(h) {
		confidence = pointed
	}
	r.found(lo, hi, nameOf(h.class), h.value, confidence)
	r.widen(h, lo, hi, confidence)
}

// sought reads a term of a search.
func (r *reader) sought(h hit) {
	if h.class == stuff || r.negated(r.clause, h) {
		return
	}
	r.found(h.lo, h.hi, nameOf(h.class), h.value, sought)
	r.widen(h, h.lo, h.hi, sought)
}

// widen adds the wider labels of a category.
func (r *reader) widen(h hit, lo, hi int, confidence float64) {
	if h.class != interest {
		return
	}
	for _, wide := range r.lexical.vocabulary.wider[h.value] {
		r.found(lo, hi, clm.Interest, wide, confidence)
	}
}

// isOne reports whether a word that points at one thing stands up to two words before a term.
func (r *reader) isOne(h hit) bool {
	for _, v := range r.clause.hits {
		if v.class == definite && v.lo < h.lo && v.lo >= h.lo-2 {
			return true
		}
	}
	return false
}

// unwanted reads what follows a "no" or a "without": a material or a brand, in a search a category too.
func (r *reader) unwanted(h hit) {
	if !r.ownTaste() {
		return
	}
	for _, t := range r.clause.hits {
		near := t.lo >= h.hi && t.lo <= h.hi+1
		if near && (t.class == stuff || t.class == brand || t.class == interest && r.search) {
			r.found(h.lo, t.hi, clm.Dislike, t.value, stated)
			return
		}
	}
}

// allergy reads what follows "allergic to": a term, or any word that is not grammar.
func (r *reader) allergy(h hit) {
	if !r.ownTaste() || r.negated(r.clause, h) {
		return
	}
	for _, t := range r.clause.hits {
		if t.lo >= h.hi && t.lo <= h.hi+1 && (t.class == stuff || t.class == interest || t.class == brand) {
			r.found(h.lo, t.hi, clm.Dislike, t.value, stuck)
			return
		}
	}
	for i := h.hi; i < min(r.clause.hi, h.hi+2); i++ {
		if w := r.words[i]; len(w.plain) >= 3 && w.in == 0 {
			r.found(h.lo, i+1, clm.Dislike, w.plain, stuck)
			return
		}
	}
}
