package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/orders"
	"github.com/clmkit/clmkit/internal/progress"
	"github.com/clmkit/clmkit/internal/sim"
	"github.com/clmkit/clmkit/support"
)

// shop is what the loop starts from.
type shop struct {
	label     string
	currency  string // the one with the most orders
	events    []clm.Event
	catalogue *clm.Catalogue
	earlier   *clm.Catalogue // as it was a horizon ago, for the hold-out
	documents []support.Document
	read      *orders.Report // nil for the simulated shop
	at        time.Time      // now: the midnight after the last event
}

// open reads the order files, or simulates a shop where there are none. The
// help documents are the simulated shop's in both cases.
func open(ctx context.Context, o *options, meter *progress.Meter) (*shop, error) {
	size := sim.Options{Seed: o.seed}
	if len(o.orders) > 0 {
		size.Customers, size.Items = 1, 20 // for the documents
	}
	simulated, err := sim.New(&size)
	if err != nil {
		return nil, err
	}
	s := &shop{label: fmt.Sprintf("a simulated shop, seed %d", o.seed), events: simulated.Events, catalogue: simulated.Catalogue}
	if len(o.orders) > 0 {
		if s, err = readShop(ctx, o, meter); err != nil {
			return nil, err
		}
	}
	for _, d := range simulated.Documents {
		s.documents = append(s.documents, support.Document{ID: d.ID, Title: d.Title, Text: d.Text})
	}
	if err := s.look(o.today); err != nil || len(o.orders) == 0 {
		s.earlier = s.catalogue
		return s, err
	}
	return s, s.lookBack(ctx, o)
}

func readShop(ctx context.Context, o *options, meter *progress.Meter) (*shop, error) {
	history, err := orders.ReadFiles(ctx, o.orders, o.reading(orders.Options{Progress: meter.Track("reading orders")}))
	meter.Done()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, path := range o.orders {
		names = append(names, filepath.Base(path))
	}
	return &shop{label: strings.Join(names, ", "), events: history.Events, catalogue: history.Catalogue, read: &history.Report}, nil
}

// reading completes the settings of a reading by what the command line says.
func (o *options) reading(settings orders.Options) *orders.Options {
	settings.Currency = o.declared
	if o.layout != "" {
		settings.Layouts = []string{o.layout}
	}
	return &settings
}

// look finds the moment and the currency of the shop in its events. One row with
// a date in the future must not make a whole shop of the past.
func (s *shop) look(today time.Time) error {
	count := map[string]int{}
	var last time.Time
	for _, e := range s.events {
		if e.Time.After(today.Add(clm.Skew)) {
			continue // the log will refuse it
		}
		if e.Time.After(last) {
			last = e.Time
		}
		if e.Kind != clm.Ordered {
			continue
		}
		c := e.Lines[0].Amount.Currency
		count[c]++
		if count[c] > count[s.currency] || count[c] == count[s.currency] && c < s.currency {
			s.currency = c
		}
	}
	if s.currency == "" {
		return fmt.Errorf("%s: there is no order of a known customer to start from%s", s.label, s.setAside())
	}
	s.at = last.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
	return nil
}

// lookBack reads the catalogue as it was a horizon ago: titles of later rows
// would tell the hold-out what sold.
func (s *shop) lookBack(ctx context.Context, o *options) error {
	history, err := orders.ReadFiles(ctx, o.orders, o.reading(orders.Options{Until: s.at.Add(-horizon)}))
	if err != nil {
		return err
	}
	s.earlier = history.Catalogue
	return nil
}

// setAside says what became of the rows, for an error.
func (s *shop) setAside() string {
	if s.read == nil {
		return ""
	}
	text := fmt.Sprintf(": %d rows", s.read.Rows)
	for _, a := range s.read.Aside {
		text += fmt.Sprintf(", %d set aside as %q", a.Rows, a.Reason)
		if len(a.Examples) > 0 {
			text += fmt.Sprintf(" (line %d: %s)", a.Examples[0].Line, a.Examples[0].Problem)
		}
	}
	return text
}
