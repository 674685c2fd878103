package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func ExampleCascade() {
	small := llmtest.NewScript(
		llmtest.Reply{Text: `{"mood": "glad"}`},
		llmtest.Reply{Text: `glad, I would say`},
	)
	large := llmtest.NewScript(llmtest.Reply{Text: `{"mood": "neutral"}`})
	escalated := 0
	model := llm.Cascade(small, large, llm.FitsSchema, &llm.CascadeOptions{MaxShare: 0.2, OnCall: func(because string) {
		if because != "" {
			escalated++
		}
	}})
	req := moodRequest()
	for range 2 {
		resp, err := model.Generate(context.Background(), req)
		fmt.Println(resp.Text, resp.Via, err)
	}
	fmt.Println("escalated:", escalated)
	// Output:
	// {"mood": "glad"} [cascade: small] <nil>
	// {"mood": "neutral"} [cascade: large, because the check said: answer does not fit its schema] <nil>
	// escalated: 1
}

func ExampleFitsSchema() {
	for _, text := range []string{`The mood is {"mood": "glad"}.`, `{"mood": 4}`} {
		err := llm.FitsSchema(context.Background(), moodRequest(), &llm.Response{Text: text})
		fmt.Println(errors.Is(err, llm.ErrSchema))
	}
	// Output:
	// false
	// true
}

func moodRequest() *llm.Request {
	req := inquiry()
	req.Schema = &llm.Schema{Name: "mood", Definition: json.RawMessage(
		`{"type":"object","properties":{"mood":{"type":"string"}},"required":["mood"],"additionalProperties":false}`)}
	return req
}

// never and always are checks.
func never(context.Context, *llm.Request, *llm.Response) error {
	return errors.New("Åsa's order A7 is not cited")
}
func always(context.Context, *llm.Request, *llm.Response) error { return nil }

func TestCascadeIsAModel(t *testing.T) {
	t.Run("small", func(t *testing.T) {
		llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return llm.Cascade(h, h, always, nil) })
	})
	t.Run("large", func(t *testing.T) {
		llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return llm.Cascade(locked(), h, always, nil) })
	})
	t.Run("refused", func(t *testing.T) {
		small := func(h llmtest.Handler) llm.Model { // its usage would be counted twice, which is right and not what the suite expects
			return llmtest.Handler(func(ctx context.Context, req *llm.Request) llmtest.Reply {
				r := h(ctx, req)
				r.Usage = llm.Usage{}
				return r
			})
		}
		llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return llm.Cascade(small(h), h, never, nil) })
	})
}

func TestWhatFollowsFromTheSmallModelsFailure(t *testing.T) {
	for _, kind := range kinds() {
		cause := &llm.Error{Kind: kind, Usage: llm.Usage{Input: 3}}
		small, large := failing(cause), failing(nil)
		large.usage = llm.Usage{Input: 10}
		resp, err := llm.Cascade(small, large, always, nil).Generate(t.Context(), inquiry())
		if kind == llm.ErrLimit || kind == llm.ErrBudget {
			assert.Same(t, cause, err)
			assert.Zero(t, large.calls)
			continue
		}
		require.NoError(t, err, kind)
		assert.Equal(t, []string{"cascade: large, because the small model failed: " + string(kind)}, resp.Via)
		assert.Equal(t, 13, resp.Usage.Input)
	}
	invalid := &llm.Request{}
	small, large := failing(invalid.Validate()), failing(nil)
	_, err := llm.Cascade(small, large, always, nil).Generate(t.Context(), invalid)
	assert.ErrorIs(t, err, llm.ErrInvalid)
	assert.Zero(t, large.calls)
}

func TestWhatFollowsFromARefusal(t *testing.T) {
	for name, c := range map[string]struct {
		err error
		via string // "": the large model is not asked
	}{
		"of no kind":           {errors.New("Åsa"), "cascade: large, because the check said no"},
		"of a kind":            {&llm.Error{Kind: llm.ErrSchema, Err: errors.New("Åsa")}, "cascade: large, because the check said: answer does not fit its schema"},
		"of one's own kind":    {llm.Kind("cites nothing"), "cascade: large, because the check said: cites nothing"},
		"as nothing can be":    {&llm.Error{Kind: llm.ErrInvalid}, ""},
		"by a judge that fell": {down(), "cascade: large, because the check said: provider unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			small, large := failing(nil), failing(nil)
			small.usage, large.usage = llm.Usage{Input: 7, Output: 2}, llm.Usage{Input: 10}
			check := func(context.Context, *llm.Request, *llm.Response) error { return c.err }
			resp, err := llm.Cascade(small, large, check, nil).Generate(t.Context(), inquiry())
			if c.via == "" {
				require.ErrorIs(t, err, llm.ErrInvalid)
				e, _ := errors.AsType[*llm.Error](err)
				assert.Equal(t, 7, e.Usage.Input)
				assert.Zero(t, large.calls)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []string{c.via}, resp.Via)
			assert.Equal(t, llm.Usage{Input: 17, Output: 2}, resp.Usage)
		})
	}
}

