package recommend

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/internal/metric"
	"github.com/clmkit/clmkit/internal/tree"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// trees returns the settings of the trees: those that did best in windows of
// [Online Retail] before its first of June.
//
// [Online Retail]: https://archive.ics.uci.edu/dataset/352/online+retail
func (o *RankerOptions) trees() *tree.Options {
	return &tree.Options{
		Objective: tree.Pairwise, Rounds: 100, Rate: 0.07, Leaves: 15, MinRows: 100, L2: 10,
		RowShare: 0.7, FeatureShare: 0.3, Bins: 64, Seed: 1,
	}
}

// candidates returns how many items of a customer are ranked, of so many: among
// many a word of rows, which the trees score at once. On 100,000 generated items
// the lists are no worse.
func (o *RankerOptions) candidates(items int) int {
	switch {
	case o.Candidates > 0:
		return o.Candidates
	case items > candidate.ManyItems:
		return 64
	}
	return 150
}

// rerank orders items by what the trees say of their features. The scores
// become those of the trees, moved so that the lowest is above 0.
func (m *Model) rerank(ctx context.Context, task Task, h *interaction.History, items []candidate.Scored) error {
	trees := m.rankers[task]
	if trees == nil || len(items) == 0 {
		return nil
	}
	rows, err := m.maker.Rows(ctx, h, items, nil)
	if err != nil {
		return err
	}
	scores := make([]float64, len(items))
	trees.PredictAll(rows, scores)
	for i := range items {
		items[i].Score = logistic(scores[i])
	}
	candidate.Sort(items)
	return nil
}

// logistic maps the scores of trees into (0, 1), in their order.
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// A question is a customer for whom a list might have been made at the moment of
// a scene, and what the list would have been made of.
type question struct {
	past  *interaction.History
	items []candidate.Scored
	rows  []float32
}

// questions asks for the customers who bought a target after the scene, at most
// so many, about n items each.
func (s *scene) questions(ctx context.Context, now *interaction.Past, task Task, weights []float64, most, n int) ([]question, error) {
	var customers []int
	for c := range now.Customers {
		if len(targets(now.History(int32(c)), task, s.past.History(int32(c)))) > 0 {
			customers = append(customers, c)
		}
	}
	customers = spread(customers, max(1, most))
	all, failed := make([]question, len(customers)), make([]error, len(customers))
	err := interaction.InBlocks(ctx, len(customers), func(from, to int) {
		for i := from; i < to; i++ {
			all[i], failed[i] = s.question(ctx, s.asked(now, int32(customers[i])), task, weights, n)
		}
	})
	return all, errors.Join(append(failed, err)...)
}

// asked returns the history of a customer before the scene, as if a list were
// asked for where the customer then bought.
func (s *scene) asked(now *interaction.Past, customer int32) *interaction.History {
	h := s.past.History(customer).Remembering()
	if next := now.History(customer).Since(h.Now); len(next) > 0 {
		h.Channel = next[0].Channel
	}
	return h
}

func (s *scene) question(ctx context.Context, h *interaction.History, task Task, weights []float64, n int) (question, error) {
	defer candidate.Forget(h)
	items, err := s.candidates(ctx, h, weights, n, eligible(h, task))
	if err != nil {
		return question{}, err
	}
	rows, err := s.maker.Rows(ctx, h, items, nil)
	return question{s.past.History(h.Customer), items, rows}, err
}

// A lesson is what a ranker learns from, for one task.
type lesson struct {
	rows     []float32
	labels   []float32
	groups   []int
	relevant []int
}

// add adds the answers that a customer gave until a moment: to all items, or
// thinned to those that were bought and some of the others.
func (l *lesson) add(q *question, now *interaction.History, until time.Time, task Task, thin bool) {
	h := now.Before(interaction.Nano(until))
	wanted := targets(&h, task, q.past)
	bought := func(c candidate.Scored) bool { return wanted[c.Item] }
	if len(wanted) == 0 || thin && !slices.ContainsFunc(q.items, bought) {
		return
	}
	features, kept := len(q.rows)/max(1, len(q.items)), 0
	for i, item := range q.items {
		label := float32(0)
		if bought(item) {
			label = 1
		}
		if thin && label == 0 && (i+int(q.past.Customer))%thinning != 0 {
			continue
		}
		kept++
		l.labels = append(l.labels, label)
		l.rows = append(l.rows, q.rows[i*features:(i+1)*features]...)
	}
	l.groups, l.relevant = append(l.groups, kept), append(l.relevant, len(wanted))
}

// thinning is of how many items that were not bought one is learned from.
const thinning = 3

// candidates returns the items with the largest blended scores.
func (s *scene) candidates(ctx context.Context, h *interaction.History, weights []float64, n int, allowed func(int32) bool) ([]candidate.Scored, error) {
	total := candidate.Scratch(len(s.past.Items))
	defer candidate.Release(total)
	if err := s.blended(ctx, h, weights, total); err != nil {
		return nil, err
	}
	return total.Top(n, allowed), nil
}

// tells reports whether there is something to learn: items of both kinds.
func (l *lesson) tells() bool {
	return slices.Contains(l.labels, 0) && slices.Contains(l.labels, 1)
}

// data returns the lesson for the trees.
func (l *lesson) data(features int) *tree.Data {
	return &tree.Data{Features: features, Values: l.rows, Labels: l.labels, Groups: l.groups, Relevant: l.relevant}
}

// ndcg returns the mean NDCG of the lists in the order that scores give them.
func (l *lesson) ndcg(scores []float64) float64 {
	sum, from := 0.0, 0
	for g, size := range l.groups {
		order := make([]candidate.Scored, size)
		for i := range order {
			order[i] = candidate.Scored{Item: int32(i), Score: scores[from+i]}
		}
		candidate.Sort(order)
		hits := make([]bool, min(size, chosenAt))
		for i := range hits {
			hits[i] = l.labels[from+int(order[i].Item)] > 0
		}
		sum += metric.NDCG(hits, l.relevant[g], chosenAt)
		from += size
	}
	return sum / float64(max(1, len(l.groups)))
}
