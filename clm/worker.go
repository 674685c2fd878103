package clm

import (
	"context"
	"errors"
	"fmt"
)

// A worker brings one view up to date with one partition.
type worker struct {
	*catcher
	view      View
	partition int
	fence     Fence
	offered   Mark // After of the batch that was offered last
	done      *Caught
}

// run works until the partition is read. A batch is fenced when another owner
// moved the view, erased a customer or replayed meanwhile: the worker then reads anew
// from the new mark. When the mark did not move, it is the lease that is lost, and
// what is left is the new owner's to do.
func (w *worker) run(ctx context.Context) error {
	for {
		fenced := w.once(ctx)
		if !errors.Is(fenced, ErrFenced) {
			return fenced
		}
		mark, err := w.view.Mark(ctx, w.partition)
		if err != nil {
			return err
		}
		if mark != w.offered {
			continue
		}
		if w.fence != (Fence{}) {
			return nil
		}
		return fenced
	}
}

// once reads from the view's mark on. The mark is taken before the log is read:
// whatever is erased from the log and the view after that fences the batch.
func (w *worker) once(ctx context.Context) error {
	mark, err := w.view.Mark(ctx, w.partition)
	if err != nil {
		return err
	}
	batch := w.batch(mark, nil)
	for entry, err := range w.log.Read(ctx, w.partition, mark.Position) {
		if err != nil {
			return err
		}
		batch.Entries = append(batch.Entries, entry)
		batch.Through = entry.Position
		if len(batch.Entries) < w.opts.BatchSize {
			continue
		}
		if err := w.apply(ctx, batch); err != nil || w.over() {
			return err
		}
		mark.Position = batch.Through
		batch = w.batch(mark, batch.Entries[:0])
	}
	if len(batch.Entries) == 0 {
		return nil
	}
	return w.apply(ctx, batch)
}

func (w *worker) batch(after Mark, room []Entry) Batch {
	return Batch{Partition: w.partition, After: after, Through: after.Position, Fence: w.fence, Entries: room}
}

// apply offers a batch to the view again and again, each time without the
// entry that the view refused, until the view takes it. It ends because every
// round removes an entry.
func (w *worker) apply(ctx context.Context, b Batch) error {
	w.offered = b.After
	for {
		err := w.view.Apply(ctx, b)
		if err == nil {
			break
		}
		bad, refused := errors.AsType[*EntryError](err)
		if !refused || !b.setAside(bad) {
			return fmt.Errorf("clm: partition %d after %d: %w", w.partition, b.After.Position, err)
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
