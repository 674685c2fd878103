package profile

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// A View folds the events of a log into the profiles of a store. It is a
// [clm.View]: give it to [clm.Run] or [clm.CatchUp].
type View struct {
	store  Store
	folder *Folder
}

// NewView returns the view that keeps the profiles of store.
func NewView(store Store, folder *Folder) *View {
	return &View{store: store, folder: folder}
}

// Mark returns where the view stands in a partition.
func (v *View) Mark(ctx context.Context, partition int) (clm.Mark, error) {
	return v.store.Mark(ctx, partition)
}

// Marks returns all marks of a store that is a [clm.Marker].
func (v *View) Marks(ctx context.Context) (map[int]clm.Mark, error) {
	m, ok := v.store.(clm.Marker)
	if !ok {
		return nil, fmt.Errorf("profile: marks of a %T: %w", v.store, errors.ErrUnsupported)
	}
	return m.Marks(ctx)
}

// DeadLetters yields the events that could not be folded, for [clm.Replay].
func (v *View) DeadLetters(ctx context.Context) iter.Seq2[clm.DeadLetter, error] {
	return v.store.DeadLetters(ctx)
}

// Apply folds a batch into the profiles of its customers. An event that cannot
// be folded is a [*clm.EntryError], and then nothing of the batch is written.
// What was set aside before becomes a dead letter of the store.
func (v *View) Apply(ctx context.Context, b clm.Batch) error {
	mark, err := v.store.Mark(ctx, b.Partition)
	if err != nil {
		return err
	}
	if mark != b.After {
		return clm.ErrFenced // Commit would say so too, after the work
	}
	touched, err := v.load(ctx, b.Entries)
	if err != nil {
		return err
	}
	for i := range b.Entries {
		entry := &b.Entries[i]
		if err := v.folder.Fold(touched[entry.Event.Customer], &entry.Event); err != nil {
			return &clm.EntryError{Position: entry.Position, Err: err}
		}
	}
	change := Change{Partition: b.Partition, After: b.After, Through: b.Through, Fence: b.Fence, Aside: b.Aside}
	if b.Replay {
		for i := range b.Entries {
			change.Replayed = append(change.Replayed, b.Entries[i].Position)
		}
	}
	for _, customer := range slices.Sorted(maps.Keys(touched)) {
		change.Profiles = append(change.Profiles, touched[customer])
	}
	return v.store.Commit(ctx, change)
}

// load returns the profiles of the customers whom the entries are about, new ones
// for those who have none yet.
func (v *View) load(ctx context.Context, entries []clm.Entry) (map[clm.CustomerID]*Profile, error) {
	touched := make(map[clm.CustomerID]*Profile, min(len(entries), 256))
	for i := range entries {
		touched[entries[i].Event.Customer] = nil
	}
	known, err := several(ctx, v.store, slices.Sorted(maps.Keys(touched)))
	if err != nil {
		return nil, err
	}
	for _, p := range known {
		touched[p.Customer] = p
	}
	for customer, p := range touched {
		if p == nil {
			touched[customer] = New(customer)
		}
	}
	return touched, nil
}
