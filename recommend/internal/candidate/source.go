package candidate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A Source scores items for a history. Sources are immutable and safe for
// concurrent use.
type Source interface {
	// Score adds the score of each item that the source would propose, to
	// scores that are empty before. Greater is better; 0 is "knows nothing".
	Score(ctx context.Context, h *interaction.History, s *Scores) error
	// Cause says why an item got its score, with what is counted in the
	// events; false when nothing can be said that is true.
	Cause(h *interaction.History, item int32) (Cause, bool)
}

// A Ranked source gives every customer the same scores.
type Ranked interface {
	Source
	// Order returns all items with a score, the best first. It is shared.
	Order() []int32
	// Of returns the score of an item.
	Of(item int32) float64
}

// A Kind says what a [Cause] states.
type Kind string

// The kinds of causes. The comment says which fields they use.
const (
	AlsoBought   Kind = "also_bought"   // Count other customers bought Items[0] of the history and this item
	Popular      Kind = "popular"       // Count customers bought this item within the Window, or ever if that is 0
	BoughtBefore Kind = "bought_before" // the customer ordered this item Count times, at Last for the last time
	SimilarText  Kind = "similar_text"  // its text is near that of Items[0] or Query, and both have the Words

	BoughtTogether Kind = "bought_together" // Count orders of other customers hold Items[0] of the history and this item
	BoughtNext     Kind = "bought_next"     // Count other customers bought this item in one of the orders right after one with Items[0] of the history
	BoughtAlike    Kind = "bought_alike"    // Count customers with the most similar histories bought this item
	Rising         Kind = "rising"          // Count customers bought this item within the Window, Before in the one before it
	Arrived        Kind = "arrived"         // the item is new: it was added, or sold for the first time, at Last
	Looked         Kind = "looked"          // Count customers viewed this item, or put it in the cart, within the Window
)

// A Cause is a true statement about the events or the catalogue.
type Cause struct {
	Kind   Kind
	Items  []int32
	Query  string
	Count  int
	Before int
	Window time.Duration
	Last   time.Time
	Words  []string
}

// How many customers an item has of which, for a reason, those of another are
// counted, and of which the orders are gone through. What everybody buys has
// reasons that are cheaper.
const (
	fewToCount = 2000
	fewToRead  = 50
)

// alsoBought returns the cause that other customers bought the item and one of
// the history's items: of those with a positive contribution to the item's
// score the one that contributed most; but where one of the two has few enough
// customers that those of both are quickly counted, that comes before what
// everybody buys.
func alsoBought(p *interaction.Past, h *interaction.History, item int32, wants []interaction.Wanted, contribution func(interaction.Wanted) float64) (Cause, bool) {
	causes := strongest(wants, item, contribution)
	for _, few := range []bool{true, false} {
		for _, c := range causes {
			if p.FewBuyers(c.Item, item, fewToCount) != few {
				continue
			}
			if n := p.BuyersOfBoth(c.Item, item, h.Customer); n > 0 {
				return Cause{Kind: AlsoBought, Items: []int32{c.Item}, Count: n}, true
			}
		}
	}
	return Cause{}, false
}

// strongest returns what a history's items contribute to the score of another,
// the largest first, as far as that is more than nothing.
func strongest(wants []interaction.Wanted, item int32, contribution func(interaction.Wanted) float64) []interaction.Wanted {
	var causes []interaction.Wanted
	for _, w := range wants {
		if c := contribution(w); c > 0 && w.Item != item {
			causes = append(causes, interaction.Wanted{Item: w.Item, Weight: c})
		}
	}
	slices.SortStableFunc(causes, func(a, b interaction.Wanted) int { return cmp.Compare(b.Weight, a.Weight) })
	return causes
}
