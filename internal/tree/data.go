package tree

import (
	"errors"
	"fmt"
	"math"
)

// ErrEmpty is wrapped by the error of a fit to no rows, or to rows without features.
var ErrEmpty = errors.New("nothing to learn from")

// maxRows bounds the rows of a fit, so that sums over all of them fit into a
// machine word beside their count; see [scale].
const maxRows = 1<<24 - 1

// maxLeaves bounds the leaves of a tree, so that a byte is the number of one.
const maxLeaves = 256

// Data are rows to learn from or to validate on: one for each label.
type Data struct {
	// Features is how many numbers a row has.
	Features int
	// Values are the rows, one after the other. NaN is a missing value; an
	// infinity is a value like others.
	Values []float32
	// Labels are what is to be foretold: any number for [SquaredError], in
	// [0, 1] for [Logistic], and for the ranking objectives the gain of the row
	// at the head of its list, at least 0 (of graded relevance Burges takes
	// 2^grade - 1).
	Labels []float32
	// Weights are how much each row counts, at least 0; nil for 1 each. For the
	// ranking objectives a pair of rows counts as much as the one that is more
	// relevant.
	Weights []float32
	// Groups are the sizes of the lists that the rows form in their order.
	// Only the ranking objectives read them. Rows of a list with equal scores
	// are ranked in their order, so that should not tell their labels.
	Groups []int
	// Relevant is how many items each list should have found, also outside of
	// its rows: each that is not among them counts as a gain of 1 in the ideal
	// list. Nil for those in the rows alone.
	Relevant []int
}

// check reports what is wrong with the data for an objective.
func (d *Data) check(o Objective) error {
	if len(d.Labels) == 0 || d.Features < 1 {
		return fmt.Errorf("%d rows of %d features: %w", len(d.Labels), d.Features, ErrEmpty)
	}
	if len(d.Labels) > maxRows {
		return fmt.Errorf("%d rows are more than %d", len(d.Labels), maxRows)
	}
	if len(d.Values)%d.Features != 0 || len(d.Values)/d.Features != len(d.Labels) {
		return fmt.Errorf("%d values for %d rows of %d features", len(d.Values), len(d.Labels), d.Features)
	}
	if d.Weights != nil && len(d.Weights) != len(d.Labels) {
		return fmt.Errorf("%d weights for %d rows", len(d.Weights), len(d.Labels))
	}
	for i, w := range d.Weights {
		if !(w >= 0) || math.IsInf(float64(w), 0) {
			return fmt.Errorf("weight %d is %v, not a number from 0 on", i, w)
		}
	}
	low, high := o.labels()
	for i, y := range d.Labels {
		if v := float64(y); !(v >= low && v <= high) {
			return fmt.Errorf("label %d is %v, not in [%v, %v]", i, y, low, high)
		}
	}
	if o.ranks() {
		return d.checkGroups()
	}
	return nil
}

func (d *Data) checkGroups() error {
	rows := 0
	for i, size := range d.Groups {
		if size < 0 || size > len(d.Labels)-rows {
			return fmt.Errorf("group %d has %d rows, %d are left", i, size, len(d.Labels)-rows)
		}
		rows += size
	}
	if rows != len(d.Labels) {
		return fmt.Errorf("groups have %d rows, there are %d", rows, len(d.Labels))
	}
	if d.Relevant != nil && len(d.Relevant) != len(d.Groups) {
		return fmt.Errorf("%d numbers of relevant items for %d groups", len(d.Relevant), len(d.Groups))
	}
	for i, n := range d.Relevant {
		if n < 0 {
			return fmt.Errorf("group %d has %d relevant items", i, n)
		}
	}
	return nil
}

// weight returns how much row i counts.
func (d *Data) weight(i int) float64 {
	if d.Weights == nil {
		return 1
	}
	return float64(d.Weights[i])
}
