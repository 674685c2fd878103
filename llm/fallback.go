package llm

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// FallbackOptions say how models stand in for one another.
type FallbackOptions struct {
	// Names of the models, in their order, for Response.Via and errors. Default: "model 1", "model 2", …
	Names []string
	// Timeout is how long each model but the last may take, so that one that hangs leaves time for the next; of a stream,
	// until its first text. An attempt that takes longer failed with ErrTimeout. Default: as long as ctx.
	Timeout time.Duration
	// Final are failures after which no other model is asked, such as ErrRefused where it would be a way around a
	// provider's filter. Default: none but those that Fallback names.
	Final []Kind
}

// Fallback makes a model of several: the first one answers, and when it fails the next one is asked, to the last. An
// answer that is not of the first says so in Via: "fallback: model 2 after rate limited".
//
// The next model is asked after every failure that it may be spared: another provider has its own outages, limits, keys
// and bills, a longer context (ErrTooLong), other settings that it takes (ErrInvalid by a provider), its own filter
// (ErrRefused), and, when it is a model of one's own, no price (ErrBudget). It is not asked when ctx ended, when
// [Request.Validate] refuses the request, after ErrLimit, which is a limit of the caller's run, and after
// [FallbackOptions].Final.
//
// When one model was asked its error comes back as it is. The error of several reaches the errors of all with errors.Is;
// its kind and RetryAfter are those of the first that is [Retryable], so that they go together with Retryable, else those
// of the first; its usage is the sum. When ctx ended the kind is ErrCanceled. What failed attempts cost is added to the
// usage of the response, too.
//
// A stream goes over to the next model only while no text has been handed out; what fails after that is passed on, so
// that an answer is always of one model. What a model can do beyond answering, such as [CountTokens], is that of the first.
//
// Fallback stands outside of [Breaker] and [Retry], of which each model has its own, and within a cache. It panics when
// there is no model, or one is nil.
func Fallback(models []Model, opts *FallbackOptions) Model {
	if len(models) == 0 || slices.Contains(models, nil) {
		panic("llm: fallback: want at least one model, and none that is nil")
	}
	f := &fallback{models: slices.Clone(models)}
	if opts != nil {
		f.o = FallbackOptions{slices.Clone(opts.Names), opts.Timeout, slices.Clone(opts.Final)}
	}
	return &layer{
		inner:    models[0],
		generate: f.generate,
		stream: func(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
			return func(yield func(Delta, error) bool) { f.stream(ctx, req, yield) }
		},
	}
}

type fallback struct {
	models []Model
	o      FallbackOptions
}

func (f *fallback) generate(ctx context.Context, req *Request) (*Response, error) {
	var t failures
	for i := range f.models {
		resp, err := f.ask(ctx, i, req)
		if err == nil {
			return f.answer(t, resp), nil
		}
		if t = append(t, err); f.final(ctx, req, err) {
			break
		}
	}
	return nil, f.err(ctx, t)
}

// ask asks one model within its time.
func (f *fallback) ask(ctx context.Context, i int, req *Request) (*Response, error) {
	own, timer, cancel := f.begin(ctx, i)
	if timer == nil {
		return f.models[i].Generate(ctx, req)
	}
	defer cancel(nil)
	defer timer.Stop()
	resp, err := f.models[i].Generate(own, req)
	return resp, f.late(ctx, own, err)
}

func (f *fallback) stream(ctx context.Context, req *Request, yield func(Delta, error) bool) {
	var t failures
	for i := range f.models {
		p := f.pass(ctx, i, req, t, yield)
		switch {
		case p.done || p.stopped:
			return
		case p.text:
			yield(p.last, withUsage(p.err, t.usage()))
			return
		}
		if t = append(t, p.err); f.final(ctx, req, p.err) {
			break
		}
	}
	yield(Delta{}, f.err(ctx, t))
}

