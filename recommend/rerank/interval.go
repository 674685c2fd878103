package rerank

import "math"

// bets are the shares of its wealth that a better stakes, of the largest that
// cannot ruin it. Differences of NDCG between lists are mostly 0 and else some
// tenths, for which large stakes grow fastest; the smallest keeps the intervals of
// long runs narrow. TestHowManyListsAGainTakes shows what they come to.
var bets = [...]float64{0.95, 0.7, 0.4, 0.2}

// wager tests that the mean of numbers in [-1, 1] is at most m. It is the wealth
// of who bets against that, in logarithms: for each bet c
//
//	sum over i of log(1 + c (x_i - m) / (1 + m))
//
// The mean of the wealths over the bets is at most 1 in expectation at any time
// while the mean is at most m, so that it ever reaches 1/alpha with probability
// at most alpha (Ville's inequality): betting on a grid, Waudby-Smith and Ramdas,
// "Estimating means of bounded random variables by betting", JRSS B 2024, section
// 4 and appendix B. It holds for every sample size and every distribution, and so
// the wager may be looked at after each number.
type wager struct {
	m   float64
	log [len(bets)]float64
}

func (w *wager) add(x float64) {
	for i, c := range bets {
		w.log[i] += math.Log1p(c * (x - w.m) / (1 + w.m))
	}
}

// wealth is the logarithm of the mean wealth.
func (w *wager) wealth() float64 {
	most := w.log[0]
	for _, l := range w.log {
		most = max(most, l)
	}
	sum := 0.0
	for _, l := range w.log {
		sum += math.Exp(l - most)
	}
	return most + math.Log(sum/float64(len(bets)))
}

// beaten reports whether the mean is more than m, at an error of alpha.
func (w *wager) beaten(alpha float64) bool { return w.wealth() >= -math.Log(alpha) }

// lowest is the largest m that the numbers have beaten, -1 when they have beaten
// none: the mean is at least that, at an error of alpha at any time. Wealth falls
// as m rises, so bisection finds it. The numbers are multiplied by sign, 1 or -1.
func lowest(numbers []float64, sign, alpha float64) float64 {
	beats := func(m float64) bool {
		w := wager{m: m}
		for _, x := range numbers {
			w.add(sign * x)
		}
		return w.beaten(alpha)
	}
	low, high := -1.0, 1.0
	for range 40 { // to 2^-39 of the range
		if mid := (low + high) / 2; beats(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// interval covers the mean of numbers in [-1, 1] with probability 1 - alpha, also
// when the numbers themselves decided how many there are.
func interval(numbers []float64, alpha float64) (low, high float64) {
	return lowest(numbers, 1, alpha/2), -lowest(numbers, -1, alpha/2)
}
