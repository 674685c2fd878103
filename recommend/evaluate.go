package recommend

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
)

// ErrNothingToEvaluate is wrapped by the error for a moment before or after
// which the events hold nothing to learn from or nothing to score.
var ErrNothingToEvaluate = errors.New("nothing to evaluate")

// EvaluateOptions are the settings of [Evaluate].
type EvaluateOptions struct {
	// Task is what is evaluated. Default: [NewItems].
	Task Task
	// K is the rank at which lists are cut off. Default: 10.
	K int
	// Window is how long after the cut purchases count.
	// Default: to the end of the events.
	Window time.Duration
	// Fit holds the settings of the fit.
	Fit *Options
	// Seed is that of the method "random". Default: 0.
	Seed uint64
	// Ranked, if not nil, is called with each list that was scored: method
	// after method, within it in the order of the customers' ids.
	Ranked func(method string, customer clm.CustomerID, items []clm.ItemID)
}

// Evaluation is how well the items that customers bought after a moment were
// ranked by what was known before it.
type Evaluation struct {
	Task      Task
	At        time.Time
	Customers int // who were scored: known before the moment, with targets after it
	Items     int // that were ranked: all that the model knows
	Targets   int // purchases to be found, summed over the customers
	Unknown   int // order lines left out because the model could not know the item
	Blends    Blends
	Methods   []Method
}

// Method is the quality of one way to rank.
type Method struct {
	Name string
	// Default is true of what [Model.Recommend] does.
	Default bool
	// K is the rank at which lists are cut off.
	K int
	// NDCG, HitRate, Recall, Precision and MRR are means over the customers,
	// in [0, 1], with the definitions of Amazon Personalize's offline metrics:
	// normalised discounted cumulative gain with binary gains, share of
	// customers with a hit, hits over targets, hits over K, and the reciprocal
	// of the rank of the first hit (0 without one).
	NDCG, HitRate, Recall, Precision, MRR float64
	// Coverage is the share of all items that were in at least one list.
	Coverage float64
}

// The names of the methods of an [Evaluation] that are no sources.
const (
	Blended = "blend"   // what Recommend does
	Nothing = "nothing" // empty lists: the floor of every number
	Random  = "random"  // any order
	Recency = "recency" // the customer's own latest items, then those sold last
)

// Evaluate fits a model on the events before the cut and scores what it ranks
// by what the same customers bought from the cut on. All items that the model
// knows are ranked, whether the catalogue has them or not and whatever their
// stock is, which may have been another then; nothing is sampled. Next to the
// default stand all its sources alone and the baselines.
//
// It fails as [Fit] does, and with an error that wraps [ErrNothingToEvaluate].
func Evaluate(ctx context.Context, events iter.Seq2[clm.Event, error], catalogue *clm.Catalogue, cut time.Time, o *EvaluateOptions) (*Evaluation, error) {
	var opts EvaluateOptions
	if o != nil {
		opts = *o
	}
	fill(&opts.K, 10)
	if opts.K < 0 || opts.Window < 0 {
		return nil, fmt.Errorf("recommend: evaluate %d ranks over %s", opts.K, opts.Window)
	}
	fitting, err := opts.Fit.defaults()
	if err != nil {
		return nil, err
	}
	var end time.Time
	if opts.Window > 0 {
		end = cut.Add(opts.Window)
	}
	fitting.Progress("read")
	records, err := readRecords(events, fitting.Weights, end)
	if err != nil {
		return nil, err
	}
	m, err := fit(ctx, records, catalogue, cut, &fitting)
	if err != nil {
		return nil, err
	}
	fitting.Progress("score")
	e := newEvaluator(m, records, &opts)
	if len(e.cases) == 0 {
		return nil, fmt.Errorf("recommend: no customer bought both before and after %s: %w", cut.Format(time.RFC3339), ErrNothingToEvaluate)
	}
	return e.run(ctx)
}

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
