package churn

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// A Path says which model made a prediction.
type Path string

// The paths.
const (
	ByLogistic Path = "logistic"  // calibrated logistic regression
	BaseRate   Path = "base rate" // everybody gets the same: too few cases to learn from
)

// A Probability is calibrated and in [0, 1].
type Probability float64

// A Model says how likely churn is. It comes from [Fit] or from JSON, and is
// immutable after: its fields are to be read. It is safe for concurrent use.
type Model struct {
	Definition Definition `json:"definition"`
	// Currency is the one that the model reads as money.
	Currency string `json:"currency"`
	// Cuts are the moments of the cases that it learned from, and Cases is
	// the number of them.
	Cuts  []time.Time `json:"cuts"`
	Cases int         `json:"cases"`
	// BaseRate is the share of these cases that churned.
	BaseRate Probability `json:"base_rate"`
	// Path is how the model predicts, and Why says what it lacked where that
	// is the base rate.
	Path Path   `json:"path"`
	Why  string `json:"why,omitempty"`
	// Logistic is the model of all features, and RecencyOnly the baseline that
	// knows only the time since the last order. Both are nil on the base rate.
	Logistic    *Logistic `json:"logistic,omitempty"`
	RecencyOnly *Logistic `json:"recency_only,omitempty"`
}

// A Logistic is a calibrated logistic regression. The log odds of churn are
// Intercept plus, of each term, Weight · (log(1 + value) - Mean) / Scale.
type Logistic struct {
	Intercept float64 `json:"intercept"` // log odds of the average customer
	Terms     []Term  `json:"terms"`
}

// A Term is the part of one feature.
type Term struct {
	Feature string  `json:"feature"`
	Mean    float64 `json:"mean"`   // of log(1 + value), where it was known
	Scale   float64 `json:"scale"`  // its standard deviation; 0 where it never varied, or is left out
	Weight  float64 `json:"weight"` // of the standardised value, in log odds

	column int
}

// newLogistic returns a regression without weights yet.
func newLogistic(cases *Cases, columns []int) *Logistic {
	table := features()
	l := &Logistic{}
	for _, column := range columns {
		mean, scale := moments(cases, column)
		l.Terms = append(l.Terms, Term{Feature: table[column].Name, Mean: mean, Scale: scale, column: column})
	}
	return l
}

// moments returns mean and standard deviation of a feature's known values.
func moments(cases *Cases, column int) (mean, scale float64) {
	n, square := 0.0, 0.0
	for i := range cases.Rows {
		if x := transform(cases.Rows[i].Values[column]); !math.IsNaN(x) {
			n++
			delta := x - mean // Welford 1962
			mean += delta / n
			square += delta * (x - mean)
		}
	}
	if n == 0 || square/n < 1e-18 {
		return mean, 0
	}
	return mean, math.Sqrt(square / n)
}

func transform(value float64) float64 { return math.Log1p(max(0, value)) }

// standardise returns the terms' inputs: 0 for the average, for what is
// unknown, and for what never varied.
func (l *Logistic) standardise(values []float64) []float64 {
	x := make([]float64, len(l.Terms))
	for j := range l.Terms {
		x[j] = l.Terms[j].standardise(values)
	}
	return x
}

func (t *Term) standardise(values []float64) float64 {
	x := (transform(values[t.column]) - t.Mean) / t.Scale
	if t.Scale == 0 || math.IsNaN(x) {
		return 0
	}
	return x
}

// logOdds returns the log odds of churn.
func (l *Logistic) logOdds(values []float64) float64 {
	z := l.Intercept
	for j := range l.Terms {
		z += l.Terms[j].Weight * l.Terms[j].standardise(values)
	}
	return z
}

// formatVersion is the version of the stored form, and of what the features
// mean: a model is never served with features other than those of its training.
const formatVersion = 1

// ErrFormat is wrapped by the error for a stored model that this version of the
// package cannot serve.
var ErrFormat = errors.New("not a model of this version")

type plainModel Model // without methods

type modelJSON struct {
	Format int `json:"format"`
	*plainModel
}

// MarshalJSON writes the model. Reading it back gives the same model, to the
// bit.
func (m *Model) MarshalJSON() ([]byte, error) {
	return json.Marshal(modelJSON{formatVersion, (*plainModel)(m)})
}

// UnmarshalJSON reads a model that MarshalJSON wrote. The error wraps
// [ErrFormat] where it is of another version, or not whole.
func (m *Model) UnmarshalJSON(data []byte) error {
	read := new(plainModel)
	stored := modelJSON{plainModel: read}
	if err := json.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("churn: model: %w", err)
	}
	if stored.Format != formatVersion || stored.plainModel == nil {
		return fmt.Errorf("churn: model: format %d, this is %d: %w", stored.Format, formatVersion, ErrFormat)
	}
	if err := (*Model)(read).resolve(); err != nil {
		return err
	}
	*m = Model(*read)
	return nil
}

// resolve checks what was read, and finds the features that it names.
func (m *Model) resolve() error {
	m.Definition = m.Definition.defaults()
	whole := m.BaseRate >= 0 && m.BaseRate <= 1
	switch m.Path {
	case BaseRate:
		whole = whole && m.Logistic == nil && m.RecencyOnly == nil
	case ByLogistic:
		whole = whole && m.Logistic != nil && m.RecencyOnly != nil
	default:
		whole = false
	}
	if !whole {
		return fmt.Errorf("churn: model: path %q with base rate %v is not whole: %w", m.Path, m.BaseRate, ErrFormat)
	}
	for _, l := range []*Logistic{m.Logistic, m.RecencyOnly} {
		if l == nil {
			continue
		}
		if err := l.resolve(); err != nil {
			return err
		}
	}
	return nil
}

func (l *Logistic) resolve() error {
	var names []string
	for _, t := range l.Terms {
		names = append(names, t.Feature)
		if t.Scale < 0 || t.Scale > 0 && t.Scale < 1e-9 || math.Abs(t.Mean) > 1e6 || math.Abs(t.Weight) > 1e6 {
			return fmt.Errorf("churn: model: feature %s: mean %v, scale %v, weight %v: %w", t.Feature, t.Mean, t.Scale, t.Weight, ErrFormat)
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("churn: model: a regression without terms: %w", ErrFormat)
	}
	columns, err := columnsOf(names)
	if err != nil {
		return fmt.Errorf("%w: %w", err, ErrFormat)
	}
	for j := range l.Terms {
		l.Terms[j].column = columns[j]
	}
	return nil
}
