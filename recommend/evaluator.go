package recommend

import (
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/internal/metric"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
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
	past     *interaction.History
	eligible func(item int32) bool
	targets  map[int32]bool
}

func newEvaluator(m *Model, records *interaction.Records, o *EvaluateOptions) *evaluator {
	e := &evaluator{m: m, o: o}
	e.done = Evaluation{Task: o.Task, At: m.past.At, Items: len(m.past.Items), Blends: m.blends}
	whole, unknown := m.past.Later(records)
	e.done.Unknown = unknown
	for c := range whole {
		past := m.past.History(int32(c))
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
	err := e.method(ctx, Blended, e.steps(step{weights: m.weights[e.o.Task]}))
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

// A ranker returns the items of a case, the best first.
type ranker func(ctx context.Context, c *evaluationCase) ([]candidate.Scored, error)

// steps returns the ranker that does what Recommend does, with other sources.
func (e *evaluator) steps(first step) ranker {
	return func(ctx context.Context, c *evaluationCase) ([]candidate.Scored, error) {
		l := list{m: e.m, h: c.past, allowed: c.eligible, k: e.o.K, taken: map[int32]bool{}}
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
func (e *evaluator) scores(score func(h *interaction.History, scores []float64)) ranker {
	return func(_ context.Context, c *evaluationCase) ([]candidate.Scored, error) {
		scores := make([]float64, len(e.m.past.Items))
		score(c.past, scores)
		all := candidate.NewScores(len(scores))
		for item, s := range scores {
			all.Add(int32(item), s)
		}
		return all.Top(e.o.K, c.eligible), nil
	}
}

// method scores all cases with one way to rank.
func (e *evaluator) method(ctx context.Context, name string, rank ranker) error {
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
	quality, shown := metric.Ranking{K: e.o.K}, map[int32]bool{}
	for i, list := range lists {
		hits := make([]bool, len(list))
		items := make([]int32, len(list))
		for rank, s := range list {
			hits[rank], items[rank] = e.cases[i].targets[s.Item], s.Item
			shown[s.Item] = true
		}
		quality.Add(hits, len(e.cases[i].targets))
		if e.o.Ranked != nil {
			e.o.Ranked(name, e.m.past.Customers[e.cases[i].past.Customer], e.m.past.IDs(items...))
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
