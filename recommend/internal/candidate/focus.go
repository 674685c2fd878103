package candidate

import (
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A Focus is on a few items out of many: scores for them take no more room than
// they need, and what a source says of other items costs a look at a bit.
type Focus struct {
	mask   []uint64 // a bit by item
	slots  []int32  // by item: its place among the items, if it is one of them
	items  []int32
	scores []*Scores // that were given out before
	given  int
}

var focuses = sized[*Focus]{make: func(n int) *Focus {
	return &Focus{mask: make([]uint64, (n+63)/64), slots: make([]int32, n)}
}}

// NewFocus returns the focus on items, each of them once, out of n. Release takes
// it back.
func NewFocus(n int, items []Scored) *Focus {
	f := focuses.get(n)
	for slot, s := range items {
		f.mask[uint(s.Item)/64] |= 1 << (uint(s.Item) % 64)
		f.slots[s.Item] = int32(slot)
		f.items = append(f.items, s.Item)
	}
	return f
}

// Release takes the focus back: neither it nor its scores must be used any more.
func (f *Focus) Release() {
	for _, item := range f.items {
		f.mask[uint(item)/64] = 0
	}
	f.items, f.given = f.items[:0], 0
	focuses.put(len(f.slots), f)
}

// Slot returns the place of an item, if it is one of the items.
func (f *Focus) Slot(item int32) (int32, bool) {
	if f.mask[uint(item)/64]>>(uint(item)%64)&1 == 0 {
		return 0, false
	}
	return f.slots[item], true
}

// Scores returns scores for the items, all 0.
func (f *Focus) Scores() *Scores {
	if f.given == len(f.scores) {
		f.scores = append(f.scores, &Scores{focus: f})
	}
	s := f.scores[f.given]
	f.given++
	s.values = append(s.values[:0], make([]float64, len(f.items))...)
	return s
}

// InOrder returns the scores of the items of the focus that they are for, in the
// order in which it was put on them. It is valid until the next Release.
func (s *Scores) InOrder() []float64 { return s.values }

// scoreEach adds, at several half-lives in one pass, what is near to what is
// wanted.
func (l *lists) scoreEach(h *interaction.History, ages []time.Duration, all []*Scores) {
	wants := make([][]interaction.Wanted, len(ages))
	for i, age := range ages {
		wants[i] = h.Wants(age)
	}
	f := all[0].focus
	for w := range wants[0] { // the same items at all of them
		for _, n := range l.Of(wants[0][w].Item) {
			slot, ok := f.Slot(n.item)
			if !ok {
				continue
			}
			for i, s := range all {
				s.values[slot] += wants[i][w].Weight * float64(n.score)
			}
		}
	}
}