func TestARefusedAnswerNeverComesBack(t *testing.T) {
	small, large := failing(nil), failing(&llm.Error{Kind: llm.ErrUnauthorized})
	small.usage = llm.Usage{Input: 7}
	m := llm.Cascade(small, large, never, nil)
	resp, err := m.Generate(t.Context(), inquiry())
	assert.Nil(t, resp)
	require.ErrorIs(t, err, llm.ErrUnauthorized)
	e, _ := errors.AsType[*llm.Error](err)
	assert.Equal(t, 7, e.Usage.Input)
	assert.NotContains(t, err.Error(), "Åsa")
	text, done, err := listen(t.Context(), m)
	assert.Empty(t, text)
	assert.Nil(t, done)
	assert.ErrorIs(t, err, llm.ErrUnauthorized)
}

func TestTheSmallAnswerIsWithheldUntilItIsChecked(t *testing.T) {
	checked := false
	check := func(context.Context, *llm.Request, *llm.Response) error { checked = true; return nil }
	small := llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply { return llmtest.Reply{Text: "It left on Monday."} })
	deltas := 0
	for d, err := range llm.Stream(t.Context(), llm.Cascade(small, failing(nil), check, nil), inquiry()) {
		require.NoError(t, err)
		require.True(t, checked)
		assert.Equal(t, "It left on Monday.", d.Text)
		assert.Equal(t, []string{"cascade: small"}, d.Done.Via)
		deltas++
	}
	assert.Equal(t, 1, deltas)
}

func TestTheEndOfCtxEndsTheCascade(t *testing.T) {
	for name, m := range map[string]struct{ inModel, inCheck bool }{"while the model answers": {inModel: true}, "during the check": {inCheck: true}} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			small, large := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
				if m.inModel {
					cancel()
					return nil, &llm.Error{Kind: llm.ErrCanceled, Err: ctx.Err()}
				}
				return &llm.Response{Text: "Monday.", Finish: llm.FinishStop, Usage: llm.Usage{Input: 3}}, nil
			}), failing(nil)
			check := func(context.Context, *llm.Request, *llm.Response) error { cancel(); return errors.New("too late") }
			_, err := llm.Cascade(small, large, check, nil).Generate(ctx, inquiry())
			require.ErrorIs(t, err, llm.ErrCanceled)
			require.ErrorIs(t, err, context.Canceled)
			e, _ := errors.AsType[*llm.Error](err)
			assert.Equal(t, m.inCheck, e.Usage.Input == 3)
			assert.Zero(t, large.calls)
		})
	}
}

func TestTheShareOfTheLargeModelIsBounded(t *testing.T) {
	for _, c := range []struct {
		share float64
		want  int // of 1,000 calls
	}{{0, 1000}, {0.1, 110}, {0.5, 510}, {1, 1000}} {
		small, large := failing(nil), failing(nil)
		m := llm.Cascade(small, large, never, &llm.CascadeOptions{MaxShare: c.share})
		var last error
		for range 1000 {
			if _, err := m.Generate(t.Context(), inquiry()); err != nil {
				last = err
			}
		}
		assert.InDelta(t, c.want, large.calls, 1, "share %v", c.share)
		assert.LessOrEqual(t, large.calls, max(c.want, 10))
		assert.Equal(t, c.want < 1000, errors.Is(last, llm.ErrBudget))
		if last != nil {
			assert.NotContains(t, last.Error(), "Åsa", "what a check says may be the answer")
		}
	}
	small := failing(&llm.Error{Kind: llm.ErrRateLimited})
	m := llm.Cascade(small, failing(nil), always, &llm.CascadeOptions{MaxShare: 1e-9})
	var last error
	for range 11 {
		_, last = m.Generate(t.Context(), inquiry())
	}
	assert.ErrorIs(t, last, llm.ErrBudget)
	assert.ErrorIs(t, last, llm.ErrRateLimited)
}

func TestShareIsNotSavedUpForEver(t *testing.T) {
	small, large, pass := failing(nil), failing(nil), true
	m := llm.Cascade(small, large, func(context.Context, *llm.Request, *llm.Response) error {
		if pass {
			return nil
		}
		return llm.Kind("no")
	}, &llm.CascadeOptions{MaxShare: 0.5})
	for range 1000 {
		_, _ = m.Generate(t.Context(), inquiry())
	}
	pass = false
	for range 40 {
		_, _ = m.Generate(t.Context(), inquiry())
	}
	assert.InDelta(t, 10+20, large.calls, 1)
}

