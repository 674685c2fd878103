package churn

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// ErrIncomplete is wrapped by the error for a cut whose window is not over, or
// not covered by the events: who has not ordered by now might still.
var ErrIncomplete = errors.New("the window is not complete")

// A History is a stretch of events that cases are taken from.
type History struct {
	// Events are read several times from the start, in any order. Repeated
	// IDs count once.
	Events iter.Seq2[clm.Event, error]
	// Folder makes profiles of them, with the options of those that serve. Its
	// catalogue should know nothing from after the cuts; nil is safe.
	Folder *profile.Folder
	// Currency is the one whose amounts count as money. Amounts of others are
	// neither converted nor added; their orders count as orders. Empty means
	// that no amount counts.
	Currency string
	// Until is the moment as of which the history is looked at: events at or
	// after it are not read. Default: just after the latest event.
	Until time.Time
}

// A Case is one customer at one moment: what was known before, and what came.
type Case struct {
	Customer clm.CustomerID `json:"customer"`
	Cut      time.Time      `json:"cut"`
	// Values are what was known, one for each of [Features]; NaN is unknown.
	Values []float64 `json:"-"`
	// Churned is what came.
	Churned bool `json:"churned"`
}

// Cases are what a model learns from, or is measured on.
type Cases struct {
	Definition Definition
	Currency   string
	// Rows are sorted by cut and customer.
	Rows []Case
	// Aside is how many events no profile could take in, such as amounts that
	// overflow a sum, over all cuts.
	Aside int
}

// Cases returns a case for every customer of the definition's population at
// each cut. The values of a case come from the profile that the folder makes of
// the events before the cut; its outcome is whether an order came in the
// window [cut, cut + horizon), so nothing of the window is in the values.
//
// The error wraps [ErrIncomplete] when a window ends after Until, or more than a
// tenth of the horizon (at least a day) after the latest event before Until,
// because then the events evidently stop earlier; an error of the events comes
// back as it is. A cut before the first event has no cases and is no error. It reads the events once, and once more for
// each cut.
func (h *History) Cases(d Definition, cuts ...time.Time) (*Cases, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	cases := &Cases{Definition: d.defaults(), Currency: h.Currency}
	orders, last, err := h.orders()
	if err != nil {
		return nil, err
	}
	cuts = slices.Clone(cuts)
	slices.SortFunc(cuts, time.Time.Compare)
	for _, cut := range slices.CompactFunc(cuts, time.Time.Equal) {
		if err := h.complete(cut, cut.Add(cases.Definition.Horizon), last); err != nil {
			return nil, err
		}
		if err := cases.add(h, orders, cut); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// read yields the events that may be seen.
func (h *History) read(yield func(clm.Event, error) bool) {
	for e, err := range h.Events {
		if err == nil && !h.Until.IsZero() && !e.Time.Before(h.Until) {
			continue
		}
		if !yield(e, err) || err != nil {
			return
		}
	}
}

// orders returns the sorted times of each customer's orders, and the time of
// the latest event.
func (h *History) orders() (orders map[clm.CustomerID][]time.Time, last time.Time, err error) {
	orders = map[clm.CustomerID][]time.Time{}
	for e, err := range h.read {
		if err != nil {
			return nil, last, err
		}
		if e.Time.After(last) {
			last = e.Time
		}
		if e.Kind == clm.Ordered {
			orders[e.Customer] = append(orders[e.Customer], e.Time)
		}
	}
	for _, times := range orders {
		slices.SortFunc(times, time.Time.Compare)
	}
	return orders, last, nil
}

func (h *History) complete(cut, end, last time.Time) error {
	slack := time.Duration(0)
	until := h.Until
	if until.IsZero() {
		until = last
	} else {
		slack = max(day, end.Sub(cut)/10)
	}
	if end.After(until) || end.After(last.Add(slack)) {
		return fmt.Errorf("churn: cut %s: the window ends on %s, the events on %s, seen as of %s: %w",
			cut.Format(time.DateOnly), end.Format(time.DateTime), last.Format(time.DateTime), until.Format(time.DateTime), ErrIncomplete)
	}
	return nil
}

// add takes in the cases of one cut.
func (c *Cases) add(h *History, orders map[clm.CustomerID][]time.Time, cut time.Time) error {
	profiles, aside, err := h.Folder.AsOf(h.read, cut)
	if err != nil {
		return err
	}
	c.Aside += len(aside)
	end := cut.Add(c.Definition.Horizon)
	for _, id := range slices.Sorted(maps.Keys(profiles)) {
		p := profiles[id]
		if p.Frequency() < c.Definition.MinOrders {
			continue
		}
		next, _ := slices.BinarySearchFunc(orders[id], cut, time.Time.Compare)
		ordered := next < len(orders[id]) && orders[id][next].Before(end)
		c.Rows = append(c.Rows, Case{Customer: id, Cut: cut, Values: Values(p, cut, c.Currency), Churned: !ordered})
	}
	return nil
}

// check reports a case whose values are not those of [Values].
func (c *Cases) check() error {
	n := len(features())
	for i := range c.Rows {
		row := &c.Rows[i]
		if len(row.Values) != n || slices.ContainsFunc(row.Values, func(v float64) bool { return math.IsInf(v, 0) }) {
			return fmt.Errorf("case %d, customer %s: %d values, or an infinite one; want %d", i, row.Customer, len(row.Values), n)
		}
	}
	return nil
}

// ChurnRate returns the share of cases that churned, in [0, 1]; 0 without cases.
func (c *Cases) ChurnRate() Probability {
	if len(c.Rows) == 0 {
		return 0
	}
	return Probability(float64(c.churned()) / float64(len(c.Rows)))
}

func (c *Cases) churned() int {
	n := 0
	for i := range c.Rows {
		if c.Rows[i].Churned {
			n++
		}
	}
	return n
}

// outcomes returns 1 for each case that churned and 0 for the others.
func (c *Cases) outcomes() []float64 {
	y := make([]float64, len(c.Rows))
	for i := range c.Rows {
		if c.Rows[i].Churned {
			y[i] = 1
		}
	}
	return y
}

// fold returns which of n parts a customer falls into: all cases of a customer
// are in the same one.
func fold(id clm.CustomerID, n int) int { return clm.PartitionOf(id, n) }
