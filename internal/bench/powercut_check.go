package main

import (
	"context"
	"fmt"
	"reflect"

	"github.com/clmkit/clmkit/clm"
)

// cutCheck compares a store with what its writers know.
type cutCheck struct {
	shop  *cutShop
	store *cutStore
	found cutCount

	entries [][]clm.Entry  // by partition
	place   map[string]int // of an event's first entry, by id, in the order of reading
	events  []clm.Event    // by place
}

// check looks at everything that is in the file, and settles what was in doubt.
// The error is that of opening the file.
func (s *cutShop) check(ctx context.Context, store *cutStore, err error) cutCount {
	c := &cutCheck{shop: s, store: store, place: map[string]int{}}
	c.collect()
	if err != nil {
		c.damage(&c.found.corrupt, "open: %v", err)
		return c.found
	}
	for _, step := range []func(context.Context) error{store.whole, c.read, c.profiles} {
		if err := step(ctx); err != nil {
			c.damage(&c.found.corrupt, "%v", err)
			return c.found
		}
	}
	known := 0
	for _, w := range s.writers {
		c.settle(w)
		c.batches(w)
		c.order(w)
		c.erased(w)
		for _, b := range w.sent {
			known += len(b.events)
		}
	}
	if unknown := len(c.events) - known + c.found.lost; unknown > 0 && c.found.half+c.found.unerased == 0 {
		c.damage(&c.found.corrupt, "%d events came from nowhere", unknown)
	}
	return c.found
}

// collect moves what the writers counted into the shop's count.
func (c *cutCheck) collect() {
	for _, w := range c.shop.writers {
		c.found.acknowledged += w.acknowledged
		c.found.batches += w.batches
		c.found.folds += w.folds
		c.found.erasures += w.erasures
		c.found.remnants += w.remnants
		c.found.checkpoints += w.checkpoints
		w.acknowledged, w.batches, w.folds, w.erasures, w.remnants, w.checkpoints = 0, 0, 0, 0, 0, 0
	}
}

func (c *cutCheck) damage(count *int, format string, args ...any) {
	*count++
	if c.found.first == "" {
		c.found.first = fmt.Sprintf("shop %d of seed %d, cut %d: ", c.shop.number, c.shop.task.seed, c.shop.count.cuts) + fmt.Sprintf(format, args...)
	}
}

// read reads the log. Events that are there twice are counted.
func (c *cutCheck) read(ctx context.Context) error {
	log := c.store.db.Log()
	c.entries = make([][]clm.Entry, log.Partitions())
	for p := range c.entries {
		for entry, err := range log.Read(ctx, p, 0) {
			if err != nil {
				return err
			}
			c.entries[p] = append(c.entries[p], entry)
			if _, known := c.place[entry.Event.ID]; known {
				c.damage(&c.found.doubled, "event %s is there twice", entry.Event.ID)
				continue
			}
			c.place[entry.Event.ID] = len(c.events)
			c.events = append(c.events, entry.Event)
		}
	}
	return nil
}

// count returns how many of the events are in the log.
func (c *cutCheck) count(events []clm.Event) (n int) {
	for i := range events {
		if _, there := c.place[events[i].ID]; there {
			n++
		}
	}
	return n
}

// settle finds out what became of the batch and of the erasure that failed when
// the power went.
func (c *cutCheck) settle(w *cutWriter) {
	if d := w.doubt; d != nil {
		w.doubt = nil
		switch n := c.count(d.events); n {
		case 0:
			w.refused = d.events
		case len(d.events):
			w.sent = append(w.sent, *d)
		default:
			c.damage(&c.found.half, "%d of the %d events of a batch", n, len(d.events))
		}
	}
	if w.leaving != "" {
		c.settleErasure(w)
	}
}

// settleErasure finds out whether the events of the customer who was being
// erased are gone. All of them have to be, or none but those of lost batches.
func (c *cutCheck) settleErasure(w *cutWriter) {
	there, erased := 0, 0
	for _, b := range w.sent {
		theirs := eventsOf(b.events, w.leaving)
		n := c.count(theirs)
		there += n
		if c.count(b.events) > n {
			erased += len(theirs) - n
		}
	}
	switch {
	case there == 0:
		w.forget(w.leaving)
	case erased > 0:
		c.damage(&c.found.half, "%d events of an erased customer are gone, %d are not", erased, there)
	}
}

func eventsOf(events []clm.Event, customer clm.CustomerID) (theirs []clm.Event) {
	for i := range events {
		if events[i].Customer == customer {
			theirs = append(theirs, events[i])
		}
	}
	return theirs
}

// batches checks that each batch is there as a whole, and as it was sent.
func (c *cutCheck) batches(w *cutWriter) {
	for _, b := range w.sent {
		n := c.count(b.events)
		for i := range b.events {
			at, there := c.place[b.events[i].ID]
			switch {
			case !there && b.acknowledged:
				c.damage(&c.found.lost, "event %s, acknowledged, is lost", b.events[i].ID)
			case !there:
				c.damage(&c.found.lost, "event %s, seen after an earlier cut, is lost", b.events[i].ID)
			case !reflect.DeepEqual(c.events[at], b.events[i]):
				c.damage(&c.found.corrupt, "event %s is %+v, and was %+v", b.events[i].ID, c.events[at], b.events[i])
			}
		}
		if n != 0 && n != len(b.events) {
			c.damage(&c.found.half, "%d of the %d events of a batch", n, len(b.events))
		}
	}
}

// order checks that the events of each customer are behind each other as they
// were sent.
func (c *cutCheck) order(w *cutWriter) {
	last := map[clm.CustomerID]int{}
	for _, b := range w.sent {
		for i := range b.events {
			at, there := c.place[b.events[i].ID]
			if !there {
				continue
			}
			if before, any := last[b.events[i].Customer]; any && at < before {
				c.damage(&c.found.disordered, "event %s is before one that was sent earlier", b.events[i].ID)
			}
			last[b.events[i].Customer] = at
		}
	}
}

// erased checks that nothing of erased customers is back, in the tables or
// anywhere in the files.
func (c *cutCheck) erased(w *cutWriter) {
	for _, gone := range w.gone {
		if at := c.shop.disk.Find([]byte(gone.id)); len(at) > 0 && !gone.remnants {
			c.damage(&c.found.traces, "erased customer %s is back in %v", gone.id, at)
		}
		for i := range c.events {
			if c.events[i].Customer == gone.id {
				c.damage(&c.found.unerased, "erased customer %s has events", gone.id)
				break
			}
		}
	}
}
