package explore

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// EpsilonGreedy gives each of the exploring places, with probability Epsilon, to an
// arm behind the list that is uncertain, each with the same chance and none twice.
//
// An arm of the list stands in its place with probability 1-Epsilon, and each of u
// uncertain arms with Epsilon/u. Where there are fewer uncertain arms than places,
// only as many places explore.
type EpsilonGreedy struct {
	// Epsilon is in [0, 1]. 0 explores nothing.
	Epsilon float64
	// Slots is how many places explore: the last ones that are not held.
	// Default: 2.
	Slots int
	// Enough is the Expected from which on an arm is certain. Default: 25.
	Enough float64
}

// scope returns the places that explore, and the uncertain arms.
func (e EpsilonGreedy) scope(arms []Arm, k int) (scope, error) {
	if !(e.Epsilon >= 0 && e.Epsilon <= 1) {
		return scope{}, fmt.Errorf("explore: epsilon: %v is not in [0, 1]", e.Epsilon)
	}
	known, err := enough(e.Enough)
	if err != nil {
		return scope{}, err
	}
	s, err := scopeOf(arms, k, e.Slots)
	s.others = slices.DeleteFunc(s.others, func(i int) bool { return arms[i].Expected >= known })
	s.places = s.places[max(0, len(s.places)-len(s.others)):]
	return s, err
}

// Choose returns the list with what is explored. See [Policy].
func (e EpsilonGreedy) Choose(arms []Arm, k int, random *rand.Rand) ([]Choice, error) {
	s, err := e.scope(arms, k)
	if err != nil {
		return nil, err
	}
	list, uncertain := s.given(), float64(len(s.others))
	for n, place := range s.places {
		at := n + random.IntN(len(s.others)-n)
		s.others[n], s.others[at] = s.others[at], s.others[n]
		if random.Float64() < e.Epsilon {
			list[place] = Choice{s.others[n], e.Epsilon / uncertain, true}
		} else {
			list[place].Propensity = 1 - e.Epsilon
		}
	}
	return list, nil
}

// Propensities returns the probabilities of a list. See [Policy].
func (e EpsilonGreedy) Propensities(arms []Arm, k int, list []int) ([]float64, error) {
	s, err := e.scope(arms, k)
	if err != nil {
		return nil, err
	}
	p, err := s.surely(arms, list)
	if err != nil {
		return nil, err
	}
	for _, place := range s.places {
		switch {
		case place >= len(list):
		case list[place] == place:
			p[place] = 1 - e.Epsilon
		case slices.Contains(s.others, list[place]):
			p[place] = e.Epsilon / float64(len(s.others))
		}
	}
	return p, nil
}
