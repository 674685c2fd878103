package rerank

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/clmkit/clmkit/llm"
)

// Cost is what calls of models took. Money is a matter of prices: [Cost.Micros].
type Cost struct {
	Calls int       `json:"calls"` // calls that were made; an answer from an [llm.Cache] is none
	Usage llm.Usage `json:"usage"`
	// Bounded is the number of calls that nobody counted. They are in Usage with
	// the most that they can be, by the bound of [llm.CountTokens], so that a
	// provider that does not count is not one that costs nothing.
	Bounded int `json:"bounded,omitempty"`
}

// Add is the sum of c and d. What a provider counts below 0 counts as 0, and a
// sum beyond the largest int is that.
func (c Cost) Add(d Cost) Cost {
	return Cost{
		Calls: c.Calls + d.Calls, Bounded: c.Bounded + d.Bounded,
		Usage: llm.Usage{
			Input: plus(c.Usage.Input, d.Usage.Input), Output: plus(c.Usage.Output, d.Usage.Output),
			Cached: plus(c.Usage.Cached, d.Usage.Cached), Reasoning: plus(c.Usage.Reasoning, d.Usage.Reasoning),
		},
	}
}

// Micros is the cost in money: that of the tokens, and of each call.
func (c Cost) Micros(p llm.Price) llm.Micros {
	call, calls := p.Call, llm.Micros(max(c.Calls, 0))
	p.Call = 0
	if call > 0 && calls > math.MaxInt64/call {
		return math.MaxInt64
	}
	return plus(p.Cost(c.Usage), call*calls)
}

// plus is a + b of numbers that are taken as at least 0.
func plus[N ~int | ~int64](a, b N) N {
	a, b = max(a, 0), max(b, 0)
	if sum := a + b; sum >= 0 {
		return sum
	}
	return N(math.MaxInt64)
}

// call adds one call with the usage that was counted, or else the bound.
func (c *Cost) call(counted, bound llm.Usage) {
	d := Cost{Calls: 1, Usage: counted}
	if counted.Input <= 0 && counted.Output <= 0 {
		d.Usage, d.Bounded = bound, 1
	}
	*c = c.Add(d)
}

// fail adds a call that failed.
func (c *Cost) fail(err error, bound llm.Usage) {
	e, _ := errors.AsType[*llm.Error](err)
	switch {
	case e != nil && e.Usage != (llm.Usage{}):
		c.call(e.Usage, bound)
	case refusedAtTheDoor(err):
		c.Calls++
	default:
		c.call(llm.Usage{}, bound)
	}
}

// refusedAtTheDoor reports failures that no provider charges for, as [llm.Budget]
// has it.
func refusedAtTheDoor(err error) bool {
	for _, kind := range []llm.Kind{llm.ErrRateLimited, llm.ErrInvalid, llm.ErrUnauthorized, llm.ErrQuota} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// metered is m with its calls added to c. One goroutine uses it.
func metered(m llm.Model, c *Cost) llm.Model {
	return llm.ModelFunc(func(ctx context.Context, req *llm.Request) (*llm.Response, error) {
		resp, err := m.Generate(ctx, req)
		switch {
		case err != nil && !errors.Is(err, llm.ErrBudget):
			c.fail(err, bound(req))
		case err == nil && !slices.Contains(resp.Via, "cache"):
			c.call(resp.Usage, bound(req))
		}
		return resp, err
	})
}

// bound is the most that a call can be. The request has MaxTokens.
func bound(req *llm.Request) llm.Usage {
	n, _, err := llm.CountTokens(context.Background(), nil, req, nil)
	if err != nil || req.MaxTokens == nil {
		return llm.Usage{} // it was refused as invalid, and is none of ours
	}
	return llm.Usage{Input: n, Output: *req.MaxTokens}
}

// boundTexts is the most that a call with a text before each of texts can be: a
// token for each byte and 8 for each text, as [llm.Budget] has it.
func boundTexts(before string, texts []string, output int) llm.Usage {
	const marks = 8
	n := 0
	for _, text := range texts {
		n += len(before) + marks + len(text) + marks
	}
	return llm.Usage{Input: n, Output: output}
}

// scored adds a call of a scorer or a reranker.
func (c *Cost) scored(err error, counted, bound llm.Usage) {
	switch {
	case err == nil:
		c.call(counted, bound)
	case !errors.Is(err, llm.ErrBudget):
		c.fail(err, bound)
	}
}
