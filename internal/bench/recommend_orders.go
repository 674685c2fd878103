package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/orders"
)

// readOrders reads the files with the rules under which the reference figures
// were computed: product codes by pattern, repeated rows kept, and only items
// and customers of the core.
func readOrders(ctx context.Context, f *recommendFlags) ([]clm.Event, error) {
	h, err := orders.ReadFiles(ctx, f.files, &orders.Options{
		Currency: f.currency, Product: f.product.MatchString, KeepDuplicates: true, Progress: f.meter.Track("reading orders"),
	})
	if err != nil {
		return nil, err
	}
	sold := slices.DeleteFunc(h.Events, func(e clm.Event) bool { return e.Kind != clm.Ordered })
	if len(sold) == 0 {
		return nil, fmt.Errorf("recommend: %s: no orders", strings.Join(f.files, ", "))
	}
	first, last := sold[0].Time, sold[len(sold)-1].Time
	if !first.Before(f.cut) || last.Before(f.cut) {
		return nil, fmt.Errorf("recommend: the cut %s is outside of the orders, which are from %s to %s",
			f.cut.Format(time.DateOnly), first.Format(time.DateOnly), last.Format(time.DateOnly))
	}
	kept := coreOf(sold, f.cut, f.core)
	if len(kept) == 0 {
		return nil, fmt.Errorf("recommend: nothing is left of the core of %d", f.core)
	}
	return kept, nil
}

// catalogueBefore returns the items of the events with the texts that the rows
// before the cut give them: later rows may say what sold.
func catalogueBefore(ctx context.Context, f *recommendFlags, events []clm.Event) (*clm.Catalogue, error) {
	h, err := orders.ReadFiles(ctx, f.files, &orders.Options{Currency: f.currency, Product: f.product.MatchString, Until: f.cut})
	if err != nil {
		return nil, err
	}
	return catalogueOf(events, h.Catalogue)
}

// catalogueOf returns the part of a catalogue that occurs in the events.
func catalogueOf(events []clm.Event, whole *clm.Catalogue) (*clm.Catalogue, error) {
	var items []clm.Item
	for _, id := range itemsOf(events) {
		if item := whole.Item(id); item != nil {
			items = append(items, *item)
		}
	}
	return clm.NewCatalogue(items...)
}

// itemsOf returns the items of the events, sorted, each once.
func itemsOf(events []clm.Event) []clm.ItemID {
	var items []clm.ItemID
	for i := range events {
		items = slices.AppendSeq(items, events[i].Items)
	}
	slices.Sort(items)
	return slices.Compact(items)
}

// customersOf returns the customers of the events, sorted, each once.
func customersOf(events []clm.Event) []clm.CustomerID {
	var customers []clm.CustomerID
	for i := range events {
		customers = append(customers, events[i].Customer)
	}
	slices.Sort(customers)
	return slices.Compact(customers)
}

// coreOf returns the largest part of the orders in which, before the cut, each
// item has at least n customers and each customer at least n items.
func coreOf(events []clm.Event, cut time.Time, n int) []clm.Event {
	for {
		items, customers := degrees(events, cut)
		var kept []clm.Event
		changed := false
		for _, e := range events {
			lines := slices.DeleteFunc(slices.Clone(e.Lines), func(l clm.Line) bool { return len(items[l.Item]) < max(1, n) })
			if len(customers[e.Customer]) < max(1, n) || len(lines) == 0 {
				changed = true
				continue
			}
			changed = changed || len(lines) < len(e.Lines)
			e.Lines = lines
			kept = append(kept, e)
		}
		if !changed {
			return kept
		}
		events = kept
	}
}

// degrees returns who bought an item before the cut, and what a customer did.
func degrees(events []clm.Event, cut time.Time) (map[clm.ItemID]map[clm.CustomerID]bool, map[clm.CustomerID]map[clm.ItemID]bool) {
	items, customers := map[clm.ItemID]map[clm.CustomerID]bool{}, map[clm.CustomerID]map[clm.ItemID]bool{}
	for i := range events {
		e := &events[i]
		if !e.Time.Before(cut) {
			continue
		}
		for item := range e.Items {
			if items[item] == nil {
				items[item] = map[clm.CustomerID]bool{}
			}
			if customers[e.Customer] == nil {
				customers[e.Customer] = map[clm.ItemID]bool{}
			}
			items[item][e.Customer], customers[e.Customer][item] = true, true
		}
	}
	return items, customers
}
