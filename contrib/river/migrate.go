package river

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// script makes the tables of version 1, of which there is no other yet.
//
//go:embed schema/0001_init.sql
var script string

const version = 1

// ErrNewer is wrapped by the error for tables that a newer version of this
// package made.
var ErrNewer = errors.New("made by a newer version of clmkit")

const (
	sqlCreateSchema  = `CREATE SCHEMA IF NOT EXISTS {schema}`
	sqlCreateVersion = `CREATE TABLE IF NOT EXISTS {schema}.version (one integer PRIMARY KEY, version integer NOT NULL)`
	sqlFirstVersion  = `INSERT INTO {schema}.version (one, version) VALUES (1, 0) ON CONFLICT (one) DO NOTHING`
	sqlVersion       = `SELECT version FROM {schema}.version WHERE one = 1`
	sqlLockVersion   = `SELECT version FROM {schema}.version WHERE one = 1 FOR UPDATE`
	sqlSetVersion    = `UPDATE {schema}.version SET version = $1 WHERE one = 1`
)

// migrate makes the tables where they are not there. Of several processes that
// start at once one makes them and the others wait for it.
func (j *Jobs) migrate(ctx context.Context) error {
	var at int
	err := j.pool.QueryRow(ctx, j.sql(sqlVersion)).Scan(&at)
	if err != nil && !missing(err) {
		return fmt.Errorf("river: read the version of the tables: %w", err)
	}
	if at > version {
		return fmt.Errorf("river: the tables have version %d, this program knows %d: %w", at, version, ErrNewer)
	}
	if at == version {
		return nil
	}
	if err := j.prepare(ctx); err != nil {
		return fmt.Errorf("river: make the schema: %w", err)
	}
	if err := pgx.BeginFunc(ctx, j.pool, func(tx pgx.Tx) error { return j.upgrade(ctx, tx) }); err != nil {
		return fmt.Errorf("river: make the tables: %w", err)
	}
	return nil
}

// prepare makes the row that upgrade locks. Those who lose the race to make it
// are told in various ways, and find it at their second try.
func (j *Jobs) prepare(ctx context.Context) (err error) {
	for range 10 {
		for _, s := range []string{sqlCreateSchema, sqlCreateVersion, sqlFirstVersion} {
			if _, err = j.pool.Exec(ctx, j.sql(s)); err != nil {
				break
			}
		}
		if err == nil || !lost(err) {
			return err
		}
	}
	return err
}

func (j *Jobs) upgrade(ctx context.Context, tx pgx.Tx) error {
	var at int
	if err := tx.QueryRow(ctx, j.sql(sqlLockVersion)).Scan(&at); err != nil || at >= version {
		return err
	}
	for _, s := range statements(script) {
		if _, err := tx.Exec(ctx, j.sql(s)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, j.sql(sqlSetVersion), version)
	return err
}

// statements splits a script whose comments are whole lines and whose semicolons
// end statements.
func statements(script string) []string {
	var text strings.Builder
	for line := range strings.Lines(script) {
		if !strings.HasPrefix(line, "--") {
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

// missing reports whether an error says that there is no such table or row.
func missing(err error) bool {
	return code(err) == "42P01" || errors.Is(err, pgx.ErrNoRows)
}

// lost reports whether an error says that another process was quicker to make
// the same thing.
func lost(err error) bool {
	switch code(err) {
	case "23505", "42P06", "42P07", "42710", "XX000":
		return true
	}
	return false
}

// code returns the server's code for an error, or "".
func code(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
