package recommend

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/recommend/internal/candidate"
)

// asked returns the steps of the sources that a request names, or else those
// that suit.
func (m *Model) asked(r *Request, suiting []step) ([]step, error) {
	if r.Sources == nil {
		return suiting, nil
	}
	var steps []step
	for _, name := range r.Sources {
		n := slices.Index(m.names, name)
		if n < 0 {
			return nil, fmt.Errorf("recommend: the model has no source %q", name)
		}
		steps = append(steps, m.only(BySource, n))
	}
	return steps, nil
}

// among returns the set of the items that a request is about, or nil for all.
func (m *Model) among(r *Request) map[int32]bool {
	if r.Among == nil {
		return nil
	}
	set := map[int32]bool{}
	for _, id := range r.Among {
		if item, ok := m.past.Index[id]; ok {
			set[item] = true
		}
	}
	return set
}

// last fills what is left with items about which nothing is known: those that
// were given, or those of the catalogue.
func (l *list) last(r *Request) {
	switch {
	case r.Among != nil:
		for _, id := range r.Among {
			if item, ok := l.m.past.Index[id]; ok {
				l.unknown(item, ByGiven)
			}
		}
	case r.SimilarTo == "" && r.Sources == nil:
		for _, item := range l.m.shelf {
			l.unknown(item, ByCatalogue)
		}
	}
	relevance(l.picks)
}

// lastStep is the number of the step that fills what is left.
const lastStep = 1 << 20

func (l *list) unknown(item int32, path Path) {
	if len(l.picks) < l.k && l.admits(item) {
		score := 1 / float64(2+len(l.picks))
		l.take(pick{Scored: candidate.Scored{Item: item, Score: score}, path: path, step: lastStep})
	}
}

// shelfOf returns the items of the catalogue that nobody has bought, as a
// visitor should see them: of each category in turn the newest.
func (m *Model) shelfOf() []int32 {
	turns := map[string]int{}
	type entry struct {
		item int32
		turn int
	}
	var items []int32
	for item, listed := range m.past.Catalogue {
		if listed != nil && m.sales[item].first == 0 {
			items = append(items, int32(item))
		}
	}
	slices.SortStableFunc(items, func(a, b int32) int {
		return m.past.Catalogue[b].Added.Compare(m.past.Catalogue[a].Added)
	})
	shelf := make([]entry, len(items))
	for i, item := range items {
		category := ""
		if all := m.past.Catalogue[item].Categories; len(all) > 0 {
			category = all[0]
		}
		shelf[i] = entry{item, turns[category]}
		turns[category]++
	}
	slices.SortStableFunc(shelf, func(a, b entry) int { return cmp.Compare(a.turn, b.turn) })
	for i := range shelf {
		items[i] = shelf[i].item
	}
	return items
}
