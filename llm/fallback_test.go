package llm_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func ExampleFallback() {
	hosted := llmtest.NewScript(llmtest.Reply{Fault: llmtest.RateLimited})
	local := llmtest.NewScript(llmtest.Reply{Text: "Your parcel left on Monday."})
	model := llm.Fallback([]llm.Model{hosted, local}, nil)

	resp, err := model.Generate(context.Background(), inquiry())
	fmt.Println(resp.Text, resp.Via, err)
	// Output: Your parcel left on Monday. [fallback: model 2 after rate limited] <nil>
}

func ExampleFallback_allFailed() {
	hosted := llmtest.NewScript(llmtest.Reply{Fault: llmtest.RateLimited})
	local := llmtest.NewScript(llmtest.Reply{Fault: llmtest.LengthStop})
	model := llm.Fallback([]llm.Model{hosted, local}, &llm.FallbackOptions{Names: []string{"hosted", "local"}})

	_, err := model.Generate(context.Background(), inquiry())
	fmt.Println(err)
	e, _ := errors.AsType[*llm.Error](err)
	fmt.Println("retry:", llm.Retryable(err), "after", e.RetryAfter, "| length:", errors.Is(err, llm.ErrLength))
	// Output:
	// llm: rate limited: hosted: llm: llmtest: rate limited (status 429): rate limited; local: llm: llmtest: answer reached its token limit: length
	// retry: true after 2s | length: true
}

// locked is a model whose key is not valid.
func locked() llm.Model {
	return llm.ModelFunc(func(_ context.Context, req *llm.Request) (*llm.Response, error) {
		if err := req.Validate(); err != nil {
			return nil, err
		}
		return nil, &llm.Error{Kind: llm.ErrUnauthorized}
	})
}

func TestFallbackIsAModel(t *testing.T) {
	for name, wrap := range map[string]func(llm.Model) llm.Model{
		"one model":  func(m llm.Model) llm.Model { return llm.Fallback([]llm.Model{m}, nil) },
		"two models": func(m llm.Model) llm.Model { return llm.Fallback([]llm.Model{m, m}, nil) },
		"with a share": func(m llm.Model) llm.Model {
			return llm.Fallback([]llm.Model{m, m}, &llm.FallbackOptions{Timeout: time.Minute})
		},
		"the second answers": func(m llm.Model) llm.Model {
			return llm.Fallback([]llm.Model{locked(), m}, &llm.FallbackOptions{Timeout: time.Minute})
		},
	} {
		t.Run(name, func(t *testing.T) {
			llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return wrap(h) })
		})
	}
}

func TestTheNextModelIsAskedUnlessNoneCouldHelp(t *testing.T) {
	for _, kind := range kinds() {
		first, second := failing(&llm.Error{Kind: kind}), failing(nil)
		resp, err := llm.Fallback([]llm.Model{first, second}, nil).Generate(t.Context(), inquiry())
		if kind == llm.ErrLimit {
			assert.Same(t, first.errs[0], err)
			assert.Zero(t, second.calls)
			continue
		}
		require.NoError(t, err, kind)
		assert.Equal(t, []string{"fallback: model 2 after " + string(kind)}, resp.Via)
	}

	first, second := failing((&llm.Request{}).Validate()), failing(nil)
	_, err := llm.Fallback([]llm.Model{first, second}, nil).Generate(t.Context(), &llm.Request{})
	assert.ErrorIs(t, err, llm.ErrInvalid)
	assert.Zero(t, second.calls, "the request is as invalid there")

	first = failing(errors.New("of no kind"))
	resp, err := llm.Fallback([]llm.Model{first, second}, nil).Generate(t.Context(), inquiry())
	require.NoError(t, err)
	assert.Equal(t, []string{"fallback: model 2 after an unknown error"}, resp.Via)

	first, second = failing(&llm.Error{Kind: llm.ErrRefused}), failing(nil)
	final := &llm.FallbackOptions{Final: []llm.Kind{llm.ErrRefused}}
	_, err = llm.Fallback([]llm.Model{first, second}, final).Generate(t.Context(), inquiry())
	assert.ErrorIs(t, err, llm.ErrRefused)
	assert.Zero(t, second.calls)
}

