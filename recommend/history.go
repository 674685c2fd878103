package recommend

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A history is what is known of one customer, or of one visit, at one moment.
type history struct {
	customer int32 // the customer's number; -1 when the model has none
	now      time.Time
	signals  []signal // what was wanted, in time
	touches  []touch  // what was looked at or searched for, in time
}

// A signal is an item of an event whose kind has a weight.
type signal struct {
	item   int32
	order  int32 // the event's number within the history
	time   time.Time
	weight float64
	bought bool
}

// A touch is an item that was viewed, put in the cart or clicked, or a query.
type touch struct {
	item  int32 // -1 for a query
	query string
	time  time.Time
}

// maxTouches is how many of the latest touches a history keeps: what was
// looked at before says little about what is looked for now.
const maxTouches = 50

// add takes a record into the history; later records come later.
func (h *history) add(r *record, v *vocabulary) {
	weight := v.kinds[r.kind]
	order := int32(0)
	if n := len(h.signals); n > 0 {
		order = h.signals[n-1].order + 1
	}
	for _, id := range r.items {
		item, ok := v.index[id]
		if !ok {
			continue
		}
		if weight > 0 {
			h.signals = append(h.signals, signal{item, order, r.time, weight, r.kind == clm.Ordered})
		}
		if interest(r.kind) {
			h.touches = append(h.touches, touch{item: item, time: r.time})
		}
	}
	if r.query != "" {
		h.touches = append(h.touches, touch{item: -1, query: r.query, time: r.time})
	}
	if extra := len(h.touches) - maxTouches; extra > 0 {
		h.touches = slices.Delete(h.touches, 0, extra)
	}
}

// before returns the part of the history before a moment.
func (h *history) before(t time.Time) history {
	past := history{customer: h.customer, now: t}
	past.signals = h.signals[:firstFrom(h.signals, t, signalTime)]
	past.touches = h.touches[:firstFrom(h.touches, t, touchTime)]
	return past
}

func firstFrom[T any](in []T, t time.Time, timeOf func(T) time.Time) int {
	n, _ := slices.BinarySearchFunc(in, t, func(x T, t time.Time) int { return timeOf(x).Compare(t) })
	return n
}

// fading returns the weight of something that happened at t: 1 at the
// history's moment, halved with each halfLife before it; 1 if halfLife is 0.
func (h *history) fading(t time.Time, halfLife time.Duration) float64 {
	if halfLife == 0 {
		return 1
	}
	return math.Exp2(-float64(h.now.Sub(t)) / float64(halfLife))
}

// A wanted item is an item of a history with its weight.
type wanted struct {
	item   int32
	weight float64
}

// wants returns the items with a signal, in their order, each with the largest
// weight that one of its signals has left.
func (h *history) wants(halfLife time.Duration) []wanted {
	all := make([]wanted, 0, len(h.signals))
	for _, s := range h.signals {
		all = append(all, wanted{s.item, s.weight * h.fading(s.time, halfLife)})
	}
	return heaviest(all)
}

// heaviest sorts by item and leaves each with its largest weight.
func heaviest(all []wanted) []wanted {
	slices.SortFunc(all, func(a, b wanted) int {
		return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(b.weight, a.weight))
	})
	return slices.CompactFunc(all, func(a, b wanted) bool { return a.item == b.item })
}

// bought returns the set of items that the history has an order of.
func (h *history) bought() map[int32]bool {
	set := make(map[int32]bool, len(h.signals))
	for _, s := range h.signals {
		if s.bought {
			set[s.item] = true
		}
	}
	return set
}

func signalTime(s signal) time.Time { return s.time }
func touchTime(t touch) time.Time   { return t.time }
