package metric

import "math"

// A Taste is how much each of some classes counts: categories of what a
// customer had, or of what a list holds. Weights are at least 0; only their
// ratios matter.
type Taste []float64

// smoothing is the share of the history that the list is mixed with, so that a
// class missing in it is no infinite distance: alpha of Steck 2018, section 3.
const smoothing = 0.01

// Miscalibration returns how far a list is from the history that it should
// reflect: the Kullback-Leibler divergence, in nats, of the classes p of the
// history from q' = 0.99 q + 0.01 p, where q are the classes of the list (Steck
// 2018, equations 5 and 6). It is in [0, ln 100], and 0 for equal shares. The
// second result is false when either has no class at all.
func Miscalibration(history, list Taste) (nats float64, ok bool) {
	p, q := history.sum(), list.sum()
	if p <= 0 || q <= 0 {
		return 0, false
	}
	for class, weight := range history {
		if share := weight / p; share > 0 {
			nats += share * math.Log(share/((1-smoothing)*list[class]/q+smoothing*share))
		}
	}
	return max(0, nats), true
}

func (t Taste) sum() float64 {
	sum := 0.0
	for _, weight := range t {
		sum += weight
	}
	return sum
}