func TestFallbackGoesThroughAllModels(t *testing.T) {
	a, b, c := failing(down()), failing(&llm.Error{Kind: llm.ErrTooLong}), failing(nil)
	c.usage = llm.Usage{Input: 10}
	resp, err := llm.Fallback([]llm.Model{a, b, c}, &llm.FallbackOptions{Names: []string{"a", "b", "gpu-2"}}).Generate(t.Context(), inquiry())
	require.NoError(t, err)
	assert.Equal(t, []string{"fallback: gpu-2 after provider unavailable, request exceeds the context"}, resp.Via)
	assert.Equal(t, 13, resp.Usage.Input, "what failed is counted")

	resp, err = llm.Fallback([]llm.Model{c, a}, nil).Generate(t.Context(), inquiry())
	require.NoError(t, err)
	assert.Empty(t, resp.Via, "the first model answered")
	assert.Equal(t, 1, a.calls)
}

func TestTheErrorOfAll(t *testing.T) {
	tooLong := &llm.Error{Kind: llm.ErrTooLong, Usage: llm.Usage{Input: 1}}
	limited := &llm.Error{Kind: llm.ErrRateLimited, RetryAfter: 4 * time.Second, Usage: llm.Usage{Input: 2}}
	refused := &llm.Error{Kind: llm.ErrRefused}
	foreign := errors.New("of no kind")
	for name, c := range map[string]struct {
		errs  []error
		kind  llm.Kind
		after time.Duration
	}{
		"the first that may pass, before one that lasts": {[]error{tooLong, limited, down()}, llm.ErrRateLimited, 4 * time.Second},
		"the first of those that may pass":               {[]error{down(), limited}, llm.ErrUnavailable, 0},
		"the first when none may pass":                   {[]error{refused, tooLong}, llm.ErrRefused, 0},
		"an error of no kind is none that may pass":      {[]error{foreign, limited}, llm.ErrRateLimited, 4 * time.Second},
		"a kind without more":                            {[]error{llm.ErrEmpty, refused}, llm.ErrEmpty, 0},
		"one model":                                      {[]error{limited}, llm.ErrRateLimited, 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			var models []llm.Model
			sum, retryable := 0, false
			for _, err := range c.errs {
				models = append(models, failing(err))
				retryable = retryable || llm.Retryable(err)
				if e, ok := errors.AsType[*llm.Error](err); ok {
					sum += e.Usage.Input
				}
			}
			_, err := llm.Fallback(models, nil).Generate(t.Context(), inquiry())
			e, ok := errors.AsType[*llm.Error](err)
			require.True(t, ok)
			assert.Equal(t, c.kind, e.Kind)
			assert.Equal(t, c.after, e.RetryAfter)
			assert.Equal(t, sum, e.Usage.Input)
			assert.Equal(t, retryable, llm.Retryable(err))
			for _, cause := range c.errs {
				assert.ErrorIs(t, err, cause)
			}
		})
	}
	_, err := llm.Fallback([]llm.Model{failing(foreign), failing(foreign)}, nil).Generate(t.Context(), inquiry())
	assert.EqualError(t, err, "model 1: of no kind; model 2: of no kind")
}

func TestTheEndOfCtxEndsTheFallback(t *testing.T) {
	for name, end := range map[string]func(context.Context) error{
		"and the model says so":  func(ctx context.Context) error { return &llm.Error{Kind: llm.ErrCanceled, Err: ctx.Err()} },
		"and the model does not": func(context.Context) error { return down() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			first, third := failing(&llm.Error{Kind: llm.ErrRefused, Usage: llm.Usage{Input: 2}}), failing(nil)
			second := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
				cancel()
				return nil, end(ctx)
			})
			for _, models := range [][]llm.Model{{first, second, third}, {second, third}} {
				_, err := llm.Fallback(models, nil).Generate(ctx, inquiry())
				assert.ErrorIs(t, err, context.Canceled)
				assert.False(t, llm.Retryable(err))
				e, _ := errors.AsType[*llm.Error](err)
				assert.Equal(t, llm.ErrCanceled, e.Kind)
				_, _, err = listen(ctx, llm.Fallback(models, nil))
				assert.ErrorIs(t, err, context.Canceled)
			}
			assert.Zero(t, third.calls)
		})
	}
}

func TestAModelThatHangsLeavesTimeForTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		slow := hanging(nil, &calls)
		opts := &llm.FallbackOptions{Timeout: 3 * time.Second}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begin := time.Now()
		resp, err := llm.Fallback([]llm.Model{slow, failing(nil)}, opts).Generate(ctx, inquiry())
		require.NoError(t, err)
		assert.Equal(t, []string{"fallback: model 2 after timed out"}, resp.Via)
		assert.Equal(t, 3*time.Second, time.Since(begin))

		text, done, err := listen(ctx, llm.Fallback([]llm.Model{slow, failing(nil)}, opts))
		require.NoError(t, err)
		assert.Equal(t, "Monday.", text)
		assert.Equal(t, resp.Via, done.Via)
		assert.Equal(t, 6*time.Second, time.Since(begin))

		_, err = llm.Fallback([]llm.Model{slow, failing(&llm.Error{Kind: llm.ErrRefused})}, opts).Generate(ctx, inquiry())
		assert.ErrorIs(t, err, llm.ErrTimeout)
		assert.NotErrorIs(t, err, context.Canceled, "the caller's context has not ended")
		assert.True(t, llm.Retryable(err))

		_, err = llm.Fallback([]llm.Model{slow, slow}, opts).Generate(ctx, inquiry())
		assert.ErrorIs(t, err, context.DeadlineExceeded, "the last model has all the time that is left, and here that is 1 s")
		assert.False(t, llm.Retryable(err))
		assert.Equal(t, 10*time.Second, time.Since(begin))
	})
}

func TestAModelThatTimesOutOpensItsBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		slow := llm.Breaker(hanging(nil, &calls), &llm.BreakerOptions{MinCalls: 3, Window: time.Minute, OpenTime: time.Minute})
		m := llm.Fallback([]llm.Model{slow, failing(nil)}, &llm.FallbackOptions{Timeout: time.Second})
		begin := time.Now()
		for range 10 {
			_, err := m.Generate(t.Context(), inquiry())
			require.NoError(t, err)
		}
		assert.EqualValues(t, 3, calls.Load())
		assert.Equal(t, 3*time.Second, time.Since(begin))
	})
}

// talker streams its words at the given intervals, unless its context ends, which it may fail to see.
type talker struct {
	llm.Model
	every time.Duration
	deaf  bool
}

func (m talker) Stream(ctx context.Context, _ *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		for range 5 {
			time.Sleep(m.every)
			if ctx.Err() != nil && !m.deaf {
				yield(llm.Delta{}, &llm.Error{Kind: llm.ErrCanceled, Err: ctx.Err()})
				return
			}
			if !yield(llm.Delta{Text: "a"}, nil) {
				return
			}
		}
		yield(llm.Delta{Done: &llm.Response{Text: "aaaaa", Finish: llm.FinishStop}}, nil)
	}
}

func TestTheTimeOfAStreamIsThatToItsFirstText(t *testing.T) {
	for _, c := range []struct {
		every time.Duration
		deaf  bool
		text  string
	}{
		{2 * time.Second, false, "aaaaa"}, // 10 s in all, and the first text in time
		{4 * time.Second, false, "Monday."},
		{4 * time.Second, true, "Monday."}, // its text comes all the same, too late
	} {
		synctest.Test(t, func(t *testing.T) {
			m := llm.Fallback([]llm.Model{talker{every: c.every, deaf: c.deaf}, failing(nil)}, &llm.FallbackOptions{Timeout: 3 * time.Second})
			text, done, err := listen(t.Context(), m)
			require.NoError(t, err)
			assert.Equal(t, c.text, text)
			assert.Equal(t, text, done.Text)
			assert.Equal(t, c.text == "aaaaa", len(done.Via) == 0)
		})
	}
}

