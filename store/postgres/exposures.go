package postgres

import (
	"context"
	"iter"
	"math"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/jackc/pgx/v5"
)

// Exposures is what was shown to whom. It is a [clm.Exposures].
type Exposures struct{ db *DB }

// Exposures returns what was shown to whom.
func (db *DB) Exposures() *Exposures { return &Exposures{db} }

const (
	sqlExpose = `
INSERT INTO {schema}.exposures (tenant, decision, customer, seconds, nanos, body)
SELECT $1, n.decision, n.customer, n.seconds, n.nanos, n.body
FROM unnest($2::text[], $3::text[], $4::bigint[], $5::integer[], $6::text[])
	AS n (decision, customer, seconds, nanos, body)
ORDER BY n.decision
ON CONFLICT (tenant, decision) DO NOTHING`

	sqlExposed = `
SELECT body FROM {schema}.exposures
WHERE tenant = $1 AND (seconds, nanos, decision) > ($2, $3, $4) AND (seconds, nanos) < ($5, $6)
ORDER BY seconds, nanos, decision LIMIT $7`

	sqlExposedTo = `
SELECT body FROM {schema}.exposures
WHERE tenant = $1 AND (seconds, nanos, decision) > ($2, $3, $4) AND (seconds, nanos) < ($5, $6) AND customer = $8
ORDER BY seconds, nanos, decision LIMIT $7`
)

// Expose validates the exposures and adds them, all or none, with one statement.
// One whose decision is known already changes nothing.
func (s *Exposures) Expose(ctx context.Context, exposures ...clm.Exposure) error {
	if err := ctx.Err(); err != nil || len(exposures) == 0 {
		return err
	}
	var decisions, customers, bodies []string
	var seconds []int64
	var nanos []int32
	seen := make(map[string]bool, len(exposures))
	for i := range exposures {
		if err := exposures[i].Validate(); err != nil {
			return err
		}
	}
	for i := range exposures {
		e := &exposures[i]
		if seen[e.Decision] {
			continue
		}
		seen[e.Decision] = true
		body, err := codec.Encode(e)
		if err != nil {
			return err
		}
		decisions, customers, bodies = append(decisions, e.Decision), append(customers, string(e.Customer)), append(bodies, string(body))
		seconds, nanos = append(seconds, e.Time.Unix()), append(nanos, int32(e.Time.Nanosecond()))
	}
	return fail(ctx, "expose", retry(ctx, func() error {
		_, err := s.db.pool.Exec(ctx, s.db.sql(sqlExpose), s.db.tenant, decisions, customers, seconds, nanos, bodies)
		return err
	}))
}

// Exposed yields exposures by time and decision, page by page. No connection is
// held while the caller looks at one.
func (s *Exposures) Exposed(ctx context.Context, q clm.ExposureQuery) iter.Seq2[clm.Exposure, error] {
	const page = 500
	return func(yield func(clm.Exposure, error) bool) {
		// No decision is empty, so the first page begins with those at Since.
		after := clm.Exposure{Time: q.Since}
		for {
			all, err := s.page(ctx, q, after, page)
			if err != nil {
				yield(clm.Exposure{}, fail(ctx, "exposed", err))
				return
			}
			for _, e := range all {
				if err := ctx.Err(); err != nil {
					yield(clm.Exposure{}, err)
					return
				}
				if !yield(e, nil) {
					return
				}
			}
			if len(all) < page {
				return
			}
			after = all[page-1]
		}
	}
}

// page returns at most limit exposures after one of them.
func (s *Exposures) page(ctx context.Context, q clm.ExposureQuery, after clm.Exposure, limit int) ([]clm.Exposure, error) {
	until, nanos := int64(math.MaxInt64), 0
	if !q.Until.IsZero() {
		until, nanos = q.Until.Unix(), q.Until.Nanosecond()
	}
	sql, args := sqlExposed, []any{s.db.tenant, after.Time.Unix(), after.Time.Nanosecond(), after.Decision, until, nanos, limit}
	if q.Customer != "" {
		sql, args = sqlExposedTo, append(args, q.Customer)
	}
	found, err := s.db.pool.Query(ctx, s.db.sql(sql), args...)
	if err != nil {
		return nil, err
	}
	var all []clm.Exposure
	var body []byte
	_, err = pgx.ForEachRow(found, []any{&body}, func() error {
		all = append(all, clm.Exposure{})
		return codec.Decode(body, &all[len(all)-1])
	})
	return all, err
}

var (
	_ clm.Exposures = (*Exposures)(nil)
)
