package nats

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"
)

// lookups is how many ids are looked up at a time.
const lookups = 32

// unknown returns the letters whose event the stream's leader does not have.
func (l *Log) unknown(ctx context.Context, letters []letter) ([]letter, error) {
	known := make([]bool, len(letters))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(lookups)
	for i := range letters {
		group.Go(func() error {
			m, err := l.stream.GetLastMsgForSubject(ctx, letters[i].expected)
			switch {
			case err == nil:
				known[i] = true
				l.reaches(m.Sequence)
			case !errors.Is(err, jetstream.ErrMsgNotFound):
				return err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var rest []letter
	for i := range letters {
		if !known[i] {
			rest = append(rest, letters[i])
		}
	}
	return rest, nil
}
