package main

import (
	"context"
	"slices"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// survey sums up the customers by stage.
func (s *story) survey(ctx context.Context) error {
	rows := map[clm.Stage]*stageRow{}
	for _, stage := range clm.Stages() {
		rows[stage] = &stageRow{Stage: stage, AtRisk: clm.Money{Currency: s.currency}}
	}
	for p, err := range s.profiles.All(ctx) {
		if err != nil {
			return err
		}
		s.summary.Customers++
		if err := rows[p.Stage.Stage].add(p, s); err != nil {
			return err
		}
	}
	stakes, err := s.stakes(ctx, 0)
	if err != nil {
		return err
	}
	for _, stake := range stakes {
		p, err := s.profiles.Get(ctx, stake.Risk.Customer)
		if err != nil {
			return err
		}
		row := rows[p.Stage.Stage]
		if row.AtRisk, err = row.AtRisk.Add(stake.AtRisk); err != nil {
			return err
		}
	}
	for _, stage := range clm.Stages() {
		rows[stage].Risk /= churn.Probability(max(1, rows[stage].Buyers))
		s.summary.Stages = append(s.summary.Stages, *rows[stage])
	}
	return nil
}

// add counts a customer. Risk is a sum until all are counted.
func (r *stageRow) add(p *profile.Profile, s *story) error {
	r.Customers++
	for _, m := range p.Monetary() {
		i := slices.IndexFunc(r.Value, func(v clm.Money) bool { return v.Currency == m.Currency })
		if i < 0 {
			r.Value = append(r.Value, m)
			continue
		}
		sum, err := r.Value[i].Add(m)
		if err != nil {
			return err
		}
		r.Value[i] = sum
	}
	if p.Frequency() > 0 {
		r.Buyers++
	}
	risk, err := s.riskOf(p)
	if risk != nil {
		r.Risk += risk.Probability
	}
	return err
}

// worth ranks the customers by the money at risk.
func (s *story) worth(ctx context.Context) error {
	stakes, err := s.stakes(ctx, 10)
	s.summary.Worth = stakes
	if s.customer == "" && len(stakes) > 0 {
		s.customer = string(stakes[0].Risk.Customer)
	}
	if s.customer == "" {
		s.customer = string(s.events[0].Customer) // nobody is at risk
	}
	return err
}

// portrait looks at one customer.
func (s *story) portrait(ctx context.Context) error {
	p, err := s.profiles.Get(ctx, clm.CustomerID(s.customer))
	if err != nil {
		return err
	}
	view := portrait{
		Profile: p, Placement: p.Place(nil, s.at), Monetary: p.Monetary(),
		Interests: p.Categories.Affinities(s.at, 0), Brands: p.Brands.Affinities(s.at, 0), Traits: p.Traits(s.at, nil),
	}
	if recency, ok := p.Recency(s.at); ok {
		view.RecencyDay = int(recency.Hours() / 24)
	}
	if band, ok := p.PriceBand(s.currency); ok {
		view.PriceBand = &band
	}
	view.Risk, err = s.riskOf(p)
	s.summary.Portrait = view
	return err
}
