package sim

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// Options are the settings of [New].
type Options struct {
	// Seed decides about everything that is random. Default: 0, as good a
	// seed as any.
	Seed uint64
	// Customers is the number of customers. Default: 2000.
	Customers int
	// Items is the number of items. Default: 400.
	Items int
	// Start is the first moment of the first day. Default: 2024-01-01 UTC.
	Start time.Time
	// Days is how many days are simulated. Default: 400.
	Days int
	// Currency is the ISO 4217 code of prices. Default: "EUR".
	Currency string
}

// A Shop is what was simulated. It is immutable.
type Shop struct {
	Catalogue *clm.Catalogue
	Customers []clm.CustomerID // in order
	// Events are what happened, by time, then by ID; all are valid.
	Events []clm.Event
	// Documents are what the shop tells about itself.
	Documents []Document

	truths map[clm.CustomerID]Truth
}

// New simulates a shop. It fails only when the currency is unknown. The cost
// is about proportional to customers times days.
func New(o *Options) (*Shop, error) {
	opts := o.defaults()
	if err := (clm.Money{Currency: opts.Currency}).Validate(); err != nil {
		return nil, fmt.Errorf("sim: Options.Currency: %w", err)
	}
	goods := newGoods(&opts)
	catalogue, err := clm.NewCatalogue(goods.items()...)
	if err != nil {
		return nil, fmt.Errorf("sim: %w", err)
	}
	s := &Shop{Catalogue: catalogue, Documents: documents(), truths: map[clm.CustomerID]Truth{}}
	for n := range opts.Customers {
		l := newLife(&opts, goods, n)
		l.live()
		s.Customers = append(s.Customers, l.id)
		s.truths[l.id] = l.truth
		s.Events = append(s.Events, l.events...)
	}
	slices.SortFunc(s.Events, func(a, b clm.Event) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID))
	})
	return s, nil
}

// Truth returns what is hidden about a customer, and whether there is one.
// Nothing but tests and measurements may look at it.
func (s *Shop) Truth(c clm.CustomerID) (Truth, bool) {
	t, ok := s.truths[c]
	return t, ok
}

func (o *Options) defaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Customers < 1 {
		d.Customers = 2000
	}
	if d.Items < 1 {
		d.Items = 400
	}
	if d.Days < 1 {
		d.Days = 400
	}
	if d.Start.IsZero() {
		d.Start = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	d.Currency = cmp.Or(d.Currency, "EUR")
	return d
}

// dice are a stream of randomness.
type dice struct{ *rand.Rand }

func newDice(seed, stream uint64) dice { return dice{rand.New(rand.NewPCG(seed, stream))} }

// chance is true with probability p.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// between returns a whole number in [low, high].
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// pick returns one of the list.
func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }
