package rules

// Spare returns candidates that may take places of an arrangement of this plan
// and list: any of them, in any number, in the place of any items that are not
// [Place.Held]. No cap is broken by that and no item is there twice, because all
// of them fit beside the whole list together. The best come first, at most n.
//
// It is for who explores: what is shown to learn about it must keep the rules.
func (p *Plan) Spare(l *List, a *Arrangement, n int) ([]Candidate, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	w := p.start(l)
	defer w.release()
	w.score()
	for i := range a.Places {
		w.extra = append(w.extra, a.Places[i].Candidate)
		w.entries = append(w.entries, entry{state: in})
		w.picked = append(w.picked, int32(len(w.entries)-1))
		w.count(int32(len(w.entries) - 1))
	}
	var spare []Candidate
	for _, i := range w.order {
		if len(spare) >= n {
			break
		}
		if w.admits(i) {
			w.picked = append(w.picked, i)
			w.count(i)
			spare = append(spare, *w.candidate(i))
		}
	}
	return spare, nil
}
