package rules

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Arrange makes a list by the rules. It fails on candidates that are not as
// [List] and [Candidate] say, and names them. It is safe for concurrent use if
// List.Pool is, and takes O(n·k) for n candidates.
func (p *Plan) Arrange(l *List) (*Arrangement, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	w := p.start(l)
	defer w.release()
	w.score()
	w.allot()
	w.promote()
	w.fill()
	if w.err != nil {
		return nil, w.err
	}
	return w.arrangement(), nil
}

func (w *work) arrangement() *Arrangement {
	a := &Arrangement{Places: make([]Place, 0, len(w.picked)), Short: w.short(), Missing: w.list.K - len(w.picked)}
	for _, e := range w.entries {
		if e.state == over {
			a.Capped++
		}
	}
	order := w.seated()
	for _, s := range order {
		a.Places = append(a.Places, w.place(s))
	}
	for _, f := range w.floors {
		w.hold(f, order, a.Places)
	}
	return a
}

// hold marks as many items as a rule needs, those that are held already before
// others and then the first ones.
func (w *work) hold(f floor, order []seated, places []Place) {
	left := f.wanted
	for _, held := range []bool{true, false} {
		for i := range places {
			if left > 0 && w.rules(order[i].entry)&f.bit != 0 && places[i].Held == held {
				places[i].Held = true
				left--
			}
		}
	}
}

func (w *work) place(s seated) Place {
	e := &w.entries[s.entry]
	p := Place{
		Candidate: *w.candidate(s.entry), Adjusted: e.score,
		Promotion: cmp.Or(s.by, e.by), Broken: e.broken, Why: w.why(s.entry),
	}
	if int(s.entry) < len(w.list.Candidates) {
		p.Was = int(s.entry) + 1
	}
	p.Held = p.Promotion != ""
	return p
}

// short returns the rules that did not get what they wanted.
func (w *work) short() []Shortfall {
	var short []Shortfall
	tell := func(name string, bit uint64, wanted, filled int) {
		if filled >= wanted {
			return
		}
		s := Shortfall{Rule: name, Wanted: wanted, Filled: filled}
		for i := range w.entries {
			if w.entries[i].state == over && w.rules(int32(i))&bit != 0 {
				s.Capped++
			}
		}
		short = append(short, s)
	}
	for p := range w.plan.promotions {
		if o := &w.plan.promotions[p]; !o.AtLeast {
			tell(o.Name, o.bit, o.slots(w.list.K), len(w.seats[p]))
		}
	}
	for _, f := range w.floors {
		tell(f.name, f.bit, f.wanted, w.have(f.bit))
	}
	return short
}

// A seated item is one in its place, and the promotion whose place it is.
type seated struct {
	entry int32
	by    string
}

// seated puts everything into its place: promotions in the order of their
// placements, and then what is not promoted where room is left.
func (w *work) seated() []seated {
	places := make([]seated, len(w.picked))
	for i := range places {
		places[i].entry = -1
	}
	for _, placement := range placements {
		for p := range w.plan.promotions {
			if o := &w.plan.promotions[p]; cmp.Or(o.Placement, Random) == placement && len(w.seats[p]) > 0 {
				w.putPromoted(p, places)
			}
		}
	}
	at := 0
	for _, i := range w.picked {
		if slices.ContainsFunc(places, func(s seated) bool { return s.entry == i }) {
			continue
		}
		for places[at].entry >= 0 {
			at++
		}
		places[at].entry = i
	}
	return places
}

// putPromoted puts the items of a promotion into places that are still empty, in
// the order of their scores.
func (w *work) putPromoted(p int, places []seated) {
	o, items := &w.plan.promotions[p], w.seats[p]
	slices.SortStableFunc(items, func(i, j int32) int {
		return cmp.Or(cmp.Compare(w.entries[j].score, w.entries[i].score), cmp.Compare(i, j))
	})
	where := o.wanted(len(items), len(places))
	if cmp.Or(o.Placement, Random) == Random {
		where = anywhere(places, len(items), rand.New(rand.NewPCG(w.list.Seed, o.bit)))
	}
	taken := make([]int, len(items))
	for n := range items {
		taken[n] = nearest(places, where[n])
		places[taken[n]] = seated{items[n], o.Name}
	}
	slices.Sort(taken)
	for n, at := range taken {
		places[at].entry = items[n]
	}
}

// wanted returns the places, from 0, that a promotion's items should stand at.
func (o *promotion) wanted(items, places int) []int {
	where := make([]int, items)
	for n := range where {
		switch o.Placement {
		case Fixed:
			where[n] = o.Places[n] - 1
		case Spread:
			where[n] = (2*n + 1) * places / (2 * items)
		}
	}
	return where
}

// anywhere draws places among those that are empty, each with the same chance.
func anywhere(places []seated, n int, random *rand.Rand) []int {
	var empty []int
	for at, s := range places {
		if s.entry < 0 {
			empty = append(empty, at)
		}
	}
	random.Shuffle(len(empty), func(i, j int) { empty[i], empty[j] = empty[j], empty[i] })
	return empty[:n]
}

// nearest returns the first empty place from one on, or else the last before it.
func nearest(places []seated, from int) int {
	for at := from; at < len(places); at++ {
		if places[at].entry < 0 {
			return at
		}
	}
	at := min(from, len(places)) - 1
	for places[at].entry >= 0 {
		at--
	}
	return at
}
