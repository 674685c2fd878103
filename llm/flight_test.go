package llm_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// gate is a model that answers when it is told to.
type gate struct {
	calls, ended atomic.Int64
	open         chan llmtest.Reply
}

func newGate() *gate { return &gate{open: make(chan llmtest.Reply)} }

func (g *gate) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	return llmtest.Handler(g.reply).Generate(ctx, req)
}

func (g *gate) reply(ctx context.Context, _ *llm.Request) llmtest.Reply {
	g.calls.Add(1)
	defer g.ended.Add(1)
	select {
	case r := <-g.open:
		return r
	case <-ctx.Done():
		return llmtest.Reply{}
	}
}

// outcome is what a caller was told.
type outcome struct {
	resp *llm.Response
	err  error
}

// callers ask the same at once, each with a context of its own.
func callers(t *testing.T, m llm.Model, ctxs ...context.Context) []chan outcome {
	t.Helper()
	var all []chan outcome
	for _, ctx := range ctxs {
		told := make(chan outcome, 1)
		go func() {
			resp, err := m.Generate(ctx, asking("", "hello"))
			told <- outcome{resp, err}
		}()
		synctest.Wait() // the first is the first
		all = append(all, told)
	}
	return all
}

func TestConcurrentEqualRequestsMakeOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, cache := newGate(), llm.NewCache(nil)
		told := callers(t, cache.Model("m", g), t.Context(), t.Context(), t.Context())
		g.open <- llmtest.Reply{Text: "hi", Usage: llm.Usage{Output: 7}}
		var usage llm.Usage
		shared := 0
		for _, c := range told {
			o := <-c
			require.NoError(t, o.err)
			assert.Equal(t, "hi", o.resp.Text)
			usage = usage.Add(o.resp.Usage)
			shared += len(o.resp.Via)
			o.resp.Text = "changed"
		}
		assert.Equal(t, llm.Usage{Output: 7}, usage, "one of them is told of the usage")
		assert.Equal(t, 2, shared)
		assert.Equal(t, "hi", generate(t, cache.Model("m", g), asking("", "hello")).Text)
		s := cache.Stats()
		assert.Equal(t, [3]int64{1, 2, 1}, [3]int64{s.Misses, s.Shared, s.Hits})
		assert.EqualValues(t, 1, g.calls.Load())
	})
}

func TestAnErrorGoesToAllWhoWaitAndIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := &llm.Error{Kind: llm.ErrUnavailable, Usage: llm.Usage{Input: 5}}
		g := newGate()
		m := llm.NewCache(nil).Model("m", g)
		told := callers(t, m, t.Context(), t.Context())
		g.open <- llmtest.Reply{Err: failed}
		sum := 0
		for _, c := range told {
			e, ok := errors.AsType[*llm.Error]((<-c).err)
			require.True(t, ok)
			require.ErrorIs(t, e, llm.ErrUnavailable)
			sum += e.Usage.Input
		}
		assert.Equal(t, 5, sum, "one of them is told of the usage")
		assert.Equal(t, 5, failed.Usage.Input)

		again := callers(t, m, t.Context())
		g.open <- llmtest.Reply{Text: "hi"}
		assert.NoError(t, (<-again[0]).err)
	})
}

func TestWhoLeavesDoesNotTakeTheOthersAlong(t *testing.T) {
	for name, leaver := range map[string]int{"the first leaves": 0, "the second leaves": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGate()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				ctxs := []context.Context{t.Context(), t.Context()}
				ctxs[leaver] = ctx
				told := callers(t, llm.NewCache(nil).Model("m", g), ctxs...)
				gone := <-told[leaver]
				assert.Nil(t, gone.resp)
				assert.ErrorIs(t, gone.err, llm.ErrCanceled)
				assert.ErrorIs(t, gone.err, context.DeadlineExceeded)
				assert.Zero(t, g.ended.Load(), "the call goes on")

				g.open <- llmtest.Reply{Text: "hi", Usage: llm.Usage{Output: 3}}
				stayed := <-told[1-leaver]
				require.NoError(t, stayed.err)
				assert.Equal(t, 3, stayed.resp.Usage.Output, "who stays is told of the usage")
			})
		})
	}
}

func TestTheLastWhoLeavesEndsTheCallAndSeesItEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running atomic.Bool
		slow := llm.ModelFunc(func(ctx context.Context, _ *llm.Request) (*llm.Response, error) {
			running.Store(true)
			defer running.Store(false)
			<-ctx.Done()
			time.Sleep(time.Second) // it takes a moment to stop
			return nil, &llm.Error{Kind: llm.ErrCanceled, Usage: llm.Usage{Input: 9}, Err: ctx.Err()}
		})
		cache := llm.NewCache(nil)
		first, cancelFirst := context.WithCancel(t.Context())
		second, cancelSecond := context.WithCancel(t.Context())
		told := callers(t, cache.Model("m", slow), first, second)
		cancelFirst()
		require.ErrorIs(t, (<-told[0]).err, context.Canceled)
		assert.True(t, running.Load())
		cancelSecond()
		o := <-told[1]
		assert.False(t, running.Load(), "it has ended when the last caller is back")
		e, ok := errors.AsType[*llm.Error](o.err)
		require.True(t, ok)
		assert.Equal(t, 9, e.Usage.Input, "what it cost is not lost")
		assert.Zero(t, cache.Stats().Entries)
	})
}

func TestNobodyJoinsACallThatIsBeingEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		m := llm.NewCache(nil).Model("m", llm.ModelFunc(func(ctx context.Context, _ *llm.Request) (*llm.Response, error) {
			if calls.Add(1) == 1 {
				<-ctx.Done()
				time.Sleep(time.Second)
				return nil, ctx.Err()
			}
			return &llm.Response{Text: "second call", Finish: llm.FinishStop}, nil
		}))
		ctx, cancel := context.WithCancel(t.Context())
		told := callers(t, m, ctx)
		cancel()
		synctest.Wait() // it is ending now
		assert.Equal(t, "second call", generate(t, m, asking("", "hello")).Text)
		assert.Equal(t, []string{"cache"}, generate(t, m, asking("", "hello")).Via, "the first one's end leaves the second alone")
		require.ErrorIs(t, (<-told[0]).err, context.Canceled)
	})
}

func TestACallThatEndsLateLeavesTheNextOneAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		m := llm.NewCache(nil).Model("m", llm.ModelFunc(func(ctx context.Context, _ *llm.Request) (*llm.Response, error) {
			n := calls.Add(1)
			if n == 1 {
				<-ctx.Done()
			}
			time.Sleep(time.Duration(n) * time.Second)
			return &llm.Response{Text: "hi", Finish: llm.FinishStop}, ctx.Err()
		}))
		ctx, cancel := context.WithCancel(t.Context())
		told := callers(t, m, ctx)
		cancel()
		synctest.Wait() // it has left
		told = append(told, callers(t, m, t.Context())...)
		require.ErrorIs(t, (<-told[0]).err, context.Canceled)
		told = append(told, callers(t, m, t.Context())...)
		for _, c := range told[1:] {
			require.NoError(t, (<-c).err)
		}
		assert.EqualValues(t, 2, calls.Load(), "the third caller joins the second call")
	})
}

// TestACallerMayReuseItsRequestAfterItLeft is of use with the race detector.
func TestACallerMayReuseItsRequestAfterItLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		seen := make(chan string, 1)
		m := llm.NewCache(nil).Model("m", llm.ModelFunc(func(ctx context.Context, req *llm.Request) (*llm.Response, error) {
			resp, err := g.Generate(ctx, req)
			seen <- req.Messages[0].Text()
			return resp, err
		}))
		ctx, cancel := context.WithCancel(t.Context())
		req := asking("", "hello")
		first := make(chan error, 1)
		go func() { _, err := m.Generate(ctx, req); first <- err }()
		synctest.Wait()
		told := callers(t, m, t.Context())
		cancel()
		<-first
		req.Messages[0].Parts[0].Text = "changed"
		g.open <- llmtest.Reply{Text: "hi"}
		assert.Equal(t, "hello", <-seen)
		require.NoError(t, (<-told[0]).err)
	})
}

func TestAModelThatPanicsDoesSoForItsCallers(t *testing.T) {
	m := llm.NewCache(nil).Model("m", llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) { panic("broken model") }))
	defer func() { assert.Contains(t, recover(), "broken model") }()
	m.Generate(t.Context(), asking("", "hello"))
	t.Error("no panic")
}

func TestAModelThatReturnsNothingIsAnError(t *testing.T) {
	for name, f := range map[string]llm.ModelFunc{
		"nil and nil":         func(context.Context, *llm.Request) (*llm.Response, error) { return nil, nil },
		"the goroutine's end": func(context.Context, *llm.Request) (*llm.Response, error) { runtime.Goexit(); return nil, nil },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := llm.NewCache(nil).Model("m", f).Generate(t.Context(), asking("", "hello"))
			assert.ErrorIs(t, err, llm.ErrMalformed)
		})
	}
}

func TestTheValuesOfTheContextReachTheModel(t *testing.T) {
	type key struct{}
	m := llm.NewCache(nil).Model("m", llm.ModelFunc(func(ctx context.Context, _ *llm.Request) (*llm.Response, error) {
		return &llm.Response{Text: ctx.Value(key{}).(string), Finish: llm.FinishStop}, nil
	}))
	resp, err := m.Generate(context.WithValue(t.Context(), key{}, "trace-7"), asking("", "hello"))
	require.NoError(t, err)
	assert.Equal(t, "trace-7", resp.Text)
}

// TestManyCallersComeAndGo is of use with the race detector.
func TestManyCallersComeAndGo(t *testing.T) {
	var calls atomic.Int64
	cache := llm.NewCache(&llm.CacheOptions{MaxBytes: 4000})
	m := cache.Model("m", numbering(&calls))
	var group sync.WaitGroup
	for i := range 32 {
		group.Go(func() {
			for j := range 50 {
				ctx, cancel := context.WithCancel(t.Context())
				req := asking(string(rune('a'+i%4)), string(rune('a'+j%8)))
				switch (i + j) % 5 {
				case 0:
					go cancel()
				case 1:
					cache.Erase(req.Scope)
				case 2:
					for range llm.Stream(ctx, m, req) {
						cache.Stats()
					}
				}
				resp, err := m.Generate(ctx, req)
				assert.Equal(t, err == nil, resp != nil)
				if err != nil {
					assert.ErrorIs(t, err, context.Canceled)
				}
				cancel()
			}
		})
	}
	group.Wait()
	assert.LessOrEqual(t, cache.Stats().Bytes, int64(4000))
}
