package clm

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// A DeadLetter is an event that a view refused, as the view wrote it down in
// the transaction that moved it past the event.
type DeadLetter struct {
	Partition int
	Aside     // Err has the text of the refusal, and wraps nothing
}

// NewDeadLetter returns what a view is to keep of an event that it refused: a
// copy that shares nothing, with the refusal's text alone.
func NewDeadLetter(partition int, a Aside) DeadLetter {
	a.Event = a.Event.clone()
	a.Err = errors.New(a.Err.Error())
	return DeadLetter{Partition: partition, Aside: a}
}

// DeadLetters is a view, or the store behind it, that keeps what it refused.
type DeadLetters interface {
	// DeadLetters yields what was refused and not replayed since, by
	// partition and position. An error ends the sequence. Replaying while the
	// sequence is read is allowed.
	DeadLetters(ctx context.Context) iter.Seq2[DeadLetter, error]
}

// Replay offers the dead letters of a view again, for when the reason of the
// refusal is gone: a folder was mended, a limit raised. A letter that the view
// takes is folded and forgotten in one transaction, so that it counts once
// however often Replay is interrupted or run side by side. One that it refuses
// again stays, and is counted. Any other error ends the replay.
//
// The view is brought no further in the log than it was. Replay and [Run] can
// be at work at the same time.
func Replay(ctx context.Context, v interface {
	View
	DeadLetters
}) (Caught, error) {
	var done Caught
	for letter, err := range v.DeadLetters(ctx) {
		if err != nil {
			return done, err
		}
		err := replay(ctx, v, letter)
		if _, refused := errors.AsType[*EntryError](err); refused {
			done.Aside++
			continue
		}
		if errors.Is(err, errGone) {
			continue
		}
		if err != nil {
			return done, fmt.Errorf("clm: replay of event %s: %w", letter.Event.ID, err)
		}
		done.Events++
	}
	return done, nil
}

// errGone says that somebody else replayed or erased a dead letter meanwhile.
var errGone = errors.New("clm: no dead letter any more")

// replay offers one letter until the view takes or refuses it. A view that is
// fenced although its mark did not move does not have the letter any more.
func replay(ctx context.Context, v View, letter DeadLetter) error {
	for last := (Mark{}); ; {
		mark, err := v.Mark(ctx, letter.Partition)
		if err != nil {
			return err
		}
		if mark == last {
			return errGone
		}
		last = mark
		err = v.Apply(ctx, Batch{
			Partition: letter.Partition, After: mark, Through: mark.Position, Replay: true,
			Entries: []Entry{{Position: letter.Position, Event: letter.Event}},
		})
		if !errors.Is(err, ErrFenced) {
			return err
		}
	}
}
