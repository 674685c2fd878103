package postgres

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// tries is how often a transaction is begun at most. Writers that lock in
	// the same order need two; the rest is for servers that refuse more.
	tries = 10
	// pause is the mean wait before the second try. It doubles with each.
	pause = 2 * time.Millisecond
)

// transaction runs f in a transaction at READ COMMITTED, and again when the
// server says that it should be: f starts from the beginning each time. Codes
// names further errors that are worth another try.
func (db *DB) transaction(ctx context.Context, f func(pgx.Tx) error, codes ...string) error {
	return retry(ctx, func() error {
		return pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, f)
	}, codes...)
}

// retry runs f until it succeeds, fails for good, or has failed too often.
func retry(ctx context.Context, f func() error, codes ...string) error {
	for try := 1; ; try++ {
		err := f()
		if err == nil || try == tries || !again(err, codes) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		wait(ctx, time.Duration(rand.Int64N(int64(2*pause)<<min(try, 8))))
	}
}

// again reports whether an error says that trying again may help.
func again(err error, codes []string) bool {
	c := code(err)
	if c == codeSerialization || c == codeDeadlock {
		return true
	}
	for _, other := range codes {
		if c == other {
			return true
		}
	}
	return false
}

// wait waits for a time, or until ctx ends.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
