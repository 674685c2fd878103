// Package profile folds the events of each customer into a [Profile]: recency,
// frequency and monetary value, the rhythm of orders, interest in categories
// and brands that fades with time, the band of prices, hours, channels,
// returns, consents and the lifecycle stage.
//
// Bring a view up to date with a log, then ask the store:
//
//	var store profile.Memory
//	view := profile.NewView(&store, profile.NewFolder(catalogue, nil))
//	caught, err := clm.CatchUp(ctx, log, nil, view)
//	p, err := store.Get(ctx, "c-17")
//	p.Recency(at)                    // time since the last order
//	p.Categories.Affinities(at, 0)   // interests, strongest first
//	p.Place(nil, at)                 // lifecycle stage and its reason
//
// # What holds
//
// A profile has a fixed upper size, but for one entry for each purpose and channel
// that a consent or an unsubscription names. The same events give the same profile
// in whatever order and batches they come, as long as none overflows a sum: counts and sums are integers, and what
// is kept one by one (the latest orders, the latest word on a consent) is
// chosen by time and id. A [View] counts each entry of a log once, because the
// position is committed with the profiles.
//
// # As of a moment
//
// [Folder.AsOf] gives the profiles as they were at a moment. Predictions are
// trained on such profiles, so that the code that sees the past in training is
// the code that sees the present in use.
package profile
