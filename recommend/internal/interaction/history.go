package interaction

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"time"
)

// A History is what is known of one customer, or of one visit, at one moment.
type History struct {
	Customer int32        // the customer's number; -1 when there is none
	Channel  uint8        // where a list is for; 0 when that is not known
	Now      int64        // the moment, see [Nano]
	Signals  []Signal     // what was wanted, in time
	Touches  []Touch      // what was looked at or searched for, in time
	Returned []Touch      // what was brought back, in time
	Shown    []Impression // what was shown, in time

	memory map[any]any // nil for a history that is shared
}

// A Signal is an item of an event whose kind has a weight.
type Signal struct {
	Time     int64
	Item     int32
	Order    int32 // the event's number within the history
	Weight   float32
	Quantity float32 // pieces
	Price    float32 // of one piece, in minor units of the usual currency; 0 is unknown
	Bought   bool
	Channel  uint8 // [Records.Channels]
}

// A Touch is an item that was viewed, put in the cart, clicked or returned, or
// a query.
type Touch struct {
	Time  int64
	Item  int32 // -1 for a query
	Kind  Kind
	Query string
}

// maxTouches is how many of the latest touches a history keeps: what was
// looked at before says little about what is looked for now.
const maxTouches = 50

// add takes a record of the visit into the history; later ones come later.
func (h *History) add(r *row, query string, item, order int32) {
	switch {
	case item < 0 && query == "":
		return
	case r.kind == Returned:
		h.Returned = append(h.Returned, Touch{Time: r.time, Item: item, Kind: r.kind})
		return
	}
	if r.weight > 0 && item >= 0 {
		h.Signals = append(h.Signals, Signal{
			Time: r.time, Item: item, Order: order, Weight: r.weight, Quantity: r.quantity, Price: r.price,
			Bought: r.kind == Ordered, Channel: r.channel,
		})
	}
	if r.kind.look() {
		h.Touches = append(h.Touches, Touch{Time: r.time, Item: item, Kind: r.kind, Query: query})
	}
	if extra := len(h.Touches) - maxTouches; extra > 0 {
		h.Touches = slices.Delete(h.Touches, 0, extra)
	}
}

// Before returns the part of the history before a moment.
func (h *History) Before(t int64) History {
	past := History{Customer: h.Customer, Now: t}
	past.Signals = h.Signals[:firstFrom(h.Signals, t, signalTime)]
	past.Touches = h.Touches[:firstFrom(h.Touches, t, touchTime)]
	past.Returned = h.Returned[:firstFrom(h.Returned, t, touchTime)]
	past.Shown = h.Shown[:firstFrom(h.Shown, t, impressionTime)]
	return past
}

// Since returns the signals from a moment on.
func (h *History) Since(t int64) []Signal {
	return h.Signals[firstFrom(h.Signals, t, signalTime):]
}

func firstFrom[T any](in []T, t int64, timeOf func(T) int64) int {
	n, _ := slices.BinarySearchFunc(in, t, func(x T, t int64) int { return cmp.Compare(timeOf(x), t) })
	return n
}

func signalTime(s Signal) int64 { return s.Time }
func touchTime(t Touch) int64   { return t.Time }

// Fading returns the weight of something that happened at t: 1 at the
// history's moment, halved with each halfLife before it; 1 if halfLife is 0.
func (h *History) Fading(t int64, halfLife time.Duration) float64 {
	if halfLife == 0 {
		return 1
	}
	return math.Exp2(-float64(h.Now-t) / float64(halfLife))
}

// A Wanted item is an item of a history with its weight.
type Wanted struct {
	Item   int32
	Weight float64
}

// Remembering returns the history such that what was computed of it once is not
// computed again: see [Remember]. It is for one goroutine.
func (h *History) Remembering() *History {
	r := *h
	r.memory = map[any]any{}
	return &r
}

