package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
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
	ID         string            `json:"id"`
	Attributes map[string]string `json:"attributes"`
	Numbers    []float32         `json:"numbers"`
}

// Export writes down what the file holds about a customer, one JSON object per
// line: the events in the order of the log, then the profile of each set, the dead
// letters, the exposures and the vectors. It reads the customer's partition of the
// log. What is written while it reads may be in it or not; no transaction is open
// while w is written to.
func (db *DB) Export(ctx context.Context, customer clm.CustomerID, w io.Writer) error {
	for _, part := range []func(context.Context, clm.CustomerID, func(line) error) error{
		db.exportEvents, db.exportProfiles, db.exportLetters, db.exportExposures, db.exportVectors,
	} {
		if err := part(ctx, customer, func(l line) error { return l.write(w) }); err != nil {
			return db.fail(ctx, "export", err)
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
	partition := clm.PartitionOf(customer, db.partitions)
	at, end := key(partition, 0), key(partition+1, 0)
	for {
		var chunk []line
		err := db.readers.do(ctx, func(c *conn) error {
			bytes := 0
			var body string
			return c.rows("SELECT key, body FROM events WHERE key > ? AND key < ? AND customer = ? ORDER BY key LIMIT ?", []any{at, end, string(customer), chunkRows},
				func(scan func(...any) error) (bool, error) {
					err := scan(&at, &body)
					chunk = append(chunk, line{Event: json.RawMessage(body)})
					bytes += len(body)
					return bytes < chunkBytes, err
				})
		})
		if err != nil {
			return err
		}
		for _, l := range chunk {
			if err := emit(l); err != nil {
				return err
			}
		}
		if len(chunk) == 0 {
			return nil
		}
	}
}

func (db *DB) exportProfiles(ctx context.Context, customer clm.CustomerID, emit func(line) error) error {
	return db.exportTexts(ctx, emit, `SELECT body, '', name FROM profiles JOIN profile_sets ON id = profile_set WHERE customer = ? ORDER BY name`,
		customer, func(body json.RawMessage, _, set string) line { return line{Profile: body, Set: set} })
}

func (db *DB) exportLetters(ctx context.Context, customer clm.CustomerID, emit func(line) error) error {
	return db.exportTexts(ctx, emit, `SELECT body, refusal, name FROM dead_letters JOIN profile_sets ON id = profile_set WHERE customer = ? ORDER BY name, partition, position`,
		customer, func(body json.RawMessage, refusal, set string) line {
			return line{DeadLetter: body, Refusal: refusal, Set: set}
		})
}

func (db *DB) exportExposures(ctx context.Context, customer clm.CustomerID, emit func(line) error) error {
	return db.exportTexts(ctx, emit, `SELECT body, '', '' FROM exposures WHERE customer = ? ORDER BY seconds, nanos, decision`,
		customer, func(body json.RawMessage, _, _ string) line { return line{Exposure: body} })
}

// exportTexts emits a line for each row of a query, whose columns are a text in
// JSON, a remark and the name of a set. All rows are in memory at once.
func (db *DB) exportTexts(ctx context.Context, emit func(line) error, query string, customer clm.CustomerID, of func(body json.RawMessage, remark, set string) line) error {
	var lines []line
	err := db.readers.do(ctx, func(c *conn) error {
		var body, remark, set string
		return c.rows(query, []any{string(customer)}, func(scan func(...any) error) (bool, error) {
			err := scan(&body, &remark, &set)
			lines = append(lines, of(json.RawMessage(body), remark, set))
			return true, err
		})
	})
	return emitAll(lines, emit, err)
}

func (db *DB) exportVectors(ctx context.Context, customer clm.CustomerID, emit func(line) error) error {
	var lines []line
	err := db.readers.do(ctx, func(c *conn) error {
		var id, set string
		var attributes, numbers []byte
		return c.rows(`SELECT vectors.id, CAST(attributes AS BLOB), vector, name FROM vectors JOIN vector_sets ON vector_sets.id = vector_set WHERE customer = ? ORDER BY name, vectors.id`,
			[]any{string(customer)}, func(scan func(...any) error) (bool, error) {
				if err := scan(&id, &attributes, &numbers, &set); err != nil {
					return false, err
				}
				r, err := decodeVector(id, attributes, numbers)
				lines = append(lines, line{Vector: &exported{r.ID, r.Attributes, r.Vector}, Set: set})
				return true, err
			})
	})
	return emitAll(lines, emit, err)
}

func emitAll(lines []line, emit func(line) error, err error) error {
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := emit(l); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return nil
}
