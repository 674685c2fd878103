package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/clmkit/clmkit/profile"
	"github.com/jackc/pgx/v5"
)

// Profiles is one set of profiles. It is a [profile.Store] and a [clm.Marker].
type Profiles struct {
	db   *DB
	name string
}

// Profiles returns the set of profiles of a name. A new set is empty and has
// read nothing, so a set can be rebuilt under another name while the old one is
// in use.
func (db *DB) Profiles(name string) *Profiles { return &Profiles{db, name} }

const (
	sqlProfile = `SELECT body FROM {schema}.profiles WHERE tenant = $1 AND name = $2 AND customer = $3`

	// The LIMIT makes it a look at the key for each customer. With customer =
	// ANY($3) a server that has not analyzed the table yet reads the whole set, and
	// compares each of its profiles with each of the customers.
	sqlProfilesOf = `
SELECT p.body FROM unnest($3::text[]) AS c (customer) CROSS JOIN LATERAL (
	SELECT body FROM {schema}.profiles WHERE tenant = $1 AND customer = c.customer AND name = $2 LIMIT 1
) AS p`

	sqlProfileRange = `
SELECT body FROM {schema}.profiles
WHERE tenant = $1 AND name = $2 AND customer > $3 AND ($4 = '' OR customer <= $4)
ORDER BY customer LIMIT $5`

	sqlPutProfiles = `
INSERT INTO {schema}.profiles AS p (tenant, name, customer, body)
SELECT $1, $2, n.customer, n.body FROM unnest($3::text[], $4::text[]) AS n (customer, body)
ORDER BY n.customer
ON CONFLICT (tenant, customer, name) DO UPDATE SET body = excluded.body`
)

// Get returns a customer's profile.
func (s *Profiles) Get(ctx context.Context, customer clm.CustomerID) (*profile.Profile, error) {
	var body []byte
	err := s.db.pool.QueryRow(ctx, s.db.sql(sqlProfile), s.db.tenant, s.name, customer).Scan(&body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("postgres: customer %s: %w", customer, profile.ErrNotFound)
	}
	if err != nil {
		return nil, fail(ctx, "get profile", err)
	}
	var p profile.Profile
	return &p, codec.Decode(body, &p)
}

// All yields every profile by customer, page by page. No connection is held while
// the caller looks at one.
func (s *Profiles) All(ctx context.Context) iter.Seq2[*profile.Profile, error] {
	return s.Range(ctx, "", "")
}

// Range yields the profiles of the customers that are greater than after and not
// greater than through, in order; an empty through is no end. It is what a job
// over a range of customers reads. It reads as [Profiles.All] does.
func (s *Profiles) Range(ctx context.Context, after, through clm.CustomerID) iter.Seq2[*profile.Profile, error] {
	const page = 500
	return func(yield func(*profile.Profile, error) bool) {
		for {
			profiles, err := s.read(ctx, sqlProfileRange, after, through, page)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, p := range profiles {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				if !yield(p, nil) {
					return
				}
			}
			if len(profiles) < page {
				return
			}
			after = profiles[page-1].Customer
		}
	}
}

// Several returns the profiles of those customers that have one, by customer, in
// one round trip.
func (s *Profiles) Several(ctx context.Context, customers []clm.CustomerID) ([]*profile.Profile, error) {
	asked := slices.Clone(customers)
	slices.Sort(asked)
	profiles, err := s.read(ctx, sqlProfilesOf, slices.Compact(asked))
	slices.SortFunc(profiles, func(a, b *profile.Profile) int { return cmp.Compare(a.Customer, b.Customer) })
	return profiles, err
}

func (s *Profiles) read(ctx context.Context, sql string, args ...any) ([]*profile.Profile, error) {
	found, err := s.db.pool.Query(ctx, s.db.sql(sql), append([]any{s.db.tenant, s.name}, args...)...)
	if err != nil {
		return nil, fail(ctx, "read profiles", err)
	}
	var profiles []*profile.Profile
	var body []byte
	_, err = pgx.ForEachRow(found, []any{&body}, func() error {
		p := new(profile.Profile)
		profiles = append(profiles, p)
		return codec.Decode(body, p)
	})
	return profiles, fail(ctx, "read profiles", err)
}

// write puts profiles into the set.
func (s *Profiles) write(ctx context.Context, tx pgx.Tx, profiles []*profile.Profile) error {
	customers, bodies := make([]string, len(profiles)), make([]string, len(profiles))
	for i, p := range profiles {
		body, err := codec.Encode(p)
		if err != nil {
			return err
		}
		customers[i], bodies[i] = string(p.Customer), string(body)
	}
	_, err := tx.Exec(ctx, s.db.sql(sqlPutProfiles), s.db.tenant, s.name, customers, bodies)
	return err
}

var (
	_ profile.Store   = (*Profiles)(nil)
	_ profile.Several = (*Profiles)(nil)
	_ clm.Marker      = (*Profiles)(nil)
)