// Remember returns what make returns, or has returned for the same key and
// history before, where the history remembers. A key is of a type that the
// caller alone has, and says all that the value depends on besides the history.
func Remember[T any](h *History, key any, make func() T) T {
	if h.memory == nil {
		return make()
	}
	value, ok := h.memory[key].(T)
	if !ok {
		value = make()
		h.memory[key] = value
	}
	return value
}

// Remembered returns what the history remembers for a key.
func Remembered[T any](h *History, key any) (value T, ok bool) {
	value, ok = h.memory[key].(T)
	return value, ok
}

// Forget calls f for everything that the history remembers, and ends its memory.
func (h *History) Forget(f func(value any)) {
	for _, value := range h.memory {
		f(value)
	}
	h.memory = nil
}

// wantsOf is the key of what is wanted at a half-life.
type wantsOf time.Duration

// Wants returns the items with a signal, in their order, each with the largest
// weight that one of its signals has left. The slice must not be changed.
func (h *History) Wants(halfLife time.Duration) []Wanted {
	if h.memory == nil {
		return h.wants(halfLife)
	}
	return Remember(h, wantsOf(halfLife), func() []Wanted { return h.wants(halfLife) })
}

func (h *History) wants(halfLife time.Duration) []Wanted {
	all := make([]Wanted, 0, len(h.Signals))
	for _, s := range h.Signals {
		all = append(all, Wanted{s.Item, float64(s.Weight) * h.Fading(s.Time, halfLife)})
	}
	return slices.Clip(Heaviest(all))
}

// Heaviest sorts by item and leaves each with its largest weight.
func Heaviest(all []Wanted) []Wanted {
	slices.SortFunc(all, func(a, b Wanted) int {
		switch {
		case a.Item != b.Item:
			return int(a.Item - b.Item)
		case a.Weight > b.Weight:
			return -1
		case a.Weight < b.Weight:
			return 1
		}
		return 0
	})
	return slices.CompactFunc(all, func(a, b Wanted) bool { return a.Item == b.Item })
}

// ByOrder yields the signals of one event after the other.
func ByOrder(signals []Signal) iter.Seq[[]Signal] {
	return func(yield func([]Signal) bool) {
		for from := 0; from < len(signals); {
			order := firstOrder(signals[from:])
			if !yield(order) {
				return
			}
			from += len(order)
		}
	}
}

// startOf returns where the order of a signal starts.
func startOf(signals []Signal, at int32) int {
	from := int(at)
	for from > 0 && signals[from-1].Order == signals[at].Order {
		from--
	}
	return from
}

// firstOrder returns the first order of signals.
func firstOrder(signals []Signal) []Signal {
	to := 1
	for to < len(signals) && signals[to].Order == signals[0].Order {
		to++
	}
	return signals[:to]
}

// Holds reports whether one of the signals of an event is of the item.
func Holds(order []Signal, item int32) bool {
	for i := range order {
		if order[i].Item >= item { // an event's signals are in the order of their items
			return order[i].Item == item
		}
	}
	return false
}

// Bought returns the set of items that the history has an order of.
func (h *History) Bought() map[int32]bool {
	set := make(map[int32]bool, len(h.Signals))
	for i := range h.Signals {
		if h.Signals[i].Bought {
			set[h.Signals[i].Item] = true
		}
	}
	return set
}

// BoughtItems returns the items that the history has an order of, in their
// order, each once. It is the set of [History.Bought] for loops that are hot.
func (h *History) BoughtItems() []int32 {
	var items []int32
	for i := range h.Signals {
		if h.Signals[i].Bought {
			items = append(items, h.Signals[i].Item)
		}
	}
	slices.Sort(items)
	return slices.Compact(items)
}

// Orders returns the number of events that the signals are of.
func (h *History) Orders() int {
	n, last := 0, int32(-1)
	for i := range h.Signals {
		if h.Signals[i].Order != last {
			n, last = n+1, h.Signals[i].Order
		}
	}
	return n
}
