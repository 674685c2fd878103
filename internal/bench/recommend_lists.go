package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/clmkit/clmkit/clm"
)

// listWriter writes the lists of one method with numbers for ids.
type listWriter struct {
	path, method string
	customers    []clm.CustomerID
	items        []clm.ItemID
	text         strings.Builder
	lists        int
}

func newListWriter(f *recommendFlags, events []clm.Event) *listWriter {
	return &listWriter{path: f.lists, method: f.method, customers: customersOf(events), items: itemsOf(events)}
}

func (w *listWriter) add(method string, customer clm.CustomerID, items []clm.ItemID) {
	if method != w.method || w.path == "" {
		return
	}
	w.lists++
	place, _ := slices.BinarySearch(w.customers, customer)
	w.text.WriteString(strconv.Itoa(place))
	for _, item := range items {
		place, _ := slices.BinarySearch(w.items, item)
		fmt.Fprintf(&w.text, " %d", place*7919%len(w.items))
	}
	w.text.WriteByte('\n')
}

func (w *listWriter) write() error {
	if w.path == "" {
		return nil
	}
	if w.lists == 0 {
		return fmt.Errorf("recommend: -method: there is no method %q", w.method)
	}
	if err := os.WriteFile(w.path, []byte(w.text.String()), 0o644); err != nil {
		return fmt.Errorf("recommend: -lists: %w", err)
	}
	return nil
}
