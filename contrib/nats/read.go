package nats

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// Read yields the entries of a partition after a position that were there when
// the reading began. The position of an entry is the sequence of its last
// message in the stream, so that it grows within a partition and has gaps.
//
// Where the reading ends is what the stream's leader says. An Append of this
// Log that returned before the reading began is never missing; one of another
// process can be for the seconds in which a leader that was cut off from
// the others has not noticed it.
//
// While it reads, a server keeps a consumer in memory. It is deleted at the end,
// or by the server after [idle] without a request; an iterator that is held for
// longer makes a new one. Nothing is acknowledged to the server.
func (l *Log) Read(ctx context.Context, partition int, after clm.Position) iter.Seq2[clm.Entry, error] {
	return func(yield func(clm.Entry, error) bool) {
		if partition < 0 || partition >= l.partitions {
			yield(clm.Entry{}, fmt.Errorf("nats: partition %d of %d: %w", partition, l.partitions, clm.ErrPartition))
			return
		}
		r := &reader{log: l, filter: l.partitionSubject(partition), position: uint64(after)}
		defer r.close(ctx)
		var open puzzle
		for m, err := range r.messages(ctx) {
			var entry clm.Entry
			whole := false
			if err == nil {
				entry, whole, err = open.add(m)
			}
			if err == nil && ctx.Err() != nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(clm.Entry{}, err)
				return
			}
			if whole && !yield(entry, nil) {
				return
			}
		}
	}
}

// puzzle puts the parts of an event together. The parts are neighbours within
// their partition, because a batch is stored in one piece. A part that is
// missing was erased, and the event with it: the reader lets no message slip.
type puzzle struct {
	parts []byte
	next  int // the part that is due, 0 for a first one
	of    int
}

// add takes a message in and returns the entry that it completes.
func (p *puzzle) add(m message) (clm.Entry, bool, error) {
	part, of, err := partOf(m.header)
	if err != nil {
		return clm.Entry{}, false, fmt.Errorf("nats: sequence %d: %w", m.sequence, err)
	}
	switch {
	case part == 1:
		*p = puzzle{parts: slices.Clip(m.data), next: 2, of: of}
	case part == p.next && of == p.of:
		p.parts = append(p.parts, m.data...)
		p.next++
	default:
		*p = puzzle{}
	}
	if part < of || p.of == 0 {
		return clm.Entry{}, false, nil
	}
	event, err := decode(p.parts)
	if err != nil {
		return clm.Entry{}, false, fmt.Errorf("nats: sequence %d: %w", m.sequence, err)
	}
	*p = puzzle{}
	return clm.Entry{Position: clm.Position(m.sequence), Event: event}, true, nil
}
