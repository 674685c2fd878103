package clm

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// An Item is a product as the catalogue knows it. What is said to customers
// about a product is checked against it.
type Item struct {
	ID ItemID `json:"id"`
	// Title is the product's name, as shown to customers.
	Title string `json:"title"`
	// Text is the description. Optional.
	Text string `json:"text,omitempty"`
	// Categories are the labels of the shop's own taxonomy, widest first.
	Categories []string `json:"categories,omitempty"`
	// Brand is who makes it. Optional.
	Brand string `json:"brand,omitempty"`
	// Price is what one piece costs now. The zero Money means unknown, and
	// then nobody is told a price.
	Price Money `json:"price,omitzero"`
	// Stock is the number of pieces left; nil means that it is not tracked,
	// which counts as available.
	Stock *int `json:"stock,omitempty"`
	// Added is when the item came into the catalogue. Optional.
	Added time.Time `json:"added,omitzero"`
	// Attributes are further facts, such as "colour": "red".
	Attributes map[string]string `json:"attributes,omitempty"`
}

// Available reports whether the item can be sold: its stock is not tracked, or
// not empty.
func (i *Item) Available() bool { return i.Stock == nil || *i.Stock > 0 }

// Validate reports the first rule that i breaks, as a [*FieldError], or nil.
func (i *Item) Validate() error {
	c := checker{kind: "item", id: string(i.ID)}
	c.ident("id", string(i.ID))
	c.text("title", i.Title, MaxText)
	c.text("text", i.Text, MaxText)
	c.text("brand", i.Brand, MaxID)
	for n, label := range i.Categories {
		c.ident(fmt.Sprintf("categories[%d]", n), label)
	}
	for _, name := range slices.Sorted(maps.Keys(i.Attributes)) {
		c.ident("attributes", name)
		c.text("attributes."+name, i.Attributes[name], MaxText)
	}
	if i.Price.Minor < 0 {
		c.fail("price", "negative money: %s", i.Price)
	}
	if i.Price != (Money{}) && i.Price.Validate() != nil {
		c.fail("price", "%v", i.Price.Validate())
	}
	return c.err()
}

// A Catalogue is a snapshot of a shop's items. It is immutable, so it can be
// shared by any number of goroutines; a change of the catalogue is a new
// Catalogue. A nil *Catalogue is an empty one.
type Catalogue struct {
	items []Item // by id
	index map[ItemID]int
}

// NewCatalogue makes a catalogue of the items. It takes them over: the caller
// must not change them after. It fails with a [*FieldError] on the first item
// that is not valid, and on an id that occurs twice.
func NewCatalogue(items ...Item) (*Catalogue, error) {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
	c := &Catalogue{items: items, index: make(map[ItemID]int, len(items))}
	for n := range items {
		if err := items[n].Validate(); err != nil {
			return nil, err
		}
		if n > 0 && items[n].ID == items[n-1].ID {
			return nil, &FieldError{"item", string(items[n].ID), "id", "occurs twice"}
		}
		c.index[items[n].ID] = n
	}
	return c, nil
}

// Items keeps the items of a shop, from which catalogues are made.
//
// Implementations are safe for concurrent use. [RunItems] of clm/clmtest is the
// suite that they have to pass.
//
// [RunItems]: https://pkg.go.dev/github.com/clmkit/clmkit/clm/clmtest#RunItems
type Items interface {
	// Put validates the items and adds them, and replaces those whose id is
	// there: all or none. Of two with the same id the later one wins. Put does
	// not keep its arguments.
	Put(ctx context.Context, items ...Item) error

	// Remove removes items. One that is not there is no error.
	Remove(ctx context.Context, ids ...ItemID) error

	// Catalogue returns the items as they are now.
	Catalogue(ctx context.Context) (*Catalogue, error)
}

// Len returns the number of items.
func (c *Catalogue) Len() int {
	if c == nil {
		return 0
	}
	return len(c.items)
}

// Item returns the item with that id, or nil when the catalogue does not have
// it. The item is shared: read it, do not change it.
func (c *Catalogue) Item(id ItemID) *Item {
	if c == nil {
		return nil
	}
	n, ok := c.index[id]
	if !ok {
		return nil
	}
	return &c.items[n]
}

// All yields every item in the order of their ids. The items are shared: read
// them, do not change them.
func (c *Catalogue) All(yield func(*Item) bool) {
	if c == nil {
		return
	}
	for n := range c.items {
		if !yield(&c.items[n]) {
			return
		}
	}
}
