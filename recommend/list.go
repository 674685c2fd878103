package recommend

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/explore"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/recommend/rerank"
	"github.com/clmkit/clmkit/recommend/rules"
)

// A step is a way to fill a list: a path and the weights of the sources.
type step struct {
	path    Path
	weights []float64
	task    Task
}

// ladder returns the steps that a history allows, the best first.
func (m *Model) ladder(task Task, h *interaction.History) []step {
	var steps []step
	switch {
	case len(h.Signals) > 0:
		steps = append(steps, step{ByBlend, m.weights[task], task})
	case len(h.Touches) > 0:
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
	s := step{path: path, weights: make([]float64, len(m.sources))}
	s.weights[source] = 1
	return s
}

// A list is a result in the making.
type list struct {
	m        *Model
	h        *interaction.History
	customer clm.CustomerID
	allowed  func(item int32) bool
	k        int // how many items are looked for

	taken   map[int32]bool   // may not come in (again)
	picks   []pick           // that were found
	extra   []pick           // that rules were offered besides
	places  []rules.Place    // whose keys are numbers of picks, and after them of extra
	choices []explore.Choice // of the places; nil where nothing is explored
	asked   *rerank.Result   // nil where no model was asked
	short   []rules.Shortfall
	skipped map[string]string
	steps   []step                // that were made
	said    [][]*candidate.Vector // by step, by source; nil for a source that was not asked
}

// A pick is an item of a list, and the step that brought it in.
type pick struct {
	candidate.Scored
	path      Path
	step      int     // its number, or lastStep
	relevance float64 // the score on one scale for all steps
}

// fill lets one step after the other add what it has to offer, until the list
// is full.
func (l *list) fill(ctx context.Context, steps ...step) error {
	for i, s := range steps {
		if len(l.picks) == l.k {
			break
		}
		before := len(l.picks)
		if err := l.step(ctx, s); err != nil {
			return err
		}
		l.steps = append(l.steps, s)
		l.rest(s)
		for n := range l.picks[before:] {
			l.picks[before+n].step = i
		}
	}
	relevance(l.picks)
	return ctx.Err()
}

// step adds the items with the largest sums of the sources' scores, each
// source's divided by its largest and weighted.
func (l *list) step(ctx context.Context, s step) error {
	total := candidate.Scratch(len(l.m.past.Items))
	defer candidate.Release(total)
	if err := l.sum(ctx, s, total); err != nil {
		return err
	}
	l.tire(total)
	best, err := l.best(ctx, s, total)
	if err != nil {
		return err
	}
	for _, b := range best {
		l.take(pick{Scored: b, path: s.path})
	}
	return nil
}

// sum adds up what the sources say, and keeps it.
func (l *list) sum(ctx context.Context, s step, total *candidate.Scores) error {
	said := make([]*candidate.Vector, len(s.weights))
	l.said = append(l.said, said)
	for i, weight := range s.weights {
		if weight == 0 {
			continue
		}
		v, err := candidate.Say(ctx, l.m.sources[i], l.h, total.Len())
		switch {
		case err == nil:
			said[i] = v
			total.AddVector(v, weight)
		case ctx.Err() != nil:
			return ctx.Err()
		default:
			l.skip(l.m.names[i], err)
		}
	}
	return nil
}

// fatigueFade is the age at which an impression counts half.
const fatigueFade = 14 * day

// tire lowers the scores of what was shown and not taken.
func (l *list) tire(total *candidate.Scores) {
	for item, times := range l.h.Ignored(fatigueFade) {
		if score := total.Of(item); score > 0 {
			total.Add(item, score*(math.Pow(1-l.m.o.Fatigue, times)-1))
		}
	}
}

// best returns the items that the step adds, in its order.
func (l *list) best(ctx context.Context, s step, total *candidate.Scores) ([]candidate.Scored, error) {
	missing := l.k - len(l.picks)
	if s.path != ByBlend || l.m.rankers[s.task] == nil {
		return total.Top(missing, l.admits), nil
	}
	n := l.m.o.Ranker.candidates(len(l.m.past.Items))
	items := total.Top(max(missing, n), l.admits)
	n = min(n, len(items))
	if n == 0 {
		return nil, nil
	}
	end := items[n-1].Score
	if err := l.m.rerank(ctx, s.task, l.h, items[:n]); err != nil {
		return nil, err
	}
	follow(items[n:], end, items[n-1].Score)
	return items[:min(missing, len(items))], nil
}

// follow scales scores that are at most as high as an end so that they are at
// most as high as another, in their order.
func follow(items []candidate.Scored, end, other float64) {
	for i := range items {
		items[i].Score = other * (items[i].Score / end) // in this order, or rounding can lift one
	}
}

// rest goes on, for a source alone that ranks everything alike for everybody,
// where what it proposes ends.
func (l *list) rest(s step) {
	for i, weight := range s.weights {
		source, ok := l.m.sources[i].(candidate.Ranked)
		if !ok || weight == 0 || s.path == ByBlend {
			continue
		}
		for _, item := range source.Order() {
			if len(l.picks) == l.k {
				return
			}
			if l.admits(item) {
				l.take(pick{Scored: candidate.Scored{Item: item, Score: source.Of(item)}, path: s.path})
			}
		}
	}
}

func (l *list) admits(item int32) bool { return !l.taken[item] && l.allowed(item) }

func (l *list) take(p pick) {
	l.taken[p.Item] = true
	l.picks = append(l.picks, p)
}

func (l *list) skip(source string, err error) {
	if l.skipped == nil {
		l.skipped = map[string]string{}
	}
	l.skipped[source] = err.Error()
}

func (l *list) result(r *Request) *Result {
	result := &Result{Customer: l.customer, At: l.m.past.At, Skipped: l.skipped, Model: l.asked, Short: l.short, Ranked: RankedByScore}
	shares := l.shares()
	for n := range l.places {
		result.Items = append(result.Items, l.recommended(n+1, &l.places[n], shares[n]))
		if l.choices != nil {
			result.Items[n].Propensity, result.Items[n].Explored = l.choices[n].Propensity, l.choices[n].Explored
		}
	}
	if len(result.Items) > 0 {
		result.Path = result.Items[0].Path
	}
	switch {
	case l.asked != nil && l.asked.Kept == "":
		result.Ranked = RankedByModel
	case l.trees(r.Task):
		result.Ranked = RankedByTrees
	}
	result.Decision = decision(r, result)
	return result
}

// trees reports whether the ranker ordered what was found first.
func (l *list) trees(task Task) bool {
	return len(l.picks) > 0 && l.picks[0].path == ByBlend && l.m.rankers[task] != nil
}

// pickOf returns the pick in a place.
func (l *list) pickOf(p *rules.Place) *pick {
	if p.Key < len(l.picks) {
		return &l.picks[p.Key]
	}
	return &l.extra[p.Key-len(l.picks)]
}

// shares returns what each source has added to the score of the item in each
// place.
func (l *list) shares() [][]float64 {
	all := make([][]float64, len(l.places))
	sources := len(l.m.sources)
	buffer := make([]float64, len(all)*sources)
	for n := range all {
		all[n] = buffer[n*sources : (n+1)*sources]
	}
	places := candidate.Scratch(len(l.m.past.Items)) // numbers of places, from 1
	defer candidate.Release(places)
	for step, said := range l.said {
		places.Reset()
		for n := range l.places {
			if p := l.pickOf(&l.places[n]); p.step == step {
				places.Add(p.Item, float64(n+1))
			}
		}
		for i, v := range said {
			if v != nil {
				v.Named(places, func(score, place float64) { all[int(place)-1][i] = l.steps[step].weights[i] * score })
			}
		}
	}
	return all
}

// recommended returns a pick with the shares of its score and the reason of the
// source that has the largest share and can give one; where none can, popular
// sources are asked.
func (l *list) recommended(rank int, place *rules.Place, shares []float64) Item {
	p := l.pickOf(place)
	item := Item{ID: l.m.past.Items[p.Item], Rank: rank, Score: p.Score, Path: p.path, Was: place.Was, Promotion: place.Promotion, Propensity: 1}
	var order []int
	for s, share := range shares {
		if share != 0 {
			order = append(order, s)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(shares[b], shares[a]) })
	for _, s := range order {
		item.Sources = append(item.Sources, Share{l.m.names[s], shares[s]})
		if item.Reason.Kind == "" && shares[s] > 0 {
			item.Reason = l.reason(s, p.Item)
		}
	}
	for s, personal := range l.m.personal {
		if item.Reason.Kind == "" && !personal {
			item.Reason = l.reason(s, p.Item)
		}
	}
	return item
}

func (l *list) reason(source int, item int32) Reason {
	cause, ok := l.m.sources[source].Cause(l.h, item)
	if !ok {
		return Reason{}
	}
	return l.m.reasonOf(cause)
}
