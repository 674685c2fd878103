package traits

import (
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// taste reads a category, a brand or a material: liked, looked for, or not wanted.
func (r *reader) taste(h hit) {
	c := r.clause
	if !r.ownTaste() {
		return
	}
	lo, hi := r.around(h)
	switch {
	case !r.search && !r.isObject(h):
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
	case c.wants && !c.serves && h.class != stuff && !r.negated(c, h):
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

// farthest is how many words stand between a verb of taste and its object at most: "I like your new summer dresses".
const farthest = 4

// isTaste reports whether a hit is a verb of taste or of looking for something.
func isTaste(h hit) bool {
	return h.class == like || h.class == want || h.class == hate || h.class == allergic
}

// isNear reports whether a stretch of words is near a term.
func isNear(lo, hi int, term hit) bool { return hi+farthest >= term.lo && lo <= term.hi+farthest }

// isObject reports whether a term is what the clause likes, hates or looks for: the verb is near, and where it stands
// before the term, nothing between them makes something else the object.
func (r *reader) isObject(h hit) bool {
	verb, near := -1, false
	for _, v := range r.clause.hits {
		if isTaste(v) && isNear(v.lo, v.hi, h) {
			near = true
			if v.lo < h.lo {
				verb = max(verb, v.hi)
			}
		}
	}
	for _, v := range r.clause.hits {
		if v.class == aside && verb >= 0 && v.lo >= verb && v.lo < h.lo {
			return false
		}
	}
	return near
}

// narrowed reports whether a word that is not grammar describes a term: "high waisted skirts" are not all skirts.
func (r *reader) narrowed(h hit) bool {
	if h.lo == r.clause.lo || r.marks[h.lo]&(comma|colon) != 0 || r.words[h.lo-1].in != 0 {
		return false
	}
	for _, v := range r.clause.hits {
		if v.lo < h.lo && v.hi >= h.lo && (v.class == like || v.class == hate || v.class == allergic || v.class == negate || v.class == without || v.class == interest || v.class == brand) {
			return false
		}
	}
	return true
}

// around is the range of words from the verb to the term, with what negates.
func (r *reader) around(h hit) (lo, hi int) {
	lo, hi = h.lo, h.hi
	for _, v := range r.clause.hits {
		if (isTaste(v) || v.class == negate) && isNear(v.lo, v.hi, h) {
			lo, hi = min(lo, v.lo), max(hi, v.hi)
		}
	}
	return lo, min(hi, r.clause.hi)
}

func nameOf(c class) string {
	if c == brand {
		return clm.PrefersBrand
	}
	return clm.Interest
}

// dislike adds what is not wanted. One thing that is not liked, or a kind within a category, is no category that is not.
func (r *reader) dislike(h hit, lo, hi int) {
	if h.class == interest && (r.isOne(h) || r.narrowed(h)) {
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

// isOne reports whether a word that points at one thing stands near before a term: "the unique leather skirt".
func (r *reader) isOne(h hit) bool {
	for _, v := range r.clause.hits {
		if v.class == definite && v.lo < h.lo && v.lo >= h.lo-farthest {
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
		if r.follows(t, h) && (t.class == stuff || t.class == brand || t.class == interest && r.search) {
			r.found(h.lo, t.hi, clm.Dislike, t.value, stated)
			return
		}
	}
}

// follows reports whether a term comes after a hit, at once or after a word that does not point at one thing.
func (r *reader) follows(term, h hit) bool {
	if term.lo == h.hi+1 {
		return !slices.ContainsFunc(r.starting(h.hi), func(v hit) bool { return v.class == definite })
	}
	return term.lo == h.hi
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
