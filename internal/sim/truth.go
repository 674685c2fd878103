package sim

import (
	"fmt"
	"math"
	"sort"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// Response is how a customer reacts to being contacted.
type Response string

// The responses. Nobody else unsubscribes, and nobody else buys more.
const (
	Persuadable Response = "persuadable" // one contact in three leads to one more order
	Indifferent Response = "indifferent" // orders the same with and without
	Averse      Response = "averse"      // one contact in three ends in unsubscribing
)

// Sentiment is what a customer thinks of what was bought.
type Sentiment string

// The sentiments, with the stars that customers give for them.
const (
	Positive Sentiment = "positive" // 4 or 5 stars
	Neutral  Sentiment = "neutral"  // 3 stars
	Negative Sentiment = "negative" // 1 or 2 stars
)

// Truth is what is hidden about a customer.
type Truth struct {
	// Joined is the time of the first event.
	Joined time.Time
	// Category, Brand and Style are what the customer likes best. An item of
	// the category is drawn eight times as often as one of another, of the
	// brand or the style three times.
	Category, Brand, Style string
	// PriceSensitivity is how much the customer avoids what is dear for its
	// kind, in [0, 2]: at 1, an item of twice the usual price is drawn half
	// as often.
	PriceSensitivity float64
	// Rate is the expected number of orders per day while alive, contacts
	// not counted.
	Rate float64
	// DropOut is the probability of dropping out after an order, in [0, 1].
	DropOut float64
	// AliveUntil is when the customer dropped out: the time of the last
	// order, or of the only event. Zero for customers alive at the end.
	AliveUntil time.Time
	// Hour is the time of day around which the customer visits, in [0, 24).
	Hour float64
	// Channel is where the customer visits: "web", "app" or "store".
	Channel  string
	Response Response
	// Reviews is what each review really means, by the id of the event.
	Reviews map[string]Sentiment
}

// life is a customer in the making.
type life struct {
	dice
	opts  *Options
	goods goods
	id    clm.CustomerID
	truth Truth

	events  []clm.Event
	orders  int
	bought  []int // goods, in the order of buying
	taste   []float64
	reached bool // agreed to be contacted and has not unsubscribed
	gone    bool // dropped out
	due     int  // day of an order that a contact led to; 0 is none
	cause   string
}

func newLife(o *Options, g goods, n int) *life {
	d := newDice(o.Seed, uint64(n))
	l := &life{dice: d, opts: o, goods: g, id: clm.CustomerID(fmt.Sprintf("c%05d", n+1))}
	l.truth = Truth{
		Category:         pick(d, departments).name,
		Brand:            pick(d, brands).name,
		Style:            pick(d, styles),
		PriceSensitivity: 2 * d.Float64(),
		Rate:             1.0/300 + d.ExpFloat64()/45,
		DropOut:          1 - math.Pow(d.Float64(), 1.0/5), // Beta(1, 5), mean 1/6
		Hour:             pick(d, []float64{8.5, 12.5, 17, 20.5}),
		Channel:          pick(d, []string{"web", "web", "app", "store"}),
		Response:         pick(d, []Response{Persuadable, Indifferent, Indifferent, Averse}),
		Reviews:          map[string]Sentiment{},
	}
	l.taste = l.truth.weigh(g)
	return l
}

// weigh returns the running sums of how much the customer is drawn to each of
// the goods.
func (t *Truth) weigh(g goods) []float64 {
	sums := make([]float64, len(g))
	sum := 0.0
	for n := range g {
		w := g[n].popularity * math.Exp(-t.PriceSensitivity*g[n].relative)
		if g[n].department == t.Category {
			w *= 8
		}
		if g[n].brand == t.Brand {
			w *= 3
		}
		if g[n].style == t.Style {
			w *= 3
		}
		sum += w
		sums[n] = sum
	}
	return sums
}

// want returns an item of the customer's taste that is sold on that day, and
// false when none was found.
func (l *life) want(day int) (int, bool) {
	for range 20 {
		n := sort.SearchFloat64s(l.taste, l.Float64()*l.taste[len(l.taste)-1])
		if !isNew(l.opts, n) && l.goods[n].day <= day {
			return n, true
		}
	}
	return 0, false
}
