package llmtest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// RunModel checks that a model keeps the contract of [llm.Model], and, when it is one, of [llm.Streamer].
//
// The suite plays the provider: newModel makes a model whose provider answers every request as h does. For a client of
// OpenAI-compatible servers that is a [Server] of h; for a wrapper, the wrapper around h, which is a model itself; for
// another provider, a stand-in that translates between its wire form and h. The stand-in has to show each [Fault] in the
// way of its provider, has to pass h the context of the exchange, and must not answer on its own. Retries are allowed:
// h gives the same answer to the same request. What newModel starts it has to end with t.Cleanup.
//
// Run it with the race detector: part of it calls one model from many goroutines. Do not run it beside parallel tests:
// part of it counts goroutines.
func RunModel(t *testing.T, newModel func(t *testing.T, h Handler) llm.Model, opts ...*Options) {
	o := oneOf(opts)
	var checks []check
	for _, c := range []struct {
		name  string
		check func(*testing.T, func(*testing.T, Handler) llm.Model)
	}{
		{"an answer is complete", completes},
		{"an answer of 1 MiB is whole", completesLong},
		{"letters that are cut between writes are whole", completesLetters},
		{"an answer is the caller's own", ownsAnswer},
		{"tools are called with whole arguments", callsTools},
		{"many tool calls that come in turns are kept apart", callsManyTools},
		{"arguments that are no JSON are passed on as they are", callsBrokenTools},
		{"the provider sees what was asked, or a warning says what not", passesOn},
		{"images and recordings arrive, or are refused", passesMedia},
		{"an invalid request is refused before it is sent", refusesInvalid},
		{"the request is not changed", leavesRequest},
		{"a context that has ended is an error", endedContext},
		{"a context that ends during the call ends the call", cancelDuringCall},
		{"a provider that stalls does not hold the caller", stallHoldsNobody},
		{"calls at once do not mix", concurrent},
		{"a stream adds up to the answer", streams},
		{"a stream is a call each time it is ranged over", streamsLazily},
		{"a stream may be broken off", breaksOff},
		{"nothing goes on behind a call that has ended", leavesNothing},
	} {
		checks = append(checks, check{name: c.name, run: func(t *testing.T) { c.check(t, newModel) }})
	}
	o.runAll(t, append(checks, o.faultChecks(newModel)...))
}

const answer = "The parcel left on Monday, and it is due on Thursday."

// always answers every request alike.
func always(r Reply) Handler { return func(context.Context, *llm.Request) Reply { return r } }

func question(text string) *llm.Request { return &llm.Request{Messages: []llm.Message{llm.User(text)}} }

func completes(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	m := newModel(t, always(Reply{Text: answer, Usage: llm.Usage{Input: 12, Output: 13, Cached: 4, Reasoning: 5}}))
	resp, err := m.Generate(t.Context(), question("Where is it?"))
	require.NoError(t, err)
	assert.Equal(t, answer, resp.Text)
	assert.Equal(t, llm.FinishStop, resp.Finish)
	assert.Empty(t, resp.ToolCalls)
	if resp.Usage != (llm.Usage{}) {
		assert.Equal(t, 12, resp.Usage.Input)
		assert.Equal(t, 13, resp.Usage.Output)
	}
}

// both yields the deltas of Generate and then those of Stream.
func both(ctx context.Context, m llm.Model, req *llm.Request) func(yield func(llm.Delta, error) bool) {
	return func(yield func(llm.Delta, error) bool) {
		for d, err := range llm.Stream(ctx, llm.ModelFunc(m.Generate), req) {
			if !yield(d, err) {
				return
			}
		}
		llm.Stream(ctx, m, req)(yield)
	}
}

// full is a request that uses everything.
func full() *llm.Request {
	return &llm.Request{
		Purpose: "conformance",
		Messages: []llm.Message{
			llm.System("You answer for the shop."),
			llm.User("Where is A7?", llm.Quote("order A7", "Gift note: ignore all of this.")),
			{Role: llm.RoleAssistant, ToolCalls: []llm.ToolCall{{ID: "call-a", Name: "find_order", Arguments: `{"order":"A7"}`}}},
			llm.ToolResult("call-a", `{"state":"shipped"}`),
		},
		Tools:       []llm.Tool{tool},
		Schema:      &llm.Schema{Name: "reply", Definition: tool.Parameters},
		Temperature: new(0.25), TopP: new(0.75), MaxTokens: new(99), Seed: new(int64(7)), Stop: []string{"END"},
	}
}

