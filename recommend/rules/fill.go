package rules

import "math"

// fill chooses what stands in the other places, in their order.
func (w *work) fill() {
	for places := w.list.K - len(w.picked); places > 0; places = w.list.K - len(w.picked) {
		need := w.need(places)
		i := w.best(free, need)
		if i < 0 && need == 0 {
			need = w.need(0) // the candidates are used up, whatever room is left
		}
		switch {
		case i >= 0:
			if need != 0 && i != w.best(free, 0) {
				w.entries[i].by = w.ruleOf(i, need)
			}
			w.pick(i)
		case need != 0:
			w.drawFloor(need, places)
		default:
			w.relax(places)
			return
		}
	}
}

// relax fills places against the caps, if that is allowed.
func (w *work) relax(places int) {
	for w.plan.rules.Relax && places > 0 {
		i := w.best(over, 0)
		if i < 0 {
			return
		}
		w.pick(i)
		places--
	}
}

// need returns the rules whose items must come next because no more places are left
// than they need; 0 when there is still room.
func (w *work) need(places int) uint64 {
	lack, set := 0, uint64(0)
	for n := range w.floors {
		f := &w.floors[n]
		if missing := f.wanted - w.have(f.bit); missing > 0 && !f.done {
			lack += missing
			set |= f.bit
		}
	}
	if lack < places {
		return 0
	}
	return set
}

// have returns how many items are in that match a rule.
func (w *work) have(bit uint64) int {
	n := 0
	for _, i := range w.picked {
		if w.rules(i)&bit != 0 {
			n++
		}
	}
	return n
}

// ruleOf names the first rule of a set that an item matches.
func (w *work) ruleOf(i int32, set uint64) string {
	for _, f := range w.floors {
		if f.bit&set&w.rules(i) != 0 {
			return f.name
		}
	}
	return ""
}

// drawFloor takes from the pool of one of the rules in need what it lacks.
func (w *work) drawFloor(need uint64, places int) {
	for n := range w.floors {
		f := &w.floors[n]
		if f.bit&need == 0 {
			continue
		}
		f.done = true
		lack := min(places, f.wanted-w.have(f.bit))
		w.draw(f.name, func(i int32) bool {
			if w.rules(i)&f.bit != 0 && w.admits(i) {
				w.entries[i].by = f.name
				w.pick(i)
				lack--
			}
			return lack <= 0
		})
		return
	}
}

// best returns the item with the largest marginal relevance among those of a state
// that match a rule of a set, or any when the set is empty, and -1 for none:
// (1-d)·score - d·likeness (Carbonell and Goldstein 1998, with d = 1-λ). The first
// one wins among equals. It stops where no score can make up for a likeness of -1,
// and compares an item with those picked only where what it was compared with
// before leaves it a chance: likeness to the most alike never falls.
func (w *work) best(s state, set uint64) int32 {
	d := w.plan.rules.Diversity
	best, found := math.Inf(-1), int32(-1)
	for _, i := range w.order {
		e := &w.entries[i]
		if (1-d)*e.score+d <= best {
			break
		}
		if (1-d)*e.score-d*e.nearest <= best || e.state != s || set != 0 && w.rules(i)&set == 0 {
			continue
		}
		w.see(i)
		if v := (1-d)*e.score - d*e.nearest; v > best && w.stands(i) {
			best, found = v, i
		}
	}
	return found
}

// stands reports whether an item that was free still is, or whether one that a cap
// kept out is no other's double.
func (w *work) stands(i int32) bool {
	if w.entries[i].state == over {
		return !w.repeats(i)
	}
	return w.admits(i)
}
