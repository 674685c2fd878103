// Package offpolicy estimates what a policy would have earned from decisions
// that another one made and logged with their propensities.
//
//	var e offpolicy.Estimator
//	for _, d := range decisions {
//		if err := e.Add(d); err != nil {
//			return err
//		}
//	}
//	fmt.Println(e.SNIPS().Value, e.SNIPS().StdErr, e.Effective())
//
// Of a list, each shown item is a decision of its own: its reward is what the
// item earned, and its propensities are those of this item at this rank. That
// is right when a rank earns what its own item earns there, whatever stands at
// the others (the item-position model of Li, Abbasi-Yadkori, Kveton et al. 2018).
//
// The logging policy must give every action a chance that the evaluated one
// takes: what it never did, nobody knows.
package offpolicy

import (
	"fmt"
	"math"
)

// A Decision is one action that was taken and what came of it.
type Decision struct {
	Reward float64 // what it earned, of any unit
	Logged float64 // probability with which the logging policy took it, in (0, 1]
	Target float64 // probability with which the evaluated policy takes it, in [0, 1]

	// Expected is what a model of rewards, fitted on other decisions, expects
	// of the action, and Baseline what it expects of the evaluated policy here:
	// the mean over all actions, weighted with that policy's probabilities.
	// Without a model both are 0, and DR is IPS.
	Expected, Baseline float64
}

func (d *Decision) validate() error {
	switch {
	case !(d.Logged > 0 && d.Logged <= 1):
		return fmt.Errorf("offpolicy: logged propensity %v, not in (0, 1]", d.Logged)
	case !(d.Target >= 0 && d.Target <= 1):
		return fmt.Errorf("offpolicy: target propensity %v, not in [0, 1]", d.Target)
	}
	for _, x := range []float64{d.Reward, d.Expected, d.Baseline} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("offpolicy: reward %v, expected %v, baseline %v: not finite", d.Reward, d.Expected, d.Baseline)
		}
	}
	return nil
}

// An Estimate is a mean reward per decision. Both numbers are NaN where there
// are too few decisions: none for the value, fewer than two for its error.
type Estimate struct {
	Value  float64
	StdErr float64
}

// An Estimator takes decisions one by one, in memory that does not grow. The
// zero Estimator is ready and clips nothing. It is not safe for concurrent use.
type Estimator struct {
	// Clip, if above 0, is the largest weight, the ratio of the propensities,
	// that a decision can have (Ionides 2008). It trades variance for a bias
	// towards 0 of IPS, and towards the model of DR. Set it before Add.
	Clip float64

	ips, dr               moments
	sum, squares, rewards float64 // of weights, of their squares, of weight times reward
	cross, spread         float64 // of weight² times reward, of weight² times reward²
	clipped               int
	largest               float64
}

// Add takes in a decision. It fails on one that is no decision: a propensity
// outside of its range, or a number that is not finite.
func (e *Estimator) Add(d Decision) error {
	if err := d.validate(); err != nil {
		return err
	}
	w := d.Target / d.Logged
	e.largest = max(e.largest, w)
	if e.Clip > 0 && w > e.Clip {
		w = e.Clip
		e.clipped++
	}
	e.ips.add(w * d.Reward)
	e.dr.add(d.Baseline + w*(d.Reward-d.Expected))
	e.sum += w
	e.squares += w * w
	e.rewards += w * d.Reward
	e.cross += w * w * d.Reward
	e.spread += w * w * d.Reward * d.Reward
	return nil
}

// IPS returns the mean of reward times weight (Horvitz and Thompson 1952). It
// has no bias.
func (e *Estimator) IPS() Estimate { return e.ips.estimate() }

// SNIPS returns the sum of reward times weight over the sum of the weights
// (Swaminathan and Joachims 2015), with the standard error of the delta method.
// It is in the range of the rewards, and its bias vanishes with more decisions.
// With weights of 0 alone it is NaN.
func (e *Estimator) SNIPS() Estimate {
	v := e.rewards / e.sum
	est := Estimate{v, math.Sqrt(max(0, e.spread-2*v*e.cross+v*v*e.squares)) / e.sum}
	if e.ips.n < 2 {
		est.StdErr = math.NaN()
	}
	return est
}

// DR returns the doubly robust estimate (Dudík, Langford and Li 2011; of
// policies that draw, Dudík, Erhan, Langford and Li 2014): the mean of the
// model's baseline plus weight times its error. It has no bias when the
// propensities are right, whatever the model, and a smaller variance than IPS
// when the model is decent.
func (e *Estimator) DR() Estimate { return e.dr.estimate() }

// Effective returns how many decisions of equal weight would say as much (Kish
// 1965): the square of the sum of the weights over the sum of their squares.
func (e *Estimator) Effective() float64 {
	if e.squares == 0 {
		return 0
	}
	return e.sum * e.sum / e.squares
}

// Largest returns the largest weight before clipping, and Clipped how many were
// clipped: with some of either far above the others, believe no estimate.
func (e *Estimator) Largest() float64 { return e.largest }

// Clipped returns how many decisions had their weight clipped.
func (e *Estimator) Clipped() int { return e.clipped }

// moments keeps mean and variance of a stream (Welford 1962).
type moments struct{ n, mean, squares float64 }

func (m *moments) add(x float64) {
	m.n++
	d := x - m.mean
	m.mean += d / m.n
	m.squares += d * (x - m.mean)
}

func (m *moments) estimate() Estimate {
	if m.n == 0 {
		return Estimate{math.NaN(), math.NaN()}
	}
	if m.n < 2 {
		return Estimate{m.mean, math.NaN()}
	}
	return Estimate{m.mean, math.Sqrt(m.squares / (m.n - 1) / m.n)}
}
