package interaction

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// Records are the events that say what customers want, each id once, with
// numbers for ids. They take 40 bytes for each item of an event, 32 for each
// event, and the ids.
type Records struct {
	Customers []clm.CustomerID // sorted
	Items     []clm.ItemID     // sorted
	Channels  []string         // in the order of their codes; the first is ""

	rows    []row    // by customer, then by time
	ends    []int    // of each customer's rows
	queries []string // the first is ""
}

// A row is one item of an event, or what was searched for.
type row struct {
	time     int64
	event    uint32
	customer int32
	item     int32 // -1 for none
	quantity float32
	price    float32 // of one piece, in minor units; 0 is unknown
	weight   float32
	query    uint32 // of a row without an item, in [Records.queries]
	kind     Kind
	channel  uint8
	currency uint8 // code of the price's
}

// A Kind is a [clm.Kind] as far as it matters here.
type Kind uint8

// The kinds. From Searched on they are looks, whatever they weigh.
const (
	Other Kind = iota
	Ordered
	Returned
	Searched
	Clicked
	Viewed
	Carted
)

func kindOf(k clm.Kind) Kind {
	switch k {
	case clm.Ordered:
		return Ordered
	case clm.Returned:
		return Returned
	case clm.Searched:
		return Searched
	case clm.Clicked:
		return Clicked
	case clm.Viewed:
		return Viewed
	case clm.CartAdded:
		return Carted
	}
	return Other
}

func (k Kind) look() bool { return k >= Searched }

// Nano returns nanoseconds since 1970, or the nearest there is.
func Nano(t time.Time) int64 {
	switch {
	case t.Year() < 1678:
		return math.MinInt64
	case t.Year() > 2261:
		return math.MaxInt64
	}
	return t.UnixNano()
}

// Time is the inverse of [Nano].
func Time(nano int64) time.Time { return time.Unix(0, nano).UTC() }

// Weights says how much an event of a kind counts as a sign that the customer
// wants its items; kinds that are not in it count 0.
type Weights map[clm.Kind]float64

// Read reads events in any order. Of events with the same id the earliest
// counts. Events that are not before the moment until are passed over, and
// those that say nothing about what a customer wants; a zero until is the end
// of time. It fails with the events' error, or with one that wraps
// [clm.ErrInvalid].
func Read(events iter.Seq2[clm.Event, error], weights Weights, until time.Time) (*Records, error) {
	r := newReader(weights)
	for e, err := range events {
		if err != nil {
			return nil, fmt.Errorf("recommend: reading events: %w", err)
		}
		if !until.IsZero() && !e.Time.Before(until) || weights[e.Kind] == 0 && kindOf(e.Kind) == Other {
			continue
		}
		if err := e.Validate(e.Time); err != nil {
			return nil, fmt.Errorf("recommend: %w", err)
		}
		r.add(&e)
	}
	return r.records(), nil
}

// reader numbers ids in the order in which they come.
type reader struct {
	weights   Weights
	customers numbering[clm.CustomerID]
	items     numbering[clm.ItemID]
	channels  numbering[string]
	currency  numbering[string]
	rows      []row
	events    []event
	queries   []string
}

// An event is the hash of its id, and where its rows begin.
type event struct {
	id    [2]uint64
	tail  uint64 // see tailOf
	first uint32
}

func newReader(weights Weights) *reader {
	r := &reader{weights: weights, queries: []string{""}}
	r.channels.of("")
	return r
}

type numbering[K cmp.Ordered] struct {
	keys  []K
	index map[K]int32
}

func (n *numbering[K]) of(key K) int32 {
	number, ok := n.index[key]
	if !ok {
		if n.index == nil {
			n.index = map[K]int32{}
		}
		number = int32(len(n.keys))
		n.keys, n.index[key] = append(n.keys, key), number
	}
	return number
}

// sorted returns the keys in their order, and for each old number the new one.
func (n *numbering[K]) sorted() (keys []K, moved []int32) {
	order := make([]int32, len(n.keys))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(n.keys[a], n.keys[b]) })
	moved = make([]int32, len(order))
	for to, from := range order {
		keys, moved[from] = append(keys, n.keys[from]), int32(to)
	}
	return keys, moved
}

// tailOf returns the last bytes of an id as a number, so that of events of the
// same time the one with the lower number comes first.
func tailOf(id string) (tail uint64) {
	for _, b := range []byte(id[max(0, len(id)-8):]) {
		tail = tail<<8 | uint64(b)
	}
	return tail
}

func hashOf(id string) [2]uint64 {
	sum := sha256.Sum256([]byte(id))
	return [2]uint64{binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:])}
}

func (r *reader) add(e *clm.Event) {
	whole := row{
		time: Nano(e.Time), event: uint32(len(r.events)), customer: r.customers.of(e.Customer), item: -1,
		weight: float32(r.weights[e.Kind]), kind: kindOf(e.Kind), channel: code(&r.channels, e.Channel),
	}
	if e.Item == "" && len(e.Lines) == 0 && e.Query == "" {
		return // such as a click on a contact
	}
	r.events = append(r.events, event{hashOf(e.ID), tailOf(e.ID), uint32(len(r.rows))})
	if e.Item != "" {
		r.item(whole, e.Item, max(1, e.Quantity), clm.Money{})
	}
	for _, l := range e.Lines {
		r.item(whole, l.Item, l.Quantity, l.Amount)
	}
	if e.Query != "" {
		whole.query = uint32(len(r.queries))
		r.queries = append(r.queries, e.Query)
		r.rows = append(r.rows, whole)
	}
}

// item adds a row for an item of the event that is being added, or its
// quantity to the row that there is.
func (r *reader) item(whole row, id clm.ItemID, quantity int, amount clm.Money) {
	whole.item, whole.quantity = r.items.of(id), float32(quantity)
	if amount.Minor > 0 && quantity > 0 {
		whole.price = float32(float64(amount.Minor) / float64(quantity))
		whole.currency = code(&r.currency, amount.Currency)
	}
	first := r.events[whole.event].first
	for i := range r.rows[first:] {
		if same := &r.rows[int(first)+i]; same.item == whole.item {
			if pieces := same.quantity + whole.quantity; pieces > 0 {
				same.price = (same.price*same.quantity + whole.price*whole.quantity) / pieces
			}
			same.quantity += whole.quantity
			return
		}
	}
	r.rows = append(r.rows, whole)
}

// code returns the number of a name: what comes after the first 255 is one.
func code(n *numbering[string], name string) uint8 {
	if number, ok := n.index[name]; ok || len(n.keys) < math.MaxUint8 {
		if !ok {
			number = n.of(name)
		}
		return uint8(number)
	}
	return math.MaxUint8
}

// Visit returns the records of what a customer did, however little of each
// event is known: only kind, time, items and query are read, and an event
// without a time happened at the moment now.
func Visit(events []clm.Event, weights Weights, now time.Time) *Records {
	r := newReader(weights)
	for i, e := range events {
		e.Customer = "" // of whatever id, they are of one visit
		if e.ID == "" {
			e.ID = fmt.Sprint("\x00", i)
		}
		if e.Time.IsZero() {
			e.Time = now
		}
		r.add(&e)
	}
	return r.records()
}
