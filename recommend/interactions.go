package recommend

import (
	"slices"
	"sort"
	"time"
)

// interactions is what sources learn from: who wanted what before a moment.
// It is not changed after it was made.
type interactions struct {
	*vocabulary
	at        time.Time
	histories []history // by customer
	// byCustomer and byItem are the same matrix, its rows and its columns,
	// each in the order of their numbers.
	byCustomer, byItem [][]cell
}

// A cell is an element of the matrix of customers and items that is not zero.
type cell struct {
	number int32 // of the item in a row, of the customer in a column
	weight float64
	bought bool
}

// newInteractions folds the records before the moment at; they are in time.
func newInteractions(records []record, v *vocabulary, at time.Time) *interactions {
	histories := make([]history, len(v.customers))
	for i := range histories {
		histories[i] = history{customer: int32(i), now: at}
	}
	for i := range records {
		r := &records[i]
		if !r.time.Before(at) {
			break
		}
		histories[v.number[r.customer]].add(r, v)
	}
	return matrixOf(histories, v, at)
}

// before returns what was known at an earlier moment, with the same numbers.
func (in *interactions) before(t time.Time) *interactions {
	histories := make([]history, len(in.histories))
	for i := range histories {
		histories[i] = in.histories[i].before(t)
	}
	return matrixOf(histories, in.vocabulary, t)
}

func matrixOf(histories []history, v *vocabulary, at time.Time) *interactions {
	in := &interactions{vocabulary: v, at: at, histories: histories}
	in.byCustomer = make([][]cell, len(histories))
	in.byItem = make([][]cell, len(v.items))
	for c := range histories {
		h := &histories[c]
		bought := h.bought()
		for _, w := range h.wants(0) {
			in.byCustomer[c] = append(in.byCustomer[c], cell{w.item, w.weight, bought[w.item]})
			in.byItem[w.item] = append(in.byItem[w.item], cell{int32(c), w.weight, bought[w.item]})
		}
	}
	return in
}

// buyers returns how many customers bought the item before the moment.
func (in *interactions) buyers(item int32) int {
	n := 0
	for _, c := range in.byItem[item] {
		if c.bought {
			n++
		}
	}
	return n
}

// buyersOfBoth returns how many customers, but for one, bought both items.
func (in *interactions) buyersOfBoth(a, b, but int32) int {
	n := 0
	x, y := in.byItem[a], in.byItem[b]
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0].number < y[0].number:
			x = x[1:]
		case x[0].number > y[0].number:
			y = y[1:]
		default:
			if x[0].bought && y[0].bought && x[0].number != but {
				n++
			}
			x, y = x[1:], y[1:]
		}
	}
	return n
}

// span returns the time between the first record and the moment.
func (in *interactions) span() time.Duration {
	first := in.at
	for i := range in.histories {
		if s := in.histories[i].signals; len(s) > 0 && s[0].time.Before(first) {
			first = s[0].time
		}
	}
	return in.at.Sub(first)
}

// mostWanted returns the items with customers, at most n of them, those with
// the most customers first, as numbers in increasing order.
func (in *interactions) mostWanted(n int) []int32 {
	var items []int32
	for i := range in.byItem {
		if len(in.byItem[i]) > 0 {
			items = append(items, int32(i))
		}
	}
	sort.SliceStable(items, func(a, b int) bool { return len(in.byItem[items[a]]) > len(in.byItem[items[b]]) })
	items = items[:min(n, len(items))]
	slices.Sort(items)
	return items
}
