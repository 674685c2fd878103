package river

import (
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// A chunk is what the next customers of a range come to, to be written in one
// transaction with the cursor.
type chunk struct {
	through   clm.CustomerID // the last of them
	customers int
	last      bool // the range has no more
	// write writes it. The error wraps errErased when a customer was erased
	// since the chunk was read.
	write func(ctx context.Context, tx pgx.Tx) error
}

// errErased says that a chunk may hold what was erased meanwhile.
var errErased = errors.New("a customer was erased meanwhile")

// A turn is an attempt at the job of a range.
type turn[A river.JobArgs] struct {
	*runs
	job *river.Job[A]
	// read works out the next customers, at most size of them.
	read func(ctx context.Context, after, end clm.CustomerID, size int) (*chunk, error)
}

// patience is how many chunks in a row erasures may spoil before the attempt
// fails. The chunks get smaller each time, down to one customer, which is read and
// written within milliseconds.
const patience = 30

// work goes over what is left of the range, chunk by chunk. It returns nil when
// the range is done, by whomever, and only then: River may be wrong about which
// of two jobs with one range is alive.
func (t *turn[A]) work(ctx context.Context, run string, number int) error {
	at, err := t.stretch(ctx, run, number)
	moved, spoilt, size := false, 0, t.opts.Chunk
	for err == nil && !at.closed {
		var c *chunk
		if c, err = t.step(ctx, at, size); err == nil {
			at.cursor, at.closed = c.through, c.last
			moved, spoilt, size = true, 0, min(2*size, t.opts.Chunk)
		}
		switch {
		case errors.Is(err, errMoved):
			at, err = t.stretch(ctx, run, number)
		case errors.Is(err, errErased) && spoilt < patience:
			spoilt, size, err = spoilt+1, max(1, size/2), nil
		}
	}
	if err != nil && moved && ctx.Err() != nil {
		// Stopped, or out of time: what is left needs no other attempt, but
		// another turn, perhaps in another process.
		return river.JobSnooze(0)
	}
	return err
}

// step reads a chunk, and writes it in one transaction with the cursor. The
// transaction of the last chunk completes the job too.
func (t *turn[A]) step(ctx context.Context, at stretch, size int) (*chunk, error) {
	c, err := t.read(ctx, at.cursor, at.end, size)
	if err == nil {
		err = pgx.BeginTxFunc(ctx, t.pool, readCommitted, func(tx pgx.Tx) error { return t.write(ctx, tx, at, c) })
	}
	if err != nil {
		// No customer is named: River keeps the errors of jobs.
		return nil, fmt.Errorf("river: %s %s, range %d: %w", t.kind, at.run, at.number, err)
	}
	return c, nil
}

// readCommitted is what store/postgres wants: who waited for a lock has to see
// what was committed meanwhile.
var readCommitted = pgx.TxOptions{IsoLevel: pgx.ReadCommitted}

func (t *turn[A]) write(ctx context.Context, tx pgx.Tx, at stretch, c *chunk) error {
	if err := t.advance(ctx, tx, at, c); err != nil {
		return err
	}
	if err := c.write(ctx, tx); err != nil || !c.last {
		return err
	}
	left, err := t.close(ctx, tx, at.run)
	if err == nil && left == 0 {
		err = t.end(ctx, tx, at.run)
	}
	if err == nil {
		_, err = river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, t.job)
	}
	return err
}

// end ends a run whose ranges are all done, or inserts the job that does.
func (t *turn[A]) end(ctx context.Context, tx pgx.Tx, run string) error {
	if t.finish == nil {
		return t.finished(ctx, tx, run)
	}
	client, err := river.ClientFromContextSafely[pgx.Tx](ctx)
	if err == nil {
		_, err = client.InsertTx(ctx, tx, t.finish(run), t.insertOpts())
	}
	return err
}
