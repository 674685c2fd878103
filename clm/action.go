package clm

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// An Action is something that the shop is about to do to a customer: a message
// to send. Gates judge it, and an [Outbox] carries it out.
type Action struct {
	// ID identifies the action; sending it twice sends it once.
	ID       string     `json:"id"`
	Customer CustomerID `json:"customer"`
	// Purpose is what the action is for, such as "marketing" or "service":
	// consent is given per purpose.
	Purpose string `json:"purpose"`
	// Channel is how it reaches the customer, such as "email".
	Channel string `json:"channel"`
	// Time is when it is to be sent.
	Time time.Time `json:"time"`
	// Subject and Body are what the customer reads.
	Subject string `json:"subject,omitempty"`
	Body    string `json:"body"`
	// Items are the products that the text is about.
	Items []ItemID `json:"items,omitempty"`
	// Decision ties what the customer does next to this action; it comes
	// back in [Event.Decision]. Default: the action's ID.
	Decision string `json:"decision,omitempty"`
	// Evidence are the ids of events and items that the action rests on.
	Evidence []string `json:"evidence,omitempty"`
}

// Validate reports the first rule that a breaks, as a [*FieldError], or nil.
func (a *Action) Validate() error {
	c := checker{kind: "action", id: a.ID}
	c.ident("id", a.ID)
	c.ident("customer", string(a.Customer))
	c.ident("purpose", a.Purpose)
	c.ident("channel", a.Channel)
	c.text("subject", a.Subject, MaxText)
	c.text("body", a.Body, MaxText)
	c.text("decision", a.Decision, MaxID)
	c.need("body", a.Body != "")
	c.need("time", !a.Time.IsZero())
	return c.err()
}

// An Outbox carries actions out. Send is idempotent: an action whose ID was
// sent before is not sent again and is no error. Implementations are safe for
// concurrent use.
type Outbox interface {
	Send(ctx context.Context, a Action) error
}

// OutboxFunc makes an [Outbox] of a function.
type OutboxFunc func(ctx context.Context, a Action) error

// Send calls f.
func (f OutboxFunc) Send(ctx context.Context, a Action) error { return f(ctx, a) }

// A Gate judges an action before it is carried out. It returns "" to let it
// pass, or the reason why it must not happen, as a short text for humans. An
// error says that the gate could not judge. Gates are called concurrently.
type Gate func(ctx context.Context, a Action) (veto string, err error)

// ErrVetoed is wrapped by the error of an action that a gate stopped.
var ErrVetoed = errors.New("vetoed")

// Guard returns an outbox that sends only what is valid and what all gates let
// pass. The gates are asked in order and the first veto ends it, with an error
// that wraps [ErrVetoed] and says the reason. When a gate fails the action is
// not sent either: a gate that cannot judge is closed.
func Guard(out Outbox, gates ...Gate) Outbox {
	return OutboxFunc(func(ctx context.Context, a Action) error {
		if err := a.Validate(); err != nil {
			return err
		}
		for _, gate := range gates {
			veto, err := gate(ctx, a)
			if err != nil {
				return fmt.Errorf("clm: action %s: gate: %w", a.ID, err)
			}
			if veto != "" {
				return fmt.Errorf("clm: action %s: %s: %w", a.ID, veto, ErrVetoed)
			}
		}
		return out.Send(ctx, a)
	})
}

// Recorded returns an outbox that sends through out and, once that succeeded,
// appends a [Contacted] event to the log. Profiles then know of the contact,
// and what the customer does next can be tied to it. The event's ID follows
// from the action's: an action that is sent again is recorded once.
func Recorded(out Outbox, log Log) Outbox {
	return OutboxFunc(func(ctx context.Context, a Action) error {
		if err := out.Send(ctx, a); err != nil {
			return err
		}
		decision := a.Decision
		if decision == "" {
			decision = a.ID
		}
		return log.Append(ctx, Event{
			ID:       "contacted/" + a.ID,
			Customer: a.Customer,
			Kind:     Contacted,
			Time:     a.Time,
			Channel:  a.Channel,
			Purpose:  a.Purpose,
			Decision: decision,
		})
	})
}
