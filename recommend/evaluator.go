package recommend

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/recommend/quality"
)

// evaluator scores methods on cases.
type evaluator struct {
	m     *Model
	o     *EvaluateOptions
	cases []evaluationCase
	done  Evaluation
	depth int              // length of the lists
	q     *quality.Options // nil where no report is wanted
}

// An evaluationCase is a customer and what the lists should hold.
type evaluationCase struct {
	past     *interaction.History
	eligible func(item int32) bool
	targets  map[int32]bool
}

func newEvaluator(m *Model, records *interaction.Records, o *EvaluateOptions, catalogue *clm.Catalogue) *evaluator {
	e := &evaluator{m: m, o: o, depth: o.K}
	e.report(catalogue)
	e.done = Evaluation{Task: o.Task, At: m.past.At, Items: len(m.past.Items), Blends: m.blends}
	whole, unknown := m.past.Later(records)
	e.done.Unknown = unknown
	for c := range whole {
		past := new(*m.past.History(int32(c)))
		if next := whole[c].Signals[min(len(past.Signals), len(whole[c].Signals)):]; len(next) > 0 {
			past.Channel = next[0].Channel
		}
		if wanted := targets(&whole[c], o.Task, past); len(wanted) > 0 {
			e.cases = append(e.cases, evaluationCase{past, eligible(past, o.Task), wanted})
			e.done.Targets += len(wanted)
		}
	}
	e.done.Customers = len(e.cases)
	return e
}

// run scores all methods: the default first, then its sources, each filled up
// with what is popular as the default is, then the baselines.
func (e *evaluator) run(ctx context.Context) (*Evaluation, error) {
	m := e.m
	err := e.method(ctx, Blended, e.steps(step{ByBlend, m.weights[e.o.Task], e.o.Task}))
	for i, name := range m.names {
		if err == nil {
			err = e.method(ctx, name, e.steps(m.only("", i)))
		}
	}
	for _, b := range []struct {
		name  string
		score func(h *interaction.History, scores []float64)
	}{
		{Recency, newRecency(m.past).score},
		{Random, random{e.o.Seed}.score},
		{Nothing, func(*interaction.History, []float64) {}},
	} {
		if err == nil {
			err = e.method(ctx, b.name, e.scores(b.score))
		}
	}
	return &e.done, err
}

// A ranking returns the items of a case, the best first.
type ranking func(ctx context.Context, c *evaluationCase) ([]candidate.Scored, error)

// steps returns the ranker that does what Recommend does, with other sources.
func (e *evaluator) steps(first step) ranking {
	return func(ctx context.Context, c *evaluationCase) ([]candidate.Scored, error) {
		h := c.past.Remembering()
		defer candidate.Forget(h)
		l := list{m: e.m, h: h, allowed: c.eligible, k: e.depth, taken: map[int32]bool{}}
		if err := l.fill(ctx, append([]step{first}, e.m.popular()...)...); err != nil {
			return nil, err
		}
		if len(l.skipped) > 0 {
			return nil, fmt.Errorf("recommend: evaluate: sources failed: %v", l.skipped)
		}
		best := make([]candidate.Scored, len(l.picks))
		for i, p := range l.picks {
			best[i] = p.Scored
		}
		return best, nil
	}
}

// scores returns the ranker of a baseline.
func (e *evaluator) scores(score func(h *interaction.History, scores []float64)) ranking {
	return func(_ context.Context, c *evaluationCase) ([]candidate.Scored, error) {
		scores := make([]float64, len(e.m.past.Items))
		score(c.past, scores)
		all := candidate.NewScores(len(scores))
		for item, s := range scores {
			all.Add(int32(item), s)
		}
		return all.Top(e.depth, c.eligible), nil
	}
}

// method scores all cases with one way to rank.
func (e *evaluator) method(ctx context.Context, name string, rank ranking) error {
	lists := make([][]candidate.Scored, len(e.cases))
	failed := make([]error, len(e.cases))
	err := interaction.InBlocks(ctx, len(e.cases), func(from, to int) {
		for i := from; i < to; i++ {
			lists[i], failed[i] = rank(ctx, &e.cases[i])
		}
	})
	if err := errors.Join(append(failed, err)...); err != nil {
		return err
	}
	done, err := e.measure(name, lists)
	e.done.Methods = append(e.done.Methods, done)
	return err
}

// measure returns the quality of a method's lists, one for each case.
func (e *evaluator) measure(name string, lists [][]candidate.Scored) (Method, error) {
	ranking, shown := metric.Ranking{K: e.o.K}, map[int32]bool{}
	for i, list := range lists {
		list = list[:min(len(list), e.o.K)]
		hits := make([]bool, len(list))
		items := make([]int32, len(list))
		for rank, s := range list {
			hits[rank], items[rank] = e.cases[i].targets[s.Item], s.Item
			shown[s.Item] = true
		}
		ranking.Add(hits, len(e.cases[i].targets))
		if e.o.Ranked != nil {
			e.o.Ranked(name, e.m.past.Customers[e.cases[i].past.Customer], e.m.past.IDs(items...))
		}
	}
	done := Method{
		Name: name, Default: name == Blended, K: e.o.K,
		NDCG: ranking.NDCG, HitRate: ranking.HitRate, Recall: ranking.Recall,
		Precision: ranking.Precision, MRR: ranking.MRR,
		Coverage: float64(len(shown)) / float64(max(1, e.done.Items)),
	}
	if e.q == nil {
		return done, nil
	}
	report, err := quality.Measure(e.lists(lists), e.q)
	if err != nil {
		return done, fmt.Errorf("recommend: evaluate: %w", err)
	}
	done.Report = report
	return done, nil
}

// report prepares for reports, if they are wanted.
func (e *evaluator) report(catalogue *clm.Catalogue) {
	if e.o.Quality == nil {
		return
	}
	q := *e.o.Quality
	if q.Catalogue == nil {
		q.Catalogue = catalogue
	}
	fill(&q.Items, len(e.m.past.Items))
	if q.Popularity == nil {
		q.Popularity = e.popularity()
	}
	e.q = &q
	if len(q.Ks) == 0 {
		e.q.Ks = []int{5, 10, 25}
	}
	e.depth = max(e.depth, slices.Max(e.q.Ks))
}

func (e *evaluator) popularity() *quality.Popularity {
	p := &quality.Popularity{Customers: len(e.m.past.Customers), Items: map[clm.ItemID]int{}}
	for item, id := range e.m.past.Items {
		if n := e.m.past.Buyers(int32(item)); n > 0 {
			p.Items[id] = n
		}
	}
	return p
}

// lists yields the lists of a method as a report takes them.
func (e *evaluator) lists(all [][]candidate.Scored) iter.Seq[quality.List] {
	return func(yield func(quality.List) bool) {
		for i, list := range all {
			c := &e.cases[i]
			l := quality.List{Customer: e.m.past.Customers[c.past.Customer], Segments: []string{segment(c.past.Orders())}}
			for _, s := range list {
				l.Items = append(l.Items, e.m.past.Items[s.Item])
			}
			for _, item := range slices.Sorted(maps.Keys(c.targets)) {
				l.Relevant = append(l.Relevant, e.m.past.Items[item])
			}
			for _, w := range c.past.Wants(0) {
				l.History = append(l.History, e.m.past.Items[w.Item])
			}
			if !yield(l) {
				return
			}
		}
	}
}

// segment names customers by the number of their orders.
func segment(orders int) string {
	switch {
	case orders <= 1:
		return "one order"
	case orders < 5:
		return "few orders"
	}
	return "many orders"
}
