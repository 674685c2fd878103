package llm

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
)

// CascadeOptions say how much a large model may be used, and who is told.
type CascadeOptions struct {
	// MaxShare is the share of calls that may go on to the large model, in (0, 1]: of n calls in a row at most
	// 10 + MaxShare·n. A call beyond it fails with ErrBudget. 0: no limit.
	MaxShare float64
	// OnCall is told of each call which model it fell to, to count them: because is empty when the small model's answer
	// stands, and else what Via says. It is called outside of all locks, from several goroutines at once. May be nil.
	OnCall func(because string)
}

// Cascade makes a model that asks a small model first, and a large one when the small one fails or check refuses its
// answer. Check returns nil for an answer that stands, and must change neither request nor response; [FitsSchema] is one
// that is ready-made. The small model's answer is then thrown away whole. Via says which model answered: "cascade: small",
// or "cascade: large, because the check said: answer does not fit its schema". Of check's error only the [Kind] is told,
// which may be one's own, such as llm.Kind("cites nothing"); its text may contain the answer.
//
// The large model's answer is not checked, and when it fails its error comes back: an answer that was refused never takes
// its place. What the small model cost is added to the usage of the response or the error. The large model is not asked
// when ctx ended, when [Request.Validate] refuses the request or check's error is ErrInvalid, after ErrLimit, and after
// ErrBudget, since it costs more.
//
// A stream withholds the small model's answer until it is checked, and hands it out in one delta; the large model's answer
// is streamed as it comes. What a model can do beyond answering, such as [CountTokens], is that of the small one.
//
// Cascade stands where [Fallback] stands: within a cache, around the [Breaker] and [Retry] of each model. It costs a second
// call for each answer that is refused: see MaxShare. It panics when a model or check is nil, or MaxShare is not in [0, 1].
func Cascade(small, large Model, check func(context.Context, *Request, *Response) error, opts *CascadeOptions) Model {
	if small == nil || large == nil || check == nil {
		panic("llm: cascade: want two models and a check")
	}
	c := &cascade{small: small, large: large, check: check, saved: cascadeBurst}
	if opts != nil {
		c.o = *opts
	}
	if !(c.o.MaxShare >= 0 && c.o.MaxShare <= 1) {
		panic(fmt.Sprintf("llm: cascade: share %v: want 0 to 1", c.o.MaxShare))
	}
	return &layer{
		inner:    small,
		generate: c.generate,
		stream: func(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
			return func(yield func(Delta, error) bool) { c.stream(ctx, req, yield) }
		},
	}
}

// cascadeBurst is how many calls may go to the large model before any share was earned, and how many may be saved up: few
// enough for a bill, and enough for a check that refuses some answers in a row by chance.
const cascadeBurst = 10

type cascade struct {
	small, large Model
	check        func(context.Context, *Request, *Response) error
	o            CascadeOptions

	mu    sync.Mutex
	saved float64 // calls that may go to the large model
}

// escalation is why the large model is asked, and what was spent on the small one.
type escalation struct {
	because string
	spent   Usage
}

func (c *cascade) generate(ctx context.Context, req *Request) (*Response, error) {
	resp, up, err := c.first(ctx, req)
	if resp != nil || err != nil {
		return resp, err
	}
	if resp, err = c.large.Generate(ctx, req); err != nil {
		return nil, withUsage(err, up.spent)
	}
	return up.answer(resp), nil
}

func (c *cascade) stream(ctx context.Context, req *Request, yield func(Delta, error) bool) {
	resp, up, err := c.first(ctx, req)
	switch {
	case err != nil:
		yield(Delta{}, err)
		return
	case resp != nil:
		yield(Delta{Text: resp.Text, Done: resp}, nil)
		return
	}
	if p := pass(Stream(ctx, c.large, req), yield, up.answer, nil); p.err != nil {
		yield(p.last, withUsage(p.err, up.spent))
	}
}

func (up escalation) answer(r *Response) *Response {
	return credit(r, "cascade: large, because "+up.because, up.spent)
}

// first asks the small model. Without response and error it is the large one's turn.
func (c *cascade) first(ctx context.Context, req *Request) (*Response, escalation, error) {
	c.earn()
	resp, err := c.small.Generate(ctx, req)
	if err != nil {
		if beyondHelp(ctx, req, err) || kindOf(err) == ErrBudget {
			return nil, escalation{}, orEnded(ctx, err)
		}
		up := escalation{"the small model failed: " + reason(err), usageOf(err)}
		return nil, up, c.escalate(up, err)
	}
	if refusal := c.check(ctx, req, resp); refusal != nil {
		up, err := refused(ctx, resp.Usage, refusal)
		if err == nil {
			err = c.escalate(up, nil)
		}
		return nil, up, err
	}
	c.tell("")
	return credit(resp, "cascade: small", Usage{}), escalation{}, nil
}

// refused is what follows from an answer that the check refused.
func refused(ctx context.Context, spent Usage, refusal error) (escalation, error) {
	kind := kindOf(refusal)
	switch {
	case ctx.Err() != nil:
		return escalation{}, &Error{Kind: ErrCanceled, Usage: spent, Err: ctx.Err()}
	case kind == ErrInvalid:
		return escalation{}, withUsage(refusal, spent)
	case kind == "":
		return escalation{"the check said no", spent}, nil
	}
	return escalation{"the check said: " + string(kind), spent}, nil
}

// escalate takes a call of the large model from the share. The cause is the small model's error, or nil: that of a check
// may contain the answer.
func (c *cascade) escalate(up escalation, cause error) error {
	switch {
	case c.take():
		c.tell(up.because)
		return nil
	case cause != nil:
		return &Error{Kind: ErrBudget, Usage: up.spent, Err: fmt.Errorf("the large model's share is used up: %w", cause)}
	}
	return &Error{Kind: ErrBudget, Usage: up.spent, Err: errors.New("the large model's share is used up: " + up.because)}
}

// earn counts a call.
func (c *cascade) earn() {
	if c.o.MaxShare == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.saved = min(c.saved+c.o.MaxShare, cascadeBurst)
}

// take reports whether the large model may be called.
func (c *cascade) take() bool {
	if c.o.MaxShare == 0 {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.saved < 1 {
		return false
	}
	c.saved--
	return true
}

func (c *cascade) tell(because string) {
	if c.o.OnCall != nil {
		c.o.OnCall(because)
	}
}

// FitsSchema is a check for [Cascade]: whether the answer holds JSON that fits req.Schema, found, repaired and validated by
// the code of [Object]. Requests without a schema and answers that call tools pass. The error is ErrSchema, with the answer
// in Error.Partial, or ErrInvalid for a schema that is none. It costs no model call, and compiles the schema each time.
func FitsSchema(_ context.Context, req *Request, resp *Response) error {
	if req.Schema == nil || len(resp.ToolCalls) > 0 {
		return nil
	}
	schema, err := resolve(req.Schema)
	if err != nil {
		return &Error{Kind: ErrInvalid, Err: err}
	}
	if _, err := parse[any](resp.Text, schema); err != nil {
		return &Error{Kind: ErrSchema, Partial: resp.Text, Err: errors.New(brief(err))}
	}
	return nil
}
