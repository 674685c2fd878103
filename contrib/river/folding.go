package river

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/jackc/pgx/v5"
)

// A folding folds the histories of customers into the profiles of a set.
type folding struct {
	log    *postgres.Log
	set    *postgres.Profiles
	folder *profile.Folder
	plan   rebuildPlan
}

func (r *Rebuild) folding(set string, plan []byte) (*folding, error) {
	f := &folding{log: r.db.Log(), set: r.db.Profiles(set), folder: r.folder}
	if err := json.Unmarshal(plan, &f.plan); err != nil {
		return nil, fmt.Errorf("river: plan of rebuild %s: %w", set, err)
	}
	return f, nil
}

// A portion is what the events of some customers come to.
type portion struct {
	revision  uint64
	customers int
	profiles  []*profile.Profile
	refused   map[int][]clm.Aside // by partition
}

// read folds the events of the next customers, as long as they are not behind the
// ends of the plan. The revision is read before the events are read, and is
// compared in the transaction that writes: what is erased in between fences it.
func (f *folding) read(ctx context.Context, after, end clm.CustomerID, size int) (*chunk, error) {
	mark, err := f.set.Mark(ctx, 0)
	if err != nil {
		return nil, err
	}
	through, n, err := f.log.Split(ctx, after, size)
	if err != nil {
		return nil, err
	}
	c := &chunk{through: through, last: n < size || end != "" && through >= end}
	if c.last {
		c.through = end
	}
	p := &portion{revision: mark.Revision, refused: map[int][]clm.Aside{}}
	history := f.begin("")
	for entry, err := range f.log.Histories(ctx, after, c.through) {
		if err != nil {
			return nil, err
		}
		if entry.Event.Customer != history.profile.Customer {
			p.take(history)
			history = f.begin(entry.Event.Customer)
		}
		history.add(&entry)
	}
	p.take(history)
	c.customers = p.customers
	c.write = func(ctx context.Context, tx pgx.Tx) error { return f.write(ctx, tx, p) }
	return c, nil
}

// A fold is one customer's events on the way to a profile.
type fold struct {
	folder    *profile.Folder
	partition int
	end       clm.Position
	profile   *profile.Profile
	folded    bool
	refused   []clm.Aside
}

func (f *folding) begin(customer clm.CustomerID) *fold {
	partition := clm.PartitionOf(customer, f.log.Partitions())
	return &fold{folder: f.folder, partition: partition, end: f.plan.Ends[partition], profile: profile.New(customer)}
}

// add folds an event, or sets it aside where a view would have done so.
func (d *fold) add(e *clm.Entry) {
	if e.Position > d.end {
		return
	}
	if err := d.folder.Fold(d.profile, &e.Event); err != nil {
		d.refused = append(d.refused, clm.Aside{Position: e.Position, Event: e.Event, Err: err})
		return
	}
	d.folded = true
}

// take takes over what a customer's events came to: as with a view, there is no
// profile where no event could be folded.
func (p *portion) take(d *fold) {
	if d.folded {
		p.profiles = append(p.profiles, d.profile)
	}
	if len(d.refused) > 0 {
		p.refused[d.partition] = append(p.refused[d.partition], d.refused...)
	}
	if d.folded || len(d.refused) > 0 {
		p.customers++
	}
}

// write writes profiles and dead letters, and moves no mark.
func (f *folding) write(ctx context.Context, tx pgx.Tx, p *portion) error {
	err := f.set.WriteTx(ctx, tx, p.revision, p.profiles...)
	if errors.Is(err, clm.ErrFenced) {
		return fmt.Errorf("%w: %w", errErased, err)
	}
	if err != nil {
		return err
	}
	for _, partition := range slices.Sorted(maps.Keys(p.refused)) {
		c := profile.Change{Partition: partition, After: clm.Mark{Revision: p.revision}, Aside: p.refused[partition]}
		if err := f.set.CommitTx(ctx, tx, c); err != nil {
			return inUse(err)
		}
	}
	return nil
}

// inUse is what it means that a mark is not at 0 while a set is rebuilt.
func inUse(err error) error {
	if errors.Is(err, clm.ErrFenced) {
		return never("%w: %w", ErrInUse, err)
	}
	return err
}