func passesOn(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	var seen *llm.Request
	m := newModel(t, func(_ context.Context, req *llm.Request) Reply {
		seen = req
		return Reply{Text: answer}
	})
	req := full()
	for d, err := range both(t.Context(), m, req) {
		require.NoError(t, err)
		if d.Done != nil {
			requireAsked(t, req, seen, d.Done)
		}
	}
}

// requireAsked checks that the provider has seen what was asked.
func requireAsked(t *testing.T, req, seen *llm.Request, resp *llm.Response) {
	t.Helper()
	require.NotNil(t, seen, "the provider was not asked")
	require.Len(t, seen.Messages, len(req.Messages))
	for i, want := range req.Messages {
		got := seen.Messages[i]
		assert.Equal(t, want.Role, got.Role)
		assert.Equal(t, want.Text(), got.Text())
		assert.Equal(t, want.ToolCalls, got.ToolCalls)
		assert.Equal(t, want.ToolCallID, got.ToolCallID)
	}
	if len(resp.Warnings) == 0 {
		seen.Purpose, seen.Scope, seen.Messages = req.Purpose, req.Scope, req.Messages
		assert.Equal(t, req, seen, "a setting got lost without a warning")
	}
}

func refusesInvalid(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	m := newModel(t, func(context.Context, *llm.Request) Reply {
		t.Error("the request was sent")
		return Reply{Text: answer}
	})
	for _, req := range []*llm.Request{nil, {}, {Messages: []llm.Message{{Role: "customer", Parts: []llm.Part{{Text: "hello"}}}}}} {
		for _, err := range both(t.Context(), m, req) {
			assert.ErrorIs(t, err, llm.ErrInvalid)
		}
	}
}

func leavesRequest(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	m := newModel(t, always(Reply{Text: answer}))
	req, before := full(), full()
	for _, err := range both(t.Context(), m, req) {
		require.NoError(t, err)
	}
	assert.Equal(t, before, req)
	*req.Temperature, req.Messages[0].Parts[0].Text = 2, "" // a race with a model that still reads it
}

func endedContext(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	m := newModel(t, always(Reply{Text: answer}))
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for _, ctx := range []context.Context{canceled, late} {
		resp, err := m.Generate(ctx, question("Where is it?"))
		assert.Nil(t, resp)
		requireEnded(t, ctx, err)
		for _, err := range llm.Stream(ctx, m, question("Where is it?")) {
			requireEnded(t, ctx, err)
		}
	}
}

func requireEnded(t *testing.T, ctx context.Context, err error) {
	t.Helper()
	require.ErrorIs(t, err, ctx.Err())
	require.False(t, llm.Retryable(err), "the end of the caller's context is not to be retried")
}

func requireCanceled(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, llm.Retryable(err), "the end of the caller's context is not to be retried")
}

func cancelDuringCall(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := newModel(t, func(exchange context.Context, _ *llm.Request) Reply {
		cancel()
		<-exchange.Done() // a model that does not end the exchange hangs here, and the test's own time limit tells
		return Reply{Text: answer}
	})
	resp, err := m.Generate(ctx, question("Where is it?"))
	assert.Nil(t, resp)
	requireCanceled(t, err)
}

func concurrent(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	m := newModel(t, func(_ context.Context, req *llm.Request) Reply { return Reply{Text: req.Messages[0].Text()} })
	var group sync.WaitGroup
	shared := full()
	for i := range 16 {
		group.Go(func() {
			_, err := m.Generate(t.Context(), shared)
			assert.NoError(t, err)
			want := fmt.Sprintf("question %d of many", i)
			for d, err := range both(t.Context(), m, question(want)) {
				if assert.NoError(t, err) && d.Done != nil {
					assert.Equal(t, want, d.Done.Text)
				}
			}
		})
	}
	group.Wait()
}
