package traits

import "github.com/clmkit/clmkit/clm"

// occasion reads what something is bought for, and for whom.
func (r *reader) occasion(h hit) {
	if r.negated(r.clause, h) {
		return
	}
	who, end := r.recipient(h)
	if h.class == occasion {
		r.found(h.lo, h.hi, clm.Occasion, h.value, stated)
	} else if who == "" {
		return
	}
	if who != "" {
		r.found(h.lo, end, clm.Occasion, "gift", implied)
		r.found(h.lo, end, clm.Occasion, "gift for "+who, implied)
	}
}

// recipient is who follows a "for", up to two words after it: "for my dear mother".
func (r *reader) recipient(h hit) (who string, end int) {
	if h.class != before {
		return "", 0
	}
	for _, k := range r.clause.hits {
		if k.class == kin && k.lo >= h.hi && k.lo <= h.hi+2 {
			return k.value, k.hi
		}
	}
	return "", 0
}

// price reads how much the price matters. The words of bargain hunters count in searches; in a text they are about
// quality as often as not, and phrases count.
func (r *reader) price(h hit) {
	if h.class == thrift && !r.search {
		return
	}
	confidence := stated
	if r.search {
		confidence = typed
	}
	if !r.negated(r.clause, h) && !r.speaksFor() {
		r.found(h.lo, h.hi, clm.PriceSensitivity, h.value, confidence)
	}
}

// speaksFor reports whether somebody else is the subject of the clause. For whom something is bought is not: the budget
// for a gift is the customer's.
func (r *reader) speaksFor() bool {
	for _, h := range r.clause.hits {
		if h.class == third {
			return true
		}
	}
	return false
}
