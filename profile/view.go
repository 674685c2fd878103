package profile

import (
	"context"
	"errors"
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

// Position returns how far a partition has been read.
func (v *View) Position(ctx context.Context, partition int) (clm.Position, error) {
	return v.store.Position(ctx, partition)
}

// Apply folds a batch into the profiles of its customers. An event that cannot
// be folded is a [*clm.EntryError], and then nothing of the batch is written.
func (v *View) Apply(ctx context.Context, b clm.Batch) error {
	position, err := v.store.Position(ctx, b.Partition)
	if err != nil {
		return err
	}
	if position != b.After {
		return clm.ErrFenced
	}
	touched := make(map[clm.CustomerID]*Profile, min(len(b.Entries), 256))
	for i := range b.Entries {
		entry := &b.Entries[i]
		p, err := v.load(ctx, touched, entry.Event.Customer)
		if err != nil {
			return err
		}
		if err := v.folder.Fold(p, &entry.Event); err != nil {
			return &clm.EntryError{Position: entry.Position, Err: err}
		}
	}
	change := Change{Partition: b.Partition, After: b.After, Through: b.Through}
	for _, customer := range slices.Sorted(maps.Keys(touched)) {
		change.Profiles = append(change.Profiles, touched[customer])
	}
	return v.store.Commit(ctx, change)
}

func (v *View) load(ctx context.Context, touched map[clm.CustomerID]*Profile, customer clm.CustomerID) (*Profile, error) {
	if p := touched[customer]; p != nil {
		return p, nil
	}
	p, err := v.store.Get(ctx, customer)
	if errors.Is(err, ErrNotFound) {
		p, err = New(customer), nil
	}
	if err != nil {
		return nil, err
	}
	touched[customer] = p
	return p, nil
}
