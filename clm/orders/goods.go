package orders

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/clmkit/clmkit/clm"
)

// recent is the number of an item's latest sold lines whose median is its
// price: enough that a single discount does not set it.
const recent = 20

// goods are the products that sold or returned lines are about. Rows without a
// price tell nothing: their descriptions are notes such as "damages" or "?".
type goods map[string]*good

type good struct {
	titles, categories map[string]int // by number of lines
	prices             []sale
}

// sale is the price of one piece on one line.
type sale struct {
	at    time.Time
	price clm.Money
}

// sold counts a line of the item with that code.
func (g goods) sold(code string, r *row, intern func(string) string) {
	item := g[code]
	if item == nil {
		item = &good{titles: map[string]int{}, categories: map[string]int{}}
		g[code] = item
	}
	if strings.ContainsFunc(r.description, unicode.IsLetter) {
		item.titles[intern(r.description)]++
	}
	if r.category != "" && len(r.category) <= clm.MaxID {
		item.categories[intern(r.category)]++
	}
	if !r.cancelled && r.price.Minor > 0 {
		item.prices = append(item.prices, sale{r.time, r.price})
	}
}

// catalogue makes items of the goods: the title is the most frequent
// description, the price the median of the latest sold lines, the categories
// those of the category column or else the themes of the titles.
func (g goods) catalogue() (*clm.Catalogue, error) {
	items := make([]clm.Item, 0, len(g))
	labelled := false
	for _, code := range slices.Sorted(maps.Keys(g)) {
		item := clm.Item{ID: clm.ItemID(code), Title: most(g[code].titles), Price: g[code].price()}
		if label := most(g[code].categories); label != "" {
			item.Categories = []string{label}
			labelled = true
		}
		items = append(items, item)
	}
	if !labelled {
		theme(items)
	}
	return clm.NewCatalogue(items...)
}

// most returns the most frequent text, the first in order of several, or "".
func most(counts map[string]int) string {
	best := ""
	for _, text := range slices.Sorted(maps.Keys(counts)) {
		if counts[text] > counts[best] {
			best = text
		}
	}
	return best
}

// price returns the median price of the latest sold lines in the currency of
// the last one, the lower of two, so that it was really asked. It is the zero
// Money for an item that only came back.
func (g *good) price() clm.Money {
	slices.SortStableFunc(g.prices, func(a, b sale) int { return b.at.Compare(a.at) })
	var latest []int64
	for _, s := range g.prices {
		if s.price.Currency == g.prices[0].price.Currency {
			latest = append(latest, s.price.Minor)
		}
		if len(latest) == recent {
			break
		}
	}
	if len(latest) == 0 {
		return clm.Money{}
	}
	slices.SortFunc(latest, cmp.Compare)
	return clm.Money{Minor: latest[(len(latest)-1)/2], Currency: g.prices[0].price.Currency}
}
