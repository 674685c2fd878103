package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/vector"
	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"
)

// VectorOptions are the settings of [DB.Vectors].
type VectorOptions struct {
	// Half makes the index of half-precision numbers: half the size, which is
	// what has to fit into memory. The vectors themselves are kept whole, and
	// what the index finds is ordered by them. It is read when the set is made.
	Half bool
	// Search is how many candidates an index search looks at, at least; more
	// find more of the true neighbours and take longer. At most 1000.
	// Default: 100.
	Search int
	// Exact is the number of records up to which a search compares the query
	// with all that pass its filter, and finds exactly the nearest. Default:
	// 5000.
	Exact int
}

func (o *VectorOptions) defaults() VectorOptions {
	var d VectorOptions
	if o != nil {
		d = *o
	}
	if d.Search < 1 {
		d.Search = 100
	}
	d.Search = min(d.Search, 1000)
	if d.Exact < 1 {
		d.Exact = 5000
	}
	return d
}

// Vectors is one set of vectors of one dimension, in a table of its own that the
// tenants share. It is a [vector.Store] and a [clm.Eraser].
type Vectors struct {
	db       *DB
	set      vectorSet
	opts     VectorOptions
	verdicts verdicts
}

var vectorName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Vectors returns a set of vectors, and makes it if it is not there, which needs
// the right to create the extension vector, unless that is there. The name is of
// small letters, digits and underscores, at most 40. The dimension is that of every
// vector; the error wraps [vector.ErrDimension] when the set has another.
func (db *DB) Vectors(ctx context.Context, name string, dimension int, o *VectorOptions) (*Vectors, error) {
	opts := o.defaults()
	if !vectorName.MatchString(name) {
		return nil, fmt.Errorf("postgres: vectors: %q is no name of a set", name)
	}
	if dimension < 1 || dimension > opts.largest() {
		return nil, fmt.Errorf("postgres: vectors: %d, an index has from 1 to %d: %w", dimension, opts.largest(), vector.ErrDimension)
	}
	set, err := db.vectorSet(ctx, vectorSet{name, dimension, opts.Half})
	if err != nil {
		return nil, fail(ctx, "vectors", err)
	}
	if set.dimension != dimension {
		return nil, fmt.Errorf("postgres: vectors: set %s has %d, not %d: %w", name, set.dimension, dimension, vector.ErrDimension)
	}
	return &Vectors{db: db, set: set, opts: opts}, nil
}

const (
	sqlUpsertVector = `
INSERT INTO {schema}.{set} (tenant, id, customer, tags, attributes, embedding) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, id) DO UPDATE SET customer = excluded.customer, tags = excluded.tags,
	attributes = excluded.attributes, embedding = excluded.embedding`
	sqlDeleteVectors = `DELETE FROM {schema}.{set} WHERE tenant = $1 AND id = ANY($2::text[])`
	sqlEraseVectors  = `DELETE FROM {schema}.{set} WHERE tenant = $1 AND customer = $2`
)

// Upsert adds or replaces records, all or none, in one round trip. Of two records
// with one id the later wins. Vectors are kept at length 1. Most of the time goes
// into the index: about a millisecond for each record.
func (v *Vectors) Upsert(ctx context.Context, records ...vector.Record) error {
	if err := ctx.Err(); err != nil || len(records) == 0 {
		return err
	}
	if _, err := vector.Check(v.set.dimension, records...); err != nil {
		return err
	}
	last := make(map[string]*vector.Record, len(records))
	for i := range records {
		last[records[i].ID] = &records[i]
	}
	ids := slices.Sorted(maps.Keys(last)) // the order in which rows are locked
	return fail(ctx, "upsert vectors", v.db.transaction(ctx, func(tx pgx.Tx) error {
		var batch pgx.Batch
		for _, id := range ids {
			r := last[id]
			attributes, err := json.Marshal(r.Attributes)
			if err != nil {
				return err
			}
			batch.Queue(v.sql(sqlUpsertVector), v.db.tenant, id, r.Attributes[vector.Customer], tags(r.Attributes),
				string(attributes), pgvector.NewVector(unit(r.Vector)))
		}
		return tx.SendBatch(ctx, &batch).Close()
	}))
}

// Delete removes records.
func (v *Vectors) Delete(ctx context.Context, ids ...string) error {
	if err := ctx.Err(); err != nil || len(ids) == 0 {
		return err
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !storable(id) })
	return fail(ctx, "remove vectors", v.exec(ctx, sqlDeleteVectors, ids))
}

// Erase removes the records whose attribute [vector.Customer] is the customer.
func (v *Vectors) Erase(ctx context.Context, customer clm.CustomerID) error {
	return fail(ctx, "erase vectors", v.exec(ctx, sqlEraseVectors, customer))
}

func (v *Vectors) exec(ctx context.Context, sql string, arg any) error {
	v.verdicts.forget()
	return retry(ctx, func() error {
		_, err := v.db.pool.Exec(ctx, v.sql(sql), v.db.tenant, arg)
		return err
	})
}

func (v *Vectors) sql(statement string) string { return v.db.setSQL(statement, v.set) }

// unit returns a vector of length 1 in the same direction. The sums are float64,
// in which the square of no float32 overflows or vanishes.
func unit(v []float32) []float32 {
	var square float64
	for _, x := range v {
		square += float64(x) * float64(x)
	}
	scale := 1 / math.Sqrt(square)
	scaled := make([]float32, len(v))
	for i, x := range v {
		scaled[i] = float32(float64(x) * scale)
	}
	return scaled
}

var (
	_ vector.Store = (*Vectors)(nil)
	_ clm.Eraser   = (*Vectors)(nil)
)
