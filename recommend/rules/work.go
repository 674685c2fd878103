package rules

import (
	"math"

	"github.com/clmkit/clmkit/internal/simd"
)

// work is one arrangement in the making. Its entries are the candidates, and
// behind them what came from the pool.
type work struct {
	plan      *Plan
	list      *List
	objective Objective
	scale     scale

	entries []entry
	order   []int32     // candidates, the best first
	extra   []Candidate // from the pool
	tallies []tally     // for each cap
	traits  []trait     // scratch

	picked []int32   // in the order of picking
	seats  [][]int32 // for each promotion, what stands in its places
	slots  []int     // for each promotion, how many places it has
	floors []floor   // what has to be there at least
	err    error     // what is wrong with the pool
}

// An entry is an item that may come in.
type entry struct {
	score    float64 // adjusted
	nearest  float64 // likeness to the most alike of the first seen of those picked; -1 before the first
	seen     int
	likeness float64 // nearest when it was picked
	rules    uint64  // what it matches; the highest bit says that it was asked
	broken   string  // the cap it would break
	by       string  // the rule that it came in by
	state    state
}

type state uint8

const (
	free  state = iota
	in          // picked
	over        // kept out by a cap
	twice       // the same item as one that is in
)

const (
	asked = 1 << 63
	fresh = 1 << 62 // counts as new
)

// start begins an arrangement.
func (p *Plan) start(l *List) *work {
	w := p.scratch.Get().(*work)
	w.plan, w.list = p, l
	for len(w.tallies) < len(p.caps) {
		w.tallies = append(w.tallies, nil)
	}
	for len(w.seats) < len(p.promotions) {
		w.seats = append(w.seats, nil)
	}
	return w
}

// release gives back what the arrangement needed, and nothing of the caller's.
func (w *work) release() {
	p := w.plan
	clear(w.entries)
	clear(w.extra)
	clear(w.traits[:cap(w.traits)])
	for i := range w.tallies {
		clear(w.tallies[i])
		w.tallies[i] = w.tallies[i][:0]
	}
	for i := range w.seats {
		w.seats[i] = w.seats[i][:0]
	}
	*w = work{
		entries: w.entries[:0], order: w.order[:0], extra: w.extra[:0], tallies: w.tallies, traits: w.traits[:0],
		picked: w.picked[:0], seats: w.seats, slots: w.slots[:0], floors: w.floors[:0],
	}
	p.scratch.Put(w)
}

func (w *work) candidate(i int32) *Candidate {
	if n := int32(len(w.list.Candidates)); i >= n {
		return &w.extra[i-n]
	}
	return &w.list.Candidates[i]
}

// rules returns the set of rules that an item matches.
func (w *work) rules(i int32) uint64 {
	e := &w.entries[i]
	if e.rules == 0 {
		c := w.candidate(i)
		e.rules = asked
		for p := range w.plan.promotions {
			if w.plan.promotions[p].matches(c) {
				e.rules |= w.plan.promotions[p].bit
			}
		}
		if f := &w.plan.rules.Freshness; f.Share > 0 && f.isNew(c, w.plan.at) {
			e.rules |= fresh
		}
	}
	return e.rules &^ asked
}

// admits reports whether an item can come in, and marks it when it can not.
func (w *work) admits(i int32) bool {
	e := &w.entries[i]
	if w.repeats(i) {
		e.state = twice
	} else if e.broken = w.breaks(i); e.broken != "" {
		e.state = over
	}
	return e.state == free
}

// repeats reports whether the same item is in.
func (w *work) repeats(i int32) bool {
	id := w.candidate(i).Item.ID
	for _, j := range w.picked {
		if w.candidate(j).Item.ID == id {
			return true
		}
	}
	return false
}

// breaks returns the name of a cap that an item would break, or "".
func (w *work) breaks(i int32) string {
	for n := range w.plan.caps {
		l := &w.plan.caps[n]
		w.traits = l.traits(w.candidate(i).Item, w.traits[:0])
		for _, t := range w.traits {
			if w.tallies[n].of(t) >= l.most(w.list.K) {
				return l.Name
			}
		}
	}
	return ""
}

// count counts an item for the caps.
func (w *work) count(i int32) {
	for n := range w.plan.caps {
		w.traits = w.plan.caps[n].traits(w.candidate(i).Item, w.traits[:0])
		for _, t := range w.traits {
			w.tallies[n].add(t)
		}
	}
}

// pick takes an item in.
func (w *work) pick(i int32) {
	w.see(i)
	e := &w.entries[i]
	e.state, e.likeness = in, e.nearest
	w.picked = append(w.picked, i)
	w.count(i)
}

// see compares an item with those picked that it was not compared with before.
func (w *work) see(i int32) {
	e := &w.entries[i]
	if w.plan.rules.Diversity > 0 && e.seen < len(w.picked) {
		c := w.candidate(i)
		for _, j := range w.picked[e.seen:] {
			e.nearest = max(e.nearest, likeness(c, w.candidate(j)))
		}
	}
	e.seen = len(w.picked)
}

// likeness returns how alike two items are: in [-1, 1] by their vectors, and in
// [0, 1] by their labels.
func likeness(a, b *Candidate) float64 {
	if len(a.Vector) > 0 && len(a.Vector) == len(b.Vector) {
		s := float64(simd.Dot(a.Vector, b.Vector))
		if math.IsNaN(s) {
			return 0
		}
		return min(1, max(-1, s))
	}
	return jaccard(a, b)
}

// jaccard returns the share of labels (categories and the brand) that two items
// have in common; 0 when neither has any.
func jaccard(a, b *Candidate) float64 {
	x, y := a.Item, b.Item
	both, all := 0, len(x.Categories)+len(y.Categories)
	for _, label := range x.Categories {
		for _, other := range y.Categories {
			if label == other {
				both++
				break
			}
		}
	}
	if x.Brand != "" {
		all++
	}
	if y.Brand != "" {
		all++
	}
	if x.Brand != "" && x.Brand == y.Brand {
		both++
	}
	if all == 0 {
		return 0
	}
	return min(1, float64(both)/float64(all-both)) // a label can be there twice
}
