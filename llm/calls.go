package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"
)

// job is a call that is to be made.
type job struct {
	call *Call
	f    *Func
	run  bound
}

// answer makes the calls of a step as far as they can be made, and adds an answer to each. Nothing is made when no step
// is left to read it.
func (r *runner) answer(ctx context.Context, calls []Call) error {
	var jobs []job
	for i := range calls {
		if j, ok := r.judge(&calls[i]); ok {
			jobs = append(jobs, j)
		}
	}
	stop := r.callsStop(ctx)
	if stop == nil {
		jobs = r.approved(ctx, jobs)
		r.make(ctx, jobs)
	} else {
		drop(jobs, stop)
	}
	for i := range calls {
		r.t.Messages = append(r.t.Messages, r.told(&calls[i]))
	}
	return stop
}

// callsStop is why no step will read the results of the calls that were judged.
func (r *runner) callsStop(ctx context.Context) error {
	limits := r.options.Limits
	switch {
	case r.calls > limits.Calls:
		return &limitError{end: EndCalls, text: fmt.Sprintf("%d of %d tool calls", r.calls, limits.Calls)}
	case r.faults > limits.Faults:
		return &limitError{end: EndFaults, text: fmt.Sprintf("%d tool calls that cannot be made, of %d", r.faults, limits.Faults)}
	}
	return r.stop(ctx)
}

// judge says whether a call can be made, and counts it.
func (r *runner) judge(c *Call) (job, bool) {
	r.calls++
	j, outcome, err := r.ready(c)
	if err != nil {
		c.Outcome, c.Err = outcome, err
		r.faults++
		return job{}, false
	}
	r.tally(c, 1)
	return j, true
}

func (r *runner) ready(c *Call) (job, Outcome, error) {
	f := r.funcs[c.Name]
	if f == nil {
		return job{}, CallUnknown, errors.New("llm: no such tool")
	}
	run, err := f.bind(c.Arguments)
	switch {
	case err != nil:
		return job{}, CallUnfit, fmt.Errorf("%w: %w", ErrArguments, err)
	case f.options.MaxCalls > 0 && r.made[c.Name] >= f.options.MaxCalls:
		return job{}, CallExceeded, fmt.Errorf("llm: tool called %d times", f.options.MaxCalls)
	case r.made[same(c)] >= f.options.MaxRepeats:
		return job{}, CallRepeated, fmt.Errorf("llm: tool called %d times with these arguments", f.options.MaxRepeats)
	}
	return job{c, f, run}, "", nil
}

// tally counts a call of a function.
func (r *runner) tally(c *Call, n int) {
	r.made[c.Name] += n
	r.made[same(c)] += n
}

// same is equal for calls of one tool with the same arguments, however they are written.
func same(c *Call) string {
	value, err := plain(c.Arguments)
	if err != nil { // no text at all
		value = map[string]any{}
	}
	arguments, _ := json.Marshal(value)
	return c.Name + " " + string(arguments)
}

// approved are the jobs that the host lets pass.
func (r *runner) approved(ctx context.Context, jobs []job) []job {
	if r.options.Approve == nil {
		return jobs
	}
	return slices.DeleteFunc(jobs, func(j job) bool {
		err := r.options.Approve(ctx, j.call.ToolCall)
		if err != nil {
			j.call.Outcome, j.call.Err = CallRefused, err
			r.tally(j.call, -1)
		}
		return err != nil
	})
}

// drop gives the jobs up.
func drop(jobs []job, why error) {
	for _, j := range jobs {
		j.call.Outcome, j.call.Err = CallDropped, why
	}
}

// make makes the calls in order, and those of neighbouring read-only functions at once. It returns when all have.
func (r *runner) make(ctx context.Context, jobs []job) {
	for len(jobs) > 0 {
		n := 1
		for n < len(jobs) && jobs[n-1].f.options.ReadOnly && jobs[n].f.options.ReadOnly {
			n++
		}
		var g errgroup.Group
		g.SetLimit(r.options.Parallel)
		for _, j := range jobs[:n] {
			g.Go(func() error { j.make(ctx); return nil })
		}
		g.Wait()
		jobs = jobs[n:]
	}
}

// errGone is a function that ended its goroutine.
var errGone = errors.New("llm: function did not return")

// make makes the call, unless ctx has ended.
func (j job) make(ctx context.Context) {
	if err := ctx.Err(); err != nil {
		drop([]job{j}, err)
		return
	}
	c, start := j.call, time.Now()
	c.Outcome, c.Err = CallFailed, errGone
	text, err := j.f.invoke(ctx, j.run)
	c.Duration, c.Err = time.Since(start), err
	if err == nil {
		c.Outcome = CallMade
		c.Result, c.cut = shorten(text, j.f.options.MaxResult)
	}
}

// shorten cuts text to at most so many bytes of whole runes, and says how long it was if it did.
func shorten(text string, most int) (short string, was int) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= most {
		return text, 0
	}
	end := most
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end], len(text)
}

// told is the answer to a call.
func (r *runner) told(c *Call) Message {
	m := Message{Role: RoleTool, ToolCallID: c.ID}
	words, material := r.words(c)
	if material != nil {
		m.Parts = append(m.Parts, *material)
	}
	if words != "" {
		m.Parts = append(m.Parts, Part{Text: words})
	}
	return m
}

// words of the program that answer a call, and the material that they are about.
func (r *runner) words(c *Call) (string, *Part) {
	switch c.Outcome {
	case CallMade:
		if c.cut > 0 {
			return fmt.Sprintf("The result was cut after %d of %d bytes.", len(c.Result), c.cut), r.quote(c, c.Result)
		}
		return "", r.quote(c, c.Result)
	case CallFailed:
		if errors.Is(c.Err, context.DeadlineExceeded) {
			return "The call failed. It took too long.", r.toolError(c)
		}
		return "The call failed.", r.toolError(c)
	case CallRefused:
		return "The call was not made. It is not allowed.", r.toolError(c)
	case CallUnknown:
		if len(r.funcs) == 0 {
			return "The call was not made. There are no tools.", nil
		}
		names := strings.Join(slices.Sorted(maps.Keys(r.funcs)), ", ")
		return "The call was not made. There is no such tool. These are the tools: " + names + ".", nil
	case CallUnfit:
		fault := strings.TrimPrefix(c.Err.Error(), ErrArguments.Error()+": ")
		return "The call was not made. Its arguments do not fit.", new(Quote("check of "+c.Name, brief(errors.New(fault))))
	case CallRepeated:
		return "The call was not made again. The same call was answered before.", nil
	case CallExceeded:
		return "The call was not made. This tool cannot be called again.", nil
	}
	return "The call was not made.", nil
}

func (r *runner) quote(c *Call, text string) *Part { return new(Quote("tool "+c.Name, text)) }

// toolError is what the error of a call has for the model.
func (r *runner) toolError(c *Call) *Part {
	text, ok := errors.AsType[ToolError](c.Err)
	if !ok {
		return nil
	}
	short, _ := shorten(string(text), r.funcs[c.Name].options.MaxResult)
	return r.quote(c, short)
}
