package kafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// call is an Append that waits for its turn.
type call struct {
	ctx    context.Context
	events []clm.Event
	bodies [][]byte // JSON of the events
	done   chan struct{}
	err    error // set before done is closed
}

// callEvents is about how many events one transaction takes in from calls that
// wait. One call is never split.
const callEvents = 10_000

// Append adds the events in one transaction, all or none, and returns when the
// cluster has committed it. Calls that come while one is under way are
// committed together in the next; each is checked by itself, so that an event
// that is not valid, or larger than the topic takes, fails its own call only,
// with a [*clm.FieldError].
//
// Repeats of an id are passed over if they are among the latest events of their
// partition; see [Options.Window]. The first Append makes this process the one
// that appends, and reads the ids of those.
//
// After an error nothing was written, and the same call may be made again, with
// two exceptions: [ErrFenced] stays until the log is opened again, and after
// [ErrUncertain] nobody knows; the same call finds out. The end of ctx is
// noticed until the events have been sent and are to be committed.
func (l *Log) Append(ctx context.Context, events ...clm.Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	bodies, err := l.encode(events)
	if err != nil || len(events) == 0 {
		return err
	}
	c := &call{ctx: ctx, events: events, bodies: bodies, done: make(chan struct{})}
	l.mu.Lock()
	l.queue = append(l.queue, c)
	l.mu.Unlock()
	return l.await(c)
}

// encode checks the events. What is wrong with them is the caller's alone, so
// it is found before the call joins others.
func (l *Log) encode(events []clm.Event) ([][]byte, error) {
	now := l.opts.Now()
	bodies := make([][]byte, len(events))
	for i := range events {
		e := &events[i]
		if err := e.Validate(now); err != nil {
			return nil, err
		}
		body, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("kafka: event %s: %w", e.ID, err)
		}
		if n, most := len(body), l.writer.maxBytes-envelopeSize(nil)-batchCost; n > most {
			return nil, &clm.FieldError{Type: "event", ID: e.ID, Field: "text",
				Problem: fmt.Sprintf("the event has %d bytes as JSON, topic %s takes %d (max.message.bytes)", n, l.topic.name, most)}
		}
		bodies[i] = body
	}
	return bodies, nil
}

// await waits until somebody has written the call, or does so for all that
// wait.
func (l *Log) await(c *call) error {
	select {
	case <-c.done:
		return c.err
	case <-c.ctx.Done():
		if l.withdraw(c) {
			return c.ctx.Err()
		}
	case l.turn <- struct{}{}:
		l.lead(c)
		<-l.turn
	}
	<-c.done
	return c.err
}

// withdraw takes a call back that nobody has begun to write.
func (l *Log) withdraw(c *call) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, waiting := range l.queue {
		if waiting == c {
			l.queue = append(l.queue[:i:i], l.queue[i+1:]...)
			return true
		}
	}
	return false
}

// lead writes the calls that wait until the own one is among those written.
func (l *Log) lead(own *call) {
	for {
		select {
		case <-own.done:
			return
		default:
		}
		calls, closed := l.take()
		err := fmt.Errorf("kafka: topic %s: %w", l.topic.name, ErrClosed)
		if !closed {
			err = l.commit(calls)
		}
		for _, c := range calls {
			c.err = err
			close(c.done)
		}
	}
}

// take removes the next calls from the queue. Those whose context has ended
// meanwhile are answered at once.
func (l *Log) take() (calls []*call, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := 0
	for len(l.queue) > 0 && events < callEvents {
		c := l.queue[0]
		l.queue = l.queue[1:]
		if err := c.ctx.Err(); err != nil {
			c.err = err
			close(c.done)
			continue
		}
		events += len(c.events)
		calls = append(calls, c)
	}
	return calls, l.closed
}

// commit writes what is new in the calls, in one transaction.
func (l *Log) commit(calls []*call) error {
	if len(calls) == 0 {
		return nil
	}
	ctx, stop := joint(calls, l.opts.Timeout)
	defer stop()
	err := l.write(ctx, calls)
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	return fmt.Errorf("kafka: topic %s: append: %w", l.topic.name, err)
}

// joint returns a context that ends when the contexts of all calls have ended,
// or after a time: one caller that leaves must not take the others along.
func joint(calls []*call, timeout time.Duration) (context.Context, func()) {
	parent, cancel := context.WithCancelCause(context.WithoutCancel(calls[0].ctx))
	ctx, cancelTimeout := context.WithTimeoutCause(parent, timeout, errTimeout)
	left := new(atomic.Int64)
	left.Store(int64(len(calls)))
	stops := make([]func() bool, len(calls))
	for i, c := range calls {
		stops[i] = context.AfterFunc(c.ctx, func() {
			if left.Add(-1) == 0 {
				cancel(c.ctx.Err())
			}
		})
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancelTimeout()
		cancel(nil)
	}
}

var errTimeout = errors.New("the cluster took longer than Options.Timeout")

func (l *Log) write(ctx context.Context, calls []*call) error {
	if err := l.writer.ready(ctx); err != nil {
		return err
	}
	fresh := l.fresh(calls)
	if len(fresh) == 0 {
		return nil
	}
	if err := l.seal(ctx, fresh); err != nil {
		return err
	}
	return l.writer.append(ctx, fresh)
}
