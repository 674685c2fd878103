package river

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

const (
	sqlIdle = `
UPDATE {schema}.ranges SET moved = now()
WHERE tenant = $1 AND kind = $2 AND name = $3 AND NOT closed AND moved <= now() - $4::interval
RETURNING number`

	sqlLockRun = `
SELECT open, finished IS NOT NULL FROM {schema}.runs
WHERE tenant = $1 AND kind = $2 AND name = $3 FOR UPDATE`

	sqlForgetRanges = `DELETE FROM {schema}.ranges WHERE tenant = $1 AND kind = $2 AND name = $3`
	sqlForgetRun    = `DELETE FROM {schema}.runs WHERE tenant = $1 AND kind = $2 AND name = $3`
)

// resume inserts a job for every range that is not done and has not moved for a
// while, and the finishing job when all ranges are done. It returns how many jobs
// it inserted.
func (r *runs) resume(ctx context.Context, client *river.Client[pgx.Tx], run string, idle time.Duration) (inserted int, err error) {
	err = pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		// Ranges before runs, as whoever closes a range locks them.
		numbers, err := r.idle(ctx, tx, run, idle)
		if err != nil {
			return err
		}
		if inserted = len(numbers); inserted > 0 {
			return r.insert(ctx, tx, client, run, numbers)
		}
		open, finished, err := r.lock(ctx, tx, run)
		if err != nil || finished || open > 0 || r.finish == nil {
			return err
		}
		inserted = 1
		_, err = client.InsertTx(ctx, tx, r.finish(run), r.insertOpts())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("river: resume %s %s: %w", r.kind, run, err)
	}
	return inserted, nil
}

// lock locks a run until the end of the transaction.
func (r *runs) lock(ctx context.Context, tx pgx.Tx, run string) (open int, finished bool, err error) {
	err = tx.QueryRow(ctx, r.sql(sqlLockRun), r.db.Tenant(), r.kind, run).Scan(&open, &finished)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotPlanned
	}
	return open, finished, err
}

// idle returns the numbers of the ranges that stand still, and notes that there
// are jobs for them again.
func (r *runs) idle(ctx context.Context, tx pgx.Tx, run string, idle time.Duration) ([]int, error) {
	found, err := tx.Query(ctx, r.sql(sqlIdle), r.db.Tenant(), r.kind, run, idle)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, pgx.RowTo[int])
}

// forget removes a run and its ranges. Jobs of it that are still there are
// cancelled when they are worked on.
func (r *runs) forget(ctx context.Context, run string) error {
	err := pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		for _, s := range []string{sqlForgetRanges, sqlForgetRun} {
			if _, err := tx.Exec(ctx, r.sql(s), r.db.Tenant(), r.kind, run); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("river: forget %s %s: %w", r.kind, run, err)
	}
	return nil
}
