package llmtest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// faultChecks are the groups that go through the faults.
func (o Options) faultChecks(newModel func(*testing.T, Handler) llm.Model) []check {
	groups := []check{
		{name: "each fault has its kind"},
		{name: "a stream that fails says how, after what came"},
		{name: "an error carries the status, the wait and the usage"},
		{name: "what is odd and no error comes through"},
	}
	add := func(i int, f Fault, run func(*testing.T, func(*testing.T, Handler) llm.Model, Fault)) {
		groups[i].group = append(groups[i].group, check{name: string(f), run: func(t *testing.T) {
			if f == Stall && !o.TimesOut {
				t.Skip("the models wait for as long as their caller does: see Options.TimesOut")
			}
			run(t, newModel, f)
		}})
	}
	for _, f := range Faults() {
		if f.Kind() == "" {
			add(3, f, oddities[f])
			continue
		}
		add(0, f, faultKind)
		add(1, f, streamFault)
		if status, _ := f.status(); status != 0 || f.counts() {
			add(2, f, faultDetails)
		}
	}
	return groups
}

func faultKind(t *testing.T, newModel func(*testing.T, Handler) llm.Model, f Fault) {
	resp, err := newModel(t, always(Reply{Text: answer, Fault: f})).Generate(t.Context(), question("Where is it?"))
	assert.Nil(t, resp)
	requireFault(t, f, err)
}

func streamFault(t *testing.T, newModel func(*testing.T, Handler) llm.Model, f Fault) {
	m := newModel(t, always(Reply{Text: answer, Fault: f}))
	var text strings.Builder
	var failed error
	for d, err := range llm.Stream(t.Context(), m, question("Where is it?")) {
		require.NoError(t, failed, "something after the error")
		require.Nil(t, d.Done, "a failed stream has no response")
		text.WriteString(d.Text)
		failed = err
	}
	requireFault(t, f, failed)
	if _, ok := m.(llm.Streamer); ok {
		e, _ := errors.AsType[*llm.Error](failed)
		assert.Equal(t, text.String(), e.Partial)
	}
}

// requireFault checks that err says how the provider failed and keeps what came before apart.
func requireFault(t *testing.T, f Fault, err error) {
	t.Helper()
	requireKind(t, err, f.kinds())
	e, ok := errors.AsType[*llm.Error](err)
	require.True(t, ok, "want an *llm.Error")
	require.True(t, strings.HasPrefix(answer, e.Partial), "partial text that is not the answer's: %q", e.Partial)
	require.NotContains(t, err.Error(), "parcel", "an error's text must not carry the answer")
}

func requireKind(t *testing.T, err error, kinds []llm.Kind) {
	t.Helper()
	require.Error(t, err)
	if !slices.ContainsFunc(kinds, func(k llm.Kind) bool { return errors.Is(err, k) }) {
		require.Failf(t, "wrong kind", "want %q, got: %v", kinds, err)
	}
}

// faultDetails checks what else a provider says when it fails. Usage is asked for when the model counts at all; a model
// that tries again may count every attempt.
func faultDetails(t *testing.T, newModel func(*testing.T, Handler) llm.Model, f Fault) {
	spent := llm.Usage{Input: 12, Output: 13}
	counted, err := newModel(t, always(Reply{Text: answer, Usage: spent})).Generate(t.Context(), question("Where is it?"))
	require.NoError(t, err)
	for _, err := range both(t.Context(), newModel(t, always(Reply{Text: answer, Usage: spent, Fault: f})), question("Where is it?")) {
		e, ok := errors.AsType[*llm.Error](err)
		if err == nil {
			continue
		}
		require.True(t, ok, "want an *llm.Error")
		if status, _ := f.status(); status != 0 {
			assert.True(t, hasStatus(err, status), "status %d is not in %v", status, err)
		}
		if f == RateLimited {
			assert.Equal(t, retryAfter, e.RetryAfter)
		}
		if f.counts() && counted.Usage != (llm.Usage{}) {
			assert.GreaterOrEqual(t, e.Usage.Input, spent.Input, "usage of a call that failed: input")
			assert.GreaterOrEqual(t, e.Usage.Output, spent.Output, "usage of a call that failed: output")
		}
	}
}