// pass hands on what one model streams, if it begins within its time.
func (f *fallback) pass(ctx context.Context, i int, req *Request, t failures, yield func(Delta, error) bool) passage {
	own, timer, cancel := f.begin(ctx, i)
	finish := func(r *Response) *Response { return f.answer(t, r) }
	if timer == nil {
		return pass(Stream(ctx, f.models[i], req), yield, finish, nil)
	}
	defer cancel(nil)
	defer timer.Stop()
	p := pass(Stream(own, f.models[i], req), yield, finish, timer.Stop)
	switch {
	case p.err != nil:
		p.err = f.late(ctx, own, p.err)
	case !p.done && !p.stopped: // its time was up when the first text came
		p.err = f.late(ctx, own, context.Canceled)
	}
	return p
}

// begin gives model i its share of the time: a context that a timer ends. The timer is nil when it has all the time.
func (f *fallback) begin(ctx context.Context, i int) (context.Context, *time.Timer, context.CancelCauseFunc) {
	if f.o.Timeout <= 0 || i == len(f.models)-1 {
		return ctx, nil, nil
	}
	own, cancel := context.WithCancelCause(ctx)
	return own, time.AfterFunc(f.o.Timeout, func() { cancel(ErrTimeout) }), cancel
}

// late makes ErrTimeout of the end of a model's own context, which must not pass for the end of the caller's.
func (f *fallback) late(ctx, own context.Context, err error) error {
	if err == nil || ctx.Err() != nil || !errors.Is(context.Cause(own), ErrTimeout) || !errors.Is(err, context.Canceled) {
		return err
	}
	return &Error{Kind: ErrTimeout, Usage: usageOf(err), Err: fmt.Errorf("no answer within %v", f.o.Timeout)}
}

// final reports whether no other model is to be asked.
func (f *fallback) final(ctx context.Context, req *Request, err error) bool {
	return beyondHelp(ctx, req, err) || slices.Contains(f.o.Final, kindOf(err))
}

// beyondHelp reports whether no other model could do better.
func beyondHelp(ctx context.Context, req *Request, err error) bool {
	kind := kindOf(err)
	return ctx.Err() != nil || kind == ErrLimit || kind == ErrInvalid && req.Validate() != nil
}

func (f *fallback) name(i int) string {
	if i < len(f.o.Names) {
		return f.o.Names[i]
	}
	return fmt.Sprintf("model %d", i+1)
}

// answer is the response of the model after those that failed.
func (f *fallback) answer(t failures, r *Response) *Response {
	if len(t) == 0 {
		return r
	}
	reasons := make([]string, len(t))
	for i, err := range t {
		reasons[i] = reason(err)
	}
	return credit(r, "fallback: "+f.name(len(t))+" after "+strings.Join(reasons, ", "), t.usage())
}

// err is the error of a call that failed.
func (f *fallback) err(ctx context.Context, t failures) error {
	switch {
	case len(t) == 1:
		return orEnded(ctx, t[0])
	case ctx.Err() != nil:
		return endedAfter(ctx, f.all(t), t.usage())
	}
	lead := t[max(0, slices.IndexFunc(t, Retryable))]
	e := &Error{Kind: kindOf(lead), Usage: t.usage(), Err: f.all(t)}
	if l, ok := errors.AsType[*Error](lead); ok {
		e.RetryAfter = l.RetryAfter
	}
	if e.Kind == "" {
		return e.Err
	}
	return e
}

// all is the errors with the names of the models.
func (f *fallback) all(t failures) error {
	all := make(failures, len(t))
	for i, err := range t {
		all[i] = fmt.Errorf("%s: %w", f.name(i), err)
	}
	return all
}

// failures are the errors of the models that were asked, in order.
type failures []error

func (t failures) Error() string {
	texts := make([]string, len(t))
	for i, err := range t {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (t failures) Unwrap() []error { return t }

// usage is what they cost together.
func (t failures) usage() Usage {
	var sum Usage
	for _, err := range t {
		sum = sum.Add(usageOf(err))
	}
	return sum
}
