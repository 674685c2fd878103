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
	again                 float32 // share of its customers who came back for it
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
	seen := map[int32]int32{} // the order in which the customer wanted the item last
	for i := len(signals) - 1; i >= 0; i-- {
		s := &signals[i]
		c.line(s)
		last, known := seen[s.Item]
		switch {
		case !known:
			seen[s.Item] = s.Order
			c.customer(s)
		case last >= 0 && last != s.Order:
			seen[s.Item] = -1
			c.lines[s.Item].again++
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

func (c *counter) done() []itemFacts {
	for i := range c.facts {
		f, sums := &c.facts[i], &c.lines[i]
		for w := range f.sold {
			f.sold[w] /= float32(max(1, c.active[w]))
		}
		for w := range f.rows {
			f.rows[w] *= 1000 / float32(max(1, c.rows[w]))
		}
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
