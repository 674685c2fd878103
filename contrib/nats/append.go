package nats

import (
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/clm"
)

// Limits of one atomic batch.
const (
	// MaxMessages is how many messages a server takes in a batch. An event of
	// up to 512 KB is one message.
	MaxMessages = 1000
	// MaxBytes is how many bytes of events the log puts into a batch of more
	// than one event: servers keep a batch in memory until it is complete.
	MaxBytes = 32 << 20
)

// Append validates the events and adds them, and returns nil when a majority of
// the stream's servers has them. Events whose id the stream holds are passed
// over, however long ago they came and whoever sent them.
//
// Up to [MaxMessages] messages and [MaxBytes] are added all or none. More
// are added in several batches one after the other: after an error the
// first of them may be in, each whole. The same goes for an error that left
// open whether the servers got the last batch: ctx ended or the cluster stayed
// silent for longer than Options.Patience. In both cases the same call made
// again adds what is missing, and nothing twice.
func (l *Log) Append(ctx context.Context, events ...clm.Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := l.now()
	for i := range events {
		if err := events[i].Validate(now); err != nil {
			return err
		}
	}
	letters, err := l.letters(events)
	if err != nil {
		return err
	}
	for len(letters) > 0 {
		n := batchLen(letters)
		if err := l.commit(ctx, letters[:n]); err != nil {
			return err
		}
		letters = letters[n:]
	}
	return nil
}

// letters encodes the events, the first of each id.
func (l *Log) letters(events []clm.Event) ([]letter, error) {
	seen := make(map[string]struct{}, len(events))
	letters := make([]letter, 0, len(events))
	for i := range events {
		if _, again := seen[events[i].ID]; again {
			continue
		}
		seen[events[i].ID] = struct{}{}
		one, err := l.letter(&events[i])
		if err != nil {
			return nil, err
		}
		letters = append(letters, one)
	}
	return letters, nil
}

// batchLen returns how many of the letters make a batch, at least one.
func batchLen(letters []letter) int {
	messages, size := 0, 0
	for i := range letters {
		messages += len(letters[i].parts)
		for _, part := range letters[i].parts {
			size += len(part)
		}
		if i > 0 && (messages > MaxMessages || size > MaxBytes) {
			return i
		}
	}
	return len(letters)
}

// commit adds a batch. The server refuses it as a whole when one of the ids is
// known; then the log asks which are, and sends the others. An attempt whose
// answer was lost is made again: if it was stored after all, its ids are known.
func (l *Log) commit(ctx context.Context, letters []letter) error {
	select {
	case l.sending <- struct{}{}:
		defer func() { <-l.sending }()
	case <-ctx.Done():
		return ctx.Err()
	}
	what := fmt.Sprintf("append %d events from %s on", len(letters), letters[0].event)
	return l.persist(ctx, what, func(ctx context.Context) error {
		err := l.publish(ctx, letters)
		if !errors.Is(err, errKnown) {
			return err
		}
		unknown, err := l.unknown(ctx, letters)
		if err != nil {
			return err
		}
		if letters = unknown; len(letters) > 0 {
			return errAgain
		}
		return nil
	})
}
