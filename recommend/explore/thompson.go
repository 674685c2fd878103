package explore

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Thompson gives the exploring places to the arms that a draw from what is known
// of them ranks first (Thompson 1933; Chapelle and Li, An empirical evaluation of
// Thompson sampling, NIPS 2011): what is uncertain wins now and then, and less
// often the better it is known to be bad.
//
// What is drawn is an arm's score times its lift: how much more often it is taken
// than its scores say. A lift has a Gamma distribution with a mean of 1 and the
// weight of so many expected takes before anything is known, and of
//
//	mean (Weight+Taken)/(Weight+Expected), variance mean/(Weight+Expected)
//
// after; the draw is from the normal distribution of that mean and variance
// (Agrawal and Goyal, Further optimal regret bounds for Thompson sampling, AISTATS
// 2013). So the score stays what it is for this customer, however much is
// known of an arm. An arm that is certain has its mean, without chance. The arms that
// compete are those of the exploring places, all uncertain ones behind the list,
// and as many certain ones as there are places, those of the largest means.
type Thompson struct {
	// Weight is how many expected takes the prior counts for, at least 0.01.
	// Default: 1, which takes a new arm for possibly worth nothing and possibly
	// twice its score.
	Weight float64
	// Slots is how many places explore: the last ones that are not held.
	// Default: 2.
	Slots int
	// Enough is the Expected from which on an arm is certain. Default: 25.
	Enough float64
}

func (t Thompson) contest(arms []Arm, k int) (*contest, error) {
	known, err := enough(t.Enough)
	if err != nil {
		return nil, err
	}
	if t.Weight != 0 && !(t.Weight >= 0.01 && t.Weight <= largest) {
		return nil, fmt.Errorf("explore: weight: %v is not in [0.01, %v]", t.Weight, largest)
	}
	s, err := scopeOf(arms, k, t.Slots)
	if err != nil {
		return nil, err
	}
	weight := cmp.Or(t.Weight, 1)
	c := &contest{scope: s}
	var certain []law
	for _, i := range s.places {
		c.laws = append(c.laws, lawOf(i, &arms[i], weight, known))
	}
	for _, i := range s.others {
		if l := lawOf(i, &arms[i], weight, known); l.sd > 0 {
			c.laws = append(c.laws, l)
		} else {
			certain = append(certain, l)
		}
	}
	slices.SortStableFunc(certain, func(a, b law) int { return cmp.Compare(b.mean, a.mean) })
	c.laws = append(c.laws, certain[:min(len(certain), len(s.places))]...)
	slices.SortFunc(c.laws, func(a, b law) int { return cmp.Compare(a.arm, b.arm) })
	c.scale()
	return c, nil
}

// certainty is the deviation, as a part of the largest mean, below which nothing is
// left to chance.
const certainty = 1e-9

// scale divides what arms are worth by the largest mean, so that no number is out of
// the range in which it can be reckoned with.
func (c *contest) scale() {
	unit := 0.0
	for _, l := range c.laws {
		unit = max(unit, l.mean)
	}
	if unit == 0 {
		return
	}
	for i := range c.laws {
		l := &c.laws[i]
		l.mean, l.sd = l.mean/unit, l.sd/unit
		if l.sd < certainty {
			l.sd = 0
		}
	}
}

// lawOf returns what is known of an arm's worth.
func lawOf(i int, a *Arm, weight, known float64) law {
	lift := (weight + a.Taken) / (weight + a.Expected)
	l := law{arm: i, mean: a.Score * lift}
	if a.Expected < known {
		l.sd = a.Score * math.Sqrt(lift/(weight+a.Expected))
	}
	return l
}

// Choose returns the list with what is explored. See [Policy].
func (t Thompson) Choose(arms []Arm, k int, random *rand.Rand) ([]Choice, error) {
	c, err := t.contest(arms, k)
	if err != nil {
		return nil, err
	}
	return c.choose(random), nil
}

// Propensities returns the probabilities of a list. See [Policy].
func (t Thompson) Propensities(arms []Arm, k int, list []int) ([]float64, error) {
	c, err := t.contest(arms, k)
	if err != nil {
		return nil, err
	}
	return c.propensities(arms, list)
}
