package tree

import (
	"fmt"
	"math"
)

// Options are the settings of [Fit].
type Options struct {
	Objective Objective // default: SquaredError
	// Rounds is how many trees are grown at most. Default: 200.
	Rounds int
	// Rate is what the output of each tree is multiplied by, in (0, 1].
	// Default: 0.1 (as the next three, the default of LightGBM).
	Rate float64
	// Leaves is how many leaves a tree has at most, in [2, 256]. Default: 31.
	Leaves int
	// MinRows is how many rows a leaf has at least. Default: 20.
	MinRows int
	// MinCurvature is the least sum of second derivatives in a leaf, above 0.
	// Default: 0.001.
	MinCurvature float64
	// Depth is how many splits there are at most between a leaf and the root.
	// Default: no limit but that of Leaves.
	Depth int
	// L2 is added to the sum of second derivatives of each leaf: the penalty on
	// half the square of its output, before Rate. Default: 0.
	L2 float64
	// MinGain is twice the least fall of the loss that makes a split. Default: 0,
	// any fall.
	MinGain float64
	// RowShare is the share of rows, or of groups for the ranking objectives,
	// that each tree is grown on, in (0, 1]. Default: 1.
	RowShare float64
	// FeatureShare is the share of features that each tree may use, in (0, 1].
	// Default: 1.
	FeatureShare float64
	// Seed chooses the rows and features. Default: 0, a seed like others.
	Seed uint64
	// Bins is how many bins the values of a feature are put in at most, in
	// [2, 255]. Default: 255.
	Bins int
	// Patience is after how many trees without a better quality on the
	// validation data the fit ends; the model then has the trees up to the best.
	// Default: the fit does not end early and keeps all trees.
	Patience int
	// K is how many ranks of a list count, for LambdaMART and for the quality of
	// lists. Default: 10.
	K int
}

func (o *Options) defaults() (*Options, error) {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Objective > Pairwise {
		return nil, fmt.Errorf("options: unknown objective %v", d.Objective)
	}
	for _, n := range []struct {
		name           string
		value          *int
		low, high, def int
	}{
		{"rounds", &d.Rounds, 1, 1 << 20, 200},
		{"leaves", &d.Leaves, 2, maxLeaves, 31},
		{"rows of a leaf", &d.MinRows, 1, maxRows, 20},
		{"depth", &d.Depth, 0, 1 << 15, 0},
		{"bins", &d.Bins, 2, maxBins, maxBins},
		{"patience", &d.Patience, 0, 1 << 20, 0},
		{"k", &d.K, 1, 1 << 20, 10},
	} {
		if *n.value == 0 {
			*n.value = n.def
		}
		if *n.value < n.low || *n.value > n.high {
			return nil, fmt.Errorf("options: %d %s, not in [%d, %d]", *n.value, n.name, n.low, n.high)
		}
	}
	for _, x := range []struct {
		name      string
		value     *float64
		high, def float64
	}{
		{"rate", &d.Rate, 1, 0.1},
		{"curvature of a leaf", &d.MinCurvature, math.MaxFloat64, 1e-3},
		{"l2", &d.L2, math.MaxFloat64, 0},
		{"gain", &d.MinGain, math.MaxFloat64, 0},
		{"share of rows", &d.RowShare, 1, 1},
		{"share of features", &d.FeatureShare, 1, 1},
	} {
		if *x.value == 0 {
			*x.value = x.def
		}
		if !(*x.value >= 0 && *x.value <= x.high) {
			return nil, fmt.Errorf("options: %s %v, not in [0, %v]", x.name, *x.value, x.high)
		}
	}
	return &d, nil
}
