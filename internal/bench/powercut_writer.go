package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// cutWriter is a goroutine that writes into a shop's store, and what it knows
// to be there. Writers have their own customers, so that the order of each
// customer's events is known.
type cutWriter struct {
	number    int
	rng       *rand.Rand
	customers []clm.CustomerID
	events    int // made so far
	arrivals  int // customers made so far

	sent    []cutBatch     // what the log holds, in order
	doubt   *cutBatch      // the batch that failed when the power went
	refused []clm.Event    // a batch that turned out not to be there
	leaving clm.CustomerID // being erased; "" is nobody
	gone    []goneCustomer
	marks   map[int]clm.Position // how far profiles had been folded

	acknowledged, batches, folds, erasures, remnants, checkpoints int
}

// goneCustomer is a customer who was erased. Remnants were in a file even
// before the next cut.
type goneCustomer struct {
	id       clm.CustomerID
	remnants bool
}

// cutBatch is the events of one Append.
type cutBatch struct {
	events       []clm.Event
	acknowledged bool
}

const cutCustomers = 8

func newCutWriter(number int, rng *rand.Rand) *cutWriter {
	w := &cutWriter{number: number, rng: rng, marks: map[int]clm.Position{}}
	for range cutCustomers {
		w.customers = append(w.customers, w.arrive())
	}
	return w
}

// arrive makes a customer whose id is nowhere else.
func (w *cutWriter) arrive() clm.CustomerID {
	w.arrivals++
	return clm.CustomerID(fmt.Sprintf("canary-%d-%d-%08x", w.number, w.arrivals, w.rng.Uint32()))
}

// act does one thing. Nil says that it is done and durable.
func (w *cutWriter) act(ctx context.Context, store *cutStore, together bool) error {
	if w.leaving != "" {
		return w.erase(ctx, store)
	}
	switch dice := w.rng.IntN(100); {
	case dice < 20:
		return w.fold(ctx, store, together)
	case dice < 23:
		w.leave()
		return w.erase(ctx, store)
	case dice < 30:
		return w.checkpoint(ctx, store)
	case dice < 36 && len(w.sent) > 0:
		return store.db.Log().Append(ctx, w.sent[w.rng.IntN(len(w.sent))].events...)
	}
	return w.append(ctx, store)
}

// append appends new events, or those that did not arrive the last time.
func (w *cutWriter) append(ctx context.Context, store *cutStore) error {
	events := w.refused
	w.refused = nil
	if events == nil || w.rng.IntN(2) == 0 {
		events = w.batch()
	}
	if err := store.db.Log().Append(ctx, events...); err != nil {
		w.doubt = &cutBatch{events: events}
		return err
	}
	w.sent = append(w.sent, cutBatch{events, true})
	w.acknowledged += len(events)
	w.batches++
	return nil
}

// batch makes a few events, and now and then many.
func (w *cutWriter) batch() []clm.Event {
	n := 1 + w.rng.IntN(8)
	if w.rng.IntN(10) == 0 {
		n = 40 + w.rng.IntN(100)
	}
	events := make([]clm.Event, n)
	for i := range events {
		events[i] = w.event()
	}
	return events
}

func (w *cutWriter) event() clm.Event {
	w.events++
	e := clm.Event{
		ID:       fmt.Sprintf("e-%d-%06d", w.number, w.events),
		Customer: w.customers[w.rng.IntN(len(w.customers))],
		Kind:     clm.Viewed,
		Time:     cutStart.Add(time.Duration(w.events) * time.Minute),
		Channel:  "web",
	}
	switch w.rng.IntN(4) {
	case 0:
		e.Kind = clm.Ordered
		e.Lines = []clm.Line{{Item: "socks", Quantity: 1 + w.rng.IntN(3), Amount: clm.Money{Minor: int64(500 + w.rng.IntN(5000)), Currency: "EUR"}}}
	case 1:
		e.Kind = clm.Messaged
		e.Text = fmt.Sprintf("%0*d", 1+w.rng.IntN(400), w.rng.Uint32())
	default:
		e.Item = clm.ItemID(fmt.Sprintf("item-%d", w.rng.IntN(20)))
	}
	return e
}

// fold brings the profiles up to date and remembers their marks: what can be
// read is durable.
func (w *cutWriter) fold(ctx context.Context, store *cutStore, together bool) error {
	if err := store.fold(ctx, 1+w.rng.IntN(50), together); err != nil {
		return err
	}
	marks, err := store.profiles.Marks(ctx)
	if err != nil {
		return err
	}
	for p, m := range marks {
		w.marks[p] = max(w.marks[p], m.Position)
	}
	w.folds++
	return nil
}

// leave chooses a customer to be erased, whose place another one takes.
func (w *cutWriter) leave() {
	i := w.rng.IntN(len(w.customers))
	w.leaving = w.customers[i]
	w.customers[i] = w.arrive()
	w.refused = nil // it may be about the customer
}

// erase erases from the whole file at once, or from one store after the other.
func (w *cutWriter) erase(ctx context.Context, store *cutStore) error {
	stores := []clm.Eraser{store.db}
	if w.rng.IntN(2) == 0 {
		stores = []clm.Eraser{store.db.Log(), store.profiles}
	}
	if err := clm.Erase(ctx, w.leaving, stores...); err != nil {
		return err
	}
	w.forget(w.leaving)
	gone := goneCustomer{w.leaving, len(store.disk.Find([]byte(w.leaving))) > 0}
	if gone.remnants {
		w.remnants++
	}
	w.gone = append(w.gone, gone)
	w.leaving = ""
	w.erasures++
	return nil
}

// forget takes a customer's events out of what is known.
func (w *cutWriter) forget(customer clm.CustomerID) {
	for i := range w.sent {
		w.sent[i].events = slices.DeleteFunc(slices.Clone(w.sent[i].events), func(e clm.Event) bool { return e.Customer == customer })
	}
	w.sent = slices.DeleteFunc(w.sent, func(b cutBatch) bool { return len(b.events) == 0 })
}

func (w *cutWriter) checkpoint(ctx context.Context, store *cutStore) error {
	if err := store.checkpoint(ctx, []string{"PASSIVE", "RESTART", "TRUNCATE"}[w.rng.IntN(3)]); err != nil {
		return err
	}
	w.checkpoints++
	return nil
}
