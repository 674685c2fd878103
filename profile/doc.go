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
//	p.Traits(at, nil)                // what words and acts say, with the evidence
//	p.Sufficiency(at)                // what all of this rests on, and what is missing
//	p.Describe(at, nil)              // a short text of all that, for a prompt or a person
//
// # What holds
//
// A profile has a fixed upper size, but for one entry for each purpose, channel,
// trait and id that a consent, an unsubscription, a correction or an identification
// names. The same events give the same profile in whatever order and batches they
// come, as long as none overflows a sum: counts and sums are integers, and what is
// kept one by one (the latest orders, the newest readings of a trait, the latest
// word on a consent) is chosen by time and id. A [View] counts each entry of a log once, because the
// position is committed with the profiles.
//
// # Traits
//
// A reader finds traits in events: [FoldOptions.Traits] is one that is asked in the
// fold, and [clm.Inferred] events bring what others found, such as a model. The
// profile keeps the readings, and [Profile.Traits] decides what holds at a moment.
// Corrections and pins are events too, so that they hold after a rebuild. Who a
// customer is, as opposed to what the customer likes, is kept only where
// [FoldOptions.Demographics] names it, and told only with consent.
//
// # One customer, several ids
//
// [Identify] gives the events that say that a visit was a customer's, or was not.
// [Join] reads whole customers. What is known under each id stays apart.
//
// # A portrait
//
// [Profile.Describe] renders what is known as a short text in the customer's
// language, within a budget of tokens and within what the customer consented to;
// [Profile.Portrait] gives the facts behind its references, with their evidence.
// What customers wrote is in it as quotes of one line.
//
// # As of a moment
//
// [Folder.AsOf] gives the profiles as they were at a moment. Predictions are
// trained on such profiles, so that the code that sees the past in training is
// the code that sees the present in use.
package profile
