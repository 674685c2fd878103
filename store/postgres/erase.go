package postgres

import (
	"context"

	"github.com/clmkit/clmkit/clm"
	"github.com/jackc/pgx/v5"
)

const (
	// sqlMoveRevision locks the tenant's row, which every commit of profiles
	// shares: it waits for those under way, and fences those that come after.
	sqlMoveRevision = `UPDATE {schema}.tenants SET revision = revision + 1 WHERE tenant = $1`

	sqlEraseEvents    = `DELETE FROM {schema}.events WHERE tenant = $1 AND customer = $2`
	sqlEraseExposures = `DELETE FROM {schema}.exposures WHERE tenant = $1 AND customer = $2`

	// No set is named "", which stands for all.
	sqlEraseProfile = `DELETE FROM {schema}.profiles WHERE tenant = $1 AND customer = $2 AND ($3 = '' OR name = $3)`
	sqlEraseLetters = `DELETE FROM {schema}.dead_letters WHERE tenant = $1 AND customer = $2 AND ($3 = '' OR name = $3)`
)

// Erase removes the customer from everything that the tenant stores, in one
// transaction: events, every set of profiles and its dead letters, exposures, the
// secret key, and the vectors with the attribute [vector.Customer]. Positions and the ids of other
// events stay as they are. See the package's comment on what PostgreSQL keeps.
func (db *DB) Erase(ctx context.Context, customer clm.CustomerID) error {
	return fail(ctx, "erase", db.transaction(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, db.sql(sqlEraseEvents), db.tenant, customer); err != nil {
			return err
		}
		if err := db.eraseProfiles(ctx, tx, customer, ""); err != nil {
			return err
		}
		for _, sql := range []string{sqlEraseExposures, sqlForgetKey} {
			if _, err := tx.Exec(ctx, db.sql(sql), db.tenant, customer); err != nil {
				return err
			}
		}
		return db.eraseVectors(ctx, tx, customer)
	}))
}

// eraseProfiles removes a customer from a set of profiles, or from all.
func (db *DB) eraseProfiles(ctx context.Context, tx pgx.Tx, customer clm.CustomerID, name string) error {
	if _, err := tx.Exec(ctx, db.sql(sqlMoveRevision), db.tenant); err != nil {
		return err
	}
	for _, sql := range []string{sqlEraseProfile, sqlEraseLetters} {
		if _, err := tx.Exec(ctx, db.sql(sql), db.tenant, customer, name); err != nil {
			return err
		}
	}
	return nil
}

// eraseVectors removes the vectors about a customer from every set.
func (db *DB) eraseVectors(ctx context.Context, tx pgx.Tx, customer clm.CustomerID) error {
	sets, err := db.vectorSets(ctx, tx)
	if err != nil {
		return err
	}
	for _, set := range sets {
		if _, err := tx.Exec(ctx, db.setSQL(sqlEraseVectors, set), db.tenant, customer); err != nil {
			return err
		}
	}
	return nil
}

// Erase removes the customer's events. The positions of other events stay as
// they are, and the ids of the removed ones are forgotten with them.
func (l *Log) Erase(ctx context.Context, customer clm.CustomerID) error {
	return l.db.erase(ctx, sqlEraseEvents, customer)
}

// Erase removes the customer's profile and dead letters from the set.
func (s *Profiles) Erase(ctx context.Context, customer clm.CustomerID) error {
	return fail(ctx, "erase", s.db.transaction(ctx, func(tx pgx.Tx) error {
		return s.db.eraseProfiles(ctx, tx, customer, s.name)
	}))
}

// Erase removes what the customer was shown.
func (s *Exposures) Erase(ctx context.Context, customer clm.CustomerID) error {
	return s.db.erase(ctx, sqlEraseExposures, customer)
}

// erase deletes a customer with one statement.
func (db *DB) erase(ctx context.Context, sql string, customer clm.CustomerID) error {
	return fail(ctx, "erase", retry(ctx, func() error {
		_, err := db.pool.Exec(ctx, db.sql(sql), db.tenant, customer)
		return err
	}))
}
