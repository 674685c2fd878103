package recommend

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clmkit/clmkit/internal/tree"
	"github.com/clmkit/clmkit/recommend/internal/feature"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A course chooses and learns on the days before the moment of a fit how the
// sources are put together. What was known at an earlier moment is learned, asked
// everything that it will be asked, and forgotten before the next: each takes as
// much memory as the model.
type course struct {
	now *interaction.Past
	all []recipe
	o   *Options
}

func (c *course) names() []string {
	var names []string
	for _, r := range c.all {
		names = append(names, r.name)
	}
	return names
}

// choose chooses, for each task, the weights of the blend and whether a ranker
// orders what it proposes.
func (c *course) choose(ctx context.Context) (Blends, error) {
	window := holdOut(c.now, c.o.Blend.HoldOut)
	half := c.now.At.Add(-window / 2)
	start, err := newScene(ctx, c.now, c.now.At.Add(-window), c.all, c.o)
	if err != nil {
		return nil, err
	}
	c.o.Progress("blend")
	whole, err := newTrials(ctx, start.past, c.now, start.sources, c.o.Blend.MaxCustomers)
	if err != nil {
		return nil, err
	}
	blends := Blends{}
	for _, task := range tasks {
		_, blends[task] = chooseBlend(task, c.names(), whole[task])
	}
	if c.o.Ranker.Off || max(blends[NewItems].Customers, blends[NextBasket].Customers) < leastCustomers {
		return blends, nil
	}
	early, err := c.early(ctx, start, half)
	if err != nil {
		return nil, err
	}
	var pairs []*pair
	for _, task := range tasks {
		if blends[task].Customers >= leastCustomers {
			pairs = append(pairs, c.pair(task, half, blends[task], early[task]))
		}
	}
	if err := c.ask(ctx, pairs, start, window); err != nil {
		return nil, err
	}
	for _, p := range pairs {
		b := blends[p.task]
		if err := p.learn(ctx, c.now, &b); err != nil {
			return nil, err
		}
		blends[p.task] = b
	}
	return blends, nil
}

var tasks = []Task{NewItems, NextBasket}

// leastCustomers is how many customers a ranker needs to learn from.
const leastCustomers = 50

// early returns the blends that the first half of the window would have chosen.
func (c *course) early(ctx context.Context, start *scene, half time.Time) (Blends, error) {
	past, err := c.now.Before(ctx, half)
	if err != nil {
		return nil, err
	}
	trials, err := newTrials(ctx, start.past, past, start.sources, max(1, c.o.Blend.MaxCustomers/2))
	if err != nil {
		return nil, err
	}
	blends := Blends{}
	for _, task := range tasks {
		_, blends[task] = chooseBlend(task, c.names(), trials[task])
	}
	return blends, nil
}

// anchors are the moments, in parts of the hold-out window before its end, from
// which the ranker looks at what customers then bought. Where there is much to
// learn from, two of them do, with as many customers.
var (
	anchors    = []float64{1, 0.75, 0.5, 0.25}
	fewAnchors = []float64{1, 0.5}
)

// manyCells is how many pairs of a customer and an item are much.
const manyCells = 2_000_000

// ask asks the questions of all anchors.
func (c *course) ask(ctx context.Context, pairs []*pair, start *scene, window time.Duration) error {
	parts, more := anchors, 1
	if c.now.Rows.Cells() > manyCells {
		parts, more = fewAnchors, len(anchors)/len(fewAnchors)
	}
	for i, part := range parts {
		s := start
		if i > 0 {
			start = nil
			var err error
			if s, err = newScene(ctx, c.now, c.now.At.Add(-time.Duration(part*float64(window))), c.all, c.o); err != nil {
				return err
			}
		}
		for _, p := range pairs {
			c.o.Progress("ranker")
			if err := p.ask(ctx, s, c.now, more); err != nil {
				return err
			}
		}
	}
	return nil
}

// A pair is the ranker of a task and the one that is tried before: it learns from
// the first half of the window, with the blend that this half would have chosen.
type pair struct {
	task         Task
	half         time.Time
	whole, tried class
	features     []string
	said         int // how many of the features are what sources say
	trees        *tree.Options
}

// A class is asked the questions that one ranker learns from.
type class struct {
	weights   []float64
	customers int // of an anchor
	items     int // of a customer
	questions []question
}

