package clmtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/require"
)

// Start is the time of the first event of [Events].
var Start = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// Events returns n valid events of several kinds about a number of customers,
// one minute apart from [Start] on. The same arguments give the same events.
func Events(n, customers int) []clm.Event {
	events := make([]clm.Event, n)
	for i := range events {
		e := clm.Event{
			ID:       fmt.Sprintf("e-%06d", i),
			Customer: clm.CustomerID(fmt.Sprintf("c-%d", i%customers)),
			Kind:     clm.Viewed,
			Time:     Start.Add(time.Duration(i) * time.Minute),
			Item:     clm.ItemID(fmt.Sprintf("i-%d", i%17)),
			Channel:  []string{"web", "app"}[i%2],
		}
		switch i % 5 {
		case 1:
			e.Kind, e.Item, e.Query = clm.Searched, "", "warm socks"
		case 2:
			e.Kind, e.Item = clm.Ordered, ""
			e.Lines = []clm.Line{
				{Item: "i-1", Quantity: 1 + i%3, Amount: clm.Money{Minor: int64(500 + i%700), Currency: "EUR"}},
				{Item: "i-2", Quantity: 1, Amount: clm.Money{Minor: 1999, Currency: "EUR"}},
			}
		case 3:
			e.Kind, e.Text = clm.Reviewed, "warm, but they shrank"
		}
		events[i] = e
	}
	return events
}

// read returns all entries of a partition after a position.
func read(t *testing.T, log clm.Log, partition int, after clm.Position) []clm.Entry {
	t.Helper()
	var entries []clm.Entry
	for e, err := range log.Read(context.Background(), partition, after) {
		require.NoError(t, err)
		entries = append(entries, e)
	}
	return entries
}

// readAll returns the events of a log by customer, in the log's order.
func readAll(t *testing.T, log clm.Log) map[clm.CustomerID][]clm.Event {
	t.Helper()
	by := map[clm.CustomerID][]clm.Event{}
	for p := range log.Partitions() {
		last := clm.Position(0)
		for _, e := range read(t, log, p, 0) {
			require.Greater(t, e.Position, last, "positions of partition %d grow", p)
			require.Equal(t, p, clm.PartitionOf(e.Event.Customer, log.Partitions()), "partition of customer %s", e.Event.Customer)
			last = e.Position
			by[e.Event.Customer] = append(by[e.Event.Customer], e.Event)
		}
	}
	return by
}

// byCustomer is what readAll has to return for a log that holds the events.
func byCustomer(events []clm.Event) map[clm.CustomerID][]clm.Event {
	by := map[clm.CustomerID][]clm.Event{}
	for _, e := range events {
		by[e.Customer] = append(by[e.Customer], e)
	}
	return by
}
