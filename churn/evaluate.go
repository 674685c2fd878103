package churn

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/internal/metric"
)

// ErrOutcomes is wrapped by the error of a measurement on cases that all have
// the same outcome: nothing can be told apart.
var ErrOutcomes = errors.New("all cases have the same outcome")

// An Evaluation is how good a model was on cases, beside its baselines.
type Evaluation struct {
	Cases     int         `json:"cases"`
	ChurnRate Probability `json:"churn_rate"`
	// Model is the model itself; the baselines are the model that knows only
	// the time since the last order, the base rate of the training cases, and
	// the sum of the quintiles of recency, frequency and monetary value among
	// the cases (Hughes 1994), which ranks and is no probability.
	Model       Quality `json:"model"`
	RecencyOnly Quality `json:"recency_only"`
	BaseRate    Quality `json:"base_rate"`
	RFM         Quality `json:"rfm"`
}

// Quality is how good predictions were. A chance ranking has an AUC of 0.5 and
// lifts of about 1.
type Quality struct {
	AUC         float64 `json:"auc"`           // in [0, 1]; ties count one half
	PRAUCChurns float64 `json:"pr_auc_churns"` // average precision of churners, in [0, 1]
	PRAUCBuys   float64 `json:"pr_auc_buys"`   // average precision of those who order, in [0, 1]
	// LiftChurns is how many times more often the tenth with the highest risk
	// churned than all, and LiftBuys how many times more often the tenth with
	// the lowest ordered. Equal risks count in the order of the cases.
	LiftChurns float64 `json:"lift_churns"`
	LiftBuys   float64 `json:"lift_buys"`
	// Calibration is nil for what is no probability.
	Calibration *Calibration `json:"calibration,omitempty"`
}

// Calibration is how true probabilities were; 0 is best.
type Calibration struct {
	Mean    Probability `json:"mean"`     // mean probability, to compare with the churn rate
	Brier   float64     `json:"brier"`    // mean squared error, in [0, 1]
	ECE     float64     `json:"ece"`      // calibration error over 10 bins of equal size, in [0, 1]
	LogLoss float64     `json:"log_loss"` // mean negative log-likelihood, in nats
}

// Evaluate measures a model on cases of later cuts than it was trained on. The
// error wraps [ErrOutcomes] when all cases have the same outcome, or there is
// none, and says so when the cases follow another definition or currency, or a
// cut of the model is not a horizon before all of theirs: the model would have
// seen what it is measured on.
func Evaluate(m *Model, cases *Cases) (*Evaluation, error) {
	if err := m.fits(cases); err != nil {
		return nil, fmt.Errorf("churn: evaluate: %w", err)
	}
	if n := cases.churned(); n == 0 || n == len(cases.Rows) {
		return nil, fmt.Errorf("churn: evaluate: %d of %d cases churned: %w", n, len(cases.Rows), ErrOutcomes)
	}
	base := func([]float64) Probability { return m.BaseRate }
	recency := base
	if m.RecencyOnly != nil {
		recency = m.RecencyOnly.probability
	}
	e := &Evaluation{Cases: len(cases.Rows), ChurnRate: cases.ChurnRate()}
	var errs [4]error
	e.Model, errs[0] = cases.measure(m.predict)
	e.RecencyOnly, errs[1] = cases.measure(recency)
	e.BaseRate, errs[2] = cases.measure(base)
	e.RFM, errs[3] = cases.rank(rfm(cases))
	return e, errors.Join(errs[:]...)
}

// fits reports why the cases cannot measure the model.
func (m *Model) fits(cases *Cases) error {
	if err := cases.check(); err != nil {
		return err
	}
	if m.Definition.defaults() != cases.Definition.defaults() || m.Currency != cases.Currency {
		return fmt.Errorf("the cases are of %q in %q, the model of %q in %q", cases.Definition, cases.Currency, m.Definition, m.Currency)
	}
	if len(m.Cuts) == 0 || len(cases.Rows) == 0 {
		return nil
	}
	seen := m.Cuts[len(m.Cuts)-1].Add(m.Definition.Horizon)
	for i := range cases.Rows {
		if cut := cases.Rows[i].Cut; cut.Before(seen) {
			return fmt.Errorf("a case of %s, and the model saw outcomes until %s", cut, seen)
		}
	}
	return nil
}

// rank measures scores, of which a higher one means more risk.
func (c *Cases) rank(scores []float64) (Quality, error) {
	d, err := metric.Discriminate(scores, c.hasChurned())
	if err != nil {
		return Quality{}, err
	}
	return Quality{AUC: d.AUC, PRAUCChurns: d.PRAUC, PRAUCBuys: d.PRAUCNegative, LiftChurns: d.Lift, LiftBuys: d.LiftNegative}, nil
}

// measure measures probabilities of churn.
func (c *Cases) measure(predict func(values []float64) Probability) (Quality, error) {
	scores := make([]float64, len(c.Rows))
	for i := range c.Rows {
		scores[i] = float64(predict(c.Rows[i].Values))
	}
	q, err := c.rank(scores)
	if err != nil {
		return Quality{}, err
	}
	m, err := metric.Calibrate(scores, c.hasChurned())
	if err != nil {
		return Quality{}, err
	}
	q.Calibration = &Calibration{Mean: Probability(m.Mean), Brier: m.Brier, ECE: m.ECE, LogLoss: m.LogLoss}
	return q, nil
}

func (c *Cases) hasChurned() []bool {
	churned := make([]bool, len(c.Rows))
	for i := range churned {
		churned[i] = c.Rows[i].Churned
	}
	return churned
}

// rfm returns, for each case, the negative sum of its quintiles, 0 to 4 each.
func rfm(c *Cases) []float64 {
	sum := make([]float64, len(c.Rows))
	for _, part := range []struct {
		feature string
		sign    float64 // a short recency is good
	}{{"recency", -1}, {"orders", 1}, {"monetary", 1}} {
		column := slices.IndexFunc(features(), func(f feature) bool { return f.Name == part.feature })
		values := make([]float64, len(c.Rows))
		for i := range c.Rows {
			values[i] = part.sign * c.Rows[i].Values[column]
		}
		for i, q := range quintiles(values) {
			sum[i] -= q
		}
	}
	return sum
}

// quintiles returns the fifth, 0 to 4, that each value is in; equal values are
// ordered by place, so that the fifths have about the same size.
func quintiles(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	out := make([]float64, len(values))
	for rank, i := range order {
		out[i] = max(0, math.Ceil(float64(5*rank)/float64(max(1, len(values)-1)))-1)
	}
	return out
}
