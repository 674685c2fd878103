package clm

import (
	"context"
	"errors"
	"iter"
)

// Position says how much of a partition has been read: every entry up to and
// including it. 0 is the position before the first entry.
type Position uint64

// An Entry is an event at its place in a partition of a [Log].
type Entry struct {
	Position Position
	Event    Event
}

// A Log is the record of what happened. It is split into partitions: all
// events of a customer are in the same one, in the order in which they were
// appended. Everything else that clmkit stores can be derived from it again.
//
// Implementations are safe for concurrent use. [RunLog] of clm/clmtest is the
// suite that they have to pass.
//
// [RunLog]: https://pkg.go.dev/github.com/clmkit/clmkit/clm/clmtest#RunLog
type Log interface {
	// Append validates the events and adds them, all or none: after an error
	// the log is as before. Events whose ID the log has already are passed
	// over without an error. When Append returns nil the events are as
	// durable as the log makes them. Append does not keep its arguments.
	// The error of an event that is not valid is a [*FieldError].
	Append(ctx context.Context, events ...Event) error

	// Read yields the entries of a partition whose position is greater than
	// after, in order, up to those that were there when the reading began,
	// and then ends: it does not wait for more. Positions grow, but need not
	// be consecutive. A yielded error ends the sequence. Appending while a
	// sequence is being read is allowed, and the same position can be read
	// from any number of times.
	Read(ctx context.Context, partition int, after Position) iter.Seq2[Entry, error]

	// Partitions returns the number of partitions, at least 1. It was fixed
	// when the log was made.
	Partitions() int
}

// A Notifier is a [Log] that can tell when it grows, so that [Run] need not
// wait until it asks again. It is optional.
type Notifier interface {
	// Changed returns a channel that is closed by the first Append after the
	// call. A log that several processes append to may hear of its own appends
	// only.
	Changed() <-chan struct{}
}

// An Ender is a [Log] that can tell the ends of all its partitions at once, so
// that [CatchUp] reads only those that grew. It is optional.
type Ender interface {
	// Ends returns, for each partition that was ever appended to, a position
	// that is not before its last entry. Nothing that an Append before the
	// call made durable is missing from it.
	Ends(ctx context.Context) (map[int]Position, error)
}

// ErrPartition is wrapped by the error for a partition that a log or a view
// does not have.
var ErrPartition = errors.New("no such partition")

// PartitionOf returns the partition, in [0, partitions), that a customer's
// events belong to: the 64-bit FNV-1a hash of the id, modulo the number of
// partitions. Every [Log] uses it, so that logs of the same size can be copied
// into each other partition by partition. It panics if partitions < 1.
func PartitionOf(customer CustomerID, partitions int) int {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for i := range len(customer) {
		h = (h ^ uint64(customer[i])) * prime
	}
	return int(h % uint64(partitions))
}

// Sequence yields the events of a slice, for functions that read a log as well
// as a slice. The events are shared, not copied.
func Sequence(events []Event) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Events yields every event of a log, partition after partition, each in order:
// what models are fitted on. An error ends the sequence. For one customer's
// events alone, see [History].
func Events(ctx context.Context, log Log) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for p := range log.Partitions() {
			for entry, err := range log.Read(ctx, p, 0) {
				if !yield(entry.Event, err) || err != nil {
					return
				}
			}
		}
	}
}

// History yields the events of one customer in the order in which they were
// appended: what an export of the customer's data holds. It reads the whole
// partition. An error ends the sequence.
func History(ctx context.Context, log Log, customer CustomerID) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for entry, err := range log.Read(ctx, PartitionOf(customer, log.Partitions()), 0) {
			if err == nil && entry.Event.Customer != customer {
				continue
			}
			if !yield(entry.Event, err) || err != nil {
				return
			}
		}
	}
}
