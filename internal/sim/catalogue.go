package sim

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// goods are the items with what is hidden about them.
type goods []good

type good struct {
	item       clm.Item
	department string
	style      string
	brand      string  // also where the catalogue does not tell
	day        int     // the first day on which it can be bought
	popularity float64 // relative
	quality    float64 // probability that a buyer is pleased
	relative   float64 // logarithm of price over the usual price of its kind
}

// newGoods makes the catalogue. Its randomness is the stream that comes after
// those of all possible customers.
func newGoods(o *Options) goods {
	d := newDice(o.Seed, math.MaxUint64)
	titles := map[string]bool{}
	all := make(goods, o.Items)
	for n := range all {
		g := newGood(o, d, n)
		for tries := 0; titles[g.item.Title] && tries < 20; tries++ {
			g = newGood(o, d, n)
		}
		titles[g.item.Title] = true
		all[n] = g
	}
	return all
}

func newGood(o *Options, d dice, n int) good {
	dep := pick(d, departments)
	kind := pick(d, dep.kinds)
	colour, material, style := pick(d, colours), pick(d, dep.materials), pick(d, styles)
	brand := pick(d, brands)
	g := good{
		department: dep.name,
		style:      style,
		brand:      brand.name,
		popularity: 1 / math.Sqrt(float64(d.between(1, o.Items))),
		quality:    0.5 + 0.45*d.Float64(),
		relative:   math.Log(brand.price) + 0.3*d.NormFloat64(),
	}
	g.item = clm.Item{
		ID:         clm.ItemID(fmt.Sprintf("i%05d", n+1)),
		Title:      capital(style + " " + colour + " " + material + " " + kind.name),
		Categories: []string{dep.name, capital(kind.name)},
		Attributes: map[string]string{"colour": colour, "material": material, "style": style},
		Price:      price(kind.price*math.Exp(g.relative), o.Currency),
	}
	if !d.chance(0.25) {
		g.item.Text = describe(d, brand.name, kind.name, colour, material)
	}
	if !d.chance(0.05) {
		g.item.Brand = brand.name
	}
	if !d.chance(0.1) {
		g.item.Stock = new(stock(d))
	}
	g.day = added(o, d, n)
	g.item.Added = o.Start.AddDate(0, 0, g.day)
	return g
}

func describe(d dice, brand, kind, colour, material string) string {
	return fmt.Sprintf("%s by %s: %s %s of %s in %s, %s. %s", capital(kind), brand,
		pick(d, praises), kind, material, colour, pick(d, occasions), pick(d, cares))
}

// stock is the number of pieces left; some items are sold out.
func stock(d dice) int {
	if d.chance(0.04) {
		return 0
	}
	return d.between(1, 200)
}

// isNew reports whether item n belongs to the last twentieth, which is new.
func isNew(o *Options, n int) bool { return n >= o.Items-o.Items/20 }

// added returns on which day an item came into the catalogue, 0 being the
// first. Four items in five were there before.
func added(o *Options, d dice, n int) int {
	switch {
	case isNew(o, n):
		return o.Days - d.between(1, min(7, o.Days))
	case d.chance(0.8):
		return -d.between(1, 700)
	}
	return d.IntN(o.Days)
}

// price returns an amount that ends in 9 of the smallest unit, as prices do.
func price(major float64, currency string) clm.Money {
	one, _ := clm.ParseMoney("1", currency) // New checked the currency
	minor := int64(major*float64(one.Minor))/10*10 + 9
	return clm.Money{Minor: minor, Currency: currency}
}

func (g goods) items() []clm.Item {
	items := make([]clm.Item, len(g))
	for n := range g {
		items[n] = g[n].item
	}
	return items
}

// capital returns s with a capital first letter; all of the vocabulary is
// ASCII.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// days returns n days and h hours.
func days(n int, h float64) time.Duration {
	return time.Duration(n)*24*time.Hour + time.Duration(h*float64(time.Hour)).Truncate(time.Second)
}
