package llm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// runner is a run on its way.
type runner struct {
	model   Model
	ask     *Request // without the messages, which are the transcript's
	funcs   map[string]*Func
	options RunOptions
	accept  func(*Response) error // what is wrong with an answer
	meter   meter
	t       *Transcript
	timeUp  *limitError
	calls   int            // tool calls so far
	faults  int            // those among them that could not be made
	made    map[string]int // calls of functions by name, and by name and arguments
	second  bool           // the model has been told that its answer does not fit
}

func run(ctx context.Context, m Model, req *Request, funcs []*Func, opts *RunOptions, accept func(*Response) error) (*Transcript, error) {
	r := &runner{model: m, funcs: map[string]*Func{}, accept: accept, t: &Transcript{End: EndAnswer}, made: map[string]int{}}
	if err := r.prepare(req, funcs, opts); err != nil {
		r.t.End = EndError
		return r.t, &Error{Kind: ErrInvalid, Err: err}
	}
	if limit := r.options.Limits.Time; limit > 0 {
		r.timeUp = &limitError{end: EndTime, text: limit.String()}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, r.timeUp)
		defer cancel()
	}
	if err := r.loop(ctx); err != nil {
		return r.t, r.ended(ctx, err)
	}
	return r.t, nil
}

func (r *runner) prepare(req *Request, funcs []*Func, opts *RunOptions) error {
	if err := req.check(); err != nil {
		return err
	}
	r.t.Messages = slices.Clone(req.Messages)
	if len(req.Tools) > 0 {
		return errors.New("tools in the request of a run: give functions")
	}
	if opts != nil {
		r.options = *opts
	}
	if r.options.Parallel < 0 {
		return errors.New("negative option")
	}
	if err := r.options.Limits.check(r.options.Price); err != nil {
		return err
	}
	r.options.Parallel = cmp.Or(r.options.Parallel, 4)
	r.options.Limits = r.options.Limits.withDefaults()
	r.meter = meter{limits: r.options.Limits, price: r.options.Price, count: r.options.Tokens}
	ask := *req
	if ask.MaxTokens == nil && r.options.Limits.metered() {
		ask.MaxTokens = new(1024)
	}
	for _, f := range funcs {
		if f == nil {
			return errors.New("function that is nil")
		}
		ask.Tools = append(ask.Tools, f.Tool())
		r.funcs[f.tool.Name] = f
	}
	r.ask = &ask
	return ask.check()
}

// loop asks and answers until there is an answer or an error.
func (r *runner) loop(ctx context.Context) error {
	for {
		step, err := r.step(ctx)
		if err != nil {
			return err
		}
		if len(step.Calls) > 0 {
			err = r.answer(ctx, step.Calls)
		} else if fault := r.accept(step.Response); fault == nil {
			r.t.Answer = step.Response
			return nil
		} else {
			err = r.reject(step.Response, fault)
		}
		if err != nil {
			return err
		}
	}
}

// step is one call of the model.
func (r *runner) step(ctx context.Context) (*Step, error) {
	if err := r.stop(ctx); err != nil {
		return nil, err
	}
	ask := *r.ask
	ask.Messages = slices.Clip(r.t.Messages)
	room, err := r.meter.room(&ask)
	if err != nil {
		return nil, err
	}
	if room.output > 0 {
		ask.MaxTokens = &room.output
	}
	start := time.Now()
	resp, err := r.generate(ctx, &ask)
	if err != nil {
		r.failed(err)
		if room.cut != "" && errors.Is(err, ErrLength) {
			err = &limitError{end: room.cut, text: fmt.Sprintf("%d tokens were left for the answer", room.output), cause: err}
		}
		return nil, err
	}
	r.meter.settle(&ask, room, resp)
	r.record(resp, time.Since(start))
	return &r.t.Steps[len(r.t.Steps)-1], nil
}

// generate is a response of the model that is complete, whatever the model is.
func (r *runner) generate(ctx context.Context, ask *Request) (*Response, error) {
	resp, err := r.deltas(ctx, ask)
	if err != nil {
		return nil, err
	}
	if resp == nil {
		return nil, &Error{Kind: ErrEmpty}
	}
	if resp, err = Complete("", resp.Clone()); err != nil {
		return nil, err
	}
	for i := range resp.ToolCalls {
		c := &resp.ToolCalls[i]
		c.ID = cmp.Or(c.ID, fmt.Sprintf("call-%d-%d", len(r.t.Steps)+1, i+1))
	}
	return resp, nil
}

func (r *runner) deltas(ctx context.Context, ask *Request) (*Response, error) {
	if r.options.OnDelta == nil {
		return r.model.Generate(ctx, ask)
	}
	for d, err := range Stream(ctx, r.model, ask) {
		if err != nil {
			return nil, err
		}
		r.options.OnDelta(d)
		if d.Done != nil {
			return d.Done, nil
		}
	}
	return nil, nil
}

// record adds a response to the transcript.
func (r *runner) record(resp *Response, took time.Duration) {
	step := Step{Response: resp, Duration: took}
	for _, c := range resp.ToolCalls {
		step.Calls = append(step.Calls, Call{ToolCall: c})
	}
	turn := resp.Message()
	for i := range turn.Parts {
		turn.Parts[i].Text = strings.ToValidUTF8(turn.Parts[i].Text, "\uFFFD")
	}
	turn.ToolCalls = slices.Clone(turn.ToolCalls)
	r.t.Steps = append(r.t.Steps, step)
	r.t.Messages = append(r.t.Messages, turn)
	r.count(resp.Usage)
}

func (r *runner) count(u Usage) {
	r.t.Usage = r.t.Usage.Add(u)
	r.t.Micros = plus(r.t.Micros, r.options.Price.Cost(u))
}

// failed counts what a call that failed has cost.
func (r *runner) failed(err error) {
	if u := usageOf(err); u != (Usage{}) {
		r.count(u)
	}
}

// reject tells the model once that its answer does not fit.
func (r *runner) reject(resp *Response, fault error) error {
	if r.second {
		return misfit(resp.Text, r.t.Usage, fault)
	}
	r.second = true
	r.t.Messages = append(r.t.Messages, secondTurnMessage(r.ask.Schema, fault))
	return nil
}

// stop is why the model cannot be called again, as far as that is known before the next request is.
func (r *runner) stop(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &Error{Kind: ErrCanceled, Err: err}
	}
	if n := r.options.Limits.Steps; len(r.t.Steps) >= n {
		return &limitError{end: EndSteps, text: fmt.Sprintf("%d model calls", n)}
	}
	return r.meter.spent()
}

// ended says in the transcript why the run ended, and makes the error of it.
func (r *runner) ended(ctx context.Context, err error) error {
	r.t.End = EndError
	limit, own := err.(*limitError)
	if !own && r.timeUp != nil && context.Cause(ctx) == error(r.timeUp) && errors.Is(err, context.DeadlineExceeded) {
		limit, own = r.timeUp, true
	}
	if !own {
		return err
	}
	r.t.End = limit.end
	e := &Error{Kind: ErrLimit, Usage: r.t.Usage, Err: limit}
	if from, ok := errors.AsType[*Error](err); ok {
		e.Provider, e.Partial = from.Provider, from.Partial
	}
	return e
}
