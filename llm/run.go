package llm

import "context"

// RunOptions are the bounds of a [Run] and what the host has to say in it. Nil means the defaults.
type RunOptions struct {
	// Limits at which the run ends.
	Limits RunLimits
	// Price of the model, the highest where several may answer. Needed with Limits.Micros.
	Price Price
	// Tokens says what the bound of a request cannot see. Needed with Limits.Tokens or Limits.Micros when the request has
	// media.
	Tokens *CountOptions
	// Parallel is how many calls of functions that are ReadOnly may run at once. Default: 4.
	Parallel int
	// Approve is asked before a call is made that exists, fits and is within its limits; an error refuses it. The model
	// reads that it was refused, and more only where errors.As finds a [ToolError]. It is called for one call after the
	// other, before the first call of the step is made. Nil: every call is made.
	Approve func(ctx context.Context, call ToolCall) error
	// OnDelta gets the answers of all steps piece by piece, as [Stream] yields them; those with tool calls in Done are not
	// the last. It is called from the goroutine of Run. Nil: answers are not streamed.
	OnDelta func(Delta)
}

// Run asks m, makes the tool calls that it answers with, tells it the results, and so on until it answers without tool
// calls. A model proposes, Go decides: only the functions given are called, with arguments that fit, as often as their
// options allow, after Approve. All other calls are answered with what is wrong with them. The request is copied and must
// not have tools of its own.
//
// What functions return is material: it goes to the model as quoted text, cut to its limit. Errors of functions are in
// the transcript; what the model reads of them is said at [NewTool].
//
// Run ends with the answer, at the latest at its limits: the error is then [ErrLimit], even where the caller's ctx would
// have ended later. Errors of the model end it too, and come back as they are. The transcript is never nil: with an error
// it has no answer, and everything that was done. All calls of functions have returned when Run returns, so a function
// has to heed its ctx.
//
// Run costs up to Limits.Steps model calls. It keeps nothing between runs; funcs may be shared.
func Run(ctx context.Context, m Model, req *Request, funcs []*Func, opts *RunOptions) (*Transcript, error) {
	return run(ctx, m, req, funcs, opts, func(*Response) error { return nil })
}

// RunObject is [Run] for a value: the answer has to be one of T, as for [Object], within the steps of the run. The model
// may call functions before it answers, and again when it is asked for a second answer. Some servers cannot both call
// tools and keep to a schema.
func RunObject[T any](ctx context.Context, m Model, req *Request, funcs []*Func, opts *RunOptions) (T, *Transcript, error) {
	var value, zero T
	ask, schema, err := objectRequest[T](req)
	if err != nil {
		return zero, &Transcript{End: EndError}, err
	}
	t, err := run(ctx, m, ask, funcs, opts, func(r *Response) (fault error) {
		value, fault = parse[T](r.Text, schema)
		return fault
	})
	if err != nil {
		return zero, t, err
	}
	return value, t, nil
}
