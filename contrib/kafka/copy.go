package kafka

import (
	"context"
	"iter"

	"github.com/clmkit/clmkit/clm"
)

// A Reader is read partition by partition: a [clm.Log], or a [Source].
type Reader interface {
	Read(ctx context.Context, partition int, after clm.Position) iter.Seq2[clm.Entry, error]
	Partitions() int
}

// Copied is what [Copy] did.
type Copied struct {
	clm.Ingested
	// Through is the position to go on after. After an error it is where the
	// copying began.
	Through clm.Position
}

// Copy appends the events of one partition, from a position up to what is
// there, to another log: to the SQL log that is the record, in the first
// place, which refuses repeats however old they are. The partitions of both
// need not be as many; a customer's order is kept if from keeps it.
//
// The position may be kept anywhere, or not at all: what is copied again
// changes nothing. An event that the other log refuses is set aside as
// [clm.Ingest] does it.
func Copy(ctx context.Context, from Reader, partition int, after clm.Position, to clm.Log, o *clm.IngestOptions) (Copied, error) {
	through := after
	events := func(yield func(clm.Event, error) bool) {
		for entry, err := range from.Read(ctx, partition, after) {
			if err == nil {
				through = entry.Position
			}
			if !yield(entry.Event, err) || err != nil {
				return
			}
		}
	}
	done, err := clm.Ingest(ctx, to, events, o)
	if err != nil {
		through = after
	}
	return Copied{done, through}, err
}