func TestCascadeTellsOfEachCall(t *testing.T) {
	var mu sync.Mutex
	told := map[string]int{}
	opts := &llm.CascadeOptions{OnCall: func(because string) { mu.Lock(); told[because]++; mu.Unlock() }}
	m := llm.Cascade(instant(), instant(), func(_ context.Context, req *llm.Request, _ *llm.Response) error {
		if req.Purpose == "hard" {
			return llm.Kind("too short")
		}
		return nil
	}, opts)
	var group sync.WaitGroup
	for i := range 90 {
		group.Go(func() {
			req := inquiry()
			if i%3 == 0 {
				req.Purpose = "hard"
			}
			_, err := m.Generate(t.Context(), req)
			assert.NoError(t, err)
		})
	}
	group.Wait()
	assert.Equal(t, map[string]int{"": 60, "the check said: too short": 30}, told)
}

func TestCascadeChangesNoResponseOfSomebodyElse(t *testing.T) {
	held := &llm.Response{Text: "Monday.", Finish: llm.FinishStop, Via: make([]string, 1, 8)}
	m := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) { return held, nil })
	for _, check := range []func(context.Context, *llm.Request, *llm.Response) error{always, never} {
		resp, err := llm.Cascade(m, m, check, nil).Generate(t.Context(), inquiry())
		require.NoError(t, err)
		assert.Len(t, resp.Via, 2)
		assert.Empty(t, held.Via[:2][1])
	}
}

func TestFitsSchema(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"fits":                 {`{"mood":"glad"}`, nil},
		"fits in prose":        {"Sure!\n```json\n{\"mood\": \"glad\"}\n```", nil},
		"can be repaired":      {`{"mood": "glad",}`, nil},
		"a field too many":     {`{"mood":"glad","x":1}`, llm.ErrSchema},
		"prose":                {`glad`, llm.ErrSchema},
		"nothing":              {``, llm.ErrSchema},
		"of the wrong type":    {`{"mood":1}`, llm.ErrSchema},
		"cut off in the quote": {`{"mood":`, llm.ErrSchema},
	} {
		t.Run(name, func(t *testing.T) {
			err := llm.FitsSchema(t.Context(), moodRequest(), &llm.Response{Text: c.text})
			require.ErrorIs(t, err, c.want)
			if e, ok := errors.AsType[*llm.Error](err); ok {
				assert.Equal(t, c.text, e.Partial)
			}
		})
	}
	assert.NoError(t, llm.FitsSchema(t.Context(), inquiry(), &llm.Response{Text: "free text"}))
	assert.NoError(t, llm.FitsSchema(t.Context(), moodRequest(), &llm.Response{ToolCalls: []llm.ToolCall{{ID: "1", Name: "f"}}}))
	broken := moodRequest()
	broken.Schema.Definition = json.RawMessage(`{"type": 7}`)
	assert.ErrorIs(t, llm.FitsSchema(t.Context(), broken, &llm.Response{Text: "{}"}), llm.ErrInvalid)
}

func TestCascadesThatCannotBe(t *testing.T) {
	for _, build := range []func(){
		func() { llm.Cascade(nil, instant(), always, nil) },
		func() { llm.Cascade(instant(), nil, always, nil) },
		func() { llm.Cascade(instant(), instant(), nil, nil) },
		func() { llm.Cascade(instant(), instant(), always, &llm.CascadeOptions{MaxShare: 20}) },
		func() { llm.Cascade(instant(), instant(), always, &llm.CascadeOptions{MaxShare: math.NaN()}) },
	} {
		assert.Panics(t, build)
	}
}

func BenchmarkCascade(b *testing.B) {
	b.Run("small", func(b *testing.B) { benchmarkModel(b, llm.Cascade(instant(), instant(), always, nil)) })
	refuse := func(context.Context, *llm.Request, *llm.Response) error { return llm.ErrSchema }
	b.Run("large", func(b *testing.B) { benchmarkModel(b, llm.Cascade(instant(), instant(), refuse, nil)) })
}

func BenchmarkFitsSchema(b *testing.B) {
	req, resp := moodRequest(), &llm.Response{Text: `{"mood":"glad"}`}
	b.ReportAllocs()
	for b.Loop() {
		if err := llm.FitsSchema(b.Context(), req, resp); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStack is all of them in their order.
func BenchmarkStack(b *testing.B) {
	one := func() llm.Model { return llm.Breaker(llm.Retry(instant(), nil), nil) }
	large := llm.Fallback([]llm.Model{one(), one()}, nil)
	b.Run("small answers", func(b *testing.B) { benchmarkModel(b, llm.Cascade(one(), large, always, nil)) })
	b.Run("large answers", func(b *testing.B) { benchmarkModel(b, llm.Cascade(one(), large, never, nil)) })
}

func TestAllInTheirOrderAreAModel(t *testing.T) {
	opts := &llm.RetryOptions{Backoff: time.Microsecond, MaxWait: time.Millisecond}
	llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model {
		one := func(m llm.Model) llm.Model { return llm.Breaker(llm.Retry(m, opts), nil) }
		return llm.Cascade(one(locked()), llm.Fallback([]llm.Model{one(locked()), one(h)}, nil), llm.FitsSchema, nil)
	})
}
