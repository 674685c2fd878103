package postgres

import (
	"context"
	"errors"
)

// errNotOwner is what [DB.Vacuum] says instead of leaving out, as the server would,
// what the role must not rewrite.
var errNotOwner = errors.New("the role does not own the database")

// tables are those with personal data, but for the sets of vectors.
var tables = []string{"events", "profiles", "dead_letters", "exposures", "keys"}

// Vacuum rewrites the tables that hold personal data, of all tenants, without the
// rows that were deleted or replaced, so that nothing of an erased customer is left
// in the tables' files and indexes once the server has made its next checkpoint. A
// plain VACUUM would free the place of such rows and leave their bytes in it. The
// planner's statistics, which hold samples of values, are made anew as well.
//
// It locks one table after the other for as long as it is rewritten, and needs the
// space for a copy of it. The role has to own the database, and transactions that
// began before hold rows back, so there should be none. What the write-ahead log,
// replicas and backups hold is not its affair.
func (db *DB) Vacuum(ctx context.Context) error {
	var owner bool
	err := db.pool.QueryRow(ctx, sqlOwner).Scan(&owner)
	if err == nil && !owner {
		err = errNotOwner
	}
	if err != nil {
		return fail(ctx, "vacuum", err)
	}
	sets, err := db.vectorSets(ctx, db.pool)
	if err != nil {
		return fail(ctx, "vacuum", err)
	}
	names := tables
	for _, set := range sets {
		names = append(names[:len(names):len(names)], "vectors_"+set.name)
	}
	for _, name := range names {
		if _, err := db.pool.Exec(ctx, db.tableSQL(sqlVacuum, name)); err != nil {
			return fail(ctx, "rewrite "+name, err)
		}
	}
	_, err = db.pool.Exec(ctx, sqlVacuumStatistics)
	return fail(ctx, "rewrite statistics", err)
}
