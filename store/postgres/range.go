package postgres

import (
	"context"

	"github.com/clmkit/clmkit/clm"
)

// Tenant returns whose data the store holds: [Options.Tenant]. Tables that
// others keep beside it are keyed by it too.
func (db *DB) Tenant() string { return db.name }

const (
	sqlSplitEvents = `
SELECT coalesce(max(c.customer), ''), count(*) FROM (
	SELECT DISTINCT customer FROM {schema}.events
	WHERE tenant = $1 AND customer > $2 ORDER BY customer LIMIT $3
) AS c`

	sqlSplitProfiles = `
SELECT coalesce(max(c.customer), ''), count(*) FROM (
	SELECT customer FROM {schema}.profiles
	WHERE tenant = $1 AND name = $2 AND customer > $3 ORDER BY customer LIMIT $4
) AS c`
)

// Split looks at the next n customers of the log after one, and returns the last
// of them and how many they are: fewer than n where the log ends. Calls that go on
// from each other's result cut the customers into ranges of n, for [Log.Histories].
// A call reads these customers' part of an index, and keeps nothing of it.
func (l *Log) Split(ctx context.Context, after clm.CustomerID, n int) (through clm.CustomerID, customers int, err error) {
	err = l.db.pool.QueryRow(ctx, l.db.sql(sqlSplitEvents), l.db.tenant, after, n).Scan(&through, &customers)
	return through, customers, fail(ctx, "split", err)
}

// Split is [Log.Split] of the customers with a profile in the set, for
// [Profiles.Range].
func (s *Profiles) Split(ctx context.Context, after clm.CustomerID, n int) (through clm.CustomerID, customers int, err error) {
	err = s.db.pool.QueryRow(ctx, s.db.sql(sqlSplitProfiles), s.db.tenant, s.name, after, n).Scan(&through, &customers)
	return through, customers, fail(ctx, "split", err)
}
