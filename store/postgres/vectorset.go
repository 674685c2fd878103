package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	pgxvector "github.com/pgvector/pgvector-go/pgx"
)

// knowVectors tells a new connection how vectors are sent as they are in memory. A
// database that does not have them yet is no error.
func knowVectors(ctx context.Context, conn *pgx.Conn) error {
	if err := pgxvector.RegisterTypes(ctx, conn); err != nil && conn.IsClosed() {
		return err
	}
	return nil
}

// vectorSet is a set as the database knows it.
type vectorSet struct {
	name      string
	dimension int
	half      bool
}

// vectorSet reads a set, and makes it if it is not there.
func (db *DB) vectorSet(ctx context.Context, want vectorSet) (vectorSet, error) {
	have, err := db.findSet(ctx, db.pool, want.name)
	if !errors.Is(err, pgx.ErrNoRows) {
		return have, err
	}
	err = retry(ctx, func() error {
		_, err := db.pool.Exec(ctx, sqlExtension)
		return err
	}, races...)
	if err != nil {
		return have, err
	}
	if db.owned {
		db.pool.Reset() // connections from before do not know the type
	}
	return have, db.transaction(ctx, func(tx pgx.Tx) error {
		// The lock of migrations: another process may be making the set too.
		if _, err := tx.Exec(ctx, db.sql(sqlLockVersion)); err != nil {
			return err
		}
		have, err = db.findSet(ctx, tx, want.name)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		have = want
		return db.makeSet(ctx, tx, want)
	})
}

const (
	sqlFindSet = `SELECT name, dimension, half FROM {schema}.vector_sets WHERE name = $1`
	sqlSets    = `SELECT name, dimension, half FROM {schema}.vector_sets ORDER BY name`
	sqlAddSet  = `INSERT INTO {schema}.vector_sets (name, dimension, half) VALUES ($1, $2, $3)`
)

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func (db *DB) findSet(ctx context.Context, q querier, name string) (s vectorSet, err error) {
	return s, q.QueryRow(ctx, db.sql(sqlFindSet), name).Scan(&s.name, &s.dimension, &s.half)
}

// vectorSets returns all sets, of all tenants.
func (db *DB) vectorSets(ctx context.Context, q querier) ([]vectorSet, error) {
	found, err := q.Query(ctx, db.sql(sqlSets))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, func(r pgx.CollectableRow) (s vectorSet, err error) {
		return s, r.Scan(&s.name, &s.dimension, &s.half)
	})
}

func (db *DB) makeSet(ctx context.Context, tx pgx.Tx, s vectorSet) error {
	for _, sql := range s.ddl() {
		if _, err := tx.Exec(ctx, db.setSQL(sql, s)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, db.sql(sqlAddSet), s.name, s.dimension, s.half)
	return err
}
