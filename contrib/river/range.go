package river

import (
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/jackc/pgx/v5"
)

// A stretch is where a range of a run stands.
type stretch struct {
	run    string
	number int
	cursor clm.CustomerID // the last customer that is done
	end    clm.CustomerID // the last of the range; "" is no end
	closed bool           // nothing is left to do
}

const (
	sqlRange = `
SELECT cursor, through, closed FROM {schema}.ranges
WHERE tenant = $1 AND kind = $2 AND name = $3 AND number = $4`

	// sqlAdvance compares and sets. The row stays locked until the end of the
	// transaction, so that of two jobs with one range one waits, and then finds
	// that the cursor is elsewhere. A range that is closed names no customer any
	// more, because those may want to be erased.
	sqlAdvance = `
UPDATE {schema}.ranges
SET cursor = CASE WHEN $8 THEN '' ELSE $6 END, through = CASE WHEN $8 THEN '' ELSE through END,
	done = done + $7, closed = $8, moved = clock_timestamp()
WHERE tenant = $1 AND kind = $2 AND name = $3 AND number = $4 AND cursor = $5 AND NOT closed`

	sqlCloseRange = `
UPDATE {schema}.runs SET open = open - 1
WHERE tenant = $1 AND kind = $2 AND name = $3 RETURNING open`

	sqlFinish = `UPDATE {schema}.runs SET finished = now() WHERE tenant = $1 AND kind = $2 AND name = $3`
)

// errMoved says that another job moved the cursor meanwhile.
var errMoved = errors.New("the cursor was moved by another job")

// stretch reads where a range stands.
func (r *runs) stretch(ctx context.Context, run string, number int) (stretch, error) {
	at := stretch{run: run, number: number}
	err := r.pool.QueryRow(ctx, r.sql(sqlRange), r.db.Tenant(), r.kind, run, number).Scan(&at.cursor, &at.end, &at.closed)
	if errors.Is(err, pgx.ErrNoRows) {
		return at, never("river: %s %s, range %d: %w", r.kind, run, number, ErrNotPlanned)
	}
	if err != nil {
		return at, fmt.Errorf("river: %s %s, range %d: %w", r.kind, run, number, err)
	}
	return at, nil
}

// advance moves the cursor over a chunk, if it is still where the chunk begins.
func (r *runs) advance(ctx context.Context, tx pgx.Tx, at stretch, c *chunk) error {
	moved, err := tx.Exec(ctx, r.sql(sqlAdvance), r.db.Tenant(), r.kind, at.run, at.number, at.cursor, c.through, c.customers, c.last)
	if err == nil && moved.RowsAffected() == 0 {
		err = errMoved
	}
	return err
}

// close counts a range that is done, and returns how many are left. Those who
// close ranges at the same time wait for each other, so only one is told 0.
func (r *runs) close(ctx context.Context, tx pgx.Tx, run string) (left int, err error) {
	err = tx.QueryRow(ctx, r.sql(sqlCloseRange), r.db.Tenant(), r.kind, run).Scan(&left)
	return left, err
}

// finished notes that a run is over.
func (r *runs) finished(ctx context.Context, tx pgx.Tx, run string) error {
	_, err := tx.Exec(ctx, r.sql(sqlFinish), r.db.Tenant(), r.kind, run)
	return err
}
