package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// maxGroup is how many writes share one transaction at most, so that nobody
// waits for very many others.
const maxGroup = 64

// A writer serialises the writes of this process, and lets those that come in
// while another is being made durable share the next transaction and its one
// fsync. The first that waits leads: it runs the others' writes along with its
// own. There is no goroutine.
type writer struct {
	conn *conn
	turn chan struct{} // holds an element while conn is in use

	mu     sync.Mutex
	queue  []*write
	led    bool   // somebody leads, or was told to
	chosen *write // was told to lead and has not begun
	closed bool
}

// A write is one caller's part of a transaction: all of it happens or nothing.
// Its run may be called several times, each time on the state before it.
type write struct {
	ctx  context.Context
	run  func(*conn) error
	err  error
	lead chan bool // true: lead; false: err is set
}

// do runs a write and returns when it is durable, or when nothing of it is
// written. A cancelled context counts until the write is taken into a transaction.
func (w *writer) do(ctx context.Context, run func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	own := &write{ctx: ctx, run: run, lead: make(chan bool, 1)}
	leads, err := w.enqueue(own)
	if err != nil {
		return err
	}
	if !leads {
		select {
		case leads = <-own.lead:
		case <-ctx.Done():
			if w.withdraw(own) {
				return ctx.Err()
			}
			leads = <-own.lead
		}
	}
	if leads {
		w.leadGroup(own)
	}
	return own.err
}

func (w *writer) enqueue(own *write) (leads bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false, ErrClosed
	}
	w.queue = append(w.queue, own)
	leads = !w.led
	w.led = true
	return leads, nil
}

// withdraw takes a write out of the queue. It reports false when it is being
// run, or is to lead: others then wait for it.
func (w *writer) withdraw(own *write) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.queue, own)
	if i < 0 || w.chosen == own {
		return false
	}
	w.queue = slices.Delete(w.queue, i, i+1)
	return true
}

// leadGroup runs what is queued, up to maxGroup, and hands the lead on.
func (w *writer) leadGroup(own *write) {
	w.turn <- struct{}{}
	w.mu.Lock()
	n := min(len(w.queue), maxGroup)
	group := slices.Clone(w.queue[:n]) // own is the first of it
	w.queue = slices.Delete(w.queue, 0, n)
	w.chosen = nil
	closed := w.closed
	w.mu.Unlock()
	if closed {
		refuse(group, ErrClosed)
	} else {
		w.commit(own.ctx, group)
	}
	<-w.turn
	for _, other := range group[1:] {
		other.lead <- false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		w.led = false
		return
	}
	w.chosen = w.queue[0]
	w.chosen.lead <- true
}

func refuse(group []*write, err error) {
	for _, one := range group {
		one.err = err
	}
}

// commit runs a group in one transaction, and where that fails as a whole, each
// write in one of its own.
func (w *writer) commit(ctx context.Context, group []*write) {
	if len(group) == 1 {
		group[0].err = w.alone(ctx, group[0])
		return
	}
	if err := w.begin(background); err != nil {
		refuse(group, err)
		return
	}
	if err := w.together(group); err == nil {
		return
	}
	for _, one := range group {
		one.err = w.alone(background, one)
	}
}

// begin waits for other processes up to the busy timeout, or until ctx ends.
func (w *writer) begin(ctx context.Context) error {
	if err := w.conn.control(ctx, "BEGIN IMMEDIATE"); err != nil {
		return w.rollback(err)
	}
	return nil
}

// alone runs one write in a transaction. The context ends the wait for other
// processes.
func (w *writer) alone(ctx context.Context, one *write) error {
	if err := one.ctx.Err(); err != nil {
		return err
	}
	if err := w.begin(ctx); err != nil {
		return err
	}
	if err := one.run(w.conn); err != nil {
		return w.rollback(err)
	}
	if err := w.conn.control(background, "COMMIT"); err != nil {
		return w.rollback(err)
	}
	return nil
}

// together runs the writes of a group in the transaction that has begun, each
// behind a savepoint. An error says that nothing was written.
func (w *writer) together(group []*write) error {
	for _, one := range group {
		if one.err = one.ctx.Err(); one.err != nil {
			continue
		}
		if err := w.apart(one); err != nil {
			return w.rollback(err)
		}
	}
	if err := w.conn.control(background, "COMMIT"); err != nil {
		return w.rollback(err)
	}
	return nil
}

// apart runs one write so that its failure leaves the transaction as it was.
// The error says that this did not work: SQLite gives up a whole transaction on
// some failures, such as a full disk.
func (w *writer) apart(one *write) error {
	if err := w.conn.control(background, "SAVEPOINT one"); err != nil {
		return err
	}
	one.err = one.run(w.conn)
	if one.err == nil {
		return w.conn.control(background, "RELEASE one")
	}
	if err := w.conn.control(background, "ROLLBACK TO one"); err != nil {
		return err
	}
	return w.conn.control(background, "RELEASE one")
}

func (w *writer) rollback(cause error) error { return rollback(w.conn, cause) }

// rollback ends a transaction after an error, if there is one. SQLite may have
// ended it itself, and then says that there is none.
func rollback(c *conn, cause error) error {
	err := c.control(background, "ROLLBACK")
	if err != nil && code(err) != codeError {
		return errors.Join(cause, fmt.Errorf("rollback: %w", err))
	}
	return cause
}

// exclusively runs f with the connection, outside of a transaction, while
// nothing else of this process is written.
func (w *writer) exclusively(ctx context.Context, f func(*conn) error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case w.turn <- struct{}{}:
	}
	defer func() { <-w.turn }()
	w.mu.Lock()
	closed := w.closed
	w.mu.Unlock()
	if closed {
		return ErrClosed
	}
	return f(w.conn)
}

// close waits for the transaction at work and closes the connection. Writes
// that have not begun get ErrClosed.
func (w *writer) close() error {
	w.mu.Lock()
	closed := w.closed
	w.closed = true
	w.mu.Unlock()
	if closed {
		return nil
	}
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	return w.conn.close()
}
