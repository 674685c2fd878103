package llm

import (
	"context"
	"iter"
)

// layer is a model around another one, which wrappers are made of. It streams as well as it generates. Its stream ranges
// over that of [Stream] for the inner model and ends as that does, so that the text is watched only once, at the bottom.
type layer struct {
	inner    Model
	generate func(context.Context, *Request) (*Response, error)
	stream   func(context.Context, *Request) iter.Seq2[Delta, error]
	// asks is what the inner model is asked in place of a request, where the wrapper does not pass it on as it is: see
	// [CountTokens]. Nil: it does.
	asks func(context.Context, *Request) (*Request, error)
}

var _ Streamer = (*layer)(nil)

func (l *layer) Generate(ctx context.Context, req *Request) (*Response, error) {
	return l.generate(ctx, req)
}

func (l *layer) Stream(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
	return l.stream(ctx, req)
}

// Unwrap is the model within, so that what it can do beyond answering is found: see [CountTokens].
func (l *layer) Unwrap() Model { return l.inner }
