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
	if but >= 0 && p.boughtBy(a, but) && p.boughtBy(b, but) {
		n--
	}
	return n
}

// boughtBy is [Past.Bought], looked up in the item's column.
func (p *Past) boughtBy(item, customer int32) bool {
	cells := from(p.Columns.Row(int(item)), customer, true)
	return len(cells) > 0 && cells[0].Number == customer && cells[0].Bought
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
// items.
func (p *Past) OrdersOfBoth(a, b, but int32) int {
	n := 0
	p.eachOfBoth(a, b, but, func(customer int32) {
		for order := range ByOrder(p.histories[customer].Signals) {
			if order[0].Bought && Holds(order, a) && Holds(order, b) {
				n++
			}
		}
	})
	return n
}

// BuyersInTurn returns how many customers, but for one, bought b in one of the
// next steps orders after one that holds a.
func (p *Past) BuyersInTurn(a, b, but int32, steps int) int {
	n := 0
	p.eachOfBoth(a, b, but, func(customer int32) {
		left := 0 // orders that still count as after a
		for order := range ByOrder(p.histories[customer].Signals) {
			switch {
			case !order[0].Bought:
				continue
			case left > 0 && Holds(order, b):
				n++
				return
			}
			if left--; Holds(order, a) {
				left = steps
			}
		}
	})
	return n
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
