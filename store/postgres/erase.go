package postgres

import (
	"context"

	"github.com/clmkit/clmkit/clm"
	"github.com/jackc/pgx/v5"
)

const (
	// sqlCountErasure locks the tenant's row, which every commit of profiles
	// shares: it waits for those under way, and fences those that come after.
	sqlCountErasure   = `UPDATE {schema}.tenants SET erasures = erasures + 1 WHERE tenant = $1`
	sqlEraseEvents    = `DELETE FROM {schema}.events WHERE tenant = $1 AND customer = $2`
	sqlEraseProfiles  = `DELETE FROM {schema}.profiles WHERE tenant = $1 AND customer = $2 AND name = ANY($3::text[])`
	sqlEraseLetters   = `DELETE FROM {schema}.dead_letters WHERE tenant = $1 AND customer = $2`
	sqlEraseExposures = `DELETE FROM {schema}.exposures WHERE tenant = $1 AND customer = $2`
)

// Erase removes the customer's events. The positions of other events stay as
// they are, and the ids of the removed ones are forgotten with them.
func (l *Log) Erase(ctx context.Context, customer clm.CustomerID) error {
	return fail(ctx, "erase", l.db.transaction(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, l.db.sql(sqlEraseEvents), l.db.tenant, customer)
		return err
	}))
}
