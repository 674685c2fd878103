package main

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/ncruces/go-sqlite3/driver" // for the control, which goes past the store

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/store/sqlite"
)

// openWhole opens every store at the place.
func (o *eraseOptions) openWhole(ctx context.Context) (*wholeShop, error) {
	if o.engine == "postgres" {
		return o.wholePostgres(ctx)
	}
	file := filepath.Join(o.at, "shop.db")
	db, err := sqlite.Open(ctx, file, nil)
	if err != nil {
		return nil, err
	}
	plain, err := sql.Open("sqlite3", "file:"+file)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &wholeShop{
		log: db.Log(), profiles: db.Profiles(""), vectors: db.Vectors("portraits"), exposures: db.Exposures(),
		erase: db.Erase, close: func() error { return errors.Join(plain.Close(), db.Close()) },
		plain: func(ctx context.Context, c clm.CustomerID) error {
			return deleteRows([]string{"events", "profiles", "dead_letters", "exposures", "vectors"}, func(table string) error {
				_, err := plain.ExecContext(ctx, "DELETE FROM "+table+" WHERE customer = ?", string(c))
				return err
			})
		},
	}, nil
}

func (o *eraseOptions) wholePostgres(ctx context.Context) (*wholeShop, error) {
	db, err := postgres.Open(ctx, o.at, nil)
	if err != nil {
		return nil, err
	}
	vectors, err := db.Vectors(ctx, "portraits", 3, nil)
	if err != nil {
		db.Close()
		return nil, err
	}
	return &wholeShop{
		log: db.Log(), profiles: db.Profiles(""), vectors: vectors, exposures: db.Exposures(),
		erase: db.Erase, close: func() error { db.Close(); return nil },
		plain: func(ctx context.Context, c clm.CustomerID) error {
			pool, err := pgxpool.New(ctx, o.at)
			if err != nil {
				return err
			}
			defer pool.Close()
			return deleteRows([]string{"events", "profiles", "dead_letters", "exposures"}, func(table string) error {
				_, err := pool.Exec(ctx, "DELETE FROM clmkit."+table+" WHERE customer = $1", string(c))
				return err
			})
		},
	}, nil
}

// deleteRows is what a program does that knows nothing of traces: it deletes a
// customer's rows from one table after the other.
func deleteRows(tables []string, remove func(table string) error) error {
	for _, table := range tables {
		if err := remove(table); err != nil {
			return err
		}
	}
	return nil
}
