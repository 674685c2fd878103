package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/bench/kill"
	"github.com/clmkit/clmkit/internal/bench/stores"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/store/postgres"
)

// database is the engine of store/postgres.
type database struct {
	server string // URL of a server that databases may be made on
	url    string // of the database
}

func (d *database) Flags(flags *flag.FlagSet) {
	flags.StringVar(&d.server, "postgres", os.Getenv(pgtest.Variable), "`URL` of a PostgreSQL server that may be filled with a database")
	flags.StringVar(&d.url, "at", "", "`URL` of a database that was made; the command starts itself with it")
}

func (d *database) Check() error {
	if d.server == "" && d.url == "" {
		return errors.New("-engine postgres needs -postgres; internal/pgtest/provision.sh go run ./internal/bench ... starts a server")
	}
	return nil
}

func (d *database) Args() []string { return []string{"-engine", "postgres", "-at", d.url} }

func (d *database) Settle(ctx context.Context) (drop func(context.Context) error, err error) {
	d.url, drop, err = pgtest.Create(ctx, d.server)
	return drop, err
}

func (d *database) Open(ctx context.Context) (*stores.Shop, error) {
	db, err := postgres.Open(ctx, d.url, nil)
	if err != nil {
		return nil, err
	}
	vectors, err := db.Vectors(ctx, "portraits", 3, nil)
	if err != nil {
		db.Close()
		return nil, err
	}
	return &stores.Shop{
		Shop: kill.Shop{
			Log: db.Log(), Profiles: db.Profiles(""), Position: db.Profiles("position"), Leases: db.Leases(),
			Close: func() error { db.Close(); return nil },
		},
		Vectors: vectors, Exposures: db.Exposures(), Erase: db.Erase, Plain: d.plain,
	}, nil
}

func (d *database) plain(ctx context.Context, c clm.CustomerID) error {
	pool, err := pgxpool.New(ctx, d.url)
	if err != nil {
		return err
	}
	defer pool.Close()
	for _, table := range []string{"events", "profiles", "dead_letters", "exposures", "vectors_portraits"} {
		if _, err := pool.Exec(ctx, "DELETE FROM clmkit."+table+" t WHERE t::text LIKE '%' || $1 || '%'", string(c)); err != nil {
			return err
		}
	}
	return nil
}

// Traces gives every row of every table.
func (d *database) Traces(ctx context.Context, look func([]byte)) error {
	pool, err := pgxpool.New(ctx, d.url)
	if err != nil {
		return err
	}
	defer pool.Close()
	tables, err := column(ctx, pool, "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
	if err != nil {
		return err
	}
	for _, table := range tables {
		rows, err := column(ctx, pool, "SELECT t::text FROM "+table+" t")
		if err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		for _, row := range rows {
			look([]byte(row))
		}
	}
	return nil
}

// Files gives the files of all tables and indexes.
func (d *database) Files(ctx context.Context, plain bool, look func([]byte)) (bool, error) {
	pool, err := pgxpool.New(ctx, d.url)
	if err != nil {
		return false, err
	}
	defer pool.Close()
	if !plain {
		db, err := postgres.New(ctx, pool, nil)
		if err != nil {
			return false, err
		}
		if err := db.Vacuum(ctx); err != nil {
			return false, err
		}
	}
	if _, err := pool.Exec(ctx, "CHECKPOINT"); err != nil {
		return false, err
	}
	paths, err := column(ctx, pool, "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't', 'm') AND oid >= 16384")
	if err != nil {
		return false, err
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		look(b)
	}
	return len(paths) > 0, nil
}

func column(ctx context.Context, pool *pgxpool.Pool, query string) ([]string, error) {
	rows, err := pool.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
