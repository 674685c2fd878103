package rules

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/internal/metric"
)

// A Point is what one weight of the objective gives and takes, as means over lists.
type Point struct {
	Weight float64 `json:"weight"`
	// NDCG is how much of the relevance is left, in [0, 1]: the discounted sum of
	// the relevance of the list over that of the k most relevant candidates.
	NDCG float64 `json:"ndcg"`
	// Hits is the number of items per list that the customer took
	// ([Candidate.Taken]).
	Hits float64 `json:"hits"`
	// Value is the sum of the items' values per list, in the objective's unit:
	// minor units of its currency, days. What is not known counts 0.
	Value float64 `json:"value"`
	// Expected is the same with each item's value times its relevance, where the
	// best candidate of a list has 1: proportional to the expected value where
	// relevance is proportional to the chance of a sale.
	Expected float64 `json:"expected"`
}

// TradeOff arranges lists with each of the weights in place of the objective's own,
// all other rules as they are, and says what comes of it: a curve from which a shop
// reads what a unit of value costs in relevance. It fails as [Rules.Compile] and
// [Plan.Arrange] do, and with the context's error.
func (r *Rules) TradeOff(ctx context.Context, at time.Time, lists []List, weights []float64) ([]Point, error) {
	points := make([]Point, 0, len(weights))
	for _, weight := range weights {
		weighted := *r
		weighted.Objective.Weight = weight
		plan, err := weighted.Compile(at)
		if err != nil {
			return nil, err
		}
		point := Point{Weight: weight}
		for i := range lists {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := plan.tally(&lists[i], &point, 1/float64(len(lists))); err != nil {
				return nil, fmt.Errorf("rules: lists[%d]: %w", i, err)
			}
		}
		points = append(points, point)
	}
	return points, nil
}

// tally adds a list to a point.
func (p *Plan) tally(l *List, point *Point, share float64) error {
	a, err := p.Arrange(l)
	if err != nil {
		return err
	}
	objective, top := p.rules.Objective, 0.0
	objective.currency(l.Candidates)
	wanted := make([]float64, len(l.Candidates))
	for i := range l.Candidates {
		wanted[i] = l.Candidates[i].Score
		top = max(top, wanted[i])
	}
	gains := make([]float64, len(a.Places))
	for i := range a.Places {
		c := &a.Places[i].Candidate
		gains[i] = c.Score
		if c.Taken {
			point.Hits += share
		}
		if v, ok := objective.value(c); ok {
			point.Value += share * v
			point.Expected += share * v * c.Score / unless(top)
		}
	}
	point.NDCG += share * metric.WeightedNDCG(gains, wanted, l.K)
	return nil
}
