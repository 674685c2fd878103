package postgres

import (
	"context"
	"encoding/json"
	"io"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"
)

const (
	sqlExportProfiles = `
SELECT name, body, '' FROM {schema}.profiles WHERE tenant = $1 AND customer = $2 ORDER BY name`
	sqlExportLetters = `
SELECT name, body, refusal FROM {schema}.dead_letters WHERE tenant = $1 AND customer = $2
ORDER BY name, partition, position`
	sqlExportVectors = `
SELECT id, attributes, embedding::text FROM {schema}.{set} WHERE tenant = $1 AND customer = $2 ORDER BY id`
)

// line is one line of an export: one thing, and the name of the set that it is
// in where there are several.
type line struct {
	Event      json.RawMessage `json:"event,omitempty"`
	Profile    json.RawMessage `json:"profile,omitempty"`
	DeadLetter json.RawMessage `json:"dead_letter,omitempty"`
	Refusal    string          `json:"refusal,omitempty"`
	Exposure   json.RawMessage `json:"exposure,omitempty"`
	Vector     *exported       `json:"vector,omitempty"`
	Set        string          `json:"set,omitempty"`
}

// exported is a vector in an export.
type exported struct {
	ID         string          `json:"id"`
	Attributes json.RawMessage `json:"attributes"`
	Numbers    []float32       `json:"numbers"`
}

// Export writes down what the tenant stores about a customer, one JSON object per
// line: the events in the order of the log, then the profile of each set, the dead
// letters, the exposures, and the vectors, which have length 1. What is written
// while it reads may be in it or not; no transaction is open while w is written to.
func (db *DB) Export(ctx context.Context, customer clm.CustomerID, w io.Writer) error {
	for _, part := range []func(context.Context, clm.CustomerID, func(line) error) error{
		db.exportEvents, db.exportProfiles, db.exportExposures, db.exportVectors,
	} {
		if err := part(ctx, customer, func(l line) error { return l.write(w) }); err != nil {
			return fail(ctx, "export", err)
		}
	}
	return nil
}

func (l *line) write(w io.Writer) error {
	text, err := codec.Encode(l)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func (db *DB) exportEvents(ctx context.Context, customer clm.CustomerID, emit func(line) error) error {
	for e, err := range db.Log().History(ctx, customer) {
		if err != nil {
			return err
		}
		body, err := codec.Encode(&e.Event)
		if err != nil {
			return err
		}
		if err := emit(line{Event: body}); err != nil {
			return err
		}
	}
	return nil
}

// exportProfiles writes the profiles and the dead letters.
func (db *DB) exportProfiles(ctx context.Context, customer clm.CustomerID, emit func(line) error) error {
	for _, sql := range []string{sqlExportProfiles, sqlExportLetters} {
		lines, err := lines(ctx, db.pool, db.sql(sql), []any{db.tenant, customer}, func(set, body, refusal string) (line, error) {
			if sql == sqlExportLetters {
				return line{DeadLetter: json.RawMessage(body), Refusal: refusal, Set: set}, nil
			}
			return line{Profile: json.RawMessage(body), Set: set}, nil
		})
		if err != nil {
			return err
		}
		if err := emitAll(lines, emit); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) exportExposures(ctx context.Context, customer clm.CustomerID, emit func(line) error) error {
	for e, err := range db.Exposures().Exposed(ctx, clm.ExposureQuery{Customer: customer}) {
		if err != nil {
			return err
		}
		body, err := codec.Encode(&e)
		if err != nil {
			return err
		}
		if err := emit(line{Exposure: body}); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) exportVectors(ctx context.Context, customer clm.CustomerID, emit func(line) error) error {
	sets, err := db.vectorSets(ctx, db.pool)
	if err != nil {
		return err
	}
	for _, set := range sets {
		lines, err := lines(ctx, db.pool, db.setSQL(sqlExportVectors, set), []any{db.tenant, customer}, func(id, attributes, numbers string) (line, error) {
			var v pgvector.Vector
			err := v.Parse(numbers)
			return line{Vector: &exported{id, json.RawMessage(attributes), v.Slice()}, Set: set.name}, err
		})
		if err != nil {
			return err
		}
		if err := emitAll(lines, emit); err != nil {
			return err
		}
	}
	return nil
}

// lines reads rows of three texts.
func lines(ctx context.Context, q querier, sql string, args []any, read func(a, b, c string) (line, error)) ([]line, error) {
	found, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, func(r pgx.CollectableRow) (line, error) {
		var a, b, c string
		if err := r.Scan(&a, &b, &c); err != nil {
			return line{}, err
		}
		return read(a, b, c)
	})
}

func emitAll(lines []line, emit func(line) error) error {
	for _, l := range lines {
		if err := emit(l); err != nil {
			return err
		}
	}
	return nil
}

var (
	_ clm.Eraser   = (*DB)(nil)
	_ clm.Exporter = (*DB)(nil)
)
