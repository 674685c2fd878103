package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
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
		Currency: f.currency, Product: f.product.MatchString, KeepDuplicates: true,
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
	var sources []orders.Source
	for _, path := range f.files {
		rows, err := rowsBefore(path, f.cut)
		if err != nil {
			return nil, fmt.Errorf("recommend: %s: %w", path, err)
		}
		sources = append(sources, orders.Source{Name: path, Reader: rows})
	}
	h, err := orders.Read(ctx, sources, &orders.Options{Currency: f.currency, Product: f.product.MatchString})
	if err != nil {
		return nil, err
	}
	return catalogueOf(events, h.Catalogue)
}

// rowsBefore returns the header of a file and its rows with a date before the
// cut.
func rowsBefore(path string, cut time.Time) (io.Reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return nil, err
		}
	}
	var kept bytes.Buffer
	out := csv.NewWriter(&kept)
	if err := copyBefore(out, csv.NewReader(in), cut); err != nil {
		return nil, err
	}
	out.Flush()
	return &kept, out.Error()
}

// copyBefore copies the header and the rows before the cut. What is no row is
// left out.
func copyBefore(out *csv.Writer, in *csv.Reader, cut time.Time) error {
	header, err := in.Read()
	if err != nil {
		return err
	}
	column := slices.IndexFunc(header, func(s string) bool { return strings.EqualFold(s, "InvoiceDate") })
	if column < 0 {
		return errors.New("no column InvoiceDate")
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for {
		row, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if _, bad := errors.AsType[*csv.ParseError](err); bad {
			continue
		}
		if err != nil {
			return err
		}
		if date, err := time.Parse(time.DateTime, row[column]); err != nil || !date.Before(cut) {
			continue
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
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
