package llm

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// passage is how far a stream came that was handed on.
type passage struct {
	text    bool  // a delta with text has been handed out: no other answer may follow
	done    bool  // the last delta has been handed out
	stopped bool  // the consumer broke it off
	last    Delta // that came with err
	err     error // that ended it; it has not been handed out
}

// pass hands the deltas of a stream on until it fails. The response goes through finish, and first, when it is not nil, is
// asked before the first text: false ends the stream without it.
func pass(deltas iter.Seq2[Delta, error], yield func(Delta, error) bool, finish func(*Response) *Response, first func() bool) passage {
	var p passage
	for d, err := range deltas {
		if err != nil {
			p.last, p.err = d, err
			return p
		}
		if (d.Text != "" || d.Done != nil) && !p.text && first != nil && !first() {
			return p
		}
		if d.Done != nil {
			d.Done, p.done = finish(d.Done), true
		}
		p.text = p.text || d.Text != ""
		if !yield(d, nil) {
			p.stopped = true
			return p
		}
	}
	return p
}

// credit is a copy of r with a wrapper's word in Via, and what earlier attempts cost.
func credit(r *Response, word string, earlier Usage) *Response {
	c := r.Clone()
	c.Usage = c.Usage.Add(earlier)
	c.Via = append(c.Via, word)
	return c
}

// withUsage is err with what earlier attempts cost. The error itself is not changed: a model may return the same one twice.
func withUsage(err error, earlier Usage) error {
	if earlier == (Usage{}) {
		return err
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		kind, ok := errors.AsType[Kind](err)
		if !ok {
			return err // of no kind, and so no error of a Model: nothing that could hold a usage
		}
		return &Error{Kind: kind, Usage: earlier, Err: err}
	}
	c := *e
	c.Usage = e.Usage.Add(earlier)
	if error(e) != err {
		c.Err = err // what was wrapped around it stays in reach
	}
	return &c
}

// usageOf is what a failed call is known to have cost.
func usageOf(err error) Usage {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Usage
	}
	return Usage{}
}

// kindOf is the kind of err; "" when it has none.
func kindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	kind, _ := errors.AsType[Kind](err)
	return kind
}

// reason is the kind of err in words that may stand in records: they say nothing of the request or the answer.
func reason(err error) string {
	if kind := kindOf(err); kind != "" {
		return string(kind)
	}
	return "an unknown error"
}

// endedAfter is the error of a ctx that ended after attempts failed, the last of them with err. It reaches both, and is
// not [Retryable].
func endedAfter(ctx context.Context, err error, spent Usage) error {
	return &Error{Kind: ErrCanceled, Usage: spent, Err: fmt.Errorf("%w, after %w", ctx.Err(), err)}
}

// orEnded is err, or the end of ctx after it when that has come and err does not say so.
func orEnded(ctx context.Context, err error) error {
	if ctx.Err() == nil || errors.Is(err, ctx.Err()) {
		return err
	}
	return endedAfter(ctx, err, usageOf(err))
}
