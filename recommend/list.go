package recommend

import (
	"cmp"
	"context"
	"slices"
)

// A step is a way to fill a list: a path and the weights of the sources.
type step struct {
	path    Path
	weights []float64
}

// ladder returns the steps that a history allows, the best first.
func (m *Model) ladder(task Task, h *history) []step {
	var steps []step
	switch {
	case len(h.signals) > 0:
		steps = append(steps, step{ByBlend, m.weights[task]})
	case len(h.touches) > 0:
		steps = m.alone(ByContent)
	}
	return append(steps, m.popular()...)
}

// alone returns a step for each source that depends on the history.
func (m *Model) alone(path Path) []step {
	var steps []step
	for i, personal := range m.personal {
		if personal {
			steps = append(steps, m.only(path, i))
		}
	}
	return steps
}

// popular returns a step for each source that does not.
func (m *Model) popular() []step {
	var steps []step
	for i, personal := range m.personal {
		if !personal {
			steps = append(steps, m.only(ByPopularity, i))
		}
	}
	return steps
}

// only returns the step of one source.
func (m *Model) only(path Path, source int) step {
	s := step{path, make([]float64, len(m.sources))}
	s.weights[source] = 1
	return s
}

// A list is a result in the making.
type list struct {
	m       *Model
	h       *history
	allowed func(item int32) bool
	k       int

	taken   map[int32]bool // may not come in (again)
	picks   []pick
	skipped map[string]string
}

// A pick is an item of a list, the step that brought it in, and the shares of
// the sources then.
type pick struct {
	scored
	path   Path
	shares [][]float64
}

// fill lets one step after the other add what it has to offer, until the list
// is full.
func (l *list) fill(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		missing := l.k - len(l.picks)
		if missing == 0 {
			return nil
		}
		shares, err := l.shares(ctx, s.weights)
		if err != nil {
			return err
		}
		best := top(sum(shares, len(l.m.in.items)), missing, func(item int32) bool {
			return !l.taken[item] && l.allowed(item)
		})
		for _, b := range best {
			l.taken[b.item] = true
			l.picks = append(l.picks, pick{b, s.path, shares})
		}
	}
	return ctx.Err()
}

// shares returns the scaled scores of each source with a weight, times that
// weight, and nil for the others. A source that fails is noted and left out,
// unless ctx ended.
func (l *list) shares(ctx context.Context, weights []float64) ([][]float64, error) {
	shares := make([][]float64, len(weights))
	for s, w := range weights {
		if w == 0 {
			continue
		}
		scores := make([]float64, len(l.m.in.items))
		if err := l.m.sources[s].score(ctx, l.h, scores); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			l.skip(l.m.names[s], err)
			continue
		}
		scale(scores)
		for i := range scores {
			scores[i] *= w
		}
		shares[s] = scores
	}
	return shares, nil
}

func (l *list) skip(source string, err error) {
	if l.skipped == nil {
		l.skipped = map[string]string{}
	}
	l.skipped[source] = err.Error()
}

// sum adds up the shares of n items.
func sum(shares [][]float64, n int) []float64 {
	total := make([]float64, n)
	for _, scores := range shares {
		for i, s := range scores {
			total[i] += s
		}
	}
	return total
}

func (l *list) result() *Result {
	r := &Result{At: l.m.in.at, Skipped: l.skipped}
	for n, p := range l.picks {
		r.Items = append(r.Items, l.item(n+1, p))
	}
	if len(l.picks) > 0 {
		r.Path = l.picks[0].path
	}
	return r
}

// item returns a pick with the shares of its score and the reason of the
// source that has the largest share and can give one; where none can, popular
// sources are asked.
func (l *list) item(rank int, p pick) Item {
	item := Item{ID: l.m.in.items[p.item], Rank: rank, Score: p.score}
	var order []int
	for s, scores := range p.shares {
		if scores != nil && scores[p.item] != 0 {
			order = append(order, s)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(p.shares[b][p.item], p.shares[a][p.item])
	})
	for _, s := range order {
		share := p.shares[s][p.item]
		item.Sources = append(item.Sources, Share{l.m.names[s], share})
		if item.Reason.Kind == "" && share > 0 {
			item.Reason, _ = l.m.sources[s].reason(l.h, p.item)
		}
	}
	for s, personal := range l.m.personal {
		if item.Reason.Kind == "" && !personal {
			item.Reason, _ = l.m.sources[s].reason(l.h, p.item)
		}
	}
	return item
}
