package interaction

import (
	"cmp"
	"math"
	"slices"
)

// records brings everything into an order that does not depend on the order of
// reading.
func (r *reader) records() *Records {
	var s Records
	var customers, items, channels []int32
	s.Customers, customers = r.customers.sorted()
	s.Items, items = r.items.sorted()
	s.Channels, channels = r.channels.sorted()
	for i := range r.rows {
		r.rows[i].customer = customers[r.rows[i].customer]
		if r.rows[i].item >= 0 {
			r.rows[i].item = items[r.rows[i].item]
		}
		if int(r.rows[i].channel) < len(channels) {
			r.rows[i].channel = uint8(channels[r.rows[i].channel])
		}
	}
	r.sortEvents()
	r.dropRepeats()
	r.oneCurrency()
	s.rows, s.ends = r.byCustomer(len(s.Customers))
	s.queries = r.queries
	return &s
}

// sortEvents sorts the rows within each event by item.
func (r *reader) sortEvents() {
	for e := range r.events {
		slices.SortFunc(r.rowsOf(uint32(e)), func(a, b row) int {
			return cmp.Or(cmp.Compare(uint32(a.item), uint32(b.item)), r.compareQueries(a, b)) // no item comes last
		})
	}
}

func (r *reader) rowsOf(e uint32) []row {
	end := len(r.rows)
	if int(e)+1 < len(r.events) {
		end = int(r.events[e+1].first)
	}
	return r.rows[r.events[e].first:end]
}

// compare orders events by time, then by what makes the order one, whatever
// the order they were read in.
func (r *reader) compare(a, b uint32) int {
	x, y := r.rowsOf(a), r.rowsOf(b)
	return slices.CompareFunc(x, y, func(x, y row) int {
		return cmp.Or(
			cmp.Compare(x.time, y.time), r.compareIDs(a, b),
			cmp.Compare(x.customer, y.customer), cmp.Compare(x.kind, y.kind), cmp.Compare(x.item, y.item),
			cmp.Compare(x.quantity, y.quantity), r.compareQueries(x, y), cmp.Compare(x.channel, y.channel),
		)
	})
}

func (r *reader) compareQueries(a, b row) int {
	return cmp.Compare(r.queries[a.query], r.queries[b.query])
}

// dropRepeats removes the rows of all but the earliest event of each id.
func (r *reader) dropRepeats() {
	seen := make([]uint64, len(r.events))
	for i := range r.events {
		seen[i] = r.events[i].id[0]
	}
	slices.Sort(seen)
	twice := map[uint64]bool{}
	for i := 1; i < len(seen); i++ {
		if seen[i] == seen[i-1] {
			twice[seen[i]] = true
		}
	}
	if len(twice) == 0 {
		return
	}
	first, repeat := map[[2]uint64]uint32{}, map[uint32]bool{}
	for e := range uint32(len(r.events)) {
		id := r.events[e].id
		if !twice[id[0]] {
			continue
		}
		earlier, ok := first[id]
		switch {
		case !ok:
			first[id] = e
		case r.compare(e, earlier) < 0:
			first[id], repeat[earlier] = e, true
		default:
			repeat[e] = true
		}
	}
	kept := r.rows[:0]
	for _, row := range r.rows {
		if !repeat[row.event] {
			kept = append(kept, row)
		}
	}
	r.rows = kept
}

// byCustomer returns the rows of each customer in time.
func (r *reader) byCustomer(n int) (rows []row, ends []int) {
	ends = make([]int, n)
	for i := range r.rows {
		ends[r.rows[i].customer]++
	}
	next, _ := Cumulate(ends)
	rows = make([]row, len(r.rows))
	for i := range r.rows {
		c := r.rows[i].customer
		rows[next[c]] = r.rows[i]
		next[c]++
	}
	from := 0
	for _, end := range ends {
		slices.SortStableFunc(rows[from:end], r.inTime)
		from = end
	}
	return rows, ends
}

// inTime orders rows of one customer by time, those of an event together.
func (r *reader) inTime(a, b row) int {
	if a.time != b.time {
		return cmp.Compare(a.time, b.time)
	}
	if a.event == b.event {
		return 0 // in the order of their items already
	}
	return cmp.Or(r.compareIDs(a.event, b.event), cmp.Compare(a.kind, b.kind), cmp.Compare(a.item, b.item), r.compareQueries(a, b))
}

// compareIDs orders events by the ends of their ids, then in any other fixed
// way.
func (r *reader) compareIDs(a, b uint32) int {
	x, y := &r.events[a], &r.events[b]
	return cmp.Or(cmp.Compare(x.tail, y.tail), slices.Compare(x.id[:], y.id[:]))
}

// oneCurrency forgets prices that are not in the currency of most rows, the
// first by name of several: prices of two currencies say nothing together.
func (r *reader) oneCurrency() {
	if len(r.currency.keys) < 2 {
		return
	}
	uses := make([]int, math.MaxUint8+1)
	for i := range r.rows {
		if r.rows[i].price > 0 {
			uses[r.rows[i].currency]++
		}
	}
	usual := 0
	for c, name := range r.currency.keys {
		if uses[c] > uses[usual] || uses[c] == uses[usual] && name < r.currency.keys[usual] {
			usual = c
		}
	}
	for i := range r.rows {
		if int(r.rows[i].currency) != usual {
			r.rows[i].price = 0
		}
	}
}
