package recommend

import (
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
)

// ReasonKind says what a [Reason] states.
type ReasonKind string

// The kinds of reasons. The comment says which fields of a [Reason] they use.
const (
	// AlsoBought: Count other customers bought Items[0], which is in the
	// customer's history, and this item.
	AlsoBought = ReasonKind(candidate.AlsoBought)
	// AlsoLooked: Count other customers looked at Items[0], which is in the
	// customer's history, and at this item.
	AlsoLooked = ReasonKind(candidate.AlsoLooked)
	// BoughtTogether: Count orders of other customers hold Items[0], which is in
	// the customer's history, and this item.
	BoughtTogether = ReasonKind(candidate.BoughtTogether)
	// BoughtNext: Count other customers bought this item in one of the orders
	// right after one with Items[0], which is in the customer's history.
	BoughtNext = ReasonKind(candidate.BoughtNext)
	// BoughtAlike: Count of the customers with the most similar histories
	// bought this item.
	BoughtAlike = ReasonKind(candidate.BoughtAlike)
	// Popular: Count customers bought this item within the Window, or ever
	// if Window is 0.
	Popular = ReasonKind(candidate.Popular)
	// Rising: Count customers bought this item within the Window, Before of them
	// in the one before it.
	Rising = ReasonKind(candidate.Rising)
	// LookedAt: Count customers viewed this item, or put it in the cart, within
	// the Window.
	LookedAt = ReasonKind(candidate.Looked)
	// Arrived: the item is new since Last.
	Arrived = ReasonKind(candidate.Arrived)
	// BoughtBefore: the customer ordered this item, which is Items[0], Count
	// times, at Last for the last time.
	BoughtBefore = ReasonKind(candidate.BoughtBefore)
	// SimilarText: the item's text is near that of Items[0], which is in the
	// customer's history, or Query, which the customer searched for. Both have
	// the Words, of which there may be none.
	SimilarText = ReasonKind(candidate.SimilarText)
)

// A Reason is a true statement about the events or the catalogue. It is that
// of the source with the largest share in the item's score that has something
// to say, or else how popular the item is; it is never the only cause of the
// rank. The zero Reason, for an item about which nothing can be said, is rare.
type Reason struct {
	Kind   ReasonKind    `json:"kind"`
	Items  []clm.ItemID  `json:"items,omitempty"`
	Query  string        `json:"query,omitempty"`
	Count  int           `json:"count,omitempty"`  // customers or orders, counted in the events
	Before int           `json:"before,omitempty"` // customers, in the window before the Window
	Window time.Duration `json:"window,omitempty"` // before [Model.At], in nanoseconds
	Last   time.Time     `json:"last,omitzero"`
	Words  []string      `json:"words,omitempty"`
}

// reasonOf returns a cause with ids for numbers.
func (m *Model) reasonOf(c candidate.Cause) Reason {
	r := Reason{Kind: ReasonKind(c.Kind), Query: c.Query, Count: c.Count, Before: c.Before, Window: c.Window, Last: c.Last, Words: c.Words}
	if len(c.Items) > 0 {
		r.Items = m.past.IDs(c.Items...)
	}
	return r
}
