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
// sources are put together.
type course struct {
	now    *interaction.Past
	all    []recipe
	o      *Options
	scenes map[time.Time]*scene
}

// scene returns what was known at a moment. It is learned once.
func (c *course) scene(ctx context.Context, at time.Time) (*scene, error) {
	if s, ok := c.scenes[at]; ok {
		return s, nil
	}
	s, err := newScene(ctx, c.now, at, c.all, c.o)
	if err == nil {
		c.scenes[at] = s
	}
	return s, err
}

func (c *course) names() []string {
	var names []string
	for _, r := range c.all {
		names = append(names, r.name)
	}
	return names
}

// anchors are the moments, in parts of the hold-out window before its end,
// from which the ranker looks at what customers then bought.
var anchors = []float64{1, 0.75, 0.5, 0.25}

// choose chooses, for each task, the weights of the blend and whether a ranker
// orders what it proposes.
func (c *course) choose(ctx context.Context) (Blends, error) {
	window := holdOut(c.now, c.o.Blend.HoldOut)
	whole, err := c.trials(ctx, window, c.now, c.o.Blend.MaxCustomers)
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
	half, err := c.scene(ctx, c.now.At.Add(-window/2))
	if err != nil {
		return nil, err
	}
	first, err := c.trials(ctx, window, half.past, c.o.Blend.MaxCustomers/2)
	if err != nil {
		return nil, err
	}
	for _, task := range tasks {
		b := blends[task]
		if b.Customers >= leastCustomers {
			_, early := chooseBlend(task, c.names(), first[task])
			if err := c.learn(ctx, task, window, early, &b); err != nil {
				return nil, err
			}
			blends[task] = b
		}
	}
	return blends, nil
}

var tasks = []Task{NewItems, NextBasket}

// trials compares what was known before the window with what was bought from
// then to the moment of a later past.
func (c *course) trials(ctx context.Context, window time.Duration, now *interaction.Past, most int) ([2][]trial, error) {
	start, err := c.scene(ctx, c.now.At.Add(-window))
	if err != nil {
		return [2][]trial{}, err
	}
	c.o.Progress("blend")
	return newTrials(ctx, start.past, now, start.sources, max(1, most))
}

// leastCustomers is how many customers a ranker needs to learn from.
const leastCustomers = 50

// learn decides whether a task has a ranker: one that learned from the first
// half of the window, with the blend that this half would have chosen, has to be
// better in the second half than the best source. The bar is not the blend,
// because this ranker learned from a quarter of what the ranker will learn from
// that is then made of all of the window.
func (c *course) learn(ctx context.Context, task Task, window time.Duration, early Blend, b *Blend) error {
	c.o.Progress("ranker")
	half := c.now.At.Add(-window / 2)
	trying := class{course: c, task: task, weights: numbered(c.names(), early.Weights), window: window, most: c.o.Ranker.MaxCustomers / 2}
	trees, err := trying.ranker(ctx, half)
	if err != nil || trees == nil {
		return err
	}
	test, names, err := trying.lesson(ctx, c.now.At, false, half)
	if err != nil {
		return err
	}
	s, err := c.scene(ctx, half)
	if err != nil {
		return err
	}
	b.Ranker = test.report(trees, names, s.maker.Said())
	if !b.Ranker.Used {
		return nil
	}
	t := class{course: c, task: task, weights: numbered(c.names(), b.Weights), window: window, most: c.o.Ranker.MaxCustomers}
	if trees, err = t.ranker(ctx, c.now.At); err != nil || trees == nil {
		return err
	}
	b.Ranker.Features = largest(trees.Importance(), names)
	b.Trees, err = trees.MarshalBinary()
	return err
}

// A class learns one task.
type class struct {
	course    *course
	task      Task
	weights   []float64
	window    time.Duration
	most      int // customers of a scene
	questions map[time.Time][]question
}

// ranker returns trees that learned from what was bought up to a moment, from
// the anchors before it on; nil when there was too little.
func (t *class) ranker(ctx context.Context, until time.Time) (*tree.Model, error) {
	var moments []time.Time
	for _, part := range anchors {
		if at := t.course.now.At.Add(-time.Duration(part * float64(t.window))); at.Before(until) {
			moments = append(moments, at)
		}
	}
	l, names, err := t.lesson(ctx, until, true, moments...)
	if err != nil || !l.tells() {
		return nil, err
	}
	trees, err := tree.Fit(ctx, l.data(len(names)), nil, t.course.o.Ranker.trees())
	if err != nil {
		return nil, fmt.Errorf("recommend: ranker: %w", err)
	}
	return trees, nil
}

// lesson returns what was bought from some moments to another, and the names of
// the features.
func (t *class) lesson(ctx context.Context, until time.Time, thin bool, moments ...time.Time) (*lesson, []string, error) {
	var l lesson
	var names []string
	for _, at := range moments {
		s, err := t.course.scene(ctx, at)
		if err != nil {
			return nil, nil, err
		}
		names = s.maker.Names()
		questions, err := t.asked(ctx, s, at)
		if err != nil {
			return nil, nil, err
		}
		for i := range questions {
			l.add(&questions[i], t.course.now.History(questions[i].past.Customer), until, t.task, thin)
		}
	}
	return &l, names, nil
}

// asked returns the questions of a scene, which are asked once.
func (t *class) asked(ctx context.Context, s *scene, at time.Time) ([]question, error) {
	if t.questions == nil {
		t.questions = map[time.Time][]question{}
	}
	all, ok := t.questions[at]
	if !ok {
		var err error
		if all, err = s.questions(ctx, t.course.now, t.task, t.weights, t.most, t.course.o.Ranker.Candidates); err != nil {
			return nil, err
		}
		t.questions[at] = all
	}
	return all, nil
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
