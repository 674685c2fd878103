package profile

import (
	"math"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A Profile is what the events of one customer add up to. It holds sums and
// extremes, from which its methods compute what is asked about a moment; its
// size does not grow with the number of events.
//
// All state is in exported fields, so that a store can write and read it with
// encoding/json. A Profile is not safe for concurrent use; stores hand out
// copies.
type Profile struct {
	Customer clm.CustomerID `json:"customer"`

	// First and Last are the times of the customer's own first and last
	// event; what the shop did does not count. Zero before the first.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Kinds counts the events by kind, sorted by kind.
	Kinds []KindCount `json:"kinds,omitempty"`

	// Orders are the latest [MaxOrders] orders, oldest first.
	Orders []Order `json:"orders,omitempty"`
	// Ledgers are the sums of money, one per currency, sorted by it.
	Ledgers []Ledger `json:"ledgers,omitempty"`
	// Prices counts the pieces that were bought by what one of them cost.
	Prices []PriceCount `json:"prices,omitempty"`

	// Categories and Brands are the weekly interest in each.
	Categories Weekly `json:"categories,omitempty"`
	Brands     Weekly `json:"brands,omitempty"`

	// Channels counts the customer's own events by channel, sorted by name.
	// Events without a channel are not counted. At most [MaxLabels].
	Channels []LabelCount `json:"channels,omitempty"`
	// Hours and Weekdays count the customer's own events by hour of the day
	// and by day of the week, in the time zone of the fold.
	Hours    HourCounts `json:"hours"`
	Weekdays DayCounts  `json:"weekdays"`

	// Consents are the latest word on each purpose, sorted by purpose, and
	// Unsubscribed the latest on each channel ("" is all channels).
	Consents     []Consent `json:"consents,omitempty"`
	Unsubscribed []Consent `json:"unsubscribed,omitempty"`

	// Readings are what readers found in the customer's words and acts; see
	// [Profile.Traits] for what holds.
	Readings Readings `json:"readings,omitempty"`
	// Tastes are how much all readings of interests weigh, by value and week:
	// a reading of confidence c adds -1000·ln(1-c), rounded. BrandTastes are the
	// same of brands.
	Tastes      Weekly `json:"tastes,omitempty"`
	BrandTastes Weekly `json:"brand_tastes,omitempty"`
	// Rulings are the latest corrections, sorted by name and value.
	Rulings []Ruling `json:"rulings,omitempty"`
	// Aliases are the latest word on each other id of the same customer, sorted
	// by it; see [Join].
	Aliases []Consent `json:"aliases,omitempty"`
	// Owners are the latest word on each customer to whom this id belongs,
	// sorted by it.
	Owners []Consent `json:"owners,omitempty"`

	// Stage is the latest recorded stage, since when, and where from. It is
	// what transitions said; see [Profile.Place] for what the rules say now.
	Stage Stage `json:"stage,omitzero"`
}

// A KindCount counts the events of one kind.
type KindCount struct {
	Kind  clm.Kind  `json:"kind"`
	Count int       `json:"count"`
	Last  time.Time `json:"last"`
}

// An Order is one order in short.
type Order struct {
	Event  string    `json:"event"` // the event's ID: the evidence
	Time   time.Time `json:"time"`
	Amount clm.Money `json:"amount"`
	Lines  int       `json:"lines"` // number of lines
}

// A Ledger sums up what was ordered and returned in one currency. Amounts are
// in minor units of it.
type Ledger struct {
	Currency string `json:"currency"`
	Orders   int    `json:"orders"`
	Ordered  int64  `json:"ordered"`
	Returned int64  `json:"returned"`
	Returns  int    `json:"returns"`
	Pieces   int64  `json:"pieces"` // pieces ordered
	Lines    int64  `json:"lines"`  // lines ordered
}

// A LabelCount counts events by a label.
type LabelCount struct {
	Label string `json:"label"`
	Count int    `json:"count"`
}

// A Consent is the latest word of a customer on a purpose or a channel.
type Consent struct {
	About   string    `json:"about"` // a purpose, or a channel
	Granted bool      `json:"granted"`
	Time    time.Time `json:"time"`
	Event   string    `json:"event"` // the event's ID: the evidence
}

// A Stage is a recorded stage.
type Stage struct {
	Stage clm.Stage `json:"stage"`
	From  clm.Stage `json:"from,omitempty"`
	Since time.Time `json:"since"`
	Event string    `json:"event"`
}

// Limits of what a profile remembers one by one.
const (
	// MaxOrders is how many of the latest orders a profile keeps. Means over
	// all orders do not need them; [Profile.Gaps] and [Profile.OrdersSince]
	// are about these only.
	MaxOrders = 64
	// MaxLabels is how many categories, brands and channels a profile keeps
	// of each. Beyond it, those with the smallest hash stay, so that the
	// order of events does not matter.
	MaxLabels = 64
)

// New returns the profile of a customer of whom nothing is known yet.
func New(customer clm.CustomerID) *Profile { return &Profile{Customer: customer} }

// Clone returns a copy that shares nothing that can be changed.
func (p *Profile) Clone() *Profile {
	c := *p
	c.Kinds = roomy(p.Kinds)
	c.Orders = roomy(p.Orders)
	c.Ledgers = roomy(p.Ledgers)
	c.Prices = roomy(p.Prices)
	c.Categories = roomy(p.Categories)
	c.Brands = roomy(p.Brands)
	c.Channels = roomy(p.Channels)
	c.Consents = roomy(p.Consents)
	c.Unsubscribed = roomy(p.Unsubscribed)
	c.Readings = p.Readings.clone()
	c.Tastes = roomy(p.Tastes)
	c.BrandTastes = roomy(p.BrandTastes)
	c.Rulings = roomy(p.Rulings)
	c.Aliases = roomy(p.Aliases)
	c.Owners = roomy(p.Owners)
	return &c
}

// roomy copies a slice with room for one more: most copies are made to be
// folded into.
func roomy[S ~[]E, E any](s S) S {
	if s == nil {
		return nil
	}
	return append(make(S, 0, len(s)+1), s...)
}

// Count returns the number of events of a kind.
func (p *Profile) Count(k clm.Kind) int {
	for _, c := range p.Kinds {
		if c.Kind == k {
			return c.Count
		}
	}
	return 0
}

// Frequency returns the number of orders, returned ones included.
func (p *Profile) Frequency() int { return p.Count(clm.Ordered) }

// Recency returns the time from the last order to at, and false for a customer
// without an order. It is negative when at lies before that order.
func (p *Profile) Recency(at time.Time) (time.Duration, bool) {
	if len(p.Orders) == 0 {
		return 0, false
	}
	return at.Sub(p.Orders[len(p.Orders)-1].Time), true
}

// Tenure returns the time from the customer's first own event to at, and 0
// when there is none.
func (p *Profile) Tenure(at time.Time) time.Duration {
	if p.First.IsZero() {
		return 0
	}
	return at.Sub(p.First)
}

// Monetary returns what the customer has ordered less what came back, one
// amount per currency, sorted by currency. Amounts of different currencies are
// never added up. An amount is negative where more was returned than the
// events show as ordered.
func (p *Profile) Monetary() []clm.Money {
	sums := make([]clm.Money, 0, len(p.Ledgers))
	for _, l := range p.Ledgers {
		sums = append(sums, clm.Money{Minor: l.Ordered - l.Returned, Currency: l.Currency})
	}
	return sums
}

// ReturnRate returns the share of the ordered value in a currency that came
// back, in [0, 1]; 0 when nothing was ordered in it.
func (p *Profile) ReturnRate(currency string) float64 {
	for _, l := range p.Ledgers {
		if l.Currency == currency && l.Ordered > 0 {
			return min(1, float64(l.Returned)/float64(l.Ordered))
		}
	}
	return 0
}

// OrdersSince returns how many of the kept orders were placed at or after t, at
// most [MaxOrders].
func (p *Profile) OrdersSince(t time.Time) int {
	n := 0
	for _, o := range p.Orders {
		if !o.Time.Before(t) {
			n++
		}
	}
	return n
}

// Gaps describes the times between successive orders.
type Gaps struct {
	N    int           // number of gaps: one less than the orders
	Mean time.Duration // 0 when N is 0
	SD   time.Duration // sample standard deviation; 0 when N is below 2
}

// Gaps returns the gaps between the latest [MaxOrders] orders. Orders of the
// same calendar day (UTC) count as one, because a second basket on the same day
// is an afterthought and not a rhythm.
func (p *Profile) Gaps() Gaps {
	var gaps []float64
	var last time.Time
	for _, o := range p.Orders {
		day := o.Time.UTC().Truncate(24 * time.Hour)
		if day.Equal(last) {
			continue
		}
		if !last.IsZero() {
			gaps = append(gaps, float64(day.Sub(last)))
		}
		last = day
	}
	mean, sd := meanSD(gaps)
	return Gaps{N: len(gaps), Mean: time.Duration(mean), SD: time.Duration(sd)}
}

// meanSD returns the mean and the sample standard deviation, 0 where they are
// not defined.
func meanSD(x []float64) (mean, sd float64) {
	if len(x) == 0 {
		return 0, 0
	}
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	if len(x) == 1 {
		return mean, 0
	}
	for _, v := range x {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / float64(len(x)-1))
}

// Activity returns what the stage rules read.
func (p *Profile) Activity() clm.Activity {
	a := clm.Activity{
		SignedUp:     p.Count(clm.SignedUp) > 0,
		Carted:       p.Count(clm.CartAdded) > 0,
		Interactions: p.Count(clm.Viewed) + p.Count(clm.Searched) + p.Count(clm.Clicked) + p.Count(clm.Messaged),
		Orders:       p.Frequency(),
		MeanGap:      p.Gaps().Mean,
	}
	if n := len(p.Orders); n > 0 {
		a.LastOrder = p.Orders[n-1].Time
	}
	return a
}

// Place returns the stage that the rules give the customer at a time; nil rules
// are the defaults.
func (p *Profile) Place(rules *clm.StageRules, at time.Time) clm.Placement {
	return rules.Place(p.Activity(), at)
}
