package churn

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/internal/numeric"
)

// predictUnseen returns log odds for each case, of a model that has not seen
// its customer.
func predictUnseen(ctx context.Context, cases *Cases, rows [][]float64, o Options) ([]float64, error) {
	y := cases.outcomes()
	out := make([]float64, len(rows))
	for k := range o.Folds {
		var x [][]float64
		var target []float64
		for i := range rows {
			if fold(cases.Rows[i].Customer, o.Folds) != k {
				x, target = append(x, rows[i]), append(target, y[i])
			}
		}
		part, err := numeric.FitLogistic(ctx, x, target, o.Penalty)
		if err != nil {
			return nil, fmt.Errorf("churn: fit without part %d: %w", k, err)
		}
		for i := range rows {
			if fold(cases.Rows[i].Customer, o.Folds) == k {
				out[i] = part.LogOdds(rows[i])
			}
		}
	}
	return out, nil
}

// plattPenalty keeps the slope finite where the log odds are all the same; it
// is too small to be seen elsewhere.
const plattPenalty = 1e-6

// platt returns the line from log odds to calibrated log odds: the one of the
// highest likelihood for targets that are drawn in by one case of each outcome
// (Platt 1999, eq. 8). Where higher log odds do not go with more churn, nothing
// was learnt, and the line is flat at the base rate.
func platt(ctx context.Context, logOdds []float64, cases *Cases) (shift, slope float64, err error) {
	churned := float64(cases.churned())
	stayed := float64(len(cases.Rows)) - churned
	high, low := (churned+1)/(churned+2), 1/(stayed+2)
	x, targets := make([][]float64, len(logOdds)), make([]float64, len(logOdds))
	for i, z := range logOdds {
		x[i], targets[i] = []float64{z}, low
		if cases.Rows[i].Churned {
			targets[i] = high
		}
	}
	line, err := numeric.FitLogistic(ctx, x, targets, plattPenalty)
	if err != nil {
		return 0, 0, fmt.Errorf("churn: calibrate: %w", err)
	}
	if line.Weights[0] <= 0 {
		return numeric.Logit(churned / (churned + stayed)), 0, nil
	}
	return line.Intercept, line.Weights[0], nil
}