func TestFallbackPanicsWithoutModels(t *testing.T) {
	assert.Panics(t, func() { llm.Fallback(nil, nil) })
	assert.Panics(t, func() { llm.Fallback([]llm.Model{instant(), nil}, nil) })
}

func TestFallbackKeepsNoneOfItsArguments(t *testing.T) {
	models, names := []llm.Model{failing(down()), failing(nil)}, []string{"a", "b"}
	m := llm.Fallback(models, &llm.FallbackOptions{Names: names})
	models[1], names[1] = nil, "changed"
	resp, err := m.Generate(t.Context(), inquiry())
	require.NoError(t, err)
	assert.Equal(t, []string{"fallback: b after provider unavailable"}, resp.Via)
}

func TestBrokenOffStreamsLeaveNothingBehind(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	h := llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply { return llmtest.Reply{Text: "It left on Monday."} })
	share := &llm.FallbackOptions{Timeout: time.Hour}
	for name, m := range map[string]llm.Model{
		"retry": llm.Retry(h, nil), "breaker": llm.Breaker(h, nil), "fallback": llm.Fallback([]llm.Model{h, h}, share),
		"cascade": llm.Cascade(h, h, func(context.Context, *llm.Request, *llm.Response) error { return llm.Kind("no") }, nil),
	} {
		for range 10 {
			for d, err := range llm.Stream(t.Context(), m, inquiry()) {
				require.NoError(t, err, name)
				require.Equal(t, "It ", d.Text, name)
				break
			}
		}
	}
}

// faulty is a model that streams another answer at each call, and fails anywhere.
type faulty struct {
	random *rand.Rand
	name   string
	said   *[]string // the whole answer of each call, also of those that failed
}

func (m faulty) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	for d, err := range m.Stream(ctx, req) {
		if err != nil || d.Done != nil {
			return d.Done, err
		}
	}
	return nil, &llm.Error{Kind: llm.ErrTruncated}
}

func (m faulty) Stream(context.Context, *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		var pieces []string
		for i := range 1 + m.random.IntN(6) {
			pieces = append(pieces, strings.Repeat(" ", i%2)+fmt.Sprintf("%s%d.%d", m.name, len(*m.said), i))
		}
		if m.random.IntN(2) == 0 {
			pieces = append([]string{""}, pieces...)
		}
		whole := strings.Join(pieces, "")
		*m.said = append(*m.said, whole)
		fault, sum := m.random.IntN(2*len(pieces)+2), ""
		for i, text := range pieces {
			if i == fault {
				m.fail(sum, yield)
				return
			}
			sum += text
			last := i == len(pieces)-1 && m.random.IntN(2) == 0
			d := llm.Delta{Text: text}
			if last {
				d.Done = &llm.Response{Text: whole, Finish: llm.FinishStop}
			}
			if !yield(d, nil) || last {
				return
			}
		}
		if fault == len(pieces) {
			m.fail(sum, yield)
			return
		}
		yield(llm.Delta{Done: &llm.Response{Text: whole, Finish: llm.FinishStop}}, nil)
	}
}

// fail ends a stream, sometimes in silence.
func (m faulty) fail(partial string, yield func(llm.Delta, error) bool) {
	all := append(kinds(), "")
	if kind := all[m.random.IntN(len(all))]; kind != "" {
		yield(llm.Delta{}, &llm.Error{Kind: kind, Partial: partial})
	}
}

