package sqlite

import (
	"context"
	"database/sql"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// Several returns the profiles of those customers that have one, by one
// connection.
func (p *Profiles) Several(ctx context.Context, customers []clm.CustomerID) ([]*profile.Profile, error) {
	found := make([]*profile.Profile, 0, len(customers))
	err := p.read(ctx, "profiles", func(c *conn, set int64) error {
		var body sql.RawBytes
		for _, customer := range customers {
			err := c.rows(selectProfile, []any{set, string(customer)}, func(scan func(...any) error) (bool, error) {
				if err := scan(&body); err != nil {
					return false, err
				}
				each, err := decodeProfile(body)
				found = append(found, each)
				return false, err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}
