package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
)

// Exposures are the [clm.Exposures] of a file.
type Exposures struct{ db *DB }

// Exposures returns the exposures of the file.
func (db *DB) Exposures() *Exposures { return &Exposures{db} }

// Expose adds exposures, all or none.
func (s *Exposures) Expose(ctx context.Context, exposures ...clm.Exposure) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	bodies := make([]string, len(exposures))
	for i := range exposures {
		if err := exposures[i].Validate(); err != nil {
			return err
		}
		body, err := codec.Encode(&exposures[i])
		if err != nil {
			return s.db.fail(ctx, "expose", fmt.Errorf("decision %s: %w", exposures[i].Decision, err))
		}
		bodies[i] = string(body)
	}
	return s.db.write(ctx, "expose", func(c *conn) error {
		for i := range exposures {
			e := &exposures[i]
			_, err := c.exec("INSERT INTO exposures (decision, customer, seconds, nanos, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (decision) DO NOTHING",
				e.Decision, string(e.Customer), e.Time.Unix(), e.Time.Nanosecond(), bodies[i])
			if err != nil {
				return fmt.Errorf("decision %s: %w", e.Decision, err)
			}
		}
		return nil
	})
}

// Exposed yields the exposures that a question asks for, a few hundred at a
// time from the file.
func (s *Exposures) Exposed(ctx context.Context, q clm.ExposureQuery) iter.Seq2[clm.Exposure, error] {
	return func(yield func(clm.Exposure, error) bool) {
		for from := beginning(q); ; {
			chunk, err := s.chunk(ctx, q, from)
			if err != nil {
				yield(clm.Exposure{}, err)
				return
			}
			for _, e := range chunk {
				if err := ctx.Err(); err != nil {
					yield(clm.Exposure{}, err)
					return
				}
				if !yield(e, nil) {
					return
				}
			}
			if len(chunk) == 0 {
				return
			}
			from = after(&chunk[len(chunk)-1])
		}
	}
}

// moment is a place in the order of exposures.
type moment struct {
	seconds  int64
	nanos    int
	decision string
}

// beginning is before the first exposure that is asked for: no decision is "".
func beginning(q clm.ExposureQuery) moment {
	if q.Since.IsZero() {
		return moment{seconds: math.MinInt64}
	}
	return moment{seconds: q.Since.Unix(), nanos: q.Since.Nanosecond()}
}

func after(e *clm.Exposure) moment {
	return moment{e.Time.Unix(), e.Time.Nanosecond(), e.Decision}
}

func end(q clm.ExposureQuery) moment {
	if q.Until.IsZero() {
		return moment{seconds: math.MaxInt64}
	}
	return moment{seconds: q.Until.Unix(), nanos: q.Until.Nanosecond()}
}

func (s *Exposures) chunk(ctx context.Context, q clm.ExposureQuery, from moment) ([]clm.Exposure, error) {
	until := end(q)
	query := "SELECT CAST(body AS BLOB) FROM exposures WHERE (seconds, nanos, decision) > (?, ?, ?) AND (seconds, nanos) < (?, ?)"
	args := []any{from.seconds, from.nanos, from.decision, until.seconds, until.nanos}
	if q.Customer != "" {
		query += " AND customer = ?"
		args = append(args, string(q.Customer))
	}
	var chunk []clm.Exposure
	err := s.db.read(ctx, "exposures", func(c *conn) error {
		var body sql.RawBytes
		return c.rows(query+" ORDER BY seconds, nanos, decision LIMIT ?", append(args, chunkRows), func(scan func(...any) error) (bool, error) {
			if err := scan(&body); err != nil {
				return false, err
			}
			var e clm.Exposure
			if err := codec.Decode(body, &e); err != nil {
				return false, fmt.Errorf("%w: %w", ErrCorrupt, err)
			}
			chunk = append(chunk, e)
			return true, nil
		})
	})
	return chunk, err
}

// Erase removes the exposures of a customer.
func (s *Exposures) Erase(ctx context.Context, customer clm.CustomerID) error {
	return s.db.erase(ctx, "erase from the exposures", func(c *conn) error {
		return eraseExposures(c, customer)
	})
}

func eraseExposures(c *conn, customer clm.CustomerID) error {
	_, err := c.exec("DELETE FROM exposures WHERE customer = ?", string(customer))
	return err
}
