package profile

import (
	"context"
	"errors"
	"iter"

	"github.com/clmkit/clmkit/clm"
)

// ErrNotFound is wrapped by the error for a customer without a profile.
var ErrNotFound = errors.New("profile: not found")

// A Reader gives access to profiles. It is what the packages above need.
type Reader interface {
	// Get returns a copy of a customer's profile, or an error that wraps
	// [ErrNotFound].
	Get(ctx context.Context, customer clm.CustomerID) (*Profile, error)

	// All yields a copy of every profile in the order of the customers' ids.
	// A yielded error ends the sequence. Profiles may change while the
	// sequence is read; each one is whole.
	All(ctx context.Context) iter.Seq2[*Profile, error]
}

// A Store keeps profiles together with how far the log has been read for them.
// Implementations are safe for concurrent use, and pass the suite of
// profile/profiletest.
type Store interface {
	Reader
	clm.Eraser

	// Position returns how far a partition has been read; 0 at first.
	Position(ctx context.Context, partition int) (clm.Position, error)

	// Commit writes the profiles and moves the position of the partition, in
	// one transaction: after an error neither has changed. The error is
	// [clm.ErrFenced] when the position is not c.After. The store takes the
	// profiles over; the caller does not touch them after.
	Commit(ctx context.Context, c Change) error
}

// A Change is what a batch of events made of some profiles.
type Change struct {
	Partition      int
	After, Through clm.Position
	Profiles       []*Profile // sorted by customer, each customer once
}
