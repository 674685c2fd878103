package explore

import (
	"fmt"
	"math/rand/v2"
)

// Softmax gives the exploring places to arms in the order of a Plackett-Luce
// distribution: each place goes to one of the arms that are left, with a
// probability proportional to exp(Score/Temperature). It explores all arms behind
// the list, certain or not. (Drawn by Gumbel's trick; Kool, van Hoof and Welling,
// Stochastic beams and where to find them, ICML 2019.)
type Softmax struct {
	// Temperature is in units of the scores, above 0: the smaller, the less is
	// left to chance. Below a millionth of the largest score it counts as that.
	// Default: a tenth of the largest score.
	Temperature float64
	// Slots is how many places explore: the last ones that are not held.
	// Default: 2.
	Slots int
}

func (s Softmax) contest(arms []Arm, k int) (*contest, error) {
	if !(s.Temperature >= 0 && s.Temperature <= largest) {
		return nil, fmt.Errorf("explore: temperature: %v is not in [0, %v]", s.Temperature, largest)
	}
	scope, err := scopeOf(arms, k, s.Slots)
	if err != nil {
		return nil, err
	}
	top := 0.0
	for i := range arms {
		top = max(top, arms[i].Score)
	}
	unit := max(s.Temperature, 1e-6*top)
	if s.Temperature == 0 {
		unit = top / 10
	}
	c := &contest{scope: scope}
	for _, list := range [][]int{scope.places, scope.others} {
		for _, i := range list {
			l := law{arm: i, gumbel: true}
			if unit > 0 {
				l.mean = arms[i].Score / unit
			}
			c.laws = append(c.laws, l)
		}
	}
	return c, nil
}

// Choose returns the list with what is explored. See [Policy].
func (s Softmax) Choose(arms []Arm, k int, random *rand.Rand) ([]Choice, error) {
	c, err := s.contest(arms, k)
	if err != nil {
		return nil, err
	}
	return c.choose(random), nil
}

// Propensities returns the probabilities of a list. See [Policy].
func (s Softmax) Propensities(arms []Arm, k int, list []int) ([]float64, error) {
	c, err := s.contest(arms, k)
	if err != nil {
		return nil, err
	}
	return c.propensities(arms, list)
}
