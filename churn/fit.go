package churn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/internal/numeric"
)

// ErrNoCases is wrapped by the error for what needs at least one case.
var ErrNoCases = errors.New("no cases")

// Options are the settings of [Fit].
type Options struct {
	// Features are the names of the features to use, see [Features].
	// Default: all of them.
	Features []string
	// Penalty is the weight of half the sum of the squared weights beside the
	// mean log loss, at least 0. Default: 0.03. It was chosen with
	// "internal/bench churn -penalty" on six earlier scorings of Online
	// Retail (cuts from March to May 2011, horizons of 30 to 60 days, all
	// over before June), where 0.01 to 0.1 hardly differ.
	Penalty float64
	// Folds is the number of parts in which customers are divided to
	// calibrate. Default: 5.
	Folds int
	// MinEach is how many cases of each outcome are needed to learn from
	// them; with fewer the model is the base rate. Default: 20.
	MinEach int
}

func (o *Options) defaults() (Options, error) {
	d := Options{Penalty: 0.03, Folds: 5, MinEach: 20}
	if o == nil {
		return d, nil
	}
	d.Features = o.Features
	if !(o.Penalty >= 0) || math.IsInf(o.Penalty, 0) || o.Folds < 0 || o.Folds == 1 || o.MinEach < 0 {
		return d, fmt.Errorf("churn: options: penalty %v, %d folds or at least %d of each outcome make no sense", o.Penalty, o.Folds, o.MinEach)
	}
	if o.Penalty > 0 {
		d.Penalty = o.Penalty
	}
	if o.Folds > 0 {
		d.Folds = o.Folds
	}
	if o.MinEach > 0 {
		d.MinEach = o.MinEach
	}
	return d, nil
}

// Fit learns from cases how likely churn is. It needs cases of cuts whose
// windows were over when the model was made; [History.Cases] sees to that.
//
// The model is a logistic regression on log(1 + value), each standardised over
// the known values of the cases, with an L2 penalty. An unknown value counts as
// the average one, and a feature whose weight would go against its Direction is
// left out. The log odds are then calibrated by Platt's method (1999) on
// predictions for customers that were not trained on, over [Options.Folds]
// parts of the customers, and the calibration is built into the weights.
//
// With too few cases of an outcome the model is the base rate, and says so in
// its Path and Why. Without any case the error wraps [ErrNoCases]. The same
// cases give the same model, to the bit. The cost is that of a dozen passes
// over the cases for each fold.
func Fit(ctx context.Context, cases *Cases, o *Options) (*Model, error) {
	opts, err := o.defaults()
	if err != nil {
		return nil, err
	}
	columns, err := columnsOf(opts.Features)
	if err != nil {
		return nil, err
	}
	if len(cases.Rows) == 0 {
		return nil, fmt.Errorf("churn: fit: %w", ErrNoCases)
	}
	if err := cases.check(); err != nil {
		return nil, fmt.Errorf("churn: fit: %w", err)
	}
	m := &Model{
		Definition: cases.Definition.defaults(),
		Currency:   cases.Currency,
		Cuts:       cases.cuts(),
		Cases:      len(cases.Rows),
		BaseRate:   cases.ChurnRate(),
		Path:       BaseRate,
	}
	if m.Why = cases.thin(opts); m.Why != "" {
		return m, nil
	}
	m.Path = ByLogistic
	if m.Logistic, err = fitCalibrated(ctx, cases, columns, opts); err != nil {
		return nil, err
	}
	m.RecencyOnly, err = fitCalibrated(ctx, cases, []int{0}, opts)
	return m, err
}

// columnsOf returns the places of features in [Values].
func columnsOf(names []string) ([]int, error) {
	table := features()
	var columns []int
	if len(names) == 0 {
		for i := range table {
			columns = append(columns, i)
		}
	}
	for _, name := range names {
		i := slices.IndexFunc(table, func(f feature) bool { return f.Name == name })
		if i < 0 || slices.Contains(columns, i) {
			return nil, fmt.Errorf("churn: feature %q is unknown or named twice", name)
		}
		columns = append(columns, i)
	}
	return columns, nil
}

// cuts returns the cuts of the cases, oldest first.
func (c *Cases) cuts() []time.Time {
	var cuts []time.Time
	for i := range c.Rows {
		cuts = append(cuts, c.Rows[i].Cut.UTC())
	}
	slices.SortFunc(cuts, time.Time.Compare)
	return slices.CompactFunc(cuts, time.Time.Equal)
}

// thin says why the cases do not suffice to learn from, or "".
func (c *Cases) thin(o Options) string {
	churned := c.churned()
	stayed := len(c.Rows) - churned
	if churned < o.MinEach || stayed < o.MinEach {
		return fmt.Sprintf("%d cases churned and %d stayed, at least %d of each are needed", churned, stayed, o.MinEach)
	}
	for k := range o.Folds {
		rest := Cases{}
		for i := range c.Rows {
			if fold(c.Rows[i].Customer, o.Folds) != k {
				rest.Rows = append(rest.Rows, Case{Churned: c.Rows[i].Churned})
			}
		}
		if n := rest.churned(); n == 0 || n == len(rest.Rows) {
			return "an outcome has too few customers to calibrate on others"
		}
	}
	return ""
}

// fitCalibrated fits the weights of some columns and their calibration.
func fitCalibrated(ctx context.Context, cases *Cases, columns []int, o Options) (*Logistic, error) {
	l := newLogistic(cases, columns)
	raw, rows, err := l.fit(ctx, cases, o)
	if err != nil {
		return nil, err
	}
	unseen, err := predictUnseen(ctx, cases, rows, o)
	if err != nil {
		return nil, err
	}
	shift, slope, err := platt(ctx, unseen, cases)
	if err != nil {
		return nil, err
	}
	l.Intercept = shift + slope*raw.Intercept
	for j := range l.Terms {
		l.Terms[j].Weight = slope * raw.Weights[j]
	}
	return l, nil
}

// fit fits weights, and again without the features whose weight goes against
// their direction until there is none: among features that say nearly the same,
// one may else say that the longer a customer is silent the better. It returns
// the rows that it saw in the end.
func (l *Logistic) fit(ctx context.Context, cases *Cases, o Options) (*numeric.Logistic, [][]float64, error) {
	table, y := features(), cases.outcomes()
	rows := make([][]float64, len(cases.Rows))
	for {
		for i := range cases.Rows {
			rows[i] = l.standardise(cases.Rows[i].Values)
		}
		raw, err := numeric.FitLogistic(ctx, rows, y, o.Penalty)
		if err != nil {
			return nil, nil, fmt.Errorf("churn: fit: %w", err)
		}
		consistent := true
		for j := range l.Terms {
			if raw.Weights[j]*float64(table[l.Terms[j].column].Direction) < 0 {
				l.Terms[j].Scale = 0 // it says nothing from here on
				consistent = false
			}
		}
		if consistent {
			return raw, rows, nil
		}
	}
}
