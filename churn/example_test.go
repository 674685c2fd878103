package churn_test

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

func Example() {
	ctx := context.Background()
	now := on(240)
	events := shop(400, 1) // a simulated year of orders
	folder := profile.NewFolder(nil, nil)

	history := churn.History{Events: clm.Sequence(events), Folder: folder, Currency: "EUR", Until: now}
	definition := churn.Definition{Horizon: 60 * day}
	cases, err := history.Cases(definition, definition.Cuts(now, 3)...)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := churn.Fit(ctx, cases, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	profiles, _, _ := folder.AsOf(clm.Sequence(events), now)
	risk, err := model.Risk(profiles["c-007"], now)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(risk.Definition)
	fmt.Printf("%.2f by %s; base rate %.2f, recency only %.2f\n", risk.Probability, risk.Path, risk.BaseRate, risk.RecencyOnly)
	for _, reason := range risk.Reasons[:2] {
		fmt.Printf("%+.2f %s: %s\n", reason.Contribution, reason.Topic, reason.Text)
	}
	// Output:
	// no order within 60 days, of customers with at least 1 order before (version 1)
	// 0.86 by logistic; base rate 0.60, recency only 0.79
	// +1.10 recency: last order 78 days ago, 0 orders in the last 60 days; typical: 0.8 orders
	// +0.34 tenure: known for 204 days; typical: 68 days
}

func ExampleEvaluate() {
	events := shop(400, 1)
	history := churn.History{Events: clm.Sequence(events), Folder: profile.NewFolder(nil, nil), Currency: "EUR"}
	definition := churn.Definition{Horizon: 60 * day}
	past := history
	past.Until = on(240)
	train, err := past.Cases(definition, definition.Cuts(past.Until, 3)...)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := churn.Fit(context.Background(), train, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	test, err := history.Cases(definition, past.Until)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := churn.Evaluate(model, test)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("model     AUC %.2f Brier %.2f\n", e.Model.AUC, e.Model.Calibration.Brier)
	fmt.Printf("base rate AUC %.2f Brier %.2f\n", e.BaseRate.AUC, e.BaseRate.Calibration.Brier)
	// Output:
	// model     AUC 0.89 Brier 0.12
	// base rate AUC 0.50 Brier 0.21
}

func ExampleModel_Stakes() {
	ctx := context.Background()
	now := on(240)
	events := shop(400, 1)
	folder := profile.NewFolder(nil, nil)
	history := churn.History{Events: clm.Sequence(events), Folder: folder, Currency: "EUR", Until: now}
	definition := churn.Definition{Horizon: 60 * day}
	cases, err := history.Cases(definition, definition.Cuts(now, 3)...)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := churn.Fit(ctx, cases, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var store profile.Memory
	profiles, _, _ := folder.AsOf(clm.Sequence(events), now)
	change := profile.Change{Through: 1}
	for _, p := range profiles {
		change.Profiles = append(change.Profiles, p)
	}
	if err := store.Commit(ctx, change); err != nil {
		fmt.Println(err)
		return
	}
	stakes, err := model.Stakes(ctx, &store, now, "EUR", 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(stakes[0].Basis)
	for _, s := range stakes {
		fmt.Printf("%d. %s: %s of %s at risk\n", s.Rank, s.Risk.Customer, s.AtRisk, s.Expected)
	}
	// Output:
	// spend in EUR expected within 60 days at the customer's own pace of repeat purchases, drawn towards that of 400 customers, times the risk of churn (logistic)
	// 1. c-013: 105.22 EUR of 123.66 EUR at risk
	// 2. c-332: 82.05 EUR of 87.27 EUR at risk
}
