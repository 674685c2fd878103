package llm_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// callingOn is a model that calls find again and again, a new order each time.
func callingOn(calls int) llmtest.Handler {
	return func(_ context.Context, req *llm.Request) llmtest.Reply {
		var all []string
		for i := range calls {
			all = append(all, fmt.Sprintf("find %d-%d", len(req.Messages), i))
		}
		return calling(all...)
	}
}

func TestRunsEndAtTheirLimits(t *testing.T) {
	for name, c := range map[string]struct {
		model llm.Model
		opts  *llm.RunOptions
		end   llm.End
		text  string
		steps int
		made  int // calls of the function
	}{
		"steps by default":     {callingOn(1), nil, llm.EndSteps, "limit of steps: 8 model calls", 8, 7},
		"steps":                {callingOn(2), &llm.RunOptions{Limits: llm.RunLimits{Steps: 3}}, llm.EndSteps, "3 model calls", 3, 4},
		"one step":             {callingOn(1), &llm.RunOptions{Limits: llm.RunLimits{Steps: 1}}, llm.EndSteps, "1 model calls", 1, 0},
		"calls by default":     {callingOn(9), nil, llm.EndCalls, "36 of 32 tool calls", 4, 27},
		"calls":                {callingOn(1), &llm.RunOptions{Limits: llm.RunLimits{Calls: 2}}, llm.EndCalls, "3 of 2 tool calls", 3, 2},
		"a flood of calls":     {callingOn(1000), nil, llm.EndCalls, "1000 of 32 tool calls", 1, 0},
		"tools that are none":  {replying(calling("refund A7")), nil, llm.EndFaults, "5 tool calls that cannot be made, of 4", 5, 0},
		"unfit arguments":      {replying(calling("find !{}")), &llm.RunOptions{Limits: llm.RunLimits{Faults: 1}}, llm.EndFaults, "2 tool calls that cannot be made, of 1", 2, 0},
		"the same call":        {replying(calling("find A7")), nil, llm.EndFaults, "5 tool calls that cannot be made, of 4", 8, 3},
		"the same call thrice": {replying(calling("find A7", "find A7", "find A7")), nil, llm.EndFaults, "6 tool calls that cannot be made, of 4", 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			made := 0
			find := newFunc(t, "find", &llm.FuncOptions{ReadOnly: true}, func(context.Context, lookup) (string, error) { made++; return "", nil })
			opts := llm.RunOptions{Parallel: 1}
			if c.opts != nil {
				opts.Limits = c.opts.Limits
			}
			tr, err := llm.Run(t.Context(), c.model, whereIsIt(), []*llm.Func{find}, &opts)
			checkTranscript(t, tr, err)
			e, ok := errors.AsType[*llm.Error](err)
			require.True(t, ok)
			assert.Equal(t, llm.ErrLimit, e.Kind)
			assert.ErrorContains(t, err, c.text)
			assert.False(t, llm.Retryable(err))
			assert.Equal(t, tr.Usage, e.Usage)
			assert.Equal(t, c.end, tr.End)
			assert.Len(t, tr.Steps, c.steps)
			assert.Equal(t, c.made, made, "calls that no step can read are not made")
			for _, call := range tr.Steps[c.steps-1].Calls {
				assert.NotEqual(t, llm.CallMade, call.Outcome)
			}
		})
	}
}

// replying is a model that gives one reply to everything.
func replying(r llmtest.Reply) llmtest.Handler {
	return func(context.Context, *llm.Request) llmtest.Reply { return r }
}

// counted is a model that uses all tokens that it may, and counts a token for each four bytes.
func counted(seen *[]llm.Request) llm.Model {
	return llmtest.Handler(func(_ context.Context, req *llm.Request) llmtest.Reply {
		*seen = append(*seen, *req)
		bytes := 0
		for _, m := range req.Messages {
			bytes += len(m.Text())
		}
		r := calling(fmt.Sprintf("find %d", len(req.Messages)))
		r.Usage = llm.Usage{Input: bytes / 4, Output: *req.MaxTokens}
		return r
	})
}

