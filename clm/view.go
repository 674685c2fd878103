package clm

import (
	"context"
	"errors"
	"fmt"
)

// A Batch is a stretch of one partition that a [View] is to take in.
type Batch struct {
	Partition int
	// After is the view's position before the batch, Through the one after.
	After, Through Position
	// Entries are the events between After and Through, in order, but for
	// those in Aside.
	Entries []Entry
	// Aside are the events of this stretch that the view refused before: it
	// may record them, and must not fold them.
	Aside []Aside
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
	// Position returns how far the view has read a partition; 0 before the
	// first batch.
	Position(ctx context.Context, partition int) (Position, error)

	// Apply folds a batch and moves the position from After to Through, in
	// one transaction: after an error nothing has changed. The error is
	// [ErrFenced] when the view is not at After, because another process
	// moved it; and a [*EntryError] when one entry cannot be folded.
	// Apply does not keep the batch.
	Apply(ctx context.Context, b Batch) error
}

// ErrFenced says that another owner moved a view's position meanwhile. What
// the loser wanted to write was not written; it should read the position anew.
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
