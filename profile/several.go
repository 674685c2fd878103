package profile

import (
	"context"
	"errors"

	"github.com/clmkit/clmkit/clm"
)

// Several is a [Reader] that can read many profiles at once, for stores in which
// each read is a round trip. It is optional; a [View] reads a batch's profiles by
// it.
type Several interface {
	// Several returns a copy of the profile of each of the customers that has
	// one, in any order.
	Several(ctx context.Context, customers []clm.CustomerID) ([]*Profile, error)
}

// several reads many profiles, one by one where the store has no better way.
func several(ctx context.Context, r Reader, customers []clm.CustomerID) ([]*Profile, error) {
	if s, ok := r.(Several); ok {
		return s.Several(ctx, customers)
	}
	profiles := make([]*Profile, 0, len(customers))
	for _, customer := range customers {
		p, err := r.Get(ctx, customer)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		profiles = append(profiles, p)
	}
	return profiles, nil
}