func (c *course) pair(task Task, half time.Time, whole, early Blend) *pair {
	o := &c.o.Ranker
	items := o.candidates(len(c.now.Items))
	return &pair{
		task: task, half: half, trees: o.trees(),
		whole: class{weights: numbered(c.names(), whole.Weights), customers: o.MaxCustomers, items: items},
		tried: class{weights: numbered(c.names(), early.Weights), customers: o.MaxCustomers * 3 / 8, items: items},
	}
}

// ask asks the questions of an anchor.
func (p *pair) ask(ctx context.Context, s *scene, now *interaction.Past, more int) error {
	p.features, p.said = s.maker.Names(), s.maker.Said()
	classes := []*class{&p.whole}
	if !s.past.At.After(p.half) {
		classes = append(classes, &p.tried)
	}
	for _, c := range classes {
		questions, err := s.questions(ctx, now, p.task, c.weights, more*c.customers, c.items)
		if err != nil {
			return err
		}
		c.questions = append(c.questions, questions...)
	}
	return nil
}

// learn decides whether a task has a ranker: the one that is tried has to be
// better in the second half of the window than the best source. The bar is not
// the blend, because the ranker learned from a quarter of what the ranker learns
// from that is then made of all of the window.
func (p *pair) learn(ctx context.Context, now *interaction.Past, b *Blend) error {
	var early, test, all lesson
	for i := range p.tried.questions {
		q := &p.tried.questions[i]
		h := now.History(q.past.Customer)
		if q.past.Now == interaction.Nano(p.half) {
			test.add(q, h, now.At, p.task, false)
		} else {
			early.add(q, h, p.half, p.task, true)
		}
	}
	trees, err := p.fit(ctx, &early)
	if err != nil || trees == nil {
		return err
	}
	b.Ranker = test.report(trees, p.features, p.said)
	if !b.Ranker.Used {
		return nil
	}
	for i := range p.whole.questions {
		q := &p.whole.questions[i]
		all.add(q, now.History(q.past.Customer), now.At, p.task, true)
	}
	p.whole.questions, p.tried.questions = nil, nil
	if trees, err = p.fit(ctx, &all); err != nil || trees == nil {
		return err
	}
	b.Ranker.Features = largest(trees.Importance(), p.features)
	b.Trees, err = trees.MarshalBinary()
	return err
}

// fit returns trees, or nil when there is too little to learn from.
func (p *pair) fit(ctx context.Context, l *lesson) (*tree.Model, error) {
	if !l.tells() {
		return nil, nil
	}
	trees, err := tree.Fit(ctx, l.data(len(p.features)), nil, p.trees)
	if err != nil {
		return nil, fmt.Errorf("recommend: ranker: %w", err)
	}
	return trees, nil
}

// report compares the order of the trees with those of the blend and of each
// source, which are the first of the features.
func (l *lesson) report(trees *tree.Model, names []string, sources int) *RankerReport {
	scores := make([]float64, len(l.labels))
	trees.PredictAll(l.rows, scores)
	r := &RankerReport{Customers: len(l.groups), NDCG: l.ndcg(scores), BlendNDCG: l.ndcg(l.column(names, feature.Blended))}
	for _, name := range names[:sources] {
		if ndcg := l.ndcg(l.column(names, name)); ndcg > r.BestNDCG {
			r.Best, r.BestNDCG = name, ndcg
		}
	}
	r.Used = r.NDCG > r.BestNDCG
	return r
}

// column returns a feature of all rows. What a source says nothing about comes
// last, in an order that owes nothing to the blend.
func (l *lesson) column(names []string, name string) []float64 {
	at, column := slices.Index(names, name), make([]float64, len(l.labels))
	for i := range column {
		if column[i] = float64(l.rows[i*len(names)+at]); !(column[i] > 0) {
			column[i] = float64(i-len(column)) / float64(len(column)) // the blend's last is first
		}
	}
	return column
}

// maxFeatures is how many features a report names.
const maxFeatures = 15

func largest(shares []float64, names []string) map[string]float64 {
	order := make([]int, len(shares))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(shares[b], shares[a]) })
	named := map[string]float64{}
	for _, i := range order[:min(maxFeatures, len(order))] {
		if shares[i] > 0 {
			named[names[i]] = shares[i]
		}
	}
	return named
}
