package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// visit is one stay in the shop; its clock goes on with each event.
type visit struct {
	*life
	day     int
	session string
	clock   time.Time
}

func (l *life) visit(day int) *visit {
	return &visit{l, day, fmt.Sprintf("%s/%d", l.id, day), l.at(day)}
}

// do adds an event of the visit.
func (v *visit) do(e clm.Event) {
	v.clock = v.clock.Add(time.Duration(v.between(5, 120)) * time.Second)
	e.Session, e.Channel = v.session, v.truth.Channel
	v.add(v.clock, e)
}

// browse is a visit without an order; some carts stay full.
func (l *life) browse(day int) {
	v := l.visit(day)
	if v.chance(0.5) {
		v.search()
	}
	for range v.between(1, 4) {
		n, ok := v.want(day)
		if !ok {
			continue
		}
		v.do(clm.Event{Kind: clm.Viewed, Item: v.goods[n].item.ID})
		if v.chance(0.15) {
			v.do(clm.Event{Kind: clm.CartAdded, Item: v.goods[n].item.ID, Quantity: v.between(1, 2)})
		}
	}
}

// search looks for something that the customer's taste would find.
func (v *visit) search() {
	n, ok := v.want(v.day)
	if !ok {
		return
	}
	item := &v.goods[n].item
	query := strings.ToLower(item.Categories[1])
	if v.chance(0.6) {
		query = item.Attributes[pick(v.dice, []string{"colour", "material", "style"})] + " " + query
	}
	if v.chance(0.1) {
		query = v.typo(query)
	}
	v.do(clm.Event{Kind: clm.Searched, Query: query})
}

// typo exchanges two neighbours or leaves one out.
func (v *visit) typo(s string) string {
	at := v.between(1, len(s)-2)
	if v.chance(0.5) {
		return s[:at] + s[at+1:]
	}
	return s[:at] + s[at+1:at+2] + s[at:at+1] + s[at+2:]
}

// order is a visit that ends with an order, what follows from it, and perhaps
// the end of the customer's life.
func (l *life) order(day int) {
	v := l.visit(day)
	if v.chance(0.4) {
		v.search()
	}
	basket := v.fill()
	if len(basket) == 0 {
		return
	}
	e := clm.Event{Kind: clm.Ordered, Order: fmt.Sprintf("%s-%d", l.id, l.orders+1)}
	for _, n := range basket {
		e.Lines = append(e.Lines, v.lineOf(n))
	}
	if l.due == day {
		e.Decision, l.due = l.cause, 0
	}
	l.orders++
	l.bought = append(l.bought, basket...)
	v.do(e)
	l.after(&e, basket, v.clock)
	if l.chance(l.truth.DropOut) {
		l.gone, l.truth.AliveUntil = true, v.clock
	}
}

// fill looks at things and returns what stays in the basket, without repeats.
func (v *visit) fill() []int {
	var basket []int
	for range v.between(1, 4) {
		n, ok := v.want(v.day)
		if len(v.bought) > 0 && v.chance(0.2) {
			n, ok = pick(v.dice, v.bought), true
		}
		if !ok || slices.Contains(basket, n) {
			continue
		}
		id := v.goods[n].item.ID
		v.do(clm.Event{Kind: clm.Viewed, Item: id})
		v.do(clm.Event{Kind: clm.CartAdded, Item: id})
		if v.chance(0.1) && len(basket) > 0 {
			v.do(clm.Event{Kind: clm.CartRemoved, Item: id})
			continue
		}
		basket = append(basket, n)
	}
	return basket
}

func (v *visit) lineOf(n int) clm.Line {
	quantity := 1
	if v.chance(0.2) {
		quantity = v.between(2, 4)
	}
	item := &v.goods[n].item
	amount := item.Price
	amount.Minor *= int64(quantity)
	return clm.Line{Item: item.ID, Quantity: quantity, Amount: amount}
}
