package clm

import (
	"fmt"
	"time"
)

// Stage is where a customer stands in the lifecycle. The five stages are those
// of customer lifecycle management; [StageRules] decides which one applies.
type Stage string

// The stages in their order. A customer can move in any direction.
const (
	// Acquisition: known to the shop, has hardly looked at it.
	Acquisition Stage = "acquisition"
	// Activation: engaged with the shop, has not bought.
	Activation Stage = "activation"
	// Conversion: has bought, not yet often enough to be a regular.
	Conversion Stage = "conversion"
	// Retention: buys again and again, and is due no longer ago than usual.
	Retention Stage = "retention"
	// Maintenance: has bought and fell silent; to be won back or let go.
	Maintenance Stage = "maintenance"
)

// Stages returns the five stages in their order.
func Stages() []Stage {
	return []Stage{Acquisition, Activation, Conversion, Retention, Maintenance}
}

// Valid reports whether s is one of the five stages.
func (s Stage) Valid() bool {
	switch s {
	case Acquisition, Activation, Conversion, Retention, Maintenance:
		return true
	}
	return false
}

// Activity is what the rules read of a customer. All of it is about one moment
// and counts nothing that came later.
type Activity struct {
	SignedUp     bool          // made an account
	Carted       bool          // put something in the cart at least once
	Interactions int           // views, searches, clicks and messages, at least 0
	Orders       int           // orders, at least 0
	LastOrder    time.Time     // when the last order was; zero without orders
	MeanGap      time.Duration // mean time between orders; 0 with fewer than two
}

// StageRules says when a customer is in which stage. The zero value holds the
// defaults, and so does a nil pointer. The rules are read from top to bottom
// and the first that holds decides:
//
//	maintenance  at least one order, and silent for longer than the lapse limit
//	retention    at least RetainedAfter orders
//	conversion   at least one order
//	activation   signed up, used the cart, or at least ActiveAfter interactions
//	acquisition  everybody else
//
// The lapse limit is LapseAfter or LapseGaps times the customer's own mean gap
// between orders, whichever is longer, but never more than LapseAtMost: who
// buys twice a year is not lost after three months.
type StageRules struct {
	// ActiveAfter is the number of interactions that make a customer active.
	// Default: 3.
	ActiveAfter int
	// RetainedAfter is the number of orders that make a regular. Default: 2.
	RetainedAfter int
	// LapseAfter is the shortest silence that counts as lapsed.
	// Default: 90 days.
	LapseAfter time.Duration
	// LapseGaps is how many of the customer's own mean gaps between orders a
	// silence has to exceed to count as lapsed. Default: 2.
	LapseGaps float64
	// LapseAtMost is the silence after which everybody is lapsed.
	// Default: 365 days.
	LapseAtMost time.Duration
}

// A Placement is the stage of one customer at one moment.
type Placement struct {
	Stage Stage `json:"stage"`
	// Reason names the facts that decided, for humans.
	Reason string `json:"reason"`
	// Lapses is when silence alone would move the customer to maintenance:
	// the latest time to act before it. Zero for customers without an order.
	Lapses time.Time `json:"lapses,omitzero"`
}

const day = 24 * time.Hour

func (r *StageRules) defaults() StageRules {
	d := StageRules{ActiveAfter: 3, RetainedAfter: 2, LapseAfter: 90 * day, LapseGaps: 2, LapseAtMost: 365 * day}
	if r == nil {
		return d
	}
	if r.ActiveAfter > 0 {
		d.ActiveAfter = r.ActiveAfter
	}
	if r.RetainedAfter > 0 {
		d.RetainedAfter = r.RetainedAfter
	}
	if r.LapseAfter > 0 {
		d.LapseAfter = r.LapseAfter
	}
	if r.LapseGaps > 0 {
		d.LapseGaps = r.LapseGaps
	}
	if r.LapseAtMost > 0 {
		d.LapseAtMost = r.LapseAtMost
	}
	return d
}

// Place returns the stage of a customer with that activity at the time at.
// It is a pure function: the same activity and time give the same placement.
func (r *StageRules) Place(a Activity, at time.Time) Placement {
	rules := r.defaults()
	if a.Orders > 0 {
		return rules.placeBuyer(a, at)
	}
	switch {
	case a.SignedUp:
		return Placement{Stage: Activation, Reason: "signed up, no order yet"}
	case a.Carted:
		return Placement{Stage: Activation, Reason: "used the cart, no order yet"}
	case a.Interactions >= rules.ActiveAfter:
		return Placement{Stage: Activation, Reason: fmt.Sprintf("%d interactions, no order yet", a.Interactions)}
	}
	return Placement{Stage: Acquisition, Reason: fmt.Sprintf("%d interactions, active from %d", a.Interactions, rules.ActiveAfter)}
}

func (r *StageRules) placeBuyer(a Activity, at time.Time) Placement {
	limit := r.lapse(a.MeanGap)
	silent := at.Sub(a.LastOrder)
	p := Placement{
		Lapses: a.LastOrder.Add(limit),
		Reason: fmt.Sprintf("%s, the last %d days ago, lapsed after %d", count(a.Orders, "order"), int(silent/day), int(limit/day)),
	}
	switch {
	case silent > limit:
		p.Stage = Maintenance
	case a.Orders >= r.RetainedAfter:
		p.Stage = Retention
	default:
		p.Stage = Conversion
	}
	return p
}

// lapse returns the silence after which a customer with that mean gap between
// orders counts as lapsed.
func (r *StageRules) lapse(meanGap time.Duration) time.Duration {
	own := min(r.LapseGaps*float64(meanGap), float64(r.LapseAtMost))
	return min(max(r.LapseAfter, time.Duration(own)), r.LapseAtMost)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Transition returns the event that records that a customer moved from one
// stage to another at the time at; from is empty for the first placement. Its
// id follows from its content, so appending it twice records it once.
func Transition(customer CustomerID, from, to Stage, at time.Time) Event {
	at = at.UTC()
	return Event{
		ID:       fmt.Sprintf("stage/%s/%s/%s", customer, to, at.Format(time.RFC3339Nano)),
		Customer: customer,
		Kind:     StageChanged,
		Time:     at,
		From:     from,
		To:       to,
	}
}
