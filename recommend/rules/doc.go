// Package rules arranges a list of recommendations by what a merchant wants of
// it: promotions, an objective besides relevance, variety, caps, a place for
// what is new.
//
//	r := rules.Rules{
//		Objective:  rules.Objective{By: rules.Price, Weight: 0.25},
//		Diversity:  0.3,
//		Caps:       []rules.Cap{{By: rules.Brand, Most: 2}},
//		Promotions: []rules.Promotion{{Name: "own", Where: own, Share: 0.2, Placement: rules.Spread}},
//	}
//	plan, err := r.Compile(time.Now())
//	if err != nil {
//		return err // rules: promotions[0].share: 2 is not in [0, 1]
//	}
//	list, err := plan.Arrange(&rules.List{Candidates: candidates, K: 10})
//
// What must not be recommended at all is no matter of this package: candidates
// are items that may be shown, and nothing but a candidate or an item of the
// caller's pool comes into a list, each once.
//
// # The order of application
//
//  1. [Freshness] and the popularity penalty multiply the relevance, because
//     they correct it: a model that learns from what was shown and bought thinks
//     too little of what is new and too much of what everybody sees.
//  2. The [Objective] weighs the corrected relevance against a value. So at a
//     weight of 1 the order is that of the value, whatever was corrected.
//  3. [Promotion]s choose their items, by the score so far and under the caps.
//     They come before the rest because their number is fixed, and because the
//     rest has to differ from them.
//  4. The other places are filled one after the other by maximal marginal
//     relevance, under the caps, and in such a way that what has to be there at
//     least (new items, promotions that say so) still fits.
//  5. Promoted items are put into their places; the others keep their order
//     around them.
//
// A rule that is not set does nothing, and the zero [Rules] keep the first k
// candidates as they are. Whatever ties, stays in the order of the candidates, so
// the same input gives the same list.
package rules
