package traits

import (
	"slices"
	"strconv"

	"github.com/clmkit/clmkit/clm"
)

// person reads demographics, those that the host asked for.
func (r *reader) person(h hit) {
	name := traitNames[h.class]
	if !slices.Contains(r.lexical.personal, name) || r.negated(r.clause, h) || r.sentences[r.clause.sentence].question {
		return
	}
	switch {
	case h.class == age:
		r.age(h)
	case h.class == household || !r.clause.somebody:
		r.found(h.lo, h.hi, name, h.value, stated)
	}
}

// age reads "I am 34", where a word for years follows, and in English where nothing follows.
func (r *reader) age(h hit) {
	if h.hi >= r.clause.hi {
		return
	}
	n, err := strconv.Atoi(r.words[h.hi].plain)
	if err != nil || n < 13 || n > 99 || r.isMeasured(h.hi) {
		return
	}
	next := h.hi + 1
	if next < r.clause.hi && !r.isYears(next) {
		return
	}
	r.found(h.lo, next, clm.AgeBand, ageBand(n), stated)
}

// isYears reports whether a word says that the number before it is an age, or begins another thought.
func (r *reader) isYears(i int) bool {
	switch r.words[i].plain {
	case "and", "und", "et", "y", "e", "en", "years":
		return true
	}
	return slices.ContainsFunc(r.starting(i), func(h hit) bool { return h.class == years })
}

// ageBands are the values of [clm.AgeBand].
var ageBands = []string{"under 18", "18-24", "25-34", "35-44", "45-54", "55-64", "65+"}

func ageBand(years int) string {
	for i, limit := range []int{18, 25, 35, 45, 55, 65} {
		if years < limit {
			return ageBands[i]
		}
	}
	return ageBands[6]
}
