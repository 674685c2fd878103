package nats

import (
	"context"
	"strconv"

	"github.com/clmkit/clmkit/clm"
)

// Stall does what Append does for one batch up to its last message, and returns
// a function that goes on: a publisher that was held up in between.
func (l *Log) Stall(ctx context.Context, events ...clm.Event) (func() error, error) {
	letters, err := l.letters(events)
	if err != nil {
		return nil, err
	}
	const id = "stalled"
	for i := range letters {
		m := letters[i].messages()[0]
		m.Header[headerBatch] = []string{id}
		m.Header[headerSequence] = []string{strconv.Itoa(i + 1)}
		if i == len(letters)-1 {
			m.Header[headerCommit] = []string{"1"}
			return func() error { return l.commitMessage(ctx, m, id, len(letters)) }, nil
		}
		if err := l.stage(ctx)(m); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// ErrKnown is the refusal of a batch with known ids.
var ErrKnown = errKnown

// SetPart sets how many bytes of an event one message takes.
func (l *Log) SetPart(n int) { l.part = n }

// Wait waits until the stream reaches a sequence.
func (l *Log) Wait(ctx context.Context, sequence int) error {
	for {
		changed := l.Changed()
		if l.acked.Load() >= uint64(sequence) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
