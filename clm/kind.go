package clm

// Kind names what happened in an [Event]. The zero Kind is invalid.
type Kind string

// The kinds of events. The comment says which fields, besides the ones that
// every event needs, a kind requires; [Event.Validate] enforces it.
const (
	SignedUp     Kind = "signed_up"     // the customer made an account
	Viewed       Kind = "viewed"        // Item
	Searched     Kind = "searched"      // Query
	CartAdded    Kind = "cart_added"    // Item; Quantity 0 means 1
	CartRemoved  Kind = "cart_removed"  // Item; Quantity 0 means 1
	Ordered      Kind = "ordered"       // Lines: one event is one whole order
	Returned     Kind = "returned"      // Lines: what came back, as positive numbers
	Reviewed     Kind = "reviewed"      // Item and Text; Rating is optional
	Rated        Kind = "rated"         // Item and Rating
	Messaged     Kind = "messaged"      // Text: the customer wrote to the shop
	Contacted    Kind = "contacted"     // Channel: the shop wrote to the customer
	Opened       Kind = "opened"        // Decision: which contact was opened
	Clicked      Kind = "clicked"       // Item or Decision: what was clicked
	Unsubscribed Kind = "unsubscribed"  // Channel; empty means all of them
	Consented    Kind = "consented"     // Purpose; Granted says yes or no
	StageChanged Kind = "stage_changed" // To, and From unless it is the first stage
	Inferred     Kind = "inferred"      // Traits: what a reader found out
	Corrected    Kind = "corrected"     // Correction: a word on a trait
	Identified   Kind = "identified"    // Alias or Owner; Granted says that it is the same customer
)

// Kinds returns every kind, in the order in which they are declared.
func Kinds() []Kind {
	return []Kind{
		SignedUp, Viewed, Searched, CartAdded, CartRemoved, Ordered, Returned,
		Reviewed, Rated, Messaged, Contacted, Opened, Clicked, Unsubscribed,
		Consented, StageChanged, Inferred, Corrected, Identified,
	}
}

// ByCustomer reports whether events of kind k are something that the customer
// did, as opposed to what the shop did or derived. Only these count as the
// customer being active.
func (k Kind) ByCustomer() bool {
	switch k {
	case Contacted, StageChanged, Inferred, Corrected, Identified:
		return false
	}
	return true
}
