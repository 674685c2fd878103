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
// profile/profiletest. A store that can tell all its marks at once is a
// [clm.Marker] too.
type Store interface {
	Reader
	clm.Eraser
	clm.DeadLetters

	// Mark returns how far a partition has been read, and the store's revision,
	// which every Erase and every Commit with Replayed moves, for all
	// partitions.
	Mark(ctx context.Context, partition int) (clm.Mark, error)

	// Commit writes a change, in one transaction: after an error nothing has
	// changed. The error is [clm.ErrFenced] when the partition's mark is not
	// c.After, when the store knows a newer epoch than c.Fence has (see
	// [clm.Fence]), and when one of c.Replayed is no dead letter. Neither the
	// store nor the caller changes the profiles after.
	Commit(ctx context.Context, c Change) error
}

// A Change is what a batch of events made of some profiles.
type Change struct {
	Partition int
	After     clm.Mark
	Through   clm.Position
	Fence     clm.Fence
	Profiles  []*Profile // sorted by customer, each customer once
	// Aside are events that were refused: they become dead letters.
	Aside []clm.Aside
	// Replayed are the positions of dead letters that are folded into the
	// profiles by now: they are forgotten.
	Replayed []clm.Position
}
