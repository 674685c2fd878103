// Package churn says how likely a customer is to stop ordering, why, and what
// that would cost. Churn is what a stored [Definition] says it is.
//
// Take cases from history, fit, and predict from the same profiles that serve
// everything else:
//
//	history := churn.History{Events: events, Folder: folder, Currency: "GBP", Until: now}
//	var definition churn.Definition // no order within 90 days
//	cases, err := history.Cases(definition, definition.Cuts(now, 3)...)
//	model, err := churn.Fit(ctx, cases, nil)
//	risk, err := model.Risk(p, now)
//	risk.Probability // 0.86
//	risk.Reasons[0]  // +1.10 recency: last order 78 days ago, 0 orders in the last 60 days
//	stakes, err := model.Stakes(ctx, profiles, now, "GBP", 10) // most worth saving
//
// # No look ahead
//
// The values of a case come from [profile.Folder.AsOf] its cut, its outcome
// from the window behind it. A window that is not over is refused.
//
// # Probabilities
//
// A [Probability] is calibrated on customers that the model had not seen, and
// comes with its definition and its baselines. What it cannot know is how
// seasons move the level from the windows it learned from to the next one:
// measure with [Evaluate] on the last complete window. With too few cases the
// base rate is all there is, and [Risk.Path] says so. Ranks are a
// [Percentile], which is another type.
//
// # Money
//
// Amounts of different currencies are never added or converted. The caller
// names the currency, and what is in another does not count as money.
package churn
