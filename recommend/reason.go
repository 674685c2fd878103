package recommend

import (
	"fmt"
	"strings"
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
	// Popular: Count customers bought this item within the Window, or ever
	// if Window is 0.
	Popular = ReasonKind(candidate.Popular)
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
	Window time.Duration `json:"window,omitempty"` // before [Model.At], in nanoseconds
	Last   time.Time     `json:"last,omitzero"`
	Words  []string      `json:"words,omitempty"`
}

// English returns the reason as a clause such as "41 customers who bought Red
// mug also bought this", with the titles that the catalogue has, or else ids.
func (r Reason) English(catalogue *clm.Catalogue) string {
	name := r.Query
	if len(r.Items) > 0 {
		name = string(r.Items[0])
		if item := catalogue.Item(r.Items[0]); item != nil && item.Title != "" {
			name = item.Title
		}
	}
	switch r.Kind {
	case AlsoBought:
		return fmt.Sprintf("%s who bought %s also bought this", count(r.Count, "customer"), name)
	case Popular:
		return "bought by " + count(r.Count, "customer") + within(r.Window)
	case BoughtBefore:
		return fmt.Sprintf("you ordered this %s, last on %s", count(r.Count, "time"), r.Last.Format(time.DateOnly))
	case SimilarText:
		return "its text is similar to " + name + sharing(r.Words)
	}
	return ""
}

// reasonOf returns a cause with ids for numbers.
func (m *Model) reasonOf(c candidate.Cause) Reason {
	r := Reason{Kind: ReasonKind(c.Kind), Query: c.Query, Count: c.Count, Window: c.Window, Last: c.Last, Words: c.Words}
	if len(c.Items) > 0 {
		r.Items = m.past.IDs(c.Items...)
	}
	return r
}

func sharing(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return ": shared words " + strings.Join(words, ", ")
}

func within(window time.Duration) string {
	switch {
	case window == 0:
		return ""
	case window%day != 0:
		return " in the last " + window.String()
	}
	return " in the last " + count(int(window/day), "day")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
