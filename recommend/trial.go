package recommend

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/clmkit/clmkit/internal/metric"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A trial is a customer of the hold-out window: what the sources said of the
// items before it, and what the customer then bought.
type trial struct {
	scores   [][]float64 // by source; by candidate, in the order of the items
	hits     []bool      // by candidate
	relevant int         // items bought, candidates or not
}

// newTrials makes, for each task, a trial of each customer whose history before
// the window has a signal and who bought a target in it. No more than most
// customers are looked at, spread evenly.
func newTrials(ctx context.Context, past, now *interaction.Past, sources []candidate.Source, most int) ([2][]trial, error) {
	var customers []int
	for c := range now.Customers {
		if len(targets(now.History(int32(c)), NextBasket, past.History(int32(c)))) > 0 {
			customers = append(customers, c)
		}
	}
	customers = spread(customers, most)
	all := make([][2]trial, len(customers))
	failed := make([]error, len(customers))
	err := interaction.InBlocks(ctx, len(customers), func(from, to int) {
		for i := from; i < to; i++ {
			c := customers[i]
			all[i], failed[i] = newTrial(ctx, past.History(int32(c)), now.History(int32(c)), sources, len(past.Items))
		}
	})
	var trials [2][]trial
	for _, pair := range all {
		for task, t := range pair {
			if t.relevant > 0 {
				trials[task] = append(trials[task], t)
			}
		}
	}
	return trials, errors.Join(append(failed, err)...)
}

// spread returns n of the customers at equal distances, or all.
func spread(customers []int, n int) []int {
	if len(customers) <= n {
		return customers
	}
	some := make([]int, n)
	for i := range some {
		some[i] = customers[i*len(customers)/n]
	}
	return some
}

// maxLookedUp is up to how many items texts are looked up for each list of who
// has bought something. Above it that would cost more than the rest of the list;
// the ranker knows what has a similar text all the same.
const maxLookedUp = 10_000

// newTrial makes the trials of a customer, by task; one without a target has
// nothing relevant.
func newTrial(ctx context.Context, past, now *interaction.History, sources []candidate.Source, items int) (trials [2]trial, err error) {
	past = past.Remembering()
	scores := make([]*candidate.Scores, len(sources))
	for s, source := range sources {
		scores[s] = candidate.Scratch(items)
		defer candidate.Release(scores[s])
		if _, ok := source.(*candidate.Content); ok && items > maxLookedUp {
			continue
		}
		if err := source.Score(ctx, past, scores[s]); err != nil {
			return trials, err
		}
		scores[s].Scale()
	}
	for task := range trials {
		trials[task] = trialOf(scores, eligible(past, Task(task)), targets(now, Task(task), past))
	}
	return trials, nil
}

// trialOf makes a trial of the scores of each source for all items.
func trialOf(scores []*candidate.Scores, eligible func(item int32) bool, targets map[int32]bool) trial {
	var union []int32
	for _, s := range scores {
		for _, c := range s.Top(candidates, eligible) {
			union = append(union, c.Item)
		}
	}
	slices.Sort(union)
	union = slices.Compact(union)
	t := trial{relevant: len(targets), scores: make([][]float64, len(scores)), hits: make([]bool, len(union))}
	for i, item := range union {
		t.hits[i] = targets[item]
	}
	for s := range scores {
		t.scores[s] = make([]float64, len(union))
		for i, item := range union {
			t.scores[s][i] = scores[s].Of(item)
		}
	}
	return t
}

// ndcg returns the trial's NDCG with the weights. Sums are room for the scores.
func (t *trial) ndcg(weights []float64, sums []float64) float64 {
	sums = sums[:len(t.hits)]
	clear(sums)
	for s, w := range weights {
		if w != 0 {
			for i, x := range t.scores[s][:len(sums)] {
				sums[i] += w * x
			}
		}
	}
	var best [chosenAt]candidate.Scored
	n := 0
	for i, sum := range sums {
		if !(sum > 0) || n == chosenAt && sum <= best[n-1].Score {
			continue
		}
		at := min(n, chosenAt-1)
		for ; at > 0 && best[at-1].Score < sum; at-- {
			best[at] = best[at-1]
		}
		best[at] = candidate.Scored{Item: int32(i), Score: sum}
		n = min(n+1, chosenAt)
	}
	var hits [chosenAt]bool
	for i, b := range best[:n] {
		hits[i] = t.hits[b.Item]
	}
	return metric.NDCG(hits[:n], t.relevant, chosenAt)
}

func meanNDCG(trials []trial, weights []float64) float64 {
	if len(trials) == 0 {
		return 0
	}
	most := 0
	for i := range trials {
		most = max(most, len(trials[i].hits))
	}
	sum, sums := 0.0, make([]float64, most)
	for i := range trials {
		sum += trials[i].ndcg(weights, sums)
	}
	return sum / float64(len(trials))
}

// eligible returns whether an item can be an answer to the task.
func eligible(h *interaction.History, task Task) func(item int32) bool {
	if task == NextBasket {
		return func(int32) bool { return true }
	}
	bought := h.Bought()
	return func(item int32) bool { return !bought[item] }
}

// targets returns what a customer with that past should have been recommended:
// for new items all that was bought after it and never in it, for the next
// basket the first order after it. It is empty for a customer without a past.
func targets(h *interaction.History, task Task, past *interaction.History) map[int32]bool {
	if len(past.Signals) == 0 {
		return nil
	}
	wanted := eligible(past, task)
	targets := map[int32]bool{}
	first := int32(-1)
	for _, s := range h.Signals[len(past.Signals):] {
		if !s.Bought {
			continue
		}
		if first < 0 {
			first = s.Order
		}
		if task == NextBasket && s.Order != first {
			break
		}
		if wanted(s.Item) {
			targets[s.Item] = true
		}
	}
	return targets
}

// holdOut returns the length of the window on which the blend is chosen.
func holdOut(p *interaction.Past, want time.Duration) time.Duration {
	if want == 0 {
		want = 90 * day
	}
	return min(want, p.Span()/2)
}
