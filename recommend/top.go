package recommend

import "slices"

// scored is an item with its score.
type scored struct {
	item  int32
	score float64
}

// top returns the n items with the highest scores above 0 that are eligible,
// the best first and equal ones in the order of their ids. Eligible is asked
// only for items that would come in.
func top(scores []float64, n int, eligible func(item int32) bool) []scored {
	n = min(n, len(scores))
	best := make([]scored, 0, n+1)
	for i, s := range scores {
		full := len(best) == n
		if !(s > 0) || full && (n == 0 || s <= best[n-1].score) || !eligible(int32(i)) {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, s, func(b scored, s float64) int {
			if b.score >= s {
				return -1
			}
			return 1
		})
		best = slices.Insert(best, at, scored{int32(i), s})
		best = best[:min(len(best), n)]
	}
	return best
}

// scale divides the scores by the largest, if that is above 0, so that scores
// of different sources can be added up.
func scale(scores []float64) {
	largest := 0.0
	for _, s := range scores {
		largest = max(largest, s)
	}
	if largest == 0 {
		return
	}
	for i := range scores {
		scores[i] /= largest
	}
}
