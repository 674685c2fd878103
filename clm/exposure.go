package clm

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// An Exposure is what one customer was shown by one decision: a list of
// recommendations, the items of a message. Together with the events that name
// the decision it says what was seen and not taken, and what a policy that
// decides otherwise would have been worth.
type Exposure struct {
	// Decision identifies the exposure. It comes back in [Event.Decision].
	Decision string     `json:"decision"`
	Customer CustomerID `json:"customer"`
	Time     time.Time  `json:"time"`
	// Surface is where it was shown: "home", "cart", "email".
	Surface string `json:"surface,omitempty"`
	// Policy is what decided: the name and version of a model or rule.
	Policy string `json:"policy,omitempty"`
	// Shown are the items in the order of their places.
	Shown []Shown `json:"shown,omitempty"`
}

// Shown is one item of an [Exposure].
type Shown struct {
	Item ItemID `json:"item"`
	// Propensity is the probability, in (0, 1], with which the policy puts
	// this item in this place for this customer; 0 means that it is not known.
	Propensity float64 `json:"propensity,omitempty"`
	// Score is what the item was ranked by, in the policy's own unit.
	Score float64 `json:"score,omitempty"`
}

// Validate reports the first rule that e breaks, as a [*FieldError], or nil.
func (e *Exposure) Validate() error {
	c := checker{kind: "exposure", id: e.Decision}
	c.ident("decision", e.Decision)
	c.ident("customer", string(e.Customer))
	c.need("time", !e.Time.IsZero())
	c.text("surface", e.Surface, MaxID)
	c.text("policy", e.Policy, MaxID)
	if len(e.Shown) > MaxLines {
		c.fail("shown", "%d items, at most %d are allowed", len(e.Shown), MaxLines)
	}
	for i, s := range e.Shown {
		field := fmt.Sprintf("shown[%d].", i)
		c.ident(field+"item", string(s.Item))
		if !(s.Propensity >= 0 && s.Propensity <= 1) {
			c.fail(field+"propensity", "%v is not in [0, 1]", s.Propensity)
		}
		if s.Score-s.Score != 0 {
			c.fail(field+"score", "%v is not a finite number", s.Score)
		}
		if c.first != nil {
			break
		}
	}
	return c.err()
}

// Exposures keeps exposures. It holds personal data, so every implementation
// is an [Eraser] too.
//
// Implementations are safe for concurrent use. [RunExposures] of clm/clmtest is
// the suite that they have to pass.
//
// [RunExposures]: https://pkg.go.dev/github.com/clmkit/clmkit/clm/clmtest#RunExposures
type Exposures interface {
	Eraser

	// Expose validates the exposures and adds them, all or none. One whose
	// decision is known already changes nothing, so that a retry records once.
	// Expose does not keep its arguments.
	Expose(ctx context.Context, exposures ...Exposure) error

	// Exposed yields the exposures that a question asks for, by time, of the
	// same time by decision. An error ends the sequence.
	Exposed(ctx context.Context, q ExposureQuery) iter.Seq2[Exposure, error]
}

// An ExposureQuery asks for exposures. Its zero value asks for all.
type ExposureQuery struct {
	Customer CustomerID // of one customer; empty is all
	Since    time.Time  // at or after; zero is the beginning
	Until    time.Time  // before; zero is no end
}
