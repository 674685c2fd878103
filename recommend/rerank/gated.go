package rerank

import (
	"context"
	"maps"
	"slices"
)

// Gated are stages behind their verdicts. It is immutable, and safe for
// concurrent use.
type Gated struct {
	on  map[Segment]choice
	why map[Segment]string // of segments in which nothing is on
}

// choice is the stage of a segment, as it was measured.
type choice struct {
	name    string
	stage   Stage
	options Options
	low     float64 // what it surely adds
}

// NewGated puts a stage behind a verdict, which must be about the same stage:
// another model, prompt or share is to be measured anew. Without a verdict the
// stage is off.
func NewGated(stage Stage, v *Verdict) *Gated {
	g := &Gated{on: map[Segment]choice{}, why: map[Segment]string{}}
	if v != nil {
		g.add(stage, v)
	}
	return g
}

// NewBest puts several stages, by the names under which they were measured,
// behind their verdicts: in each segment the one that is on and surely adds the
// most runs, of equals the first. A verdict on a stage that is not there counts
// for nothing.
func NewBest(stages map[string]Stage, verdicts []*Verdict) *Gated {
	g := NewGated(nil, nil)
	for _, v := range verdicts {
		if stage, ok := stages[v.Stage]; ok {
			g.add(stage, v)
		}
	}
	return g
}

func (g *Gated) add(stage Stage, v *Verdict) {
	for _, f := range v.Findings {
		best, taken := g.on[f.Segment]
		switch {
		case f.On && (!taken || f.Low > best.low):
			g.on[f.Segment] = choice{v.Stage, stage, v.Options, f.Low}
		case g.why[f.Segment] == "":
			g.why[f.Segment] = f.Why
		}
	}
}

// On reports the segments in which a stage is on, in alphabetical order.
func (g *Gated) On() []Segment { return slices.Sorted(maps.Keys(g.on)) }

// Apply orders the list as [Apply] does where a stage is on, under the options
// that it was measured with. Elsewhere the list is as it was, no model is asked,
// and the result says why.
func (g *Gated) Apply(ctx context.Context, q Query, items []Item) *Result {
	if c, ok := g.on[q.Segment]; ok {
		r := Apply(ctx, c.stage, q, items, &c.options)
		r.Stage = c.name
		return r
	}
	r := kept(len(items), Off, nil)
	r.Why = "off: not measured on such lists"
	if why, ok := g.why[q.Segment]; ok {
		r.Why = why
	}
	return r
}
