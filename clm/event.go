package clm

import (
	"math"
	"time"
)

// CustomerID identifies a customer within one shop. It is opaque to clmkit.
type CustomerID string

// ItemID identifies a product that can be bought. It is opaque to clmkit.
type ItemID string

// An Event is one thing that happened between a customer and a shop. Events
// are the only input of everything that clmkit derives, so they are validated
// once, at the door of a [Log], and never changed after.
type Event struct {
	// ID identifies the event. A [Log] keeps the first event of an ID and
	// ignores repeats, so that a producer can retry without thinking.
	ID string `json:"id"`
	// Customer is who the event is about.
	Customer CustomerID `json:"customer"`
	// Kind says what happened and which of the fields below are read.
	Kind Kind `json:"kind"`
	// Time is when it happened, which may differ from when it was appended.
	Time time.Time `json:"time"`

	// Item is what was viewed, put in the cart, reviewed, rated or clicked.
	Item ItemID `json:"item,omitempty"`
	// Quantity is how many pieces of Item; 0 means 1.
	Quantity int `json:"quantity,omitempty"`
	// Lines are the contents of an order or of a return.
	Lines []Line `json:"lines,omitempty"`
	// Order is the shop's number of the order, on the order and on what
	// refers to it later. Optional.
	Order string `json:"order,omitempty"`

	// Query is what the customer searched for, as typed.
	Query string `json:"query,omitempty"`
	// Text is the customer's own words: a review or a message.
	Text string `json:"text,omitempty"`
	// Rating is the number of stars, in [1, 5].
	Rating float64 `json:"rating,omitempty"`

	// Session groups the events of one visit. Optional.
	Session string `json:"session,omitempty"`
	// Channel is where it happened: "web", "store", "email". Free text.
	Channel string `json:"channel,omitempty"`
	// Decision is the [Action.Decision] that this event follows from: it
	// ties an order to the message or the recommendation that led to it.
	Decision string `json:"decision,omitempty"`

	// Purpose is what a consent is about, such as "marketing".
	Purpose string `json:"purpose,omitempty"`
	// Granted says whether the consent was given or withdrawn.
	Granted bool `json:"granted,omitempty"`

	// From and To are the stages of a transition. From is empty on the first.
	From Stage `json:"from,omitempty"`
	To   Stage `json:"to,omitempty"`

	// Traits are what a reader found out about the customer.
	Traits []Trait `json:"traits,omitempty"`
	// Correction is a word on a trait.
	Correction *Correction `json:"correction,omitempty"`
	// Alias is another id under which the customer has events, such as that of
	// an anonymous visit. Granted says that it is the customer's, or not any more.
	Alias CustomerID `json:"alias,omitempty"`
	// Owner is the customer to whom the id of this event belongs: the other
	// side of Alias.
	Owner CustomerID `json:"owner,omitempty"`
}

// A Line is one product of an order or of a return.
type Line struct {
	Item ItemID `json:"item"`
	// Quantity is the number of pieces, at least 1.
	Quantity int `json:"quantity"`
	// Amount is what the whole line cost after discounts, not the price of a
	// piece. All lines of an event have the same currency.
	Amount Money `json:"amount"`
}

// Total returns the sum of the event's lines. It is the zero Money when there
// are none, and an error wrapping [ErrCurrency] or [ErrOverflow] when the lines
// cannot be added up; events that passed [Event.Validate] always can.
func (e *Event) Total() (Money, error) {
	if len(e.Lines) == 0 {
		return Money{}, nil
	}
	total := Money{Currency: e.Lines[0].Amount.Currency}
	for _, l := range e.Lines {
		sum, err := total.Add(l.Amount)
		if err != nil {
			return Money{}, err
		}
		total = sum
	}
	return total, nil
}

// Pieces returns the number of pieces that the event is about: the sum over
// its lines, or Quantity, of which 0 counts as 1, for an event with an Item.
// It saturates at the largest int.
func (e *Event) Pieces() int {
	if len(e.Lines) == 0 {
		if e.Item == "" {
			return 0
		}
		return max(1, e.Quantity)
	}
	n := 0
	for _, l := range e.Lines {
		if n > math.MaxInt-l.Quantity {
			return math.MaxInt
		}
		n += l.Quantity
	}
	return n
}

// Items yields every item that the event names, one after another, repeats
// included.
func (e *Event) Items(yield func(ItemID) bool) {
	if e.Item != "" && !yield(e.Item) {
		return
	}
	for _, l := range e.Lines {
		if !yield(l.Item) {
			return
		}
	}
}

// clone returns a copy that shares nothing with e.
func (e Event) clone() Event {
	if e.Lines != nil {
		e.Lines = append([]Line(nil), e.Lines...)
	}
	if e.Traits != nil {
		e.Traits = cloneTraits(e.Traits)
	}
	if e.Correction != nil {
		e.Correction = new(*e.Correction)
	}
	return e
}