// hasStatus looks for the status in an error and its causes: a wrapper around several models has none of its own.
func hasStatus(err error, status int) bool {
	if e, ok := err.(*llm.Error); ok && e.Status == status {
		return true
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return hasStatus(e.Unwrap(), status)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(e.Unwrap(), func(err error) bool { return hasStatus(err, status) })
	}
	return false
}

// stallHoldsNobody gives the model less time than the provider takes. A limit of the model's own is as good.
func stallHoldsNobody(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	m := newModel(t, always(Reply{Text: answer, Fault: Stall}))
	for name, call := range map[string]func(context.Context) error{
		"whole":    func(ctx context.Context) error { _, err := m.Generate(ctx, question("Where is it?")); return err },
		"streamed": func(ctx context.Context) error { return drain(llm.Stream(ctx, m, question("Where is it?"))) },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err := call(ctx)
		cancel()
		require.Error(t, err, name)
		if !errors.Is(err, llm.ErrTimeout) {
			require.ErrorIs(t, err, context.DeadlineExceeded, name)
			require.False(t, llm.Retryable(err), "the end of the caller's context is not to be retried")
		}
	}
}

// drain is the error at the end of a stream.
func drain(stream func(yield func(llm.Delta, error) bool)) error {
	var last error
	for _, err := range stream {
		last = err
	}
	return last
}

// oddities are the checks of the faults that are none.
var oddities = map[Fault]func(*testing.T, func(*testing.T, Handler) llm.Model, Fault){
	LongLine: func(t *testing.T, newModel func(*testing.T, Handler) llm.Model, f Fault) {
		for _, d := range odd(t, newModel, f) {
			assert.Equal(t, answer, d.Text)
		}
	},
	WrongSchema: func(t *testing.T, newModel func(*testing.T, Handler) llm.Model, f Fault) {
		for _, d := range odd(t, newModel, f) {
			assert.Equal(t, misfit(tool.Parameters), d.Text)
		}
		req := question("Where is A7?")
		req.Schema = &llm.Schema{Name: "reply", Definition: tool.Parameters}
		_, err := llm.Object[json.RawMessage](t.Context(), newModel(t, always(Reply{Text: answer, Fault: f})), req)
		assert.ErrorIs(t, err, llm.ErrSchema)
	},
	HallucinatedTool: func(t *testing.T, newModel func(*testing.T, Handler) llm.Model, f Fault) {
		for _, d := range odd(t, newModel, f) {
			require.Len(t, d.ToolCalls, 1)
			assert.Equal(t, invented([]llm.Tool{tool}), d.ToolCalls[0].Name)
		}
	},
	DuplicateCall: func(t *testing.T, newModel func(*testing.T, Handler) llm.Model, f Fault) {
		for _, d := range odd(t, newModel, f) {
			require.Len(t, d.ToolCalls, 1, "a call that comes twice is kept once")
			assert.Equal(t, tool.Name, d.ToolCalls[0].Name)
			assert.NotEmpty(t, d.Warnings, "a call was dropped without a warning")
		}
	},
}

// odd is what a model makes of an oddity, whole and streamed.
func odd(t *testing.T, newModel func(*testing.T, Handler) llm.Model, f Fault) []*llm.Response {
	t.Helper()
	req := question("Where is A7?")
	if f == WrongSchema {
		req.Schema = &llm.Schema{Name: "reply", Definition: tool.Parameters}
	} else {
		req.Tools = []llm.Tool{tool}
	}
	var done []*llm.Response
	for d, err := range both(t.Context(), newModel(t, always(Reply{Text: answer, Fault: f})), req) {
		require.NoError(t, err)
		if d.Done != nil {
			done = append(done, d.Done)
		}
	}
	require.Len(t, done, 2, "an answer and a streamed answer")
	return done
}
