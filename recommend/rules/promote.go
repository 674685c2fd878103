package rules

import "fmt"

// A floor is a rule that wants some items at least.
type floor struct {
	name   string
	bit    uint64
	wanted int
	done   bool // there is nothing more to have
}

// allot gives the promotions their places. Where there are fewer than all want
// together, which rounding and fixed places can make, the earlier ones come first.
func (w *work) allot() {
	left := w.list.K
	for p := range w.plan.promotions {
		o := &w.plan.promotions[p]
		n := min(o.slots(w.list.K), left)
		if o.AtLeast {
			w.floors = append(w.floors, floor{name: o.Name, bit: o.bit, wanted: o.slots(w.list.K)})
			n = 0
		}
		w.slots = append(w.slots, n)
		left -= n
	}
	if f := &w.plan.rules.Freshness; f.Share > 0 {
		w.floors = append(w.floors, floor{name: NewItems, bit: fresh, wanted: rounded(f.Share, w.list.K)})
	}
}

// promote chooses what stands in the places of promotions: going down the scores,
// every item that matches, as long as all that are in still find a place. An item
// that two promotions match moves from one to the other when that makes room, so
// none takes what only the other can use (a maximum matching by augmenting paths,
// weights first).
func (w *work) promote() {
	open := 0
	for _, n := range w.slots {
		open += n
	}
	for _, i := range w.order {
		if open == 0 {
			return
		}
		if w.offer(i) {
			open--
		}
	}
	for p := range w.slots {
		if w.unfilled(p) > 0 {
			w.draw(w.plan.promotions[p].Name, func(i int32) bool { return w.offer(i) && w.unfilled(p) == 0 })
		}
	}
}

func (w *work) unfilled(p int) int { return w.slots[p] - len(w.seats[p]) }

// offer takes an item in if it finds a place.
func (w *work) offer(i int32) bool {
	if w.rules(i) == 0 || w.entries[i].state != free || !w.admits(i) {
		return false
	}
	tried := uint64(0)
	if !w.seat(i, &tried) {
		return false
	}
	w.pick(i)
	return true
}

// seat finds a place for an item, and another for one that is in its way.
func (w *work) seat(i int32, tried *uint64) bool {
	for p := range w.plan.promotions {
		bit := w.plan.promotions[p].bit
		if w.rules(i)&bit == 0 || *tried&bit != 0 {
			continue
		}
		*tried |= bit
		if w.unfilled(p) > 0 {
			w.seats[p] = append(w.seats[p], i)
			return true
		}
		for n, j := range w.seats[p] {
			if w.seat(j, tried) {
				w.seats[p][n] = i
				return true
			}
		}
	}
	return false
}

// draw reads the pool of a rule, until take says that there is enough. It keeps
// what was taken or what a cap kept out.
func (w *work) draw(rule string, enough func(i int32) bool) {
	if w.list.Pool == nil || w.err != nil {
		return
	}
	read := 0
	for c := range w.list.Pool(rule) {
		if err := c.check(w.list.dimension()); err != nil {
			w.err = fmt.Errorf("rules: pool of %s: %w", rule, err)
			return
		}
		i := w.add(c)
		stop := enough(i)
		if s := w.entries[i].state; s != in && s != over {
			w.drop()
		}
		if read++; stop || read == maxPool {
			return
		}
	}
}

// add makes an entry of what the pool yields.
func (w *work) add(c Candidate) int32 {
	w.extra = append(w.extra, c)
	last := &w.extra[len(w.extra)-1]
	w.entries = append(w.entries, entry{score: w.adjusted(last), nearest: -1})
	return int32(len(w.entries) - 1)
}

func (w *work) drop() {
	w.extra[len(w.extra)-1] = Candidate{}
	w.extra = w.extra[:len(w.extra)-1]
	w.entries = w.entries[:len(w.entries)-1]
}
