// Package explore gives some places of a list to items of which too little is
// known, and says with which probability each item stands where it stands.
//
//	occasion := explore.Occasion{Seed: 7, Customer: "ann", At: now, Surface: "home"}
//	choices, err := explore.Thompson{}.Choose(arms, 10, occasion.Random())
//	if err != nil {
//		return err
//	}
//	exposure := clm.Exposure{Decision: occasion.Decision(), Customer: "ann", Time: now}
//	for _, c := range choices {
//		exposure.Shown = append(exposure.Shown, clm.Shown{Item: items[c.Arm], Propensity: c.Propensity})
//	}
//
// A recommender that shows only what it thinks best never learns what it is wrong
// about: new items are not shown, so they are not bought, so they are not shown.
// And what another policy would have been worth can only be told from a log in
// which chance had a part, and in which its part is written down.
//
// # What chance may do
//
// A policy gets a list and further items, all of which may be shown, and changes
// only the last places of the list that nothing holds. It puts nothing else there.
//
// # Propensities
//
// [Choice.Propensity] is what [clm.Shown.Propensity] asks for: the probability
// with which the policy puts this item in this place for this customer, over all that
// it could have drawn before and after. It is not the probability given the items
// that stand before it. Of the same kind are those that [Policy.Propensities]
// returns, so their ratio is the weight of a reward in the item-position model:
// what an item earns in a place does not depend on its neighbours (Li, Abbasi-Yadkori,
// Kveton et al., Offline evaluation of ranking policies with click models, 2018).
//
// No propensity is estimated by drawing: each is a formula ([EpsilonGreedy]) or an
// integral over one variable ([Thompson], [Softmax]), right to about 1e-9.
package explore
