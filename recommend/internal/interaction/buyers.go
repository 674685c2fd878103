package interaction

import (
	"cmp"
	"slices"
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

// BuyersOfBoth returns how many customers, but for one, bought both items.
func (p *Past) BuyersOfBoth(a, b, but int32) int {
	n := 0
	p.eachOfBoth(a, b, but, func(int32) { n++ })
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
