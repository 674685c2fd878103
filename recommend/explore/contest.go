package explore

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// A law is the distribution of what an arm is worth in one draw.
type law struct {
	arm    int
	mean   float64
	sd     float64 // of a normal distribution; 0 is certain
	gumbel bool    // a standard Gumbel distribution, shifted by mean
}

func (l *law) draw(random *rand.Rand) float64 {
	if l.gumbel {
		return l.mean - math.Log(random.ExpFloat64())
	}
	if l.sd == 0 {
		return l.mean
	}
	return l.mean + l.sd*random.NormFloat64()
}

// above returns the probability that a draw is above x.
func (l *law) above(x float64) float64 {
	switch z := x - l.mean; {
	case l.gumbel:
		return -math.Expm1(-math.Exp(-z))
	case l.sd > 0:
		return 0.5 * math.Erfc(z/l.sd/math.Sqrt2)
	case z < 0:
		return 1
	}
	return 0
}

// density returns the probability density at x.
func (l *law) density(x float64) float64 {
	z := x - l.mean
	if l.gumbel {
		return math.Exp(-z - math.Exp(-z))
	}
	z /= l.sd
	return math.Exp(-z*z/2) / (l.sd * math.Sqrt(2*math.Pi))
}

// span returns between what draws lie, but for one in 10^12.
func (l *law) span() (low, high float64) {
	if l.gumbel {
		return l.mean - 3.5, l.mean + 28
	}
	return l.mean - 7.2*l.sd, l.mean + 7.2*l.sd
}

// A contest draws what each of some arms is worth, and gives places to the largest,
// in the order of the draws; what ties, stays in the order of the arms. (Laws of
// Thurstone 1927; with Gumbel distributions, of Plackett 1975 and Luce 1959.)
type contest struct {
	scope
	laws []law // in the order of the arms
}

// rarest is the smallest propensity that is told: what lies outside of [law.span].
const rarest = 1e-12

// choose draws a list.
func (c *contest) choose(random *rand.Rand) []Choice {
	type drawn struct {
		law   int
		worth float64
	}
	draws := make([]drawn, len(c.laws))
	for i := range c.laws {
		draws[i] = drawn{i, c.laws[i].draw(random)}
	}
	slices.SortStableFunc(draws, func(a, b drawn) int { return cmp.Compare(b.worth, a.worth) })
	list := c.given()
	for n, place := range c.places {
		winner := draws[n].law
		arm := c.laws[winner].arm
		list[place] = Choice{arm, max(rarest, c.chance(winner, n)), arm != place}
	}
	return list
}

// propensities returns the probabilities of a list.
func (c *contest) propensities(arms []Arm, list []int) ([]float64, error) {
	p, err := c.surely(arms, list)
	if err != nil {
		return nil, err
	}
	for n, place := range c.places {
		if place >= len(list) {
			break
		}
		p[place] = 0
		if i := slices.IndexFunc(c.laws, func(l law) bool { return l.arm == list[place] }); i >= 0 {
			p[place] = c.chance(i, n)
		}
	}
	return p, nil
}

// chance returns the probability that an arm comes n-th, from 0: the integral over
// what it is worth of the probability that n others are worth more.
func (c *contest) chance(i, n int) float64 {
	l := &c.laws[i]
	ahead := make([]float64, n+1)
	if l.sd == 0 && !l.gumbel {
		return c.ahead(i, l.mean, ahead)
	}
	f := func(x float64) float64 { return l.density(x) * c.ahead(i, x, ahead) }
	return min(1, max(0, integrate(f, c.breaks(l))))
}

// pieces is into how many parts a span is cut before its rules are compared, and
// narrow the ratio of deviations below which an arm's rise could lie unseen between
// the nodes of a piece.
const (
	pieces = 8
	narrow = 1.0 / 256
)

// breaks cuts the span of an arm into pieces, and at what jumps or rises steeply
// within: arms that are certain, or nearly so.
func (c *contest) breaks(of *law) []float64 {
	low, high := of.span()
	var at []float64
	for i := range pieces + 1 {
		at = append(at, low+(high-low)*float64(i)/pieces)
	}
	for i := range c.laws {
		l := &c.laws[i]
		if l.gumbel || l.sd >= narrow*of.sd {
			continue
		}
		from, to := l.span()
		for _, x := range []float64{from, l.mean, to} {
			if x > low && x < high {
				at = append(at, x)
			}
		}
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// ahead returns the probability that exactly n of the other arms are worth more than
// x, for len(p) = n+1: the Poisson binomial distribution, by adding one arm after
// the other. Of those that are certainly worth x, the ones before arm i are ahead.
func (c *contest) ahead(i int, x float64, p []float64) float64 {
	clear(p)
	p[0] = 1
	for j := range c.laws {
		l := &c.laws[j]
		if j == i {
			continue
		}
		q := l.above(x)
		if l.sd == 0 && !l.gumbel && l.mean == x && j < i {
			q = 1
		}
		if q == 0 {
			continue
		}
		for m := len(p) - 1; m > 0; m-- {
			p[m] += q * (p[m-1] - p[m])
		}
		p[0] -= q * p[0]
	}
	return p[len(p)-1]
}