func TestTokensAndCostStayWithinTheirLimit(t *testing.T) {
	price := llm.Price{Input: 1_000_000, Output: 5_000_000} // 1 and 5 micros a token
	find := newFunc(t, "find", readOnly, shipped)
	for _, limits := range []llm.RunLimits{{Tokens: 2000}, {Tokens: 3333}, {Tokens: 8000}, {Micros: 3000}, {Micros: 9001}, {Tokens: 2500, Micros: 4000}, {Tokens: 4000, Micros: 2500}} {
		limits.Steps, limits.Calls = 1000, 1000
		var seen []llm.Request
		req := whereIsIt()
		req.MaxTokens = new(150)
		tr, err := llm.Run(t.Context(), counted(&seen), req, []*llm.Func{find}, &llm.RunOptions{Limits: limits, Price: price})
		checkTranscript(t, tr, err)
		require.ErrorIs(t, err, llm.ErrLimit)
		assert.Contains(t, []llm.End{llm.EndTokens, llm.EndCost}, tr.End)
		assert.Greater(t, len(seen), 1)
		assert.Equal(t, 150, *req.MaxTokens, "the request is not changed")
		used := tr.Usage.Input + tr.Usage.Output
		t.Logf("%+v: %d steps, %d tokens, %d micros", limits, len(seen), used, tr.Micros)
		if limits.Tokens > 0 {
			assert.LessOrEqual(t, int64(used), limits.Tokens)
			assert.True(t, limits.Micros > 0 || int64(used) > limits.Tokens/2, "most of it is of use")
		}
		if limits.Micros > 0 {
			assert.LessOrEqual(t, tr.Micros, limits.Micros)
		}
		assert.Equal(t, llm.Micros(tr.Usage.Input+5*tr.Usage.Output), tr.Micros)
		last := *seen[len(seen)-1].MaxTokens
		assert.True(t, last <= 150 && last > 0)
	}
}

func TestARequestThatCouldBeMoreThanTheLimitIsNotSent(t *testing.T) {
	req := whereIsIt()
	req.MaxTokens = new(10)
	for _, opts := range []*llm.RunOptions{{Limits: llm.RunLimits{Tokens: 100}}, {Limits: llm.RunLimits{Micros: 100}, Price: llm.Price{Input: 1_000_000}}} {
		tr, err := llm.Run(t.Context(), llmtest.NewScript(), req, nil, opts)
		checkTranscript(t, tr, err)
		require.ErrorIs(t, err, llm.ErrLimit)
		assert.ErrorContains(t, err, "0 tokens used, 0 micros spent, and the next request may have")
		assert.Empty(t, tr.Steps)
	}
	req.Messages = append(req.Messages, llm.User("", llm.Image("", "image/png", []byte{1})))
	opts := &llm.RunOptions{Limits: llm.RunLimits{Tokens: 5000}}
	_, err := llm.Run(t.Context(), llmtest.NewScript(onItsWay), req, nil, opts)
	assert.ErrorIs(t, err, llm.ErrInvalid, "nobody knows what an image costs")
	opts.Tokens = &llm.CountOptions{Media: func(*llm.Media) int { return 1000 }}
	_, err = llm.Run(t.Context(), llmtest.NewScript(onItsWay), req, nil, opts)
	assert.NoError(t, err)
}

func TestAnAnswerThatTheLimitCutsIsTheLimits(t *testing.T) {
	long := llmtest.Reply{Text: "one two three four", Fault: llmtest.LengthStop, Usage: llm.Usage{Input: 10, Output: 900}}
	req := whereIsIt()
	req.MaxTokens = new(1000)
	_, err := llm.Run(t.Context(), llmtest.NewScript(long), req, nil, nil)
	assert.ErrorIs(t, err, llm.ErrLength)
	assert.NotErrorIs(t, err, llm.ErrLimit)

	tr, err := llm.Run(t.Context(), llmtest.NewScript(long), req, nil, &llm.RunOptions{Limits: llm.RunLimits{Tokens: 900}})
	checkTranscript(t, tr, err)
	assert.ErrorIs(t, err, llm.ErrLength)
	e, _ := errors.AsType[*llm.Error](err)
	assert.Equal(t, llm.ErrLimit, e.Kind)
	assert.Equal(t, "one two ", e.Partial)
}

