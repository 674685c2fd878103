package rerank

import (
	"maps"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/clm"
)

// Item is what a stage sees of a candidate. [NewItem] makes one of the
// catalogue's.
type Item struct {
	ID clm.ItemID
	// Text is what the item is: title, categories, brand, description. It is
	// shown to the model, cut to the stage's length.
	Text string
	// Score is that of the stage before, which ordered the list by it. Of the
	// stages of this package none reads it.
	Score float64
}

// NewItem is a candidate in one line: title, brand, categories, price, attributes
// by their names, and the description last, since it is what is cut.
func NewItem(i *clm.Item, score float64) Item {
	parts := []string{i.Title, i.Brand, strings.Join(i.Categories, ", ")}
	if i.Price != (clm.Money{}) {
		parts = append(parts, i.Price.String())
	}
	for _, name := range slices.Sorted(maps.Keys(i.Attributes)) {
		parts = append(parts, name+": "+i.Attributes[name])
	}
	parts = append(parts, i.Text)
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
	return Item{ID: i.ID, Text: strings.Join(parts, "; "), Score: score}
}
