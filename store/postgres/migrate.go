package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
)

//go:embed schema/*.sql
var migrations embed.FS

const (
	sqlCreateSchema  = `CREATE SCHEMA IF NOT EXISTS {schema}`
	sqlCreateVersion = `CREATE TABLE IF NOT EXISTS {schema}.version (one integer PRIMARY KEY, version integer NOT NULL)`
	sqlFirstVersion  = `INSERT INTO {schema}.version (one, version) VALUES (1, 0) ON CONFLICT (one) DO NOTHING`
	sqlVersion       = `SELECT version FROM {schema}.version WHERE one = 1`
	sqlLockVersion   = `SELECT version FROM {schema}.version WHERE one = 1 FOR UPDATE`
	sqlSetVersion    = `UPDATE {schema}.version SET version = $1 WHERE one = 1`
)

// scripts returns the migrations in order: the n-th leads to version n.
func scripts() ([]string, error) {
	names, err := fs.Glob(migrations, "schema/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	all := make([]string, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			return nil, err
		}
		all[i] = string(text)
	}
	return all, nil
}

// migrate brings the schema to the version of this package. It only reads where
// that is so already. Of several processes one migrates, while the others wait for
// the row with the version; before there is that row, the losers of the race to
// make it try again.
func (db *DB) migrate(ctx context.Context) error {
	all, err := scripts()
	if err != nil {
		return fail(ctx, "read migrations", err)
	}
	at, err := db.version(ctx)
	if err == nil && at < len(all) {
		err = db.upgrade(ctx, all)
	}
	if err == nil {
		err = newer(at, len(all))
	}
	return fail(ctx, "migrate", err)
}

// newer returns the error for a schema that is of a newer version, or nil.
func newer(at, known int) error {
	if at <= known {
		return nil
	}
	return fmt.Errorf("the schema has version %d, this program knows %d: %w", at, known, ErrNewer)
}

// version returns the version of the schema, 0 where there is none.
func (db *DB) version(ctx context.Context) (int, error) {
	var at int
	err := db.pool.QueryRow(ctx, db.sql(sqlVersion)).Scan(&at)
	if code(err) == codeUndefinedTable || errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return at, err
}

func (db *DB) upgrade(ctx context.Context, all []string) error {
	err := retry(ctx, func() error {
		for _, s := range []string{sqlCreateSchema, sqlCreateVersion, sqlFirstVersion} {
			if _, err := db.pool.Exec(ctx, db.sql(s)); err != nil {
				return err
			}
		}
		return nil
	}, races...)
	if err != nil {
		return err
	}
	return db.transaction(ctx, func(tx pgx.Tx) error { return db.run(ctx, tx, all) })
}

// races are what the loser of a race to make the same thing is told.
var races = []string{codeUnique, codeDuplicateTable, codeDuplicateSchema, codeDuplicateObject, codeInternal}

// run makes the steps that are missing.
func (db *DB) run(ctx context.Context, tx pgx.Tx, all []string) error {
	var at int
	if err := tx.QueryRow(ctx, db.sql(sqlLockVersion)).Scan(&at); err != nil {
		return err
	}
	if err := newer(at, len(all)); err != nil {
		return err // another process was faster, and is newer
	}
	for ; at < len(all); at++ {
		for _, s := range statements(all[at]) {
			if _, err := tx.Exec(ctx, db.sql(s)); err != nil {
				return fmt.Errorf("to version %d: %w", at+1, err)
			}
		}
	}
	_, err := tx.Exec(ctx, db.sql(sqlSetVersion), at)
	return err
}

// statements splits a script. Its comments are whole lines, and it has no
// semicolon but at the end of a statement; a test sees to it.
func statements(script string) []string {
	var text strings.Builder
	for line := range strings.Lines(script) {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			text.WriteString(line)
		}
	}
	var all []string
	for s := range strings.SplitSeq(text.String(), ";") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}
