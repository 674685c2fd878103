package quality

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A Case is a customer whose history is known up to a moment.
type Case struct {
	Customer clm.CustomerID
	At       time.Time    // history is before it
	History  []clm.ItemID // by time, a repeat as often as it came
	Targets  []clm.ItemID // by time, each once
	// Gains say what each target is worth: the most that an event of the window
	// made it. Nil unless the options weigh several kinds.
	Gains []float64
}

// List returns the case's list for [Measure], with what was recommended for it.
func (c *Case) List(items []clm.ItemID, segments ...string) List {
	return List{Customer: c.Customer, Items: items, Relevant: c.Targets, Gains: c.Gains, History: c.History, Segments: segments}
}

// A touch is an item of an event.
type touch struct {
	time  time.Time
	event string
	item  clm.ItemID
	gain  float64
}

// with reports whether both are of one event.
func (t touch) with(u touch) bool { return t.event == u.event && t.time.Equal(u.time) }

// readTouches returns what each customer touched, by time, then by event.
func readTouches(events iter.Seq2[clm.Event, error], o *SplitOptions) (map[clm.CustomerID][]touch, error) {
	weights := map[clm.Kind]float64{clm.Ordered: 1}
	if o != nil && len(o.Weights) > 0 {
		weights = o.Weights
	}
	all := map[clm.CustomerID][]touch{}
	for e, err := range events {
		if err != nil {
			return nil, fmt.Errorf("quality: events: %w", err)
		}
		for item := range e.Items {
			if gain := weights[e.Kind]; gain > 0 {
				all[e.Customer] = append(all[e.Customer], touch{e.Time, e.ID, item, gain})
			}
		}
	}
	for _, touches := range all {
		slices.SortStableFunc(touches, func(a, b touch) int {
			return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.event, b.event))
		})
	}
	return all, nil
}

// newCase returns the case with the targets that the options keep.
func newCase(customer clm.CustomerID, at time.Time, past, after []touch, o *SplitOptions) Case {
	if o == nil {
		o = &SplitOptions{}
	}
	c := Case{Customer: customer, At: at}
	had, targets := map[clm.ItemID]bool{}, map[clm.ItemID]int{}
	for _, t := range past {
		c.History = append(c.History, t.item)
		had[t.item] = true
	}
	for _, t := range after {
		if o.First && !t.with(after[0]) {
			break
		}
		n, again := targets[t.item]
		switch {
		case had[t.item] && !o.Repeats:
		case again:
			c.Gains[n] = max(c.Gains[n], t.gain)
		default:
			targets[t.item] = len(c.Targets)
			c.Targets, c.Gains = append(c.Targets, t.item), append(c.Gains, t.gain)
		}
	}
	if len(o.Weights) < 2 {
		c.Gains = nil
	}
	return c
}
