package clm

import (
	"context"
	"errors"
	"fmt"
)

// A Mark is where a [View] stands in one partition.
type Mark struct {
	// Position is how far the view has read; 0 before the first batch.
	Position Position
	// Revision counts what changed the view besides its reading: customers who
	// were erased, and dead letters that were replayed. A batch that was read
	// before may bring back what was erased, or undo what was replayed, and must
	// not be written.
	Revision uint64
}

// A Batch is a stretch of one partition that a [View] is to take in.
type Batch struct {
	Partition int
	// After is the view's mark before the batch, Through its position after.
	After   Mark
	Through Position
	// Fence is the lease under which the batch is worked on. The zero Fence
	// is none: the mark alone decides.
	Fence Fence
	// Entries are the events between After and Through, in order, but for
	// those in Aside.
	Entries []Entry
	// Aside are the events of this stretch that the view refused before: it
	// may record them, and must not fold them.
	Aside []Aside
	// Replay says that the entries are dead letters of the view, from
	// positions that it has passed. Through is then the position of After, and
	// the view forgets the dead letters in the transaction that folds them. See
	// [Replay]. It moves the revision.
	Replay bool
}

// Aside is an event that was set aside, and why.
type Aside struct {
	Position Position // 0 for an event that never came into a log
	Event    Event
	Err      error
}

// A View is what is derived from a [Log]: profiles, counts, indexes. It keeps
// its own position in each partition, together with what it derived.
//
// Implementations are safe for concurrent use. [RunView] of clm/clmtest is the
// suite that they have to pass.
//
// [RunView]: https://pkg.go.dev/github.com/clmkit/clmkit/clm/clmtest#RunView
type View interface {
	// Mark returns where the view stands in a partition.
	Mark(ctx context.Context, partition int) (Mark, error)

	// Apply folds a batch and moves the position from After to Through, in
	// one transaction: after an error nothing has changed. The error is
	// [ErrFenced] when the view is not at After, because another process
	// moved it, erased a customer or replayed; when the lease of the Fence has
	// another owner by now; and when a replayed entry is no dead letter any
	// more. It is a [*EntryError] when one entry cannot be folded.
	// Apply does not keep the batch.
	Apply(ctx context.Context, b Batch) error
}

// A Marker is a [View] that can tell all its marks at once, so that
// [CatchUp] need not ask for each partition. It is optional.
type Marker interface {
	// Marks returns the marks of the partitions that the view has begun to
	// read, or an error that wraps [errors.ErrUnsupported].
	Marks(ctx context.Context) (map[int]Mark, error)
}

// ErrFenced says that another owner moved a view meanwhile. What the loser
// wanted to write was not written; it should read the mark anew.
var ErrFenced = errors.New("clm: the view was moved by another owner")

// An EntryError says that a view cannot fold one entry of a batch, and never
// will. [Run] sets the entry aside and goes on without it. A failure that may
// pass, such as a lost connection, is any other error.
type EntryError struct {
	Position Position
	Err      error
}

// Error names the position and the cause.
func (e *EntryError) Error() string {
	return fmt.Sprintf("clm: entry %d: %v", e.Position, e.Err)
}

// Unwrap returns the cause.
func (e *EntryError) Unwrap() error { return e.Err }
