package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/content"
	"github.com/clmkit/clmkit/recommend"
	"github.com/clmkit/clmkit/support"
)

// horizon is how far the loop looks ahead, and how long its hold-out is.
const horizon = 90 * 24 * time.Hour

// now is the clock of the log: the shop's own time, so that the same events
// give the same summary on any day.
func (s *story) now() time.Time { return s.at }

// learnChurn fits the churn model on what is known now, and measures one that
// was fitted a horizon earlier on what came since.
func (s *story) learnChurn(ctx context.Context) error {
	s.meter.Start("learning churn", 0)
	history := &churn.History{Events: slices.Values(s.events), Folder: s.folder, Currency: s.currency, Until: s.at}
	definition := churn.Definition{Horizon: horizon}
	var err error
	if s.risk, err = fitChurn(ctx, history, definition, s.at); err != nil {
		return err
	}
	s.path("churn risk", string(s.risk.Path), s.risk.Why)
	cut := s.at.Add(-horizon)
	s.summary.Quality.Cut = cut
	earlier, err := fitChurn(ctx, history, definition, cut)
	if err != nil {
		return err
	}
	test, err := history.Cases(definition, cut)
	if err == nil {
		s.summary.Quality.Churn, err = churn.Evaluate(earlier, test)
	}
	if errors.Is(err, churn.ErrIncomplete) || errors.Is(err, churn.ErrOutcomes) {
		s.summary.Quality.ChurnWhy, err = err.Error(), nil
	}
	return err
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
	opts.EASE.MaxItems = 2000 // a third of the time of the default, for a demonstration
	evaluation, err := recommend.Evaluate(ctx, clm.Events(ctx, s.log), s.catalogue, s.at.Add(-horizon), &recommend.EvaluateOptions{Fit: opts})
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
