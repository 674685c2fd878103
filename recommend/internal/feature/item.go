package feature

import (
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

const day = 24 * time.Hour

// spans are the windows, in days before the moment, over which sales count.
var spans = [...]int{3, 7, 14, 30, 60}

// The last number of sold: over all of the past.
const ever = len(spans)

// itemFacts are what is known of an item.
type itemFacts struct {
	sold  [len(spans) + 1]float32 // share of the customers of a window who bought it in it
	rows  [2]float32              // share, in thousandths, of the order lines of the last 7 and 30 days
	first int64                   // when it was first wanted
	last  int64                   // when it was last wanted
	// The rest are means over its order lines: logarithms of price and pieces,
	// and the change of the former in the last 14 days.
	price, pieces, change float32
	again                 float32    // share of its customers who came back for it
	gap                   float32    // days between two orders of a customer, drawn to the mean of all items
	perOrder              float32    // repeats per later order of its customers, drawn to 0
	fresh                 [2]float32 // share of the customers of the last 14 and 30 days who bought it for the first time then
	slope                 [2]float32 // logarithm of the orders of the last two weeks over the two before, and of those over the two before them
	buyers                float32    // mean logarithm of how many items its customers have
	grew                  [3]float32 // trends of the last 7 days over 30, of 14 over 60, and of 30 over all
}

// epsilon is the share of customers below which a window says nothing.
const epsilon = 1e-3

// trend is the logarithm of how much more an item sells in one window than in
// a longer one.
func trend(short, long float32) float32 {
	return float32(math.Log(float64((short + epsilon) / (long + epsilon))))
}

// itemsOf returns the facts of all items.
func itemsOf(p *interaction.Past) []itemFacts {
	c := counter{now: interaction.Nano(p.At), facts: make([]itemFacts, len(p.Items)), lines: make([]lineSums, len(p.Items))}
	for i := range c.facts {
		c.facts[i].first = c.now
	}
	for customer := range p.Customers {
		c.add(p.History(int32(customer)).Signals)
	}
	return c.done()
}

type counter struct {
	now    int64
	facts  []itemFacts
	lines  []lineSums
	active [len(spans) + 1]int // customers of each window
	rows   [2]int
}

// lineSums are sums over the order lines of an item.
type lineSums struct {
	n, priced, recent, customers, again int
	price, pieces, recently             float64
	repeats, later                      float64 // repeats, and orders of its customers after the first with it
	gaps, intervals                     float64 // days from the first order of it to the last, and intervals between
	items                               float64
	weeks                               [6]float64
}

func (c *counter) days(t int64) float64 { return float64(c.now-t) / float64(day) }

func (c *counter) add(signals []interaction.Signal) {
	if len(signals) == 0 {
		return
	}
	age := c.days(signals[len(signals)-1].Time)
	c.active[ever]++
	for w, span := range spans {
		if age <= float64(span) {
			c.active[w]++
		}
	}
	seen := map[int32]visits{}
	for i := len(signals) - 1; i >= 0; i-- {
		s := &signals[i]
		c.line(s)
		v, known := seen[s.Item]
		if !known {
			v.last = s.Time
			c.customer(s)
		}
		if !known || v.order != s.Order {
			v.order, v.orders, v.first = s.Order, v.orders+1, s.Time
			seen[s.Item] = v
		}
	}
	items, orders := math.Log1p(float64(len(seen))), signals[len(signals)-1].Order
	for item, v := range seen {
		c.visited(item, v, items, float64(orders-v.order))
	}
}

// visits are the orders of a customer with an item.
type visits struct {
	order       int32 // the first one's number, when all are seen
	orders      int
	first, last int64
}

// visited counts a customer's orders with an item.
func (c *counter) visited(item int32, v visits, items, later float64) {
	sums := &c.lines[item]
	sums.items += items
	sums.later += later
	if v.orders > 1 {
		sums.again++
		sums.repeats += float64(v.orders - 1)
		sums.gaps += float64(v.last-v.first) / float64(day)
		sums.intervals += float64(v.orders - 1)
	}
	age := c.days(v.first)
	for w, span := range [2]float64{14, 30} {
		if age <= span {
			c.facts[item].fresh[w]++
		}
	}
}

// customer counts a customer who wanted an item, for the last time at s.
func (c *counter) customer(s *interaction.Signal) {
	f := &c.facts[s.Item]
	c.lines[s.Item].customers++
	f.sold[ever]++
	age := c.days(s.Time)
	for w, span := range spans {
		if age <= float64(span) {
			f.sold[w]++
		}
	}
}

// recently is the window, in days, in which a price counts as that of now.
const recently = 14

func (c *counter) line(s *interaction.Signal) {
	f, sums := &c.facts[s.Item], &c.lines[s.Item]
	f.first, f.last = min(f.first, s.Time), max(f.last, s.Time)
	age := c.days(s.Time)
	for w, span := range [2]float64{7, 30} {
		if age <= span {
			f.rows[w]++
			c.rows[w]++
		}
	}
	if week := int(age / 7); week < len(sums.weeks) {
		sums.weeks[week]++
	}
	sums.n++
	sums.pieces += math.Log(math.Max(1, float64(s.Quantity)))
	if s.Price > 0 {
		price := math.Log(float64(s.Price))
		sums.priced++
		sums.price += price
		if age <= recently {
			sums.recent++
			sums.recently += price
		}
	}
}

// Items are drawn to the mean of all by as many of its intervals, and to no
// repeats by as many orders.
const (
	fewIntervals = 5
	fewOrders    = 20
)

func (c *counter) done() []itemFacts {
	gaps, intervals := 0.0, 0.0
	for i := range c.lines {
		gaps, intervals = gaps+c.lines[i].gaps, intervals+c.lines[i].intervals
	}
	usual := 30.0
	if intervals > 0 {
		usual = gaps / intervals
	}
	for i := range c.facts {
		f, sums := &c.facts[i], &c.lines[i]
		for w := range f.sold {
			f.sold[w] /= float32(max(1, c.active[w]))
		}
		f.grew = [3]float32{trend(f.sold[1], f.sold[3]), trend(f.sold[2], f.sold[4]), trend(f.sold[3], f.sold[ever])}
		for w := range f.rows {
			f.rows[w] *= 1000 / float32(max(1, c.rows[w]))
		}
		f.gap = float32(math.Max(1, (sums.gaps+fewIntervals*usual)/(sums.intervals+fewIntervals)))
		f.perOrder = float32(sums.repeats / (sums.later + fewOrders))
		f.buyers = float32(sums.items / float64(max(1, sums.customers)))
		w := &sums.weeks
		f.slope = [2]float32{float32(math.Log((w[0] + w[1] + 1) / (w[2] + w[3] + 1))), float32(math.Log((w[2] + w[3] + 1) / (w[4] + w[5] + 1)))}
		f.fresh[0] /= float32(max(1, c.active[2]))
		f.fresh[1] /= float32(max(1, c.active[3]))
		f.pieces = float32(sums.pieces / float64(max(1, sums.n)))
		f.again = float32(sums.again) / float32(max(1, sums.customers))
		f.price = missing
		if sums.priced > 0 {
			f.price = float32(sums.price / float64(sums.priced))
		}
		if sums.recent > 0 {
			f.change = float32(sums.recently/float64(sums.recent)) - f.price
		}
	}
	return c.facts
}

// missing is what a ranker takes as unknown.
var missing = float32(math.NaN())
