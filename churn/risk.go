package churn

import (
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/numeric"
	"github.com/clmkit/clmkit/profile"
)

// ErrPopulation is wrapped by the error for a customer whom the definition does
// not speak of: who has placed fewer orders than it asks for.
var ErrPopulation = errors.New("not in the population")

// A Risk is a prediction for one customer, with what is needed to judge it.
type Risk struct {
	Customer   clm.CustomerID `json:"customer"`
	At         time.Time      `json:"at"`
	Definition Definition     `json:"definition"`
	// Probability is how likely no order comes within the definition's
	// horizon after At.
	Probability Probability `json:"probability"`
	// BaseRate and RecencyOnly are what the baselines say: the share of all
	// training cases that churned, and a model that knows only the time since
	// the last order. RecencyOnly is the base rate on the path of that name.
	BaseRate    Probability `json:"base_rate"`
	RecencyOnly Probability `json:"recency_only"`
	// Path is which model made Probability, and Why what was lacking for a
	// better one.
	Path Path   `json:"path"`
	Why  string `json:"why,omitempty"`
	// Average is the model's probability for a customer with average values,
	// and Reasons are what sets this customer apart, the largest first. Their
	// contributions add up to the log odds of Probability less those of
	// Average. The base rate has no reasons.
	Average Probability `json:"average"`
	Reasons []Reason    `json:"reasons,omitempty"`
}

// Risk predicts for the customer of a profile at a moment. The profile has to
// be one of that moment, as a store that is up to date has it for now. The error
// wraps [ErrPopulation] when the customer has placed too few orders. It takes
// about 20 µs.
func (m *Model) Risk(p *profile.Profile, at time.Time) (Risk, error) {
	if n, need := p.Frequency(), m.Definition.MinOrders; n < need {
		return Risk{}, fmt.Errorf("churn: customer %s has placed %s, the definition speaks of %d or more: %w",
			p.Customer, count(n, "order"), need, ErrPopulation)
	}
	r := Risk{
		Customer: p.Customer, At: at, Definition: m.Definition,
		Probability: m.BaseRate, BaseRate: m.BaseRate, RecencyOnly: m.BaseRate, Average: m.BaseRate,
		Path: m.Path, Why: m.Why,
	}
	if m.Logistic == nil {
		return r, nil
	}
	values := Values(p, at, m.Currency)
	r.Probability = m.Logistic.probability(values)
	r.RecencyOnly = m.RecencyOnly.probability(values)
	r.Average = Probability(numeric.Sigmoid(m.Logistic.Intercept))
	r.Reasons = m.Logistic.reasons(values, m.Currency)
	return r, nil
}

func (l *Logistic) probability(values []float64) Probability {
	return Probability(numeric.Sigmoid(l.logOdds(values)))
}

// predict returns the probability for the values of a case.
func (m *Model) predict(values []float64) Probability {
	if m.Logistic == nil {
		return m.BaseRate
	}
	return m.Logistic.probability(values)
}
