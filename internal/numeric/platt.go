package numeric

import (
	"context"
	"fmt"
)

// plattPenalty keeps the slope finite where the scores are all the same; it is
// too small to be seen elsewhere.
const plattPenalty = 1e-6

// FitPlatt returns the line from scores to calibrated log odds: the one of the
// highest likelihood for targets that are drawn in by one case of each outcome
// (Platt 1999, eq. 8). The scores should come from a model that has not seen
// their rows. Where higher scores do not go with the positive outcome, nothing
// was learnt, and the line is flat at the base rate. The errors are those of
// [FitLogistic].
func FitPlatt(ctx context.Context, scores []float64, outcomes []bool) (shift, slope float64, err error) {
	if len(scores) != len(outcomes) {
		return 0, 0, fmt.Errorf("numeric: %d scores for %d outcomes", len(scores), len(outcomes))
	}
	positive := 0.0
	for _, o := range outcomes {
		if o {
			positive++
		}
	}
	negative := float64(len(outcomes)) - positive
	high, low := (positive+1)/(positive+2), 1/(negative+2)
	x, targets := make([][]float64, len(scores)), make([]float64, len(scores))
	for i, z := range scores {
		x[i], targets[i] = []float64{z}, low
		if outcomes[i] {
			targets[i] = high
		}
	}
	line, err := FitLogistic(ctx, x, targets, plattPenalty)
	if err != nil {
		return 0, 0, fmt.Errorf("numeric: calibrate: %w", err)
	}
	if line.Weights[0] <= 0 {
		return Logit(positive / (positive + negative)), 0, nil
	}
	return line.Intercept, line.Weights[0], nil
}
