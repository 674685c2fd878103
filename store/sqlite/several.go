package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// together is how many profiles one statement reads: a statement has a price of
// its own, about as much as finding a profile.
const together = 32

var selectProfiles = "SELECT CAST(body AS BLOB) FROM profiles WHERE profile_set = ? AND customer IN (?" + strings.Repeat(", ?", together-1) + ")"

// Several returns the profiles of those customers that have one, by one
// connection.
func (p *Profiles) Several(ctx context.Context, customers []clm.CustomerID) ([]*profile.Profile, error) {
	found := make([]*profile.Profile, 0, len(customers))
	err := p.read(ctx, "profiles", func(c *conn, set int64) error {
		var body sql.RawBytes
		take := func(scan func(...any) error) (bool, error) {
			if err := scan(&body); err != nil {
				return false, err
			}
			each, err := decodeProfile(body)
			found = append(found, each)
			return true, err
		}
		args := make([]any, 1, 1+together)
		for rest := customers; len(rest) > 0; {
			n, query := 1, selectProfile
			if len(rest) >= together {
				n, query = together, selectProfiles
			}
			args = append(args[:0], set)
			for _, customer := range rest[:n] {
				args = append(args, string(customer))
			}
			if err := c.rows(query, args, take); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	})
	return found, err
}
