package postgres

import (
	"context"
	"iter"

	"github.com/clmkit/clmkit/clm"
)

const (
	// A customer with few events is read by the index of customers, one with
	// many by the key of the partition.
	sqlHistory = `
SELECT position, body FROM {schema}.events
WHERE tenant = $1 AND customer = $2 AND partition = $3 AND position > $4
ORDER BY position LIMIT $5`

	sqlHistories = `
SELECT position, body FROM {schema}.events
WHERE tenant = $1 AND customer > $2 AND customer <= $3
ORDER BY customer, position LIMIT $4`

	sqlHistoriesOn = `
SELECT position, body FROM {schema}.events
WHERE tenant = $1 AND customer > $2
ORDER BY customer, position LIMIT $3`
)

// History yields the entries of one customer by position. Unlike [clm.History] it
// does not read the others of the partition. An error ends the sequence.
func (l *Log) History(ctx context.Context, customer clm.CustomerID) iter.Seq2[clm.Entry, error] {
	return func(yield func(clm.Entry, error) bool) { l.history(ctx, yield, customer, 0) }
}

// history yields the entries of one customer after a position, and reports whether
// it got to the end.
func (l *Log) history(ctx context.Context, yield func(clm.Entry, error) bool, customer clm.CustomerID, after clm.Position) bool {
	at, partition := bigint(after), clm.PartitionOf(customer, l.db.partitions)
	return l.pages(ctx, yield, func(limit int) (string, []any) {
		return sqlHistory, []any{l.db.tenant, customer, partition, at, limit}
	}, func(e *clm.Entry) bool { at = bigint(e.Position); return true })
}

// Histories yields the entries of the customers that are greater than after and
// not greater than through, by customer and position: what a job over a range of
// customers reads. An empty through is no end. Pages are read as they are asked
// for, so entries that are appended meanwhile may be among them; their position
// tells. An error ends the sequence.
func (l *Log) Histories(ctx context.Context, after, through clm.CustomerID) iter.Seq2[clm.Entry, error] {
	return func(yield func(clm.Entry, error) bool) {
		l.pages(ctx, yield, func(limit int) (string, []any) {
			if through == "" {
				return sqlHistoriesOn, []any{l.db.tenant, after, limit}
			}
			return sqlHistories, []any{l.db.tenant, after, through, limit}
		}, func(e *clm.Entry) bool {
			// The page may have ended within a customer. Reading the rest by
			// itself keeps the next page from sorting all of them again.
			after = e.Event.Customer
			return l.history(ctx, yield, after, e.Position)
		})
	}
}
