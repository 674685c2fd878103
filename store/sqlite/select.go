package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/profile"
)

// Select yields the profiles that meet a condition at a moment, in the order of
// the customers' ids; see [profile.Selector]. What the file can judge by the JSON
// text of a profile is not read; the rest is judged after reading. It reads a few
// hundred at a time. There is no index on what is in the texts, so all of them are
// looked at.
func (p *Profiles) Select(ctx context.Context, e *filter.Expr, at time.Time) iter.Seq2[*profile.Profile, error] {
	return func(yield func(*profile.Profile, error) bool) {
		f, err := filter.Compile(e, profile.Schema(), at, nil)
		if err != nil {
			yield(nil, err)
			return
		}
		pushed := f.Push(filter.Column{Dialect: filter.SQLite, SQL: "body"})
		all := p.pages(ctx, func(ctx context.Context, after clm.CustomerID) ([]*profile.Profile, error) {
			return p.selected(ctx, pushed, after)
		})
		for each, err := range all {
			if err == nil && !pushed.Rest.Match(profile.NewRecord(each, at)) {
				continue
			}
			if !yield(each, err) {
				return
			}
		}
	}
}

// Count returns how many profiles meet a condition at a moment. It reads none of
// them where the file can judge the whole condition.
func (p *Profiles) Count(ctx context.Context, e *filter.Expr, at time.Time) (n int, err error) {
	f, err := filter.Compile(e, profile.Schema(), at, nil)
	if err != nil {
		return 0, err
	}
	pushed := f.Push(filter.Column{Dialect: filter.SQLite, SQL: "body"})
	if pushed.Rest != nil {
		for _, err := range p.Select(ctx, e, at) {
			if err != nil {
				return 0, err
			}
			n++
		}
		return n, nil
	}
	err = p.read(ctx, "count", func(c *conn, set int64) error {
		query := "SELECT count(*) FROM profiles WHERE profile_set = ? AND " + pushed.Where
		return c.once(query, append([]any{set}, pushed.Args...), func(scan func(...any) error) (bool, error) {
			return false, scan(&n)
		})
	})
	return n, err
}

// selected reads some of the profiles that meet a condition, of customers behind
// one.
func (p *Profiles) selected(ctx context.Context, pushed filter.Pushed, after clm.CustomerID) ([]*profile.Profile, error) {
	var chunk []*profile.Profile
	bytes := 0
	err := p.read(ctx, "profiles", func(c *conn, set int64) error {
		var body sql.RawBytes
		query := "SELECT CAST(body AS BLOB) FROM profiles WHERE profile_set = ? AND customer > ? AND " + pushed.Where + " ORDER BY customer LIMIT ?"
		args := append(append([]any{set, string(after)}, pushed.Args...), chunkRows)
		return c.once(query, args, func(scan func(...any) error) (bool, error) {
			if err := scan(&body); err != nil {
				return false, err
			}
			each, err := decodeProfile(body)
			chunk = append(chunk, each)
			bytes += len(body)
			return bytes < chunkBytes, err
		})
	})
	return chunk, err
}

// once is rows for a statement that is not kept: the conditions that people make
// up would be as many statements.
func (c *conn) once(query string, args []any, each func(scan func(...any) error) (bool, error)) error {
	rows, err := c.raw.QueryContext(background, query, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		more, err := each(rows.Scan)
		if err != nil || !more {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

var _ profile.Selector = (*Profiles)(nil)
