package profile

import (
	"cmp"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// Readings are what readers found in the events of a customer, one entry for each
// finding, sorted by name and then by time. Which of them hold, [Profile.Traits]
// decides when it is asked: then contradictions and expiry depend on nothing but
// the readings and the moment.
//
// They are a set, and what does not fit is the oldest, so that neither the order
// nor the batches of the events change them.
type Readings []clm.Trait

// Limits of what is kept of the readings.
const (
	// MaxPerValue is how many readings of one name and value are kept, the newest.
	MaxPerValue = 2
	// MaxPerName is how many readings of one name are kept, the newest.
	MaxPerName = 32
	// MaxQuotes is how many pieces of evidence of one reading are kept, the first.
	MaxQuotes = 3
)

// compareReadings orders by name, then by time, then by everything else. It runs
// for each look into the readings, so it looks at the rest only if it has to.
func compareReadings(a, b *clm.Trait) int {
	if c := cmp.Compare(a.Name, b.Name); c != 0 {
		return c
	}
	if c := a.Seen.Compare(b.Seen); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Value, b.Value); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Source, b.Source), cmp.Compare(a.Confidence, b.Confidence),
		a.Expires.Compare(b.Expires), slices.CompareFunc(a.Evidence, b.Evidence, compareEvidence),
	)
}

func compareEvidence(a, b clm.Evidence) int {
	return cmp.Or(
		cmp.Compare(a.Event, b.Event), cmp.Compare(a.Field, b.Field), cmp.Compare(a.From, b.From),
		cmp.Compare(a.To, b.To), cmp.Compare(a.Quote, b.Quote),
	)
}

// add takes a reading in, and drops what is beyond the limits. It takes time in
// proportion to the readings of the name.
func (r *Readings) add(t clm.Trait) {
	t.Seen = t.Seen.UTC()
	if !t.Expires.IsZero() {
		t.Expires = t.Expires.UTC()
	}
	t.Evidence = slices.Clone(t.Evidence[:min(len(t.Evidence), MaxQuotes)])
	i, found := r.find(&t)
	if found {
		return
	}
	lo, hi := r.span(t.Name, i)
	if lo == hi {
		if !r.admit(t.Name) {
			return
		}
		i, _ = r.find(&t) // admit may have moved it
	}
	*r = slices.Insert(*r, i, t)
	lo, hi = r.span(t.Name, i)
	if old := r.oldest(t.Value, lo, hi); old >= 0 {
		*r = slices.Delete(*r, old, old+1)
		hi--
	}
	if hi-lo > MaxPerName {
		*r = slices.Delete(*r, lo, lo+1)
	}
}

// find returns where a reading is, or where it would be inserted. It is written out
// because readings are large, and slices.BinarySearchFunc would copy each.
func (r *Readings) find(t *clm.Trait) (int, bool) {
	lo, hi := 0, len(*r)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if compareReadings(&(*r)[mid], t) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(*r) && compareReadings(&(*r)[lo], t) == 0
}

// span returns the range of a name's readings, given an index at or next to it.
func (r *Readings) span(name string, i int) (lo, hi int) {
	lo, hi = i, i
	for lo > 0 && (*r)[lo-1].Name == name {
		lo--
	}
	for hi < len(*r) && (*r)[hi].Name == name {
		hi++
	}
	return lo, hi
}

// oldest returns the index of the oldest reading of a value in a range when
// there are too many, and else -1.
func (r *Readings) oldest(value string, lo, hi int) int {
	n, first := 0, -1
	for i := lo; i < hi; i++ {
		if (*r)[i].Value != value {
			continue
		}
		if n++; first < 0 {
			first = i
		}
	}
	if n > MaxPerValue {
		return first
	}
	return -1
}

// admit makes room for a new name and reports whether it may come in: the
// MaxLabels names with the smallest hashes stay.
func (r *Readings) admit(name string) bool {
	names := 0
	worst := name
	for i := range *r {
		if i > 0 && (*r)[i-1].Name == (*r)[i].Name {
			continue
		}
		if names++; hashLess(worst, (*r)[i].Name) {
			worst = (*r)[i].Name
		}
	}
	if names < MaxLabels {
		return true
	}
	*r = slices.DeleteFunc(*r, func(t clm.Trait) bool { return t.Name == worst })
	return worst != name
}

// clone returns a copy that shares nothing that can be changed. The evidence of
// all readings is one allocation.
func (r Readings) clone() Readings {
	c := roomy(r)
	pieces := 0
	for i := range c {
		pieces += len(c[i].Evidence)
	}
	all := make([]clm.Evidence, 0, pieces)
	for i := range c {
		from := len(all)
		all = append(all, c[i].Evidence...)
		c[i].Evidence = all[from:len(all):len(all)]
	}
	return c
}

// A Ruling is the latest word of a host or a customer on a trait.
type Ruling struct {
	clm.Correction
	Time  time.Time `json:"time"`
	Event string    `json:"event"` // the event's ID: the evidence
}

func compareRulings(a, b Ruling) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
}

// rule keeps the latest word on each name and value, and of two at the same time
// the one with the greater event ID.
func rule(rulings []Ruling, r Ruling) []Ruling {
	i, found := slices.BinarySearchFunc(rulings, r, compareRulings)
	if !found {
		return slices.Insert(rulings, i, r)
	}
	if later(rulings[i].Time, rulings[i].Event, r.Time, r.Event) {
		rulings[i] = r
	}
	return rulings
}