// spliced says what is wrong with what a stream handed out, given all answers that models gave: it has to be the
// beginning of exactly one of them, with nothing after the end. The stream is broken off after some deltas.
func spliced(deltas iter.Seq2[llm.Delta, error], after int, said *[]string) error {
	text, n, ended := "", 0, false
	for d, err := range deltas {
		n++
		text += d.Text
		switch e, _ := errors.AsType[*llm.Error](err); {
		case ended:
			return errors.New("something after the end")
		case d.Done != nil && d.Done.Text != text:
			return fmt.Errorf("handed out %q, and the response is %q", text, d.Done.Text)
		case e != nil && text != "" && e.Partial != text:
			return fmt.Errorf("handed out %q, and the partial text is %q", text, e.Partial)
		}
		ended = err != nil || d.Done != nil
		if n == after {
			break
		}
	}
	if !ended && n != after {
		return errors.New("ended in silence")
	}
	from := 0
	for _, answer := range *said {
		if strings.HasPrefix(answer, text) {
			from++
		}
	}
	if text != "" && from != 1 {
		return fmt.Errorf("%q is the beginning of %d of %q", text, from, *said)
	}
	return nil
}

func TestStreamsAreNeverSpliced(t *testing.T) {
	quick := func(m llm.Model) llm.Model {
		return llm.Retry(m, &llm.RetryOptions{Bucket: llm.NewRetryBucket(1 << 30)})
	}
	oddly := func(_ context.Context, _ *llm.Request, r *llm.Response) error {
		if len(r.Text)%2 == 1 {
			return llm.Kind("odd")
		}
		return nil
	}
	for name, wrap := range map[string]func(a, b, c llm.Model) llm.Model{
		"retry":    func(a, _, _ llm.Model) llm.Model { return quick(a) },
		"breaker":  func(a, _, _ llm.Model) llm.Model { return llm.Breaker(a, &llm.BreakerOptions{MinCalls: 1}) },
		"fallback": func(a, b, c llm.Model) llm.Model { return llm.Fallback([]llm.Model{a, b, c}, nil) },
		"cascade":  func(a, b, _ llm.Model) llm.Model { return llm.Cascade(a, b, oddly, nil) },
		"all": func(a, b, c llm.Model) llm.Model {
			small := llm.Breaker(quick(a), nil)
			large := llm.Fallback([]llm.Model{llm.Breaker(quick(b), nil), quick(c)}, &llm.FallbackOptions{Timeout: time.Minute})
			return llm.Cascade(small, large, oddly, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for seed := range uint64(3000) {
					random := rand.New(rand.NewPCG(seed, 1))
					var said []string
					model := func(name string) llm.Model { return faulty{random, name, &said} }
					m := wrap(model("a"), model("b"), model("c"))
					require.NoError(t, spliced(llm.Stream(t.Context(), m, inquiry()), random.IntN(12), &said), "seed %d", seed)
				}
			})
		})
	}
}

// splicer goes on with a second model wherever the first one failed: the control.
type splicer struct{ a, b llm.Model }

func (m splicer) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	return m.a.Generate(ctx, req)
}

func (m splicer) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		for d, err := range llm.Stream(ctx, m.a, req) {
			if err != nil {
				break
			}
			if !yield(d, nil) || d.Done != nil {
				return
			}
		}
		llm.Stream(ctx, m.b, req)(yield)
	}
}

func TestASpliceIsSeen(t *testing.T) {
	seen := 0
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		var said []string
		m := splicer{faulty{random, "a", &said}, faulty{random, "b", &said}}
		if spliced(llm.Stream(t.Context(), m, inquiry()), 0, &said) != nil {
			seen++
		}
	}
	assert.Greater(t, seen, 50)
}

func BenchmarkFallback(b *testing.B) {
	b.Run("first", func(b *testing.B) { benchmarkModel(b, llm.Fallback([]llm.Model{instant(), instant()}, nil)) })
	b.Run("second", func(b *testing.B) { benchmarkModel(b, llm.Fallback([]llm.Model{failing(down()), instant()}, nil)) })
	b.Run("with a timeout", func(b *testing.B) {
		benchmarkModel(b, llm.Fallback([]llm.Model{instant(), instant()}, &llm.FallbackOptions{Timeout: time.Minute}))
	})
}
