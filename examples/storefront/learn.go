package main

import (
	"context"
	"errors"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/content"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/recommend"
	"github.com/clmkit/clmkit/support"
)

// horizon is how far the loop looks ahead, and how long its hold-out is.
const horizon = 90 * 24 * time.Hour

// now is the clock of the log: the shop's own time, so that the same events
// give the same summary on any day.
func (s *story) now() time.Time { return s.at }

// learnChurn fits the churn model on what is known now, and measures one that
// was fitted a horizon earlier on what came since. What is measured does without
// the catalogue, which knows titles of later days.
func (s *story) learnChurn(ctx context.Context) error {
	s.meter.Start("learning churn", 0)
	definition := churn.Definition{Horizon: horizon}
	history := &churn.History{Events: clm.Events(ctx, s.log), Folder: profile.NewFolder(s.catalogue, nil), Currency: s.currency, Until: s.at}
	cut := s.at.Add(-horizon)
	s.summary.Quality.Cut = cut
	risk, err := fitChurn(ctx, history, definition, s.at)
	if errors.Is(err, churn.ErrNoCases) { // no customer was there a horizon ago
		s.path("churn risk", "none", err.Error())
		s.summary.Quality.ChurnWhy = err.Error()
		return nil
	}
	if err != nil {
		return err
	}
	s.risk = risk
	s.path("churn risk", string(risk.Path), risk.Why)
	history.Folder = profile.NewFolder(nil, nil)
	s.summary.Quality.Churn, err = measureChurn(ctx, history, definition, cut)
	if errors.Is(err, churn.ErrNoCases) || errors.Is(err, churn.ErrIncomplete) || errors.Is(err, churn.ErrOutcomes) {
		s.summary.Quality.ChurnWhy, err = err.Error(), nil
	}
	return err
}

// measureChurn compares a model of a moment with what came in the horizon after.
func measureChurn(ctx context.Context, h *churn.History, d churn.Definition, cut time.Time) (*churn.Evaluation, error) {
	model, err := fitChurn(ctx, h, d, cut)
	if err != nil {
		return nil, err
	}
	test, err := h.Cases(d, cut)
	if err != nil {
		return nil, err
	}
	return churn.Evaluate(model, test)
}

// riskOf predicts for a customer. It returns nil for customers without an
// order, and when there was no history to learn from.
func (s *story) riskOf(p *profile.Profile) (*churn.Risk, error) {
	if s.risk == nil {
		return nil, nil
	}
	risk, err := s.risk.Risk(p, s.at)
	if errors.Is(err, churn.ErrPopulation) {
		return nil, nil
	}
	return &risk, err
}

// stakes ranks the customers by the money at risk; all of them without a limit.
func (s *story) stakes(ctx context.Context, limit int) ([]churn.Stake, error) {
	if s.risk == nil {
		return nil, nil
	}
	return s.risk.Stakes(ctx, s.profiles, s.at, s.currency, limit)
}

// fitChurn learns from the three latest windows that are over at a moment. A
// history that is too short has the base rate of what there is, and the model
// says so.
func fitChurn(ctx context.Context, h *churn.History, d churn.Definition, at time.Time) (*churn.Model, error) {
	cases, err := h.Cases(d, d.Cuts(at, 3)...)
	if err != nil {
		return nil, err
	}
	return churn.Fit(ctx, cases, nil)
}

// learnItems measures the recommender on the hold-out, and fits it on all
// events with the weights that were chosen before the hold-out began.
func (s *story) learnItems(ctx context.Context) error {
	s.meter.Start("learning recommendations", 0)
	opts := &recommend.Options{Progress: func(string) { s.meter.Add(1) }}
	opts.EASE.MaxItems, opts.Blend.MaxCustomers = 1500, 400 // a demonstration does not wait for the last digit
	evaluation, err := recommend.Evaluate(ctx, clm.Events(ctx, s.log), s.earlier, s.at.Add(-horizon), &recommend.EvaluateOptions{Fit: opts})
	switch {
	case errors.Is(err, recommend.ErrNothingToEvaluate):
		s.summary.Quality.RankWhy = err.Error()
	case err != nil:
		return err
	default:
		s.summary.Quality.Recommend = evaluation
		opts.Blend.Use = evaluation.Blends
	}
	s.items, err = recommend.Fit(ctx, clm.Events(ctx, s.log), s.catalogue, s.at, opts)
	return err
}

// brief says what a message is about and what may be said in it. The items are
// the customer's first three recommendations; no discount was granted, so none
// can be promised.
func (s *story) brief(ctx context.Context, customer clm.CustomerID) (*content.Brief, error) {
	p, err := s.profiles.Get(ctx, customer)
	if err != nil {
		return nil, err
	}
	brief := &content.Brief{
		ID: "storefront/" + string(customer), Kind: content.Promotion, Customer: customer, Profile: p,
		Shop: "The Storefront", Channel: content.Email(), Time: s.at,
	}
	if p.Stage.Stage == clm.Maintenance {
		brief.Kind = content.WinBack
	}
	list, err := s.items.Recommend(ctx, recommend.Request{Customer: customer, K: 3})
	if err != nil {
		return nil, err
	}
	for _, item := range list.Items {
		brief.Items = append(brief.Items, item.ID)
	}
	return brief, nil
}

func (s *story) agent() (*support.Agent, error) {
	knowledge, err := support.NewKnowledge(s.documents, nil)
	if err != nil {
		return nil, err
	}
	return support.NewAgent(knowledge, &support.Options{Model: s.model}), nil
}
