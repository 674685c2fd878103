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

// platt returns the line from log odds to calibrated log odds.
func platt(ctx context.Context, logOdds []float64, cases *Cases) (shift, slope float64, err error) {
	churned := make([]bool, len(cases.Rows))
	for i := range cases.Rows {
		churned[i] = cases.Rows[i].Churned
	}
	shift, slope, err = numeric.FitPlatt(ctx, logOdds, churned)
	if err != nil {
		return 0, 0, fmt.Errorf("churn: %w", err)
	}
	return shift, slope, nil
}
