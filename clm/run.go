package clm

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"
)

// RunOptions are the settings of [Run] and [CatchUp].
type RunOptions struct {
	// BatchSize is the number of events that a view takes in at once.
	// Default: 1000.
	BatchSize int
	// Poll is how long [Run] waits before it looks for new events in a log
	// that is no [Notifier]. Default: 1 second.
	Poll time.Duration
	// SetAside, if not nil, is called for each event that a view refused,
	// before the view moves past it: at least once, by several goroutines at
	// once. An error ends the run, and the next run offers the event again.
	// Default: refused events are counted, and left to the view to record.
	SetAside func(ctx context.Context, a Aside) error
	// Progress, if not nil, is called after each batch with the number of
	// events that it took in. It is called by several goroutines at once.
	Progress func(events int)
}

func (o *RunOptions) defaults() RunOptions {
	var d RunOptions
	if o != nil {
		d = *o
	}
	if d.BatchSize < 1 {
		d.BatchSize = 1000
	}
	if d.Poll <= 0 {
		d.Poll = time.Second
	}
	return d
}

// Run keeps the views up to date with the log until ctx ends, and then returns
// the context's error. It blocks; partitions are worked on in parallel. One
// event that a view refuses is set aside (see [RunOptions.SetAside]) and never
// stops its neighbours; any other error of log or view ends the run.
func Run(ctx context.Context, log Log, o *RunOptions, views ...View) error {
	opts := o.defaults()
	for {
		wait := changed(log)
		if _, err := CatchUp(ctx, log, o, views...); err != nil {
			return err
		}
		timer := time.NewTimer(opts.Poll)
		poll := timer.C
		if wait != nil {
			poll = nil
		}
		select {
		case <-ctx.Done():
		case <-wait:
		case <-poll:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func changed(log Log) <-chan struct{} {
	if n, ok := log.(Notifier); ok {
		return n.Changed()
	}
	return nil
}

// Caught is what [CatchUp] did.
type Caught struct {
	Events int // events taken in, summed over the views
	Aside  int // events refused, summed over the views
}

// CatchUp brings the views up to what the log held when it was called, and
// returns. It treats refused events and errors as [Run] does.
func CatchUp(ctx context.Context, log Log, o *RunOptions, views ...View) (Caught, error) {
	opts := o.defaults()
	done := make([]Caught, log.Partitions()*len(views))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for i := range done {
		group.Go(func() error {
			w := worker{log, views[i%len(views)], i / len(views), &opts, &done[i]}
			return w.run(ctx)
		})
	}
	err := group.Wait()
	var sum Caught
	for _, c := range done {
		sum.Events += c.Events
		sum.Aside += c.Aside
	}
	return sum, err
}

// worker brings one view up to date with one partition.
type worker struct {
	log       Log
	view      View
	partition int
	opts      *RunOptions
	done      *Caught
}

// fencedTries is how often a worker reads its position anew after another owner
// moved the view.
const fencedTries = 10

func (w *worker) run(ctx context.Context) error {
	for try := 1; ; try++ {
		err := w.once(ctx)
		if !errors.Is(err, ErrFenced) || try == fencedTries || ctx.Err() != nil {
			return err
		}
	}
}

func (w *worker) once(ctx context.Context) error {
	after, err := w.view.Position(ctx, w.partition)
	if err != nil {
		return err
	}
	batch := Batch{Partition: w.partition, After: after}
	for entry, err := range w.log.Read(ctx, w.partition, after) {
		if err != nil {
			return err
		}
		batch.Entries = append(batch.Entries, entry)
		batch.Through = entry.Position
		if len(batch.Entries) < w.opts.BatchSize {
			continue
		}
		if err := w.apply(ctx, batch); err != nil {
			return err
		}
		batch = Batch{Partition: w.partition, After: batch.Through, Entries: batch.Entries[:0]}
	}
	if len(batch.Entries) == 0 {
		return nil
	}
	return w.apply(ctx, batch)
}

// apply offers a batch to the view again and again, each time without the
// entry that the view refused, until the view takes it. It ends because every
// round removes an entry.
func (w *worker) apply(ctx context.Context, b Batch) error {
	for {
		err := w.view.Apply(ctx, b)
		if err == nil {
			break
		}
		bad, refused := errors.AsType[*EntryError](err)
		if !refused || !b.setAside(bad) {
			return fmt.Errorf("clm: partition %d after %d: %w", w.partition, b.After, err)
		}
		if err := w.report(ctx, b.Aside[len(b.Aside)-1]); err != nil {
			return err
		}
	}
	w.done.Events += len(b.Entries)
	w.done.Aside += len(b.Aside)
	if w.opts.Progress != nil {
		w.opts.Progress(len(b.Entries) + len(b.Aside))
	}
	return nil
}

func (w *worker) report(ctx context.Context, a Aside) error {
	if w.opts.SetAside == nil {
		return nil
	}
	if err := w.opts.SetAside(ctx, a); err != nil {
		return fmt.Errorf("clm: set aside event %s: %w", a.Event.ID, err)
	}
	return nil
}

// setAside moves the refused entry from the batch's entries to its aside. It
// reports whether the batch has that entry.
func (b *Batch) setAside(bad *EntryError) bool {
	for i, e := range b.Entries {
		if e.Position != bad.Position {
			continue
		}
		b.Aside = append(b.Aside, Aside{e.Position, e.Event, bad.Err})
		b.Entries = append(append([]Entry(nil), b.Entries[:i]...), b.Entries[i+1:]...)
		return true
	}
	return false
}
