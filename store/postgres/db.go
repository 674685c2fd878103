package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Options are the settings of [Open] and [New].
type Options struct {
	// Tenant is whose data this is. Stores of different tenants share the
	// tables and never see each other's rows, whatever their customers' ids.
	// Default: "default".
	Tenant string
	// Schema is the PostgreSQL schema that holds the tables. It is made if it
	// is not there. Default: "clmkit".
	Schema string
	// Partitions is the number of partitions of a log that is new. One that
	// exists keeps the number that it has. Default: 8.
	Partitions int
	// Now is the clock that decides which events are in the future and which
	// leases are over. Default: [time.Now] for events, and for leases the
	// database's own clock, on which all processes agree.
	Now func() time.Time
}

func (o *Options) defaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Tenant == "" {
		d.Tenant = "default"
	}
	if d.Schema == "" {
		d.Schema = "clmkit"
	}
	if d.Partitions < 1 {
		d.Partitions = 8
	}
	return d
}

// DB is the store of one tenant in a database. It is safe for concurrent use.
type DB struct {
	pool       *pgxpool.Pool
	owned      bool   // by the DB, which closes it
	name       string // of the tenant
	tenant     int32  // its number
	schema     *strings.Replacer
	partitions int
	now        func() time.Time // nil: the database's clock
}

// Open connects to a database and brings its tables up to date. The URL has the
// form postgres://user:password@host:port/database?parameter=value, with the
// parameters of pgx such as pool_max_conns. The error wraps [ErrNewer] when the
// tables are of a newer version.
func Open(ctx context.Context, url string, o *Options) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fail(ctx, "open", err)
	}
	config.AfterConnect = knowVectors
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fail(ctx, "open", err)
	}
	db, err := New(ctx, pool, o)
	if err != nil {
		pool.Close()
		return nil, err
	}
	db.owned = true
	return db, nil
}

// New is [Open] on a pool that the caller has and closes. A pool of one
// connection is enough. Vectors are sent as text on connections that do not know
// the type, for which pgvector-go has a function to call in AfterConnect.
func New(ctx context.Context, pool *pgxpool.Pool, o *Options) (*DB, error) {
	opts := o.defaults()
	db := &DB{pool: pool, name: opts.Tenant, now: opts.Now}
	db.schema = strings.NewReplacer("{schema}", pgx.Identifier{opts.Schema}.Sanitize())
	if strings.ContainsRune(opts.Tenant, 0) || strings.ContainsRune(opts.Schema, 0) {
		return nil, fmt.Errorf("postgres: open: a zero byte in tenant or schema")
	}
	if err := db.migrate(ctx); err != nil {
		return nil, err
	}
	if err := db.found(ctx, opts.Partitions); err != nil {
		return nil, err
	}
	return db, nil
}

const (
	sqlAddTenant = `
INSERT INTO {schema}.tenants (tenant, name, partitions)
SELECT coalesce(max(tenant), 0) + 1, $1, $2 FROM {schema}.tenants
ON CONFLICT (name) DO NOTHING`
	sqlTenant = `SELECT tenant, partitions FROM {schema}.tenants WHERE name = $1`
)

// found reads the tenant's number and its number of partitions, and fixes them
// where there are none yet. On a server that cannot be written, a tenant that exists
// can still be read.
func (db *DB) found(ctx context.Context, partitions int) error {
	for range 2 {
		err := db.pool.QueryRow(ctx, db.sql(sqlTenant), db.name).Scan(&db.tenant, &db.partitions)
		if !errors.Is(err, pgx.ErrNoRows) {
			return fail(ctx, "read tenant", err)
		}
		err = retry(ctx, func() error {
			_, err := db.pool.Exec(ctx, db.sql(sqlAddTenant), db.name, partitions)
			return err
		}, codeUnique) // another tenant took the number
		if err != nil {
			return fail(ctx, "add tenant", err)
		}
	}
	return fmt.Errorf("postgres: tenant %s was not added", db.name)
}

// Close closes the connections that [Open] made, once none is in use any more.
// Nothing has to be written then.
func (db *DB) Close() {
	if db.owned {
		db.pool.Close()
	}
}

// sql returns a statement with the name of the schema in it.
func (db *DB) sql(statement string) string { return db.schema.Replace(statement) }
