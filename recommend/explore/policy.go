package explore

import (
	"fmt"
	"math/rand/v2"
)

// An Arm is an item that may be shown.
type Arm struct {
	// Score is the chance that the item is taken when it is shown, or
	// proportional to that: 0 or more.
	Score float64
	// Expected is how often it should have been taken in all the times when it
	// was shown to anybody, had its scores been right: the sum of those scores, or
	// of impressions of which no score is known, their number times the
	// overall rate. 0 for an item that was never shown.
	Expected float64
	// Taken is how often it was. It may decay with time, as Expected then does.
	Taken float64
	// Held keeps an arm in its place in the list.
	Held bool
}

// A Choice is an arm in a place of a list.
type Choice struct {
	Arm int // its index
	// Propensity is the probability, in (0, 1], with which the policy puts this
	// arm in this place.
	Propensity float64
	// Explored says that another arm stood in this place before.
	Explored bool
}

// A Policy decides which arms are shown. The first k arms are the list as it would
// be without exploration, in its order, and the others may take places of it.
//
// Implementations keep nothing between calls, do not keep or change their
// arguments, and are safe for concurrent use. They fail on arms whose numbers are
// negative, none, or above 10^12, and on settings out of range.
//
// A list costs some microseconds with [EpsilonGreedy]. The others integrate over all
// arms that compete, once for each exploring place: a fifth of a millisecond for two
// places and 50 arms ([Thompson]) or twice that ([Softmax]), in proportion to the
// arms.
type Policy interface {
	// Choose returns the list with what is explored: k choices, or as many as
	// there are arms. Which ones depends on nothing but the arguments and
	// what random yields.
	Choose(arms []Arm, k int, random *rand.Rand) ([]Choice, error)

	// Propensities returns for each place of any list the probability, in [0, 1],
	// with which the policy puts that arm in that place. The list may be
	// shorter than k.
	Propensities(arms []Arm, k int, list []int) ([]float64, error)
}

// Defaults of the policies.
const (
	defaultSlots  = 2
	defaultEnough = 25.0 // a rate is then known to a fifth: 1/√25
)

// largest is the largest number of an arm.
const largest = 1e12

// A scope is what of a list is explored, and with what.
type scope struct {
	k      int
	places []int // that explore, rising; at the beginning they hold the arms of the same index
	others []int // arms behind the list
}

// scopeOf finds the last places that nothing holds.
func scopeOf(arms []Arm, k, slots int) (scope, error) {
	s := scope{k: min(k, len(arms))}
	if k < 1 || slots < 0 {
		return s, fmt.Errorf("explore: a list of %d places, %d of which explore", k, slots)
	}
	if slots == 0 {
		slots = defaultSlots
	}
	for i, a := range arms {
		if err := a.check(); err != nil {
			return s, fmt.Errorf("explore: arms[%d]: %w", i, err)
		}
	}
	first := s.k
	for n := 0; n < slots && first > 0; {
		if first--; !arms[first].Held {
			n++
		}
	}
	for i := first; i < s.k; i++ {
		if !arms[i].Held {
			s.places = append(s.places, i)
		}
	}
	for i := s.k; i < len(arms); i++ {
		s.others = append(s.others, i)
	}
	return s, nil
}

func (a *Arm) check() error {
	for _, x := range []float64{a.Score, a.Expected, a.Taken} {
		if !(x >= 0 && x <= largest) {
			return fmt.Errorf("score %v, expected %v, taken %v: not numbers from 0 to %v", a.Score, a.Expected, a.Taken, largest)
		}
	}
	return nil
}

// given returns the list as it is without exploration.
func (s *scope) given() []Choice {
	list := make([]Choice, s.k)
	for i := range list {
		list[i] = Choice{Arm: i, Propensity: 1}
	}
	return list
}

// surely returns the propensities of a list whose places do not explore.
func (s *scope) surely(arms []Arm, list []int) ([]float64, error) {
	p := make([]float64, len(list))
	for place, arm := range list {
		if arm < 0 || arm >= len(arms) {
			return nil, fmt.Errorf("explore: list[%d]: arm %d of %d", place, arm, len(arms))
		}
		if place < s.k && arm == place {
			p[place] = 1
		}
	}
	return p, nil
}

// enough returns from which Expected on an arm is known well.
func enough(setting float64) (float64, error) {
	if !(setting >= 0) {
		return 0, fmt.Errorf("explore: enough: %v is not a number from 0 on", setting)
	}
	if setting == 0 {
		return defaultEnough, nil
	}
	return setting, nil
}
