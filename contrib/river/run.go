package river

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// runs are the runs of one kind.
type runs struct {
	*Jobs
	kind string
	// job returns the arguments of the job for a range, and finish those of the
	// job that ends the run; it returns nil where the last range ends it.
	job    func(run string, number int) river.JobArgs
	finish func(run string) river.JobArgs
}

const (
	sqlAddRun = `
INSERT INTO {schema}.runs (tenant, kind, name, version, plan, customers, open)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, kind, name) DO NOTHING`

	sqlRun = `SELECT version, plan FROM {schema}.runs WHERE tenant = $1 AND kind = $2 AND name = $3`

	sqlAddRanges = `
INSERT INTO {schema}.ranges (tenant, kind, name, number, through, cursor)
SELECT $1, $2, $3, r.number, r.through, r.cursor
FROM unnest($4::integer[], $5::text[], $6::text[]) AS r (number, through, cursor)`
)

// known reports whether a run is planned already. The error wraps ErrOtherPlan
// when that was with another version.
func (r *runs) known(ctx context.Context, run, version string) (bool, error) {
	at, _, err := r.find(ctx, run)
	switch {
	case errors.Is(err, ErrNotPlanned):
		return false, nil
	case err != nil:
		return false, err
	case at != version:
		return true, fmt.Errorf("river: %s %s: version %q, not %q: %w", r.kind, run, at, version, ErrOtherPlan)
	}
	return true, nil
}

// find returns the version and the plan of a run.
func (r *runs) find(ctx context.Context, run string) (version string, plan []byte, err error) {
	err = r.pool.QueryRow(ctx, r.sql(sqlRun), r.db.Tenant(), r.kind, run).Scan(&version, &plan)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotPlanned
	}
	if err != nil {
		err = fmt.Errorf("river: %s %s: %w", r.kind, run, err)
	}
	return version, plan, err
}

// split returns the last customer of the next n after one, and their number.
type split func(ctx context.Context, after clm.CustomerID, n int) (clm.CustomerID, int, error)

// add cuts the customers into ranges, and writes the run, its ranges and their
// jobs in one transaction.
func (r *runs) add(ctx context.Context, client *river.Client[pgx.Tx], run, version string, plan any, next split) error {
	cut, err := r.cut(ctx, next)
	if err != nil {
		return fmt.Errorf("river: plan %s %s: %w", r.kind, run, err)
	}
	text, err := json.Marshal(plan)
	if err != nil {
		return fmt.Errorf("river: plan %s %s: %w", r.kind, run, err)
	}
	err = pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		added, err := tx.Exec(ctx, r.sql(sqlAddRun), r.db.Tenant(), r.kind, run, version, string(text), cut.customers, len(cut.numbers))
		if err != nil || added.RowsAffected() == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, r.sql(sqlAddRanges), r.db.Tenant(), r.kind, run, cut.numbers, cut.throughs, cut.cursors); err != nil {
			return err
		}
		return r.insert(ctx, tx, client, run, cut.numbers)
	})
	if err != nil {
		return fmt.Errorf("river: plan %s %s: %w", r.kind, run, err)
	}
	_, err = r.known(ctx, run, version) // another process may have been quicker, with another version
	return err
}

// cuts are ranges as columns.
type cuts struct {
	numbers   []int
	throughs  []string
	cursors   []string
	customers int
}

// cut cuts the customers into ranges of the same number. The last range has no
// end, so that together they cover all customers that there can be.
func (r *runs) cut(ctx context.Context, next split) (*cuts, error) {
	var all cuts
	for after := clm.CustomerID(""); ; {
		through, n, err := next(ctx, after, r.opts.Range)
		if err != nil {
			return nil, err
		}
		all.customers += n
		if n < r.opts.Range {
			through = ""
		}
		all.numbers = append(all.numbers, len(all.numbers))
		all.throughs = append(all.throughs, string(through))
		all.cursors = append(all.cursors, string(after))
		if through == "" {
			return &all, nil
		}
		after = through
	}
}

// insert inserts the jobs of ranges.
func (r *runs) insert(ctx context.Context, tx pgx.Tx, client *river.Client[pgx.Tx], run string, numbers []int) error {
	if len(numbers) == 0 {
		return nil
	}
	jobs := make([]river.InsertManyParams, len(numbers))
	for i, number := range numbers {
		jobs[i] = river.InsertManyParams{Args: r.job(run, number), InsertOpts: r.insertOpts()}
	}
	_, err := client.InsertManyFastTx(ctx, tx, jobs)
	return err
}

// Progress is how far a run is.
type Progress struct {
	// Ranges is how many jobs the run was split into, and RangesDone how many of
	// them are done.
	Ranges     int `json:"ranges"`
	RangesDone int `json:"ranges_done"`
	// Customers is how many there were when it was planned, and CustomersDone
	// how many it has worked on. In the end the two differ by those who were
	// erased or who came while it ran.
	Customers     int `json:"customers"`
	CustomersDone int `json:"customers_done"`
	// Planned is when the run began. Finished is zero until it is over.
	Planned  time.Time `json:"planned"`
	Finished time.Time `json:"finished,omitzero"`
}

const sqlProgress = `
SELECT u.customers, u.planned, u.finished,
	count(*), count(*) FILTER (WHERE r.closed), coalesce(sum(r.done), 0)
FROM {schema}.runs AS u
JOIN {schema}.ranges AS r ON r.tenant = u.tenant AND r.kind = u.kind AND r.name = u.name
WHERE u.tenant = $1 AND u.kind = $2 AND u.name = $3
GROUP BY u.customers, u.planned, u.finished`

// progress reads how far a run is, in one query over its ranges.
func (r *runs) progress(ctx context.Context, run string) (p Progress, err error) {
	var finished *time.Time
	err = r.pool.QueryRow(ctx, r.sql(sqlProgress), r.db.Tenant(), r.kind, run).
		Scan(&p.Customers, &p.Planned, &finished, &p.Ranges, &p.RangesDone, &p.CustomersDone)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotPlanned
	}
	if err != nil {
		return Progress{}, fmt.Errorf("river: progress of %s %s: %w", r.kind, run, err)
	}
	if finished != nil {
		p.Finished = *finished
	}
	return p, nil
}
