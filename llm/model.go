package llm

import "context"

// Model answers requests.
//
// Generate blocks until the whole answer is there, the model failed, or ctx ended. The response is never nil when the
// error is nil, and then it is complete: it has a finish reason, FinishStop or FinishToolCalls, and text or tool calls.
// Anything less is an error that matches a [Kind]; [Complete] is the check that implementations share. When ctx ended,
// errors.Is reaches context.Canceled or context.DeadlineExceeded.
//
// Implementations are safe for concurrent use, and neither change the request nor keep it after they return. A setting
// that they cannot pass on is named in Response.Warnings.
type Model interface {
	Generate(ctx context.Context, req *Request) (*Response, error)
}

// ModelFunc makes a Model of a function.
type ModelFunc func(ctx context.Context, req *Request) (*Response, error)

// Generate calls f.
func (f ModelFunc) Generate(ctx context.Context, req *Request) (*Response, error) { return f(ctx, req) }
