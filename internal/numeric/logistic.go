package numeric

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// ErrNotConverged is wrapped by the error of an iteration that did not reach its
// optimum.
var ErrNotConverged = errors.New("not converged")

// Logistic is a fitted logistic regression: the log odds of the outcome are
// Intercept + Weights·x.
type Logistic struct {
	Intercept float64
	Weights   []float64
	Steps     int // Newton steps that were taken
}

// LogOdds returns the log odds of the outcome for x, which has as many numbers
// as there are weights.
func (l *Logistic) LogOdds(x []float64) float64 {
	z := l.Intercept
	for i, w := range l.Weights {
		z += w * x[i]
	}
	return z
}

// Sigmoid returns the probability whose log odds are z.
func Sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// Logit returns the log odds of a probability: infinite at 0 and 1.
func Logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

// Limits of the Newton iteration. The gradient is of the mean loss, which is
// of the order of 1.
const (
	logisticSteps     = 100
	logisticHalvings  = 40
	logisticTolerance = 1e-9
	logisticRounding  = 1e-12 // of the loss, whose sum has thousands of terms
)

// FitLogistic fits a logistic regression to rows of equal length and targets in
// [0, 1], which are outcomes or probabilities of outcomes. It minimises the mean
// log loss plus penalty/2 times the sum of the squared weights; the intercept is
// free. Columns should have about the same scale, because the penalty treats
// them alike.
//
// The minimum is found by Newton's method (iteratively reweighted least squares;
// Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd
// ed., §4.4.1) with halved steps where a whole one does not lower the loss. The
// result has a gradient of at most 1e-9 in each direction; for outcomes that a
// plane separates, and no penalty, that is reached on the way to infinity, at
// log odds of about 20. The error wraps [ErrNotConverged] with all targets 0 or
// all 1, and when columns depend on each other and there is no penalty. A step
// takes O(n·d² + d³) time.
func FitLogistic(ctx context.Context, rows [][]float64, targets []float64, penalty float64) (*Logistic, error) {
	if err := checkRows(rows, targets, penalty); err != nil {
		return nil, err
	}
	f := newNewton(rows, targets, penalty)
	for step := range logisticSteps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f.derive()
		if f.steepest() <= logisticTolerance {
			return &Logistic{Intercept: f.beta[0], Weights: f.beta[1:], Steps: step}, nil
		}
		if err := f.step(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("numeric: logistic regression after %d steps: %w", logisticSteps, ErrNotConverged)
}

func checkRows(rows [][]float64, targets []float64, penalty float64) error {
	if len(rows) == 0 || len(rows) != len(targets) {
		return fmt.Errorf("numeric: %d rows for %d targets", len(rows), len(targets))
	}
	if !(penalty >= 0) || math.IsInf(penalty, 0) {
		return fmt.Errorf("numeric: penalty %v is not a number from 0 on", penalty)
	}
	low, high := 1.0, 0.0
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return fmt.Errorf("numeric: row %d has %d numbers, the first has %d", i, len(row), len(rows[0]))
		}
		for j, x := range row {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("numeric: row %d, column %d is %v", i, j, x)
			}
		}
		if !(targets[i] >= 0 && targets[i] <= 1) {
			return fmt.Errorf("numeric: target %d is %v, not in [0, 1]", i, targets[i])
		}
		low, high = min(low, targets[i]), max(high, targets[i])
	}
	if high == 0 || low == 1 {
		return fmt.Errorf("numeric: all targets are %v: %w", low, ErrNotConverged)
	}
	return nil
}

// newton is a logistic regression at work. The first parameter is the
// intercept.
type newton struct {
	rows     [][]float64
	targets  []float64
	penalty  float64
	beta     []float64
	gradient []float64
	hessian  []float64 // lower triangle
	loss     float64
}

func newNewton(rows [][]float64, targets []float64, penalty float64) *newton {
	d := len(rows[0]) + 1
	f := &newton{
		rows: rows, targets: targets, penalty: penalty,
		beta: make([]float64, d), gradient: make([]float64, d), hessian: make([]float64, d*d),
	}
	f.loss = f.lossAt(f.beta)
	return f
}

// lossAt returns the penalised mean loss: log(1+exp(z)) - y·z per row.
func (f *newton) lossAt(beta []float64) float64 {
	l := Logistic{Intercept: beta[0], Weights: beta[1:]}
	sum := 0.0
	for i, row := range f.rows {
		z := l.LogOdds(row)
		sum += max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) - f.targets[i]*z
	}
	sum /= float64(len(f.rows))
	for _, w := range beta[1:] {
		sum += f.penalty / 2 * w * w
	}
	return sum
}

// derive computes gradient and Hessian at beta.
func (f *newton) derive() {
	clear(f.gradient)
	clear(f.hessian)
	l := Logistic{Intercept: f.beta[0], Weights: f.beta[1:]}
	n := float64(len(f.rows))
	for i, row := range f.rows {
		p := Sigmoid(l.LogOdds(row))
		f.accumulate(row, (p-f.targets[i])/n, p*(1-p)/n)
	}
	for j := 1; j < len(f.beta); j++ {
		f.gradient[j] += f.penalty * f.beta[j]
		f.hessian[j*len(f.beta)+j] += f.penalty
	}
}

// accumulate adds a row's part of gradient and Hessian.
func (f *newton) accumulate(row []float64, slope, curvature float64) {
	d := len(f.beta)
	f.gradient[0] += slope
	f.hessian[0] += curvature
	for j, x := range row {
		f.gradient[j+1] += slope * x
		line := f.hessian[(j+1)*d:]
		line[0] += curvature * x
		for k := range j + 1 {
			line[k+1] += curvature * x * row[k]
		}
	}
}

func (f *newton) steepest() float64 {
	steepest := 0.0
	for _, g := range f.gradient {
		steepest = max(steepest, math.Abs(g))
	}
	return steepest
}

// step moves beta along the Newton direction as far as the loss falls.
func (f *newton) step(ctx context.Context) error {
	d := len(f.beta)
	if err := InvertSPD(ctx, f.hessian, d); err != nil {
		return fmt.Errorf("numeric: logistic regression: %w: %w", ErrNotConverged, err)
	}
	direction := make([]float64, d)
	gain := 0.0 // what a whole step takes off the loss, to second order
	for j := range d {
		for k, g := range f.gradient {
			direction[j] -= f.hessian[j*d+k] * g
		}
		gain -= direction[j] * f.gradient[j] / 2
	}
	next := make([]float64, d)
	length := 1.0
	for range logisticHalvings {
		for j := range next {
			next[j] = f.beta[j] + length*direction[j]
		}
		// Near the optimum the gain is lost in the rounding of the loss, and a
		// whole Newton step is right.
		if loss := f.lossAt(next); loss <= f.loss || gain < logisticRounding*f.loss {
			f.beta, f.loss = next, loss
			return nil
		}
		length /= 2
	}
	return fmt.Errorf("numeric: logistic regression: no step lowers the loss: %w", ErrNotConverged)
}
