package metric

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrClasses is wrapped by the error of a measure that needs outcomes of both
// kinds and got one kind only, or none.
var ErrClasses = errors.New("both outcomes are needed")

// A Discrimination says how well scores tell a positive outcome from a negative
// one. It depends on the order of the scores only.
type Discrimination struct {
	AUC           float64 // area under the ROC curve, in [0, 1]; ties count one half
	PRAUC         float64 // average precision of the positive outcome, in [0, 1]
	PRAUCNegative float64 // the same of the negative outcome under reversed scores
	Lift          float64 // share of positives, over their share in all rows, in the highest 10 % of scores
	LiftNegative  float64 // the same of negatives in the lowest 10 % of scores
}

// Discriminate measures scores, of which a higher one stands for a positive
// outcome that is more likely. It fails when the slices differ in length or a
// score is NaN, and with [ErrClasses] when all outcomes are the same. It takes
// O(n log n) time.
func Discriminate(scores []float64, positive []bool) (Discrimination, error) {
	if err := check(scores, positive); err != nil {
		return Discrimination{}, err
	}
	if p := positives(positive); p == 0 || p == len(positive) {
		return Discrimination{}, fmt.Errorf("metric: %d of %d outcomes are positive: %w", p, len(positive), ErrClasses)
	}
	order := descending(scores)
	reversed := slices.Clone(order)
	slices.Reverse(reversed)
	negative := make([]bool, len(positive))
	for i, is := range positive {
		negative[i] = !is
	}
	return Discrimination{
		AUC:           auc(scores, positive, order),
		PRAUC:         averagePrecision(scores, positive, order),
		PRAUCNegative: averagePrecision(scores, negative, reversed),
		Lift:          lift(positive, order),
		LiftNegative:  lift(negative, reversed),
	}, nil
}

func check(scores []float64, positive []bool) error {
	if len(scores) != len(positive) {
		return fmt.Errorf("metric: %d scores for %d outcomes", len(scores), len(positive))
	}
	if i := slices.IndexFunc(scores, math.IsNaN); i >= 0 {
		return fmt.Errorf("metric: score %d is not a number", i)
	}
	return nil
}

func positives(positive []bool) int {
	n := 0
	for _, is := range positive {
		if is {
			n++
		}
	}
	return n
}

// descending returns the rows by falling score; rows of one score stay in
// their order.
func descending(scores []float64) []int {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	return order
}

// ties calls f for each stretch of order whose rows have the same score.
func ties(scores []float64, order []int, f func(rows []int)) {
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && scores[order[end]] == scores[order[start]] {
			end++
		}
		f(order[start:end])
		start = end
	}
}

// auc returns the area under the ROC curve: the probability that a positive row
// has a higher score than a negative one, where a tie counts one half (Hanley
// and McNeil 1982; it is the statistic of Mann and Whitney over its largest
// value).
func auc(scores []float64, positive []bool, order []int) float64 {
	won, above := 0.0, 0.0 // above: positives with a higher score
	ties(scores, order, func(rows []int) {
		p := 0.0
		for _, i := range rows {
			if positive[i] {
				p++
			}
		}
		won += (float64(len(rows)) - p) * (above + p/2)
		above += p
	})
	return won / (above * (float64(len(order)) - above))
}

// averagePrecision returns the sum over all thresholds of the precision there
// times the recall gained since the threshold before. Rows of one score come in
// together, and nothing is interpolated.
func averagePrecision(scores []float64, positive []bool, order []int) float64 {
	seen, found, sum := 0.0, 0.0, 0.0
	ties(scores, order, func(rows []int) {
		gained := 0.0
		for _, i := range rows {
			if positive[i] {
				gained++
			}
		}
		seen += float64(len(rows))
		found += gained
		sum += gained * found / seen
	})
	return sum / found
}

// lift returns how many times more often rows of the first tenth of the order
// are positive than all rows. The tenth is rounded down, but has at least one
// row; rows of one score that do not all fit come in by their order.
func lift(positive []bool, order []int) float64 {
	k := max(1, len(order)/10)
	hits := 0
	for _, i := range order[:k] {
		if positive[i] {
			hits++
		}
	}
	return float64(hits) / float64(k) * float64(len(positive)) / float64(positives(positive))
}
