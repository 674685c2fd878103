package recommend

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// record is what an event leaves in the model: enough to learn from, no text
// but what was searched for.
type record struct {
	id       string
	customer clm.CustomerID
	kind     clm.Kind
	time     time.Time
	items    []clm.ItemID // each once, in their order
	query    string
}

func newRecord(e *clm.Event) record {
	r := record{id: e.ID, customer: e.Customer, kind: e.Kind, time: e.Time, query: e.Query}
	r.items = slices.Collect(e.Items)
	slices.Sort(r.items)
	r.items = slices.Compact(r.items)
	return r
}

// compare orders records by time, then by what makes the order one, whatever
// the order they were read in.
func (r record) compare(s record) int {
	return cmp.Or(
		r.time.Compare(s.time),
		cmp.Compare(r.id, s.id),
		cmp.Compare(r.customer, s.customer),
		cmp.Compare(r.kind, s.kind),
		slices.Compare(r.items, s.items),
		cmp.Compare(r.query, s.query),
	)
}

// interests are the kinds that show what a customer looks for, besides those
// that have a weight.
func interest(k clm.Kind) bool {
	return k == clm.Viewed || k == clm.CartAdded || k == clm.Clicked || k == clm.Searched
}

// readRecords returns the events that say what customers want, in time, each
// id once: of events with the same id the earliest counts. Events that are not
// before the moment until are passed over; a zero until is the end of time.
func readRecords(events iter.Seq2[clm.Event, error], weights map[clm.Kind]float64, until time.Time) ([]record, error) {
	var records []record
	for e, err := range events {
		if err != nil {
			return nil, fmt.Errorf("recommend: reading events: %w", err)
		}
		if !until.IsZero() && !e.Time.Before(until) || weights[e.Kind] == 0 && !interest(e.Kind) {
			continue
		}
		if err := e.Validate(e.Time); err != nil {
			return nil, fmt.Errorf("recommend: %w", err)
		}
		records = append(records, newRecord(&e))
	}
	slices.SortFunc(records, record.compare)
	seen := make(map[string]bool, len(records))
	return slices.DeleteFunc(records, func(r record) bool {
		again := seen[r.id]
		seen[r.id] = true
		return again
	}), nil
}
