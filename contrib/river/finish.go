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
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

type finishArgs struct {
	Tenant string `json:"tenant"`
	Set    string `json:"set"`
}

func (finishArgs) Kind() string { return "clmkit_rebuild_finish" }

type finishWorker struct {
	river.WorkerDefaults[finishArgs]
	tenants map[string]*Rebuild
}

// Work puts the marks of the set where the log ended when the rebuild was
// planned, notes that the rebuild is over, and completes the job, all in one
// transaction.
func (w *finishWorker) Work(ctx context.Context, job *river.Job[finishArgs]) error {
	r := w.tenants[job.Args.Tenant]
	if r == nil {
		return notHere()
	}
	_, text, err := r.find(ctx, job.Args.Set)
	if err != nil {
		return gone(err)
	}
	var plan rebuildPlan
	if err := json.Unmarshal(text, &plan); err != nil {
		return fmt.Errorf("river: plan of rebuild %s: %w", job.Args.Set, err)
	}
	err = pgx.BeginTxFunc(ctx, r.pool, readCommitted, func(tx pgx.Tx) error {
		if err := r.settle(ctx, tx, job.Args.Set, plan.Ends); err != nil {
			return err
		}
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
	if err != nil {
		return fmt.Errorf("river: finish rebuild %s: %w", job.Args.Set, gone(err))
	}
	return nil
}

// settle ends a rebuild, unless another job has.
func (r *Rebuild) settle(ctx context.Context, tx pgx.Tx, set string, ends map[int]clm.Position) error {
	open, finished, err := r.lock(ctx, tx, set)
	if err != nil || finished {
		return err
	}
	if open > 0 {
		return fmt.Errorf("%d ranges are not done", open)
	}
	if err := r.move(ctx, tx, set, ends); err != nil {
		return err
	}
	return r.runs.finished(ctx, tx, set)
}

// move puts the marks. Each has to be at 0, or else something other than the
// rebuild has worked on the set.
func (r *Rebuild) move(ctx context.Context, tx pgx.Tx, set string, ends map[int]clm.Position) error {
	profiles := r.db.Profiles(set)
	mark, err := profiles.Mark(ctx, 0)
	if err != nil {
		return err
	}
	// From here on no erasure comes in between, because this locks the count.
	if err := profiles.WriteTx(ctx, tx, mark.Revision); err != nil {
		return err
	}
	for _, partition := range slices.Sorted(maps.Keys(ends)) {
		c := profile.Change{Partition: partition, After: clm.Mark{Revision: mark.Revision}, Through: ends[partition]}
		if err := profiles.CommitTx(ctx, tx, c); errors.Is(err, clm.ErrFenced) {
			return inUse(err)
		} else if err != nil {
			return err
		}
	}
	return nil
}
