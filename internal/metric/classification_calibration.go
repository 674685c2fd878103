package metric

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// bins is the number of bins of the calibration error.
const bins = 10

// A Calibration says how true probabilities are.
type Calibration struct {
	Mean    float64 // mean probability, to compare with the rate, in [0, 1]
	Rate    float64 // share of rows that are positive, in [0, 1]
	Brier   float64 // mean squared error (Brier 1950), in [0, 1]
	ECE     float64 // expected calibration error over 10 bins, in [0, 1]
	LogLoss float64 // mean negative log-likelihood in nats, at least 0
}

// Calibrate measures probabilities of the positive outcome. It fails when the
// slices are empty or differ in length, and when a number is not in [0, 1]. It
// takes O(n log n) time.
//
// The calibration error sorts the rows by probability, cuts them into ten bins
// of equal size (the first ones have one row more where they do not divide),
// and adds up the distances between the mean probability and the share of
// positives of each bin, weighted by its size (Naeini, Cooper and Hauskrecht
// 2015, with bins of equal mass). Rows of one probability go into bins in their
// order, so a constant prediction is measured against ten arbitrary bins.
//
// The log loss bounds probabilities away from 0 and 1 by 1e-15.
func Calibrate(probabilities []float64, positive []bool) (Calibration, error) {
	if err := checkProbabilities(probabilities, positive); err != nil {
		return Calibration{}, err
	}
	n := float64(len(positive))
	c := Calibration{Rate: float64(positives(positive)) / n}
	for i, p := range probabilities {
		y := outcome(positive[i])
		c.Mean += p / n
		c.Brier += (p - y) * (p - y) / n
		p = min(max(p, 1e-15), 1-1e-15)
		c.LogLoss -= (y*math.Log(p) + (1-y)*math.Log1p(-p)) / n
	}
	c.ECE = ece(probabilities, positive)
	return c, nil
}

func checkProbabilities(probabilities []float64, positive []bool) error {
	if len(positive) == 0 {
		return errors.New("metric: no rows")
	}
	if err := check(probabilities, positive); err != nil {
		return err
	}
	if i := slices.IndexFunc(probabilities, func(p float64) bool { return p < 0 || p > 1 }); i >= 0 {
		return fmt.Errorf("metric: probability %d is %v, not in [0, 1]", i, probabilities[i])
	}
	return nil
}

func outcome(positive bool) float64 {
	if positive {
		return 1
	}
	return 0
}

func ece(probabilities []float64, positive []bool) float64 {
	order := make([]int, len(positive))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(probabilities[a], probabilities[b]) })
	sum, start := 0.0, 0
	for b := range bins {
		size := len(order) / bins
		if b < len(order)%bins {
			size++
		}
		gap := 0.0
		for _, i := range order[start : start+size] {
			gap += outcome(positive[i]) - probabilities[i]
		}
		sum += math.Abs(gap)
		start += size
	}
	return sum / float64(len(order))
}
