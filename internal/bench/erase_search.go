package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/clmkit/clmkit/store/postgres"
)

// search counts the canaries of the first customers in every byte that is kept
// at the place, and the marks of kept customers, which show that it finds some.
func (o *eraseOptions) search(ctx context.Context, erased int) (left, kept int, err error) {
	look := o.searchFiles
	if o.engine == "postgres" {
		look = o.searchTables
	}
	err = look(ctx, func(b []byte) {
		left += marksIn(b, "canary-", erased)
		kept += marksIn(b, "keeper-", o.customers)
	})
	return left, kept, err
}

// marksIn counts the marks in b that are followed by a number below limit.
func marksIn(b []byte, mark string, limit int) int {
	n := 0
	for {
		i := bytes.Index(b, []byte(mark))
		if i < 0 {
			return n
		}
		b = b[i+len(mark):]
		if number, err := strconv.Atoi(string(b[:min(6, len(b))])); err == nil && number < limit {
			n++
		}
	}
}

// searchFiles looks at the files of a SQLite database.
func (o *eraseOptions) searchFiles(_ context.Context, look func([]byte)) error {
	files, err := filepath.Glob(filepath.Join(o.at, "*"))
	if err != nil {
		return err
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		look(b)
	}
	return nil
}

// searchTables looks at every row of a PostgreSQL database, and after a Vacuum at
// the files of its relations, where they can be read.
func (o *eraseOptions) searchTables(ctx context.Context, look func([]byte)) error {
	pool, err := pgxpool.New(ctx, o.at)
	if err != nil {
		return err
	}
	defer pool.Close()
	rows, err := pool.Query(ctx, "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
	if err != nil {
		return err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, table := range tables {
		rows, err := pool.Query(ctx, "SELECT t::text FROM "+table+" t")
		if err != nil {
			return err
		}
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		for _, text := range texts {
			look([]byte(text))
		}
	}
	return nil
}

// searchRelations counts canaries in the files of the relations of a PostgreSQL
// database, before or after what the store does against traces. It reports false
// where the server's files cannot be read.
func (o *eraseOptions) searchRelations(ctx context.Context) (left int, readable bool, err error) {
	pool, err := pgxpool.New(ctx, o.at)
	if err != nil {
		return 0, false, err
	}
	defer pool.Close()
	if o.control == "" {
		if err := vacuum(ctx, pool); err != nil {
			return 0, false, err
		}
	}
	if _, err := pool.Exec(ctx, "CHECKPOINT"); err != nil {
		return 0, false, err
	}
	rows, err := pool.Query(ctx, "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't', 'm') AND oid >= 16384")
	if err != nil {
		return 0, false, err
	}
	paths, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, false, err
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
			return 0, false, nil
		}
		if err != nil {
			return 0, false, err
		}
		left += marksIn(b, "canary-", o.customers)
	}
	return left, len(paths) > 0, nil
}

func vacuum(ctx context.Context, pool *pgxpool.Pool) error {
	db, err := postgres.New(ctx, pool, nil)
	if err != nil {
		return err
	}
	return db.Vacuum(ctx)
}
