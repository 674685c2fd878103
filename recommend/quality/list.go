package quality

import (
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// A List is what was recommended to one customer, and what should have been.
type List struct {
	// Customer is for whom; a customer has one list.
	Customer clm.CustomerID
	// Items are the recommendations, the best first, each once. A list may be
	// shorter than the K of a metric: what is missing is no hit.
	Items []clm.ItemID
	// Relevant is what the customer then bought or did, in any order, each once.
	Relevant []clm.ItemID
	// Gains say what each of Relevant is worth, at least 0, such as more for an
	// order than for a view. Nil when all are worth the same.
	Gains []float64
	// History is what the customer had before, repeats counting as such. Only
	// miscalibration reads it.
	History []clm.ItemID
	// Segments are the groups to report the list in, besides the whole: "cold",
	// "country/DE".
	Segments []string
}

func (l *List) validate() error {
	if item, again := repeated(l.Items); again {
		return fmt.Errorf("quality: the list of customer %q has item %q twice", l.Customer, item)
	}
	if item, again := repeated(l.Relevant); again {
		return fmt.Errorf("quality: customer %q: item %q is relevant twice", l.Customer, item)
	}
	if segment, again := repeated(l.Segments); again || slices.Contains(l.Segments, "") {
		return fmt.Errorf("quality: customer %q: segment %q is empty or named twice", l.Customer, segment)
	}
	if l.Gains != nil && len(l.Gains) != len(l.Relevant) {
		return fmt.Errorf("quality: customer %q: %d gains for %d relevant items", l.Customer, len(l.Gains), len(l.Relevant))
	}
	for i, gain := range l.Gains {
		if !(gain >= 0) || math.IsInf(gain, 1) {
			return fmt.Errorf("quality: customer %q: gain %v of item %q", l.Customer, gain, l.Relevant[i])
		}
	}
	return nil
}

// repeated returns the first that comes a second time.
func repeated[T comparable](all []T) (T, bool) {
	seen := make(map[T]bool, len(all))
	for _, x := range all {
		if seen[x] {
			return x, true
		}
		seen[x] = true
	}
	var none T
	return none, false
}
