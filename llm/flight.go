package llm

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// flight is a call of a model that one or more callers wait for.
type flight struct {
	cancel context.CancelFunc
	done   chan struct{}

	// Under the cache's lock.
	waiting  int
	served   crowd
	erasures int // when it began

	// Set before done is closed.
	resp     *Response
	err      error
	panicked any

	paid atomic.Bool // somebody has been told of the usage
}

// board finds an answer, or the flight that will bring it. When that is a new one, the caller has to start it with the
// context call.
func (c *Cache) board(ctx context.Context, key Key, scope Scope) (hit *Response, f *flight, call context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if hit = c.look(key, scope); hit != nil {
		return hit, nil, nil
	}
	if f = c.flights[key]; f != nil {
		c.stats.Shared++
	} else {
		c.stats.Misses++
		f = &flight{done: make(chan struct{}), erasures: c.erasures}
		call, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
		c.flights[key] = f
	}
	f.waiting++
	c.serve(&f.served, scope)
	return nil, f, call
}

// errNoAnswer is what a flight comes to whose model returned nothing, or ended its goroutine.
var errNoAnswer = errors.New("the model returned neither an answer nor an error")

// fly makes the call, and ends when the model returns. A panic of the model is kept for those who wait, as it would reach
// them without a cache.
func (c *Cache) fly(ctx context.Context, key Key, f *flight, req *Request, inner Model) {
	f.err = &Error{Kind: ErrMalformed, Err: errNoAnswer}
	defer close(f.done)
	defer f.cancel()
	defer c.land(key, f, req)
	defer func() {
		if p := recover(); p != nil {
			f.panicked = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
		}
	}()
	if resp, err := inner.Generate(ctx, req); resp != nil || err != nil {
		f.resp, f.err = resp, err
	}
}

// land ends a flight: it keeps the answer, and lets nobody board any more.
func (c *Cache) land(key Key, f *flight, req *Request) {
	good := f.err == nil && f.panicked == nil && answers(req, f.resp)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flights[key] == f {
		delete(c.flights, key)
	}
	if good {
		c.keep(&entry{key: key, answer: f.resp, tenant: c.hash(tenants, req.Scope.Tenant), served: f.served}, f.erasures)
	}
}

// wait returns when the flight or the caller's context ends. The last one to leave cancels the call and sees it end.
func (c *Cache) wait(ctx context.Context, key Key, f *flight) (*Response, error) {
	select {
	case <-f.done:
		return f.share()
	case <-ctx.Done():
	}
	if !c.leave(key, f) {
		return nil, left(ctx, Usage{})
	}
	f.cancel()
	<-f.done
	return nil, left(ctx, spent(f.share()))
}

// leave reports whether nobody waits for the flight any more; then nobody may board it either.
func (c *Cache) leave(key Key, f *flight) (last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.waiting--
	if f.waiting == 0 && c.flights[key] == f {
		delete(c.flights, key)
	}
	return f.waiting == 0
}

// left is the error of a caller whose context has ended.
func left(ctx context.Context, spent Usage) error {
	return &Error{Kind: ErrCanceled, Usage: spent, Err: ctx.Err()}
}

// spent is what a call cost, as far as it is known.
func spent(resp *Response, err error) Usage {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Usage
	}
	if resp != nil {
		return resp.Usage
	}
	return Usage{}
}

// share is what the flight came to, with its usage for the first who asks.
func (f *flight) share() (*Response, error) {
	if f.panicked != nil {
		panic(f.panicked)
	}
	first := f.paid.CompareAndSwap(false, true)
	switch {
	case f.err != nil && first:
		return nil, f.err
	case f.err != nil:
		return nil, free(f.err)
	case first:
		return f.resp.Clone(), nil
	}
	return again(f.resp), nil
}

// free is an error that somebody else pays for.
func free(err error) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	c := *e
	c.Usage = Usage{}
	return &c
}
