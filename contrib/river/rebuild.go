package river

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// A Rebuild builds sets of profiles anew from the events of the log, beside the
// set in use.
type Rebuild struct {
	runs
	folder  *profile.Folder
	version string
}

// rebuildPlan is what all jobs of a rebuild have to know.
type rebuildPlan struct {
	// Ends are the ends of the log's partitions when the rebuild was planned:
	// the events up to there are its own, and later ones are left to a view.
	Ends map[int]clm.Position `json:"ends"`
}

type rebuildArgs struct {
	Tenant string `json:"tenant"`
	Set    string `json:"set"`
	Range  int    `json:"range"`
}

func (rebuildArgs) Kind() string { return "clmkit_rebuild" }

// Rebuild returns the rebuild with a folder. The version names what the folder
// does: its options, its catalogue, its code. It is kept with each plan, and a
// process whose version is another leaves the jobs to others, so that no set is
// folded in two ways while a new program is rolled out.
func (j *Jobs) Rebuild(folder *profile.Folder, version string) *Rebuild {
	r := &Rebuild{folder: folder, version: version}
	r.runs = runs{
		Jobs: j, kind: "rebuild",
		job: func(set string, number int) river.JobArgs {
			return rebuildArgs{j.db.Tenant(), set, number}
		},
		finish: func(set string) river.JobArgs { return finishArgs{j.db.Tenant(), set} },
	}
	return r
}

// AddRebuild adds the workers of rebuilds to those of a client: one rebuild for
// each tenant that the process works for.
func AddRebuild(workers *river.Workers, rebuilds ...*Rebuild) error {
	tenants := make(map[string]*Rebuild, len(rebuilds))
	for _, r := range rebuilds {
		tenants[r.db.Tenant()] = r
	}
	return errors.Join(
		river.AddWorkerSafely(workers, &rebuildWorker{tenants: tenants}),
		river.AddWorkerSafely(workers, &finishWorker{tenants: tenants}),
	)
}

// Plan begins to rebuild the set: it notes where the log ends, splits the
// customers into ranges, and inserts a job for each, in one transaction. The
// client need not be started. It takes a look at an index entry of each event.
//
// A set that is planned already stays as it is, so every process may call Plan at
// its start. The error wraps [ErrOtherPlan] when the version was another then,
// and [ErrInUse] when the set has profiles or marks without a plan: each
// rebuild takes a name of its own.
func (r *Rebuild) Plan(ctx context.Context, client *river.Client[pgx.Tx], set string) error {
	if known, err := r.known(ctx, set, r.version); known || err != nil {
		return err
	}
	// The ends come first: ranges that are cut later have all their customers.
	ends, err := r.db.Log().Ends(ctx)
	if err != nil {
		return fmt.Errorf("river: plan rebuild %s: %w", set, err)
	}
	profiles := r.db.Profiles(set)
	marks, err := profiles.Marks(ctx)
	if err != nil {
		return fmt.Errorf("river: plan rebuild %s: %w", set, err)
	}
	_, customers, err := profiles.Split(ctx, "", 1)
	if err != nil {
		return fmt.Errorf("river: plan rebuild %s: %w", set, err)
	}
	if len(marks)+customers > 0 {
		return fmt.Errorf("river: plan rebuild %s: %w", set, ErrInUse)
	}
	return r.add(ctx, client, set, r.version, rebuildPlan{ends}, r.db.Log().Split)
}

// Progress returns how far the rebuild of a set is, or an error that wraps
// [ErrNotPlanned].
func (r *Rebuild) Progress(ctx context.Context, set string) (Progress, error) {
	return r.progress(ctx, set)
}

// Resume inserts jobs anew for the ranges that have not moved for as long as
// idle, and returns how many. They go on where the range stands. Call it when a
// worker was killed and its jobs should not wait for River's RescueStuckJobsAfter,
// or when jobs were cancelled or ran out of attempts. Two jobs with one
// range only waste time, so idle need not be exact: a minute is plenty. A rebuild
// that is over is left alone.
func (r *Rebuild) Resume(ctx context.Context, client *river.Client[pgx.Tx], set string, idle time.Duration) (int, error) {
	return r.resume(ctx, client, set, idle)
}

// Forget removes what is known of the rebuild of a set, and leaves the set's
// profiles. Jobs that are left of it are cancelled.
func (r *Rebuild) Forget(ctx context.Context, set string) error { return r.forget(ctx, set) }

type rebuildWorker struct {
	river.WorkerDefaults[rebuildArgs]
	tenants map[string]*Rebuild
}

// Work builds the profiles of a range.
func (w *rebuildWorker) Work(ctx context.Context, job *river.Job[rebuildArgs]) error {
	r := w.tenants[job.Args.Tenant]
	if r == nil {
		return notHere()
	}
	version, text, err := r.find(ctx, job.Args.Set)
	if err != nil {
		return gone(err)
	}
	if version != r.version {
		return notHere()
	}
	f, err := r.folding(job.Args.Set, text)
	if err != nil {
		return err
	}
	t := turn[rebuildArgs]{runs: &r.runs, job: job, read: f.read}
	return t.work(ctx, job.Args.Set, job.Args.Range)
}

// gone cancels a job whose run is not known any more.
func gone(err error) error {
	if errors.Is(err, ErrNotPlanned) {
		return river.JobCancel(err)
	}
	return err
}
