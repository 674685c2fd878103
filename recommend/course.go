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
	start, err := c.scene(ctx, c.now.At.Add(-window))
	if err != nil {
		return nil, err
	}
	c.o.Progress("blend")
	trials, err := newTrials(ctx, start.past, c.now, start.sources, c.o.Blend.MaxCustomers)
	if err != nil {
		return nil, err
	}
	blends := Blends{}
	for _, task := range []Task{NewItems, NextBasket} {
		_, b := chooseBlend(task, c.names(), trials[task])
		if !c.o.Ranker.Off && b.Customers >= leastCustomers {
			if err := c.learn(ctx, task, window, &b); err != nil {
				return nil, err
			}
		}
		blends[task] = b
	}
	return blends, nil
}

// leastCustomers is how many customers a ranker needs to learn from.
const leastCustomers = 50

// learn decides whether a task has a ranker: one that learned from the first
// half of the window has to be better than the blend in the second. It then
// learns from all of the window.
func (c *course) learn(ctx context.Context, task Task, window time.Duration, b *Blend) error {
	c.o.Progress("ranker")
	weights := numbered(c.names(), b.Weights)
	half := c.now.At.Add(-window / 2)
	trees, err := c.ranker(ctx, task, weights, window, half)
	if err != nil || trees == nil {
		return err
	}
	s, err := c.scene(ctx, half)
	if err != nil {
		return err
	}
	var test lesson
	if err := test.learn(ctx, s, c.now, c.now.At, task, weights, c.o); err != nil {
		return err
	}
	b.Ranker = test.report(trees, s.maker.Names())
	if !b.Ranker.Used {
		return nil
	}
	if trees, err = c.ranker(ctx, task, weights, window, c.now.At); err != nil || trees == nil {
		return err
	}
	b.Ranker.Features = largest(trees.Importance(), s.maker.Names())
	b.Trees, err = trees.MarshalBinary()
	return err
}

// ranker returns trees that learned from what was bought up to a moment, from
// the anchors before it on; nil when there was too little.
func (c *course) ranker(ctx context.Context, task Task, weights []float64, window time.Duration, until time.Time) (*tree.Model, error) {
	l := lesson{thin: true}
	features := 0
	for _, part := range anchors {
		at := c.now.At.Add(-time.Duration(part * float64(window)))
		if !at.Before(until) {
			continue
		}
		s, err := c.scene(ctx, at)
		if err != nil {
			return nil, err
		}
		if err := l.learn(ctx, s, c.now, until, task, weights, c.o); err != nil {
			return nil, err
		}
		features = len(s.maker.Names())
	}
	if !l.tells() {
		return nil, nil
	}
	trees, err := tree.Fit(ctx, l.data(features), nil, c.o.Ranker.trees())
	if err != nil {
		return nil, fmt.Errorf("recommend: ranker: %w", err)
	}
	return trees, nil
}

// report compares the order of the trees with that of the blend.
func (l *lesson) report(trees *tree.Model, names []string) *RankerReport {
	scores, blend := make([]float64, len(l.labels)), make([]float64, len(l.labels))
	trees.PredictAll(l.rows, scores)
	at := slices.Index(names, feature.Blended)
	for i := range blend {
		blend[i] = float64(l.rows[i*len(names)+at])
	}
	r := &RankerReport{Customers: len(l.groups), NDCG: l.ndcg(scores), BlendNDCG: l.ndcg(blend)}
	r.Used = r.NDCG > r.BlendNDCG
	return r
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
