package postgres

import (
	"context"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/profile"
)

// The text of a profile is read once per row, whatever the number of comparisons
// in a condition: OFFSET 0 keeps the server from writing the cast into each of
// them. On profiles of 3 KB a condition of three took a sixth of the time.
const (
	sqlSelectProfiles = `
SELECT p.body FROM {schema}.profiles AS p CROSS JOIN LATERAL (SELECT p.body::jsonb AS body OFFSET 0) AS j
WHERE p.tenant = $1 AND p.name = $2 AND p.customer > $3 AND `
	sqlCountProfiles = `
SELECT count(*) FROM {schema}.profiles AS p CROSS JOIN LATERAL (SELECT p.body::jsonb AS body OFFSET 0) AS j
WHERE p.tenant = $1 AND p.name = $2 AND `
)

// Select yields the profiles that meet a condition at a moment, in the order of
// the customers' ids; see [profile.Selector]. What the server can judge by the
// JSON text of a profile is not sent; the rest is judged after reading. It reads
// page by page, and no connection is held while the caller looks at one. There is
// no index on what is in the texts, so the server looks at all of them.
func (s *Profiles) Select(ctx context.Context, e *filter.Expr, at time.Time) iter.Seq2[*profile.Profile, error] {
	return func(yield func(*profile.Profile, error) bool) {
		f, err := filter.Compile(e, profile.Schema(), at, nil)
		if err != nil {
			yield(nil, err)
			return
		}
		pushed := f.Push(filter.Column{Dialect: filter.Postgres, SQL: "j.body", First: 4})
		for after, more := clm.CustomerID(""), true; more; {
			var page []*profile.Profile
			if page, more, err = s.selected(ctx, pushed, after); err != nil {
				yield(nil, err)
				return
			}
			for _, p := range page {
				after = p.Customer
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				if pushed.Rest.Match(profile.NewRecord(p, at)) && !yield(p, nil) {
					return
				}
			}
		}
	}
}

// selected reads a page of the profiles that meet a condition, of customers
// behind one, and reports whether there may be more.
func (s *Profiles) selected(ctx context.Context, pushed filter.Pushed, after clm.CustomerID) ([]*profile.Profile, bool, error) {
	const size = 500
	query := sqlSelectProfiles + pushed.Where + " ORDER BY p.customer LIMIT 500"
	page, err := s.read(ctx, query, append([]any{after}, pushed.Args...)...)
	return page, len(page) == size, err
}

// Count returns how many profiles meet a condition at a moment. None of them is
// sent where the server can judge the whole condition.
func (s *Profiles) Count(ctx context.Context, e *filter.Expr, at time.Time) (n int, err error) {
	f, err := filter.Compile(e, profile.Schema(), at, nil)
	if err != nil {
		return 0, err
	}
	pushed := f.Push(filter.Column{Dialect: filter.Postgres, SQL: "j.body", First: 3})
	if pushed.Rest == nil {
		args := append([]any{pgx.QueryExecModeExec, s.db.tenant, s.name}, pushed.Args...)
		err = s.db.pool.QueryRow(ctx, s.db.sql(sqlCountProfiles+pushed.Where), args...).Scan(&n)
		return n, fail(ctx, "count profiles", err)
	}
	for _, err := range s.Select(ctx, e, at) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

var _ profile.Selector = (*Profiles)(nil)
