package profile

import (
	"context"
	"iter"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// Sweep yields a [clm.StageChanged] event for each customer whose stage by the
// rules at a time differs from the stage that is recorded in the profile, in
// the order of the customers' ids. Append them to the log: the profiles then
// hold the new stage, and a second sweep for the same time yields nothing unless
// events came in between. A sweep does not look behind the recorded stage.
// Because a customer lapses by doing nothing, a sweep is due as often as the
// stages should be current, once a day for most shops. Nil rules are the
// defaults.
func Sweep(ctx context.Context, r Reader, rules *clm.StageRules, at time.Time) iter.Seq2[clm.Event, error] {
	return func(yield func(clm.Event, error) bool) {
		for p, err := range r.All(ctx) {
			if err != nil {
				yield(clm.Event{}, err)
				return
			}
			placed := p.Place(rules, at).Stage
			if placed == p.Stage.Stage || at.Before(p.Stage.Since) {
				continue
			}
			if !yield(clm.Transition(p.Customer, p.Stage.Stage, placed, at), nil) {
				return
			}
		}
	}
}
