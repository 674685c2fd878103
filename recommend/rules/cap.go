package rules

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
)

// A Cap says how many items with the same value a list has at most: two of a
// brand, three of a category, one of a colour. With a condition and no By, it is a
// cap on all items that meet the condition.
//
// Promoted items count, and are bound by it. An item that has no such value is not.
type Cap struct {
	// Name is how [Place.Broken] calls the cap. Default: By, or "where".
	Name string `json:"name,omitempty"`
	// By is what the items have in common. Empty: that they meet Where.
	By Kind `json:"by,omitempty"`
	// Where is the condition for an item to count, of [filter.ItemSchema]. Nil
	// is all items.
	Where *filter.Expr `json:"where,omitempty"`
	// Most is the largest number of items with the same value. Either Most or
	// Share must be above 0; of both, the smaller one holds.
	Most int `json:"most,omitempty"`
	// Share is the largest share of the places that were asked for, in [0, 1],
	// rounded down, but not below one.
	Share float64 `json:"share,omitempty"`
}

// A Kind is what items of a kind have in common.
type Kind string

// The kinds. "attribute.colour" is the attribute "colour" of items, and so for
// other attributes.
const (
	Brand      Kind = "brand"
	Category   Kind = "category"   // the narrowest: the last of the item's categories
	Department Kind = "department" // the widest: the first of the item's categories
	Categories Kind = "categories" // each of the item's categories: it counts in all of them
	// PriceBand is the currency and twice the binary logarithm of the price in
	// minor units, rounded down: bands are 41 % wide, as in profiles.
	PriceBand Kind = "price_band"
)

// A limit is a cap that is ready.
type limit struct {
	Cap
	filter    *filter.Filter
	attribute string
}

func (p *Plan) compileCaps() error {
	for i, c := range p.rules.Caps {
		l, err := c.compile(fmt.Sprintf("caps[%d]", i), p.at)
		if err != nil {
			return err
		}
		p.caps = append(p.caps, l)
	}
	return nil
}

func (c *Cap) compile(field string, at time.Time) (limit, error) {
	name, isAttribute := strings.CutPrefix(string(c.By), attribute)
	switch c.By {
	case Brand, Category, Department, Categories, PriceBand:
	case "":
		if c.Where == nil {
			return limit{}, fail(field+".by", "neither by nor where is given")
		}
	default:
		if !isAttribute || name == "" {
			return limit{}, fail(field+".by", "%q is no kind of items", c.By)
		}
	}
	if c.Most < 0 || c.Most == 0 && c.Share == 0 {
		return limit{}, fail(field+".most", "%d of a kind: use a filter to exclude items", c.Most)
	}
	if err := share(field+".share", c.Share); err != nil {
		return limit{}, err
	}
	f, err := compileFilter(field, c.Where, nil, at)
	l := limit{Cap: *c, filter: f, attribute: name}
	l.Name = cmp.Or(c.Name, string(c.By), "where")
	return l, err
}

// most returns how many items of a kind a list of k has at most.
func (l *limit) most(k int) int {
	n := math.MaxInt
	if l.Most > 0 {
		n = l.Most
	}
	if l.Share > 0 {
		n = min(n, max(1, int(l.Share*float64(k)+tiny)))
	}
	return n
}

// A trait is a value that items have in common.
type trait struct {
	text string
	band int
}

// traits adds the values of an item that the cap counts.
func (l *limit) traits(item *clm.Item, dst []trait) []trait {
	if l.filter != nil && !l.filter.Match((*filter.Item)(item)) {
		return dst
	}
	text, labels := "", item.Categories
	switch l.By {
	case "":
		return append(dst, trait{})
	case PriceBand:
		return band(item.Price, dst)
	case Categories:
		return distinct(labels, dst)
	case Brand:
		text = item.Brand
	case Department:
		text = first(labels)
	case Category:
		text = first(labels[max(0, len(labels)-1):])
	default:
		text = item.Attributes[l.attribute]
	}
	if text != "" {
		dst = append(dst, trait{text: text})
	}
	return dst
}

func band(price clm.Money, dst []trait) []trait {
	switch {
	case price == (clm.Money{}):
		return dst
	case price.Minor < 1:
		return append(dst, trait{price.Currency, -1})
	}
	return append(dst, trait{price.Currency, int(2 * math.Log2(float64(price.Minor)))})
}

// distinct adds each label once.
func distinct(labels []string, dst []trait) []trait {
	from := len(dst)
next:
	for _, label := range labels {
		for _, t := range dst[from:] {
			if t.text == label {
				continue next
			}
		}
		dst = append(dst, trait{text: label})
	}
	return dst
}

// A count is how many items of a kind a list has.
type count struct {
	trait
	n int
}

// A tally counts the items of a list for one cap.
type tally []count

func (t tally) of(kind trait) int {
	for _, c := range t {
		if c.trait == kind {
			return c.n
		}
	}
	return 0
}

func (t *tally) add(kind trait) {
	for i := range *t {
		if (*t)[i].trait == kind {
			(*t)[i].n++
			return
		}
	}
	*t = append(*t, count{kind, 1})
}

func first(labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return labels[0]
}
