package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"sync/atomic"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/clmkit/clmkit/profile"
)

// Profiles is one set of profiles of a file, a [profile.Store]. Its fence knows
// of a new owner of a slot from the claim on, because the leases of
// [DB.Leases] are in the same file.
type Profiles struct {
	db   *DB
	name string
	id   atomic.Int64 // 0 until it is known to be in the file
}

// Profiles returns the set of profiles with that name; "" is "profiles". Sets
// have nothing in common but the revision, so that a set can be made
// anew beside the one in use.
func (db *DB) Profiles(name string) *Profiles {
	if name == "" {
		name = "profiles"
	}
	return &Profiles{db: db, name: name}
}

const (
	selectProfileSet = "SELECT id FROM profile_sets WHERE name = ?"
	selectProfile    = "SELECT CAST(body AS BLOB) FROM profiles WHERE profile_set = ? AND customer = ?"
)

// set returns the set's number, 0 before its first Commit. A number that was
// read outside of a transaction that writes never changes again.
func (p *Profiles) set(c *conn) (int64, error) {
	if id := p.id.Load(); id != 0 {
		return id, nil
	}
	var id int64
	if _, err := c.row(selectProfileSet, []any{p.name}, &id); err != nil {
		return 0, err
	}
	p.id.Store(id)
	return id, nil
}

func (p *Profiles) doing(what string) string { return what + " of " + p.name }

// read runs f with the number of the set.
func (p *Profiles) read(ctx context.Context, what string, f func(c *conn, set int64) error) error {
	return p.db.read(ctx, p.doing(what), func(c *conn) error {
		set, err := p.set(c)
		if err != nil {
			return err
		}
		return f(c, set)
	})
}

// Get returns a customer's profile.
func (p *Profiles) Get(ctx context.Context, customer clm.CustomerID) (*profile.Profile, error) {
	var found *profile.Profile
	err := p.read(ctx, "profile", func(c *conn, set int64) error {
		var body sql.RawBytes
		return c.rows(selectProfile, []any{set, string(customer)},
			func(scan func(...any) error) (bool, error) {
				if err := scan(&body); err != nil {
					return false, err
				}
				var err error
				found, err = decodeProfile(body)
				return false, err
			})
	})
	if err == nil && found == nil {
		err = fmt.Errorf("sqlite: customer %s: %w", customer, profile.ErrNotFound)
	}
	return found, err
}

func decodeProfile(body []byte) (*profile.Profile, error) {
	var p profile.Profile
	if err := codec.Decode(body, &p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return &p, nil
}

// All yields every profile in the order of the customers' ids. It reads a few
// hundred at a time.
func (p *Profiles) All(ctx context.Context) iter.Seq2[*profile.Profile, error] {
	return p.pages(ctx, p.chunk)
}

// pages yields what is read chunk by chunk, until one is empty.
func (p *Profiles) pages(ctx context.Context, read func(ctx context.Context, after clm.CustomerID) ([]*profile.Profile, error)) iter.Seq2[*profile.Profile, error] {
	return func(yield func(*profile.Profile, error) bool) {
		for last := clm.CustomerID(""); ; {
			chunk, err := read(ctx, last)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, each := range chunk {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				last = each.Customer
				if !yield(each, nil) {
					return
				}
			}
			if len(chunk) == 0 {
				return
			}
		}
	}
}

// chunk reads some profiles of customers behind one.
func (p *Profiles) chunk(ctx context.Context, after clm.CustomerID) ([]*profile.Profile, error) {
	var chunk []*profile.Profile
	bytes := 0
	err := p.read(ctx, "profiles", func(c *conn, set int64) error {
		var body sql.RawBytes
		return c.rows("SELECT CAST(body AS BLOB) FROM profiles WHERE profile_set = ? AND customer > ? ORDER BY customer LIMIT ?", []any{set, string(after), chunkRows},
			func(scan func(...any) error) (bool, error) {
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

// Mark returns how far a partition has been read.
func (p *Profiles) Mark(ctx context.Context, partition int) (mark clm.Mark, err error) {
	err = p.read(ctx, "mark", func(c *conn, set int64) error {
		mark, err = markOf(c, set, partition)
		return err
	})
	return mark, err
}

func markOf(c *conn, set int64, partition int) (mark clm.Mark, err error) {
	_, err = c.row("SELECT revision, coalesce((SELECT position FROM marks WHERE profile_set = ? AND partition = ?), 0) FROM state",
		[]any{set, partition}, &mark.Revision, &mark.Position)
	return mark, err
}

// Marks returns the marks of the partitions that were read.
func (p *Profiles) Marks(ctx context.Context) (map[int]clm.Mark, error) {
	marks := map[int]clm.Mark{}
	err := p.read(ctx, "marks", func(c *conn, set int64) error {
		var partition int
		var m clm.Mark
		return c.rows("SELECT partition, position, revision FROM marks, state WHERE profile_set = ?", []any{set},
			func(scan func(...any) error) (bool, error) {
				err := scan(&partition, &m.Position, &m.Revision)
				marks[partition] = m
				return true, err
			})
	})
	return marks, err
}
