package interaction

import (
	"cmp"
	"slices"
	"sync"
)

// Buyers returns how many customers bought the item before the moment.
func (p *Past) Buyers(item int32) int {
	n := 0
	for _, c := range p.Columns.Row(int(item)) {
		if c.Bought {
			n++
		}
	}
	return n
}

// Bought reports whether a customer bought an item.
func (p *Past) Bought(customer, item int32) bool {
	cells := from(p.Rows.Row(int(customer)), item, true)
	return len(cells) > 0 && cells[0].Number == item && cells[0].Bought
}

// BuyersOfBoth returns how many customers, but for one, bought both items. What
// popular items have in common is counted once for many lists.
func (p *Past) BuyersOfBoth(a, b, but int32) int {
	n := p.pairs.of(p, min(a, b), max(a, b))
	if but >= 0 && p.Bought(but, a) && p.Bought(but, b) {
		n--
	}
	return n
}

// pairs remembers how many customers bought both of two items.
type pairs struct {
	mutex sync.Mutex
	known map[[2]int32]int
}

const (
	// countedQuickly is how many customers the rarer of two items has whose
	// count is not worth remembering.
	countedQuickly = 50
	// maxPairs is how many counts are remembered, some 10 MB; then all are
	// forgotten.
	maxPairs = 200_000
)

func (r *pairs) of(p *Past, a, b int32) int {
	key := [2]int32{a, b}
	if r == nil || p.FewBuyers(a, b, countedQuickly) {
		return p.countBoth(a, b)
	}
	r.mutex.Lock()
	n, ok := r.known[key]
	r.mutex.Unlock()
	if ok {
		return n
	}
	n = p.countBoth(a, b)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.known == nil || len(r.known) >= maxPairs {
		r.known = map[[2]int32]int{}
	}
	r.known[key] = n
	return n
}

func (p *Past) countBoth(a, b int32) int {
	n := 0
	p.eachOfBoth(a, b, -1, func(int32) { n++ })
	return n
}

// FewBuyers reports whether one of two items has at most so many customers: then
// what both have in common is quickly counted.
func (p *Past) FewBuyers(a, b int32, most int) bool {
	return min(len(p.Columns.Row(int(a))), len(p.Columns.Row(int(b)))) <= most
}

// OrdersOfBoth returns how many orders of all customers but for one hold both
// items. It looks at the orders of the rarer one.
func (p *Past) OrdersOfBoth(a, b, but int32) int {
	o, n := p.Occurrences(), 0
	if o.Of(b) < o.Of(a) {
		a, b = b, a
	}
	o.Each(a, func(customer int32, order, _ []Signal) {
		if customer != but && order[0].Bought && Holds(order, b) {
			n++
		}
	})
	return n
}

// BuyersInTurn returns how many customers, but for one, bought b in one of the
// next steps orders after one that holds a. It looks around the orders of the
// rarer one.
func (p *Past) BuyersInTurn(a, b, but int32, steps int) int {
	o := p.Occurrences()
	if o.Of(a) <= o.Of(b) {
		return o.customers(a, but, func(signals []Signal, at int32) bool { return soonAfter(signals, at, b, steps) })
	}
	return o.customers(b, but, func(signals []Signal, at int32) bool { return soonBefore(signals, at, a, steps) })
}

// soonAfter reports whether, after the order that a signal is of, one of the
// next orders holds an item.
func soonAfter(signals []Signal, at, item int32, steps int) bool {
	if !signals[at].Bought {
		return false
	}
	for after := signals[int(at)+len(firstOrder(signals[at:])):]; len(after) > 0 && steps > 0; {
		order := firstOrder(after)
		if after = after[len(order):]; !order[0].Bought {
			continue
		}
		if Holds(order, item) {
			return true
		}
		steps--
	}
	return false
}

// soonBefore reports whether, before the order that a signal is of, one of the
// last orders holds an item.
func soonBefore(signals []Signal, at, item int32, steps int) bool {
	if !signals[at].Bought {
		return false
	}
	for end := startOf(signals, at); end > 0 && steps > 0; {
		start := startOf(signals, int32(end-1))
		order := signals[start:end]
		if end = start; !order[0].Bought {
			continue
		}
		if Holds(order, item) {
			return true
		}
		steps--
	}
	return false
}

// gallop is how many times longer one column is than another for its cells to
// be looked up instead of read.
const gallop = 16

// eachOfBoth calls f for the customers, but for one, who bought both items.
func (p *Past) eachOfBoth(a, b, but int32, f func(customer int32)) {
	x, y := p.Columns.Row(int(a)), p.Columns.Row(int(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	for _, c := range x {
		y = from(y, c.Number, len(y) > gallop*len(x))
		if len(y) == 0 {
			return
		}
		if y[0].Number == c.Number && c.Bought && y[0].Bought && c.Number != but {
			f(c.Number)
		}
	}
}

// from returns the cells from a number on.
func from(cells []Cell, number int32, search bool) []Cell {
	n := 0
	if search {
		n, _ = slices.BinarySearchFunc(cells, number, func(c Cell, number int32) int { return cmp.Compare(c.Number, number) })
		return cells[n:]
	}
	for n < len(cells) && cells[n].Number < number {
		n++
	}
	return cells[n:]
}
