package rerank

import (
	"context"
	"slices"
)

// Gated is a stage behind its verdict. It is immutable, and safe for concurrent
// use.
type Gated struct {
	stage   Stage
	options Options
	on      map[Segment]bool
	why     map[Segment]string
}

// NewGated puts a stage behind a verdict, which must be about the same stage:
// another model, prompt or share is to be measured anew. Without a verdict the
// stage is off.
func NewGated(stage Stage, v *Verdict) *Gated {
	g := &Gated{stage: stage, on: map[Segment]bool{}, why: map[Segment]string{}}
	if v == nil {
		return g
	}
	g.options = v.Options
	for _, f := range v.Findings {
		g.on[f.Segment], g.why[f.Segment] = f.On, f.Why
	}
	return g
}

// On reports the segments in which the stage is on, in alphabetical order.
func (g *Gated) On() []Segment {
	var on []Segment
	for s, yes := range g.on {
		if yes {
			on = append(on, s)
		}
	}
	slices.Sort(on)
	return on
}

// Apply orders the list as [Apply] does where the stage is on, under the options
// that it was measured with. Elsewhere the list is as it was, no model is asked,
// and the result says why.
func (g *Gated) Apply(ctx context.Context, q Query, items []Item) *Result {
	if g.on[q.Segment] {
		return Apply(ctx, g.stage, q, items, &g.options)
	}
	r := kept(len(items), Off, nil)
	r.Why = "off: not measured on such lists"
	if why, ok := g.why[q.Segment]; ok {
		r.Why = why
	}
	return r
}
