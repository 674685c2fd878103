package sqlite

import (
	"context"
	"errors"
)

// readers is a pool of connections that read beside each other and beside the
// writer. They are opened when they are first needed.
type readers struct {
	open   func(context.Context) (*conn, error)
	free   chan *conn // nil is one that was not opened yet
	closed chan struct{}
}

func newReaders(n int, open func(context.Context) (*conn, error)) *readers {
	r := &readers{open: open, free: make(chan *conn, n), closed: make(chan struct{})}
	for range n {
		r.free <- nil
	}
	return r
}

// do runs f with a connection. It waits while all are in use.
func (r *readers) do(ctx context.Context, f func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-r.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	case c := <-r.free:
		return r.with(ctx, c, f)
	}
}

func (r *readers) with(ctx context.Context, c *conn, f func(*conn) error) (err error) {
	defer func() { r.free <- c }()
	if c == nil {
		if c, err = r.open(ctx); err != nil {
			return err
		}
	}
	return f(c)
}

// close waits for the readers at work and closes all connections.
func (r *readers) close() error {
	close(r.closed)
	var errs []error
	for range cap(r.free) {
		if c := <-r.free; c != nil {
			errs = append(errs, c.close())
		}
	}
	return errors.Join(errs...)
}
