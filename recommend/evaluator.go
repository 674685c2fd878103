package recommend

import (
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
)

// evaluator scores methods on cases.
type evaluator struct {
	m     *Model
	o     *EvaluateOptions
	cases []evaluationCase
	done  Evaluation
}

// An evaluationCase is a customer and what the lists should hold.
type evaluationCase struct {
	past     *history
	eligible func(item int32) bool
	targets  map[int32]bool
}

func newEvaluator(m *Model, records []record, o *EvaluateOptions) *evaluator {
	e := &evaluator{m: m, o: o}
	e.done = Evaluation{Task: o.Task, At: m.in.at, Items: len(m.in.items), Blends: m.blends}
	whole := make([]history, len(m.in.histories))
	for c := range whole {
		whole[c] = m.in.histories[c]
		whole[c].signals = append([]signal(nil), whole[c].signals...)
	}
	for i := range records {
		r := &records[i]
		c, known := m.in.number[r.customer]
		if !known || r.time.Before(m.in.at) {
			continue
		}
		whole[c].add(r, m.in.vocabulary)
		e.done.Unknown += m.in.unknown(r)
	}
	for c := range whole {
		past := &m.in.histories[c]
		if targets := whole[c].targets(o.Task, past); len(targets) > 0 {
			e.cases = append(e.cases, evaluationCase{past, past.eligible(o.Task), targets})
			e.done.Targets += len(targets)
		}
	}
	e.done.Customers = len(e.cases)
	return e
}

// unknown returns how many items of an order are not in the vocabulary.
func (v *vocabulary) unknown(r *record) int {
	n := 0
	for _, id := range r.items {
		if _, ok := v.index[id]; !ok && r.kind == clm.Ordered {
			n++
		}
	}
	return n
}

// run scores all methods: the default first, then its sources, each filled up
// with what is popular as the default is, then the baselines.
func (e *evaluator) run(ctx context.Context) (*Evaluation, error) {
	m := e.m
	err := e.method(ctx, Blended, e.steps(step{weights: m.weights[e.o.Task]}))
	for i, name := range m.names {
		if err == nil {
			err = e.method(ctx, name, e.steps(m.only("", i)))
		}
	}
	for _, b := range []struct {
		name  string
		score func(h *history, scores []float64)
	}{
		{Recency, newRecency(m.in).score},
		{Random, random{e.o.Seed}.score},
		{Nothing, func(*history, []float64) {}},
	} {
		if err == nil {
			err = e.method(ctx, b.name, e.scores(b.score))
		}
	}
	return &e.done, err
}

// A ranker returns the items of a case, the best first.
type ranker func(ctx context.Context, c *evaluationCase) ([]scored, error)

// steps returns the ranker that does what Recommend does, with other sources.
func (e *evaluator) steps(first step) ranker {
	return func(ctx context.Context, c *evaluationCase) ([]scored, error) {
		l := list{m: e.m, h: c.past, allowed: c.eligible, k: e.o.K, taken: map[int32]bool{}}
		if err := l.fill(ctx, append([]step{first}, e.m.popular()...)...); err != nil {
			return nil, err
		}
		if len(l.skipped) > 0 {
			return nil, fmt.Errorf("recommend: evaluate: sources failed: %v", l.skipped)
		}
		best := make([]scored, len(l.picks))
		for i, p := range l.picks {
			best[i] = p.scored
		}
		return best, nil
	}
}

// scores returns the ranker of a baseline.
func (e *evaluator) scores(score func(h *history, scores []float64)) ranker {
	return func(_ context.Context, c *evaluationCase) ([]scored, error) {
		scores := make([]float64, len(e.m.in.items))
		score(c.past, scores)
		return top(scores, e.o.K, c.eligible), nil
	}
}

// method scores all cases with one way to rank.
func (e *evaluator) method(ctx context.Context, name string, rank ranker) error {
	lists := make([][]scored, len(e.cases))
	failed := make([]error, len(e.cases))
	err := inBlocks(ctx, len(e.cases), func(from, to int) {
		for i := from; i < to; i++ {
			lists[i], failed[i] = rank(ctx, &e.cases[i])
		}
	})
	if err := errors.Join(append(failed, err)...); err != nil {
		return err
	}
	quality, shown := metric.Ranking{K: e.o.K}, map[int32]bool{}
	for i, list := range lists {
		hits := make([]bool, len(list))
		items := make([]int32, len(list))
		for rank, s := range list {
			hits[rank], items[rank] = e.cases[i].targets[s.item], s.item
			shown[s.item] = true
		}
		quality.Add(hits, len(e.cases[i].targets))
		if e.o.Ranked != nil {
			e.o.Ranked(name, e.m.in.customers[e.cases[i].past.customer], e.m.in.ids(items...))
		}
	}
	e.done.Methods = append(e.done.Methods, Method{
		Name: name, Default: name == Blended, K: e.o.K,
		NDCG: quality.NDCG, HitRate: quality.HitRate, Recall: quality.Recall,
		Precision: quality.Precision, MRR: quality.MRR,
		Coverage: float64(len(shown)) / float64(max(1, e.done.Items)),
	})
	return nil
}
