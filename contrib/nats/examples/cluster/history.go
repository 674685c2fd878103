package main

import (
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
)

const (
	customers = 500
	batch     = 500 // events of an Append
)

// history returns the events of a shop: mugs that are looked at and bought.
func history(n int) []clm.Event {
	began := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	events := make([]clm.Event, n)
	for i := range events {
		item := clm.ItemID(fmt.Sprintf("mug-%d", i%17))
		events[i] = clm.Event{
			ID: fmt.Sprintf("e-%d", i), Customer: clm.CustomerID(fmt.Sprintf("c-%d", i*i%customers)), // some come often, some never
			Kind: clm.Viewed, Item: item, Time: began.Add(time.Duration(i) * time.Second),
		}
		if i%7 == 0 {
			events[i].Kind, events[i].Item = clm.Ordered, ""
			events[i].Lines = []clm.Line{{Item: item, Quantity: 1 + i%3, Amount: clm.Money{Minor: int64(900 + i%100), Currency: "EUR"}}}
		}
	}
	return events
}