func TestAModelThatDoesNotCountIsChargedWithTheBound(t *testing.T) {
	req := whereIsIt()
	req.MaxTokens = new(50)
	silent := calling("find A7")
	silent.Usage = llm.Usage{}
	tr, err := llm.Run(t.Context(), replying(silent), req, []*llm.Func{newFunc(t, "find", readOnly, shipped)}, &llm.RunOptions{Limits: llm.RunLimits{Tokens: 5000}})
	checkTranscript(t, tr, err)
	assert.Equal(t, llm.EndTokens, tr.End)
	assert.Zero(t, tr.Usage)
}

// findSlowly is a model that takes a second for each call, and find a minute unless ctx ends.
func findSlowly(ctx context.Context, req *llm.Request) llmtest.Reply {
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
	return calling(fmt.Sprintf("find %d", len(req.Messages)))
}

func TestTimeIsTheRunsOwnOrTheCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quick := newFunc(t, "find", readOnly, shipped)
		hangs := newFunc(t, "find", nil, func(ctx context.Context, _ lookup) (string, error) {
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(20 * time.Second):
				return "late", nil
			}
		})
		for name, c := range map[string]struct {
			f        *llm.Func
			limit    time.Duration
			deadline time.Duration
			own      bool
			took     time.Duration
		}{
			"in a model call":          {quick, 2500 * time.Millisecond, time.Hour, true, 2500 * time.Millisecond},
			"in a tool call":           {hangs, 5 * time.Second, time.Hour, true, 5 * time.Second},
			"the caller's, in a model": {quick, time.Hour, 2500 * time.Millisecond, false, 2500 * time.Millisecond},
			"the caller's, in a tool":  {hangs, time.Hour, 5 * time.Second, false, 5 * time.Second},
		} {
			ctx, cancel := context.WithTimeout(t.Context(), c.deadline)
			start := time.Now()
			tr, err := llm.Run(ctx, llmtest.Handler(findSlowly), whereIsIt(), []*llm.Func{c.f}, &llm.RunOptions{Limits: llm.RunLimits{Time: c.limit}})
			cancel()
			checkTranscript(t, tr, err)
			assert.Equal(t, c.took, time.Since(start), name)
			assert.Equal(t, c.own, errors.Is(err, llm.ErrLimit), name)
			assert.Equal(t, c.own, tr.End == llm.EndTime, name)
			assert.Equal(t, !c.own, errors.Is(err, context.DeadlineExceeded), "%s: %v", name, err)
			assert.Equal(t, !c.own, errors.Is(err, llm.ErrCanceled), name)
		}
	})
}

func TestARunWithinARunHasItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var within error
		hour := &llm.RunOptions{Limits: llm.RunLimits{Time: time.Hour}}
		agent := newFunc(t, "find", nil, func(ctx context.Context, _ lookup) (string, error) {
			_, within = llm.Run(ctx, llmtest.Handler(findSlowly), whereIsIt(), nil, hour)
			return "", within
		})
		_, err := llm.Run(t.Context(), llmtest.Handler(findSlowly), whereIsIt(), []*llm.Func{agent}, &llm.RunOptions{Limits: llm.RunLimits{Time: 2500 * time.Millisecond}})
		assert.ErrorIs(t, err, llm.ErrLimit)
		assert.NotErrorIs(t, within, llm.ErrLimit, "the time of the run within was not up")
		assert.ErrorIs(t, within, context.DeadlineExceeded)
	})
}

// TestRunWaitsForItsCalls cancels a run whose function takes its time to heed it.
func TestRunWaitsForItsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		returned := 0
		stubborn := newFunc(t, "find", nil, func(ctx context.Context, _ lookup) (string, error) {
			cancel()
			time.Sleep(time.Minute)
			returned++
			return "done after all", nil
		})
		tr, err := llm.Run(ctx, llmtest.NewScript(calling("find A7", "find B9")), whereIsIt(), []*llm.Func{stubborn}, nil)
		checkTranscript(t, tr, err)
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, llm.ErrCanceled)
		assert.Equal(t, 1, returned)
		assert.Equal(t, []llm.Outcome{llm.CallMade, llm.CallDropped}, outcomes(tr), "what was done is in the transcript")
	})
}
