package llm_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
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

func ExampleBreaker() {
	provider := llmtest.NewScript(
		llmtest.Reply{Fault: llmtest.Unavailable},
		llmtest.Reply{Fault: llmtest.Unavailable},
	)
	model := llm.Breaker(provider, &llm.BreakerOptions{MinCalls: 2, OnChange: func(from, to llm.BreakerState) {
		fmt.Println(from, "->", to)
	}})
	for range 3 {
		_, err := model.Generate(context.Background(), inquiry())
		fmt.Println(err, errors.Is(err, llm.ErrBreakerOpen))
	}
	fmt.Println("calls:", len(provider.Requests()))
	// Output:
	// llm: llmtest: provider unavailable (status 503): unavailable false
	// closed -> open
	// llm: llmtest: provider unavailable (status 503): unavailable false
	// llm: provider unavailable: breaker is open true
	// calls: 2
}

// health is a model that fails with an error, or answers when that is nil, and counts its calls.
type health struct {
	err   atomic.Pointer[error]
	calls atomic.Int64
}

func (h *health) set(err error) { h.err.Store(&err) }

func (h *health) Generate(ctx context.Context, _ *llm.Request) (*llm.Response, error) {
	h.calls.Add(1)
	if err := h.err.Load(); err != nil && *err != nil {
		return nil, *err
	}
	return &llm.Response{Text: "Monday.", Finish: llm.FinishStop}, nil
}

// calls makes n calls, and returns how many the breaker let through.
func (h *health) through(t *testing.T, m llm.Model, n int) int {
	t.Helper()
	before := h.calls.Load()
	for range n {
		_, _ = m.Generate(t.Context(), inquiry())
	}
	return int(h.calls.Load() - before)
}

// changes records changes of state.
type changes struct {
	mu  sync.Mutex
	all []string
}

func (c *changes) add(from, to llm.BreakerState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, string(from)+" -> "+string(to))
}

// take is what was recorded since the last time.
func (c *changes) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.all
	c.all = nil
	return all
}

func TestBreakerIsAModel(t *testing.T) {
	llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return llm.Breaker(h, nil) })
}

func TestBreakerOpensProbesAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h health
		var seen changes
		m := llm.Breaker(&h, &llm.BreakerOptions{OnChange: seen.add})
		h.set(down())
		assert.Equal(t, 20, h.through(t, m, 50), "the default is 20 calls")
		assert.Equal(t, []string{"closed -> open"}, seen.take())

		time.Sleep(2 * time.Second)
		_, err := m.Generate(t.Context(), inquiry())
		require.ErrorIs(t, err, llm.ErrUnavailable)
		require.ErrorIs(t, err, llm.ErrBreakerOpen)
		e, _ := errors.AsType[*llm.Error](err)
		assert.Equal(t, 3*time.Second, e.RetryAfter)
		_, _, err = listen(t.Context(), m)
		assert.ErrorIs(t, err, llm.ErrBreakerOpen)

		open := 5 * time.Second
		time.Sleep(3 * time.Second)
		for range 8 { // each failed probe doubles the time, up to 2 min
			assert.Equal(t, 1, h.through(t, m, 10))
			assert.Equal(t, []string{"open -> half-open", "half-open -> open"}, seen.take())
			open = min(2*open, 2*time.Minute)
			time.Sleep(open - 1)
			assert.Equal(t, 0, h.through(t, m, 1), "open for %v", open)
			time.Sleep(time.Nanosecond)
		}
		assert.Equal(t, 2*time.Minute, open)

		h.set(nil)
		assert.Equal(t, 10, h.through(t, m, 10))
		assert.Equal(t, []string{"open -> half-open", "half-open -> closed"}, seen.take())

		h.set(down()) // nine calls since it closed count, none from before, and the times begin anew
		assert.Equal(t, 11, h.through(t, m, 50))
		time.Sleep(5 * time.Second)
		assert.Equal(t, 1, h.through(t, m, 10))
	})
}

func TestBreakerOpensAtItsRate(t *testing.T) {
	for name, c := range map[string]struct {
		opts    llm.BreakerOptions
		fail    func(i int) bool
		through int // of 100
	}{
		"every second call":            {llm.BreakerOptions{}, func(i int) bool { return i%2 == 1 }, 20},
		"every third call":             {llm.BreakerOptions{}, func(i int) bool { return i%3 == 0 }, 100},
		"every third call, rate 0.3":   {llm.BreakerOptions{FailureRate: 0.3}, func(i int) bool { return i%3 == 0 }, 22},
		"every call, at least 7":       {llm.BreakerOptions{MinCalls: 7}, func(int) bool { return true }, 7},
		"all must fail, one does not":  {llm.BreakerOptions{FailureRate: 1}, func(i int) bool { return i > 0 }, 100},
		"healthy, and then all failed": {llm.BreakerOptions{}, func(i int) bool { return i >= 30 }, 60},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var h health
				m := llm.Breaker(&h, &c.opts)
				for i := range 100 {
					h.set(nil)
					if c.fail(i) {
						h.set(down())
					}
					_, _ = m.Generate(t.Context(), inquiry())
				}
				assert.EqualValues(t, c.through, h.calls.Load())
			})
		})
	}
}

func TestTheWindowRolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h health
		h.set(down())
		m := llm.Breaker(&h, nil)
		for range 10 { // 19 failures in 30 s are too few, again and again
			assert.Equal(t, 19, h.through(t, m, 19))
			time.Sleep(30 * time.Second)
		}
		assert.Equal(t, 10, h.through(t, m, 10))
		time.Sleep(26 * time.Second)
		assert.Equal(t, 10, h.through(t, m, 11), "10 and 10 within 30 s")
	})
	synctest.Test(t, func(t *testing.T) {
		var h health
		m := llm.Breaker(&h, nil)
		h.through(t, m, 1000)
		time.Sleep(45 * time.Second) // the healthy past does not hide that all fail now
		h.set(down())
		assert.Equal(t, 20, h.through(t, m, 50))
	})
}

func TestWhatSpeaksOfTheProvidersHealth(t *testing.T) {
	ill := []llm.Kind{llm.ErrUnavailable, llm.ErrTimeout, llm.ErrTruncated, llm.ErrMalformed}
	well := []llm.Kind{llm.ErrEmpty, llm.ErrLength, llm.ErrRefused, llm.ErrUnauthorized, llm.ErrQuota, llm.ErrRateLimited}
	for _, kind := range kinds() {
		synctest.Test(t, func(t *testing.T) {
			var h health
			m := llm.Breaker(&h, &llm.BreakerOptions{MinCalls: 4})
			h.set(&llm.Error{Kind: kind})
			opened := h.through(t, m, 20) < 20
			assert.Equal(t, slices.Contains(ill, kind), opened, kind)
		})
		synctest.Test(t, func(t *testing.T) { // the same kinds as the outcome of a probe
			var h health
			var seen changes
			m := llm.Breaker(&h, &llm.BreakerOptions{MinCalls: 1, OnChange: seen.add})
			h.set(down())
			h.through(t, m, 1)
			time.Sleep(5 * time.Second)
			h.set(&llm.Error{Kind: kind})
			h.through(t, m, 1)
			last := seen.take()
			switch {
			case slices.Contains(ill, kind):
				assert.Equal(t, "half-open -> open", last[len(last)-1], kind)
			case slices.Contains(well, kind):
				assert.Equal(t, "half-open -> closed", last[len(last)-1], kind)
			default:
				assert.Equal(t, "open -> half-open", last[len(last)-1], kind)
				assert.Equal(t, 3, h.through(t, m, 3), "%s: each next call probes", kind)
			}
		})
	}
}

// hanging answers when it is let, and ends with its context.
func hanging(let <-chan struct{}, calls *atomic.Int64) llm.Model {
	return llm.ModelFunc(func(ctx context.Context, _ *llm.Request) (*llm.Response, error) {
		calls.Add(1)
		select {
		case <-let:
			return &llm.Response{Text: "Monday.", Finish: llm.FinishStop}, nil
		case <-ctx.Done():
			return nil, &llm.Error{Kind: llm.ErrCanceled, Err: ctx.Err()}
		}
	})
}

func TestTheDeadlineOfACallerIsNotTheProvidersFault(t *testing.T) {
	for cause, through := range map[error]int64{nil: 50, llm.ErrTimeout: 20} {
		synctest.Test(t, func(t *testing.T) {
			var calls atomic.Int64
			m := llm.Breaker(hanging(nil, &calls), nil)
			for range 50 {
				ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, cause)
				_, err := m.Generate(ctx, inquiry())
				cancel()
				require.Error(t, err)
			}
			assert.Equal(t, through, calls.Load(), "cause %v", cause)
		})
	}
}

// opened is a breaker around m that has opened, and whose time to probe has come.
func opened(t *testing.T, m llm.Model, opts llm.BreakerOptions) llm.Model {
	t.Helper()
	var broken atomic.Bool
	broken.Store(true)
	inner := llm.ModelFunc(func(ctx context.Context, req *llm.Request) (*llm.Response, error) {
		if broken.Load() {
			return nil, down()
		}
		return m.Generate(ctx, req)
	})
	opts.MinCalls = 1
	b := llm.Breaker(inner, &opts)
	_, err := b.Generate(t.Context(), inquiry())
	require.ErrorIs(t, err, llm.ErrUnavailable)
	broken.Store(false)
	time.Sleep(5 * time.Second)
	return b
}

func TestHalfOpenLetsFewProbesThrough(t *testing.T) {
	for _, probes := range []int{0, 1, 3} {
		synctest.Test(t, func(t *testing.T) {
			let := make(chan struct{})
			var calls, failed atomic.Int64
			b := opened(t, hanging(let, &calls), llm.BreakerOptions{Probes: probes})
			for range 100 {
				go func() {
					_, err := b.Generate(t.Context(), inquiry())
					if errors.Is(err, llm.ErrBreakerOpen) {
						e, _ := errors.AsType[*llm.Error](err)
						assert.Zero(t, e.RetryAfter)
						failed.Add(1)
					}
				}()
			}
			synctest.Wait()
			assert.EqualValues(t, max(1, probes), calls.Load())
			assert.EqualValues(t, 100-max(1, probes), failed.Load())
			close(let)
			synctest.Wait()
			_, err := b.Generate(t.Context(), inquiry())
			assert.NoError(t, err, "closed")
		})
	}
}

func TestAProbeThatIsCancelledDoesNotBlockTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		let := make(chan struct{})
		var calls atomic.Int64
		var seen changes
		b := opened(t, hanging(let, &calls), llm.BreakerOptions{OnChange: seen.add})
		for range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			go func() { synctest.Wait(); cancel() }()
			_, err := b.Generate(ctx, inquiry())
			require.ErrorIs(t, err, context.Canceled)
			_, err = b.Generate(ctx, inquiry()) // has ended before: no probe either
			require.ErrorIs(t, err, context.Canceled)
		}
		assert.EqualValues(t, 3, calls.Load())
		close(let)
		_, err := b.Generate(t.Context(), inquiry())
		require.NoError(t, err)
		assert.Equal(t, []string{"closed -> open", "open -> half-open", "half-open -> closed"}, seen.take())
	})
}

func TestAStreamThatIsBrokenOffIsNoProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen changes
		m := &plays{streams: [][]piece{{{text: "Mon"}, {err: down()}}, {{text: "Mon"}, {text: "day."}}, {{text: "Monday."}}}}
		b := llm.Breaker(m, &llm.BreakerOptions{MinCalls: 1, OnChange: seen.add})
		_, _, err := listen(t.Context(), b)
		require.ErrorIs(t, err, llm.ErrUnavailable)
		time.Sleep(5 * time.Second)
		seen.take()
		for range llm.Stream(t.Context(), b, inquiry()) {
			break
		}
		assert.Equal(t, []string{"open -> half-open"}, seen.take())
		text, _, err := listen(t.Context(), b)
		require.NoError(t, err)
		assert.Equal(t, "Monday.", text)
		assert.Equal(t, []string{"half-open -> closed"}, seen.take())
	})
}

func TestAStreamCountsBeforeItsEndIsHandedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen changes
		m := &plays{streams: [][]piece{{{text: "Mon"}, {err: down()}}}}
		for _, err := range llm.Stream(t.Context(), llm.Breaker(m, &llm.BreakerOptions{MinCalls: 1, OnChange: seen.add}), inquiry()) {
			assert.Equal(t, err != nil, len(seen.take()) == 1)
		}
	})
}

func TestAProbeThatPanicsDoesNotBlockTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		b := opened(t, llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
			if calls++; calls < 3 {
				panic("a bug")
			}
			return &llm.Response{Text: "Monday.", Finish: llm.FinishStop}, nil
		}), llm.BreakerOptions{})
		assert.Panics(t, func() { _, _ = b.Generate(t.Context(), inquiry()) })
		assert.Panics(t, func() { _, _, _ = listen(t.Context(), b) })
		_, err := b.Generate(t.Context(), inquiry())
		assert.NoError(t, err)
	})
}

func TestAProbeThatHangsDoesNotBlockForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		let := make(chan struct{})
		var calls atomic.Int64
		b := opened(t, hanging(let, &calls), llm.BreakerOptions{})
		for want := range int64(3) {
			go func() { _, _ = b.Generate(t.Context(), inquiry()) }()
			synctest.Wait()
			assert.Equal(t, want+1, calls.Load())
			_, err := b.Generate(t.Context(), inquiry())
			require.ErrorIs(t, err, llm.ErrBreakerOpen)
			time.Sleep(5 * time.Second)
		}
		close(let)
		synctest.Wait()
		_, err := b.Generate(t.Context(), inquiry())
		assert.NoError(t, err)
	})
}

// A call that began before the breaker opened, and ends while it is open or probes, says nothing of the provider now.
func TestLateResultsDoNotCount(t *testing.T) {
	for _, late := range []error{nil, down()} {
		synctest.Test(t, func(t *testing.T) {
			first, second, probe := make(chan error), make(chan error), make(chan error)
			var seen changes
			var outcomes chan error // of the calls that begin now; nil: they fail at once
			m := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
				err := down()
				if outcomes != nil {
					err = <-outcomes
				}
				return &llm.Response{Text: "Monday.", Finish: llm.FinishStop}, err
			})
			b := llm.Breaker(m, &llm.BreakerOptions{MinCalls: 1, OnChange: seen.add})
			begin := func(c chan error) {
				outcomes = c
				go func() { _, _ = b.Generate(t.Context(), inquiry()) }()
				synctest.Wait()
			}
			begin(first)
			begin(second)
			outcomes = nil
			_, _ = b.Generate(t.Context(), inquiry())
			assert.Equal(t, []string{"closed -> open"}, seen.take())
			first <- late
			synctest.Wait()
			time.Sleep(5 * time.Second)
			begin(probe)
			assert.Equal(t, []string{"open -> half-open"}, seen.take(), "it was not open for longer")
			second <- late
			synctest.Wait()
			assert.Empty(t, seen.take())
			_, err := b.Generate(t.Context(), inquiry())
			assert.ErrorIs(t, err, llm.ErrBreakerOpen, "the probe is still under way")
			probe <- nil
			synctest.Wait()
			assert.Equal(t, []string{"half-open -> closed"}, seen.take())
		})
	}
}

func TestABreakerThatClosesForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h health
		m := llm.Breaker(&h, nil)
		h.set(down())
		h.through(t, m, 20)
		time.Sleep(5 * time.Second)
		h.set(nil)
		assert.Equal(t, 1, h.through(t, m, 1))
		h.set(down()) // the window holds 20 failures of before
		assert.Equal(t, 20, h.through(t, m, 50))
	})
}

func TestOnChangeMayCallTheModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b llm.Model
		var inside error
		b = llm.Breaker(failing(down()), &llm.BreakerOptions{MinCalls: 1, OnChange: func(_, to llm.BreakerState) {
			if to == llm.BreakerOpen {
				_, inside = b.Generate(t.Context(), inquiry())
			}
		}})
		_, _ = b.Generate(t.Context(), inquiry())
		assert.ErrorIs(t, inside, llm.ErrBreakerOpen)
	})
}

func TestOptionsThatNoBreakerCanHave(t *testing.T) {
	for _, rate := range []float64{-0.1, 1.1, 50, math.NaN()} {
		assert.Panics(t, func() { llm.Breaker(instant(), &llm.BreakerOptions{FailureRate: rate}) }, "%v", rate)
	}
}

func TestTheFirstOpenTimeMayBeTheLongest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h health
		h.set(down())
		m := llm.Breaker(&h, &llm.BreakerOptions{MinCalls: 1, OpenTime: time.Hour, MaxOpenTime: math.MaxInt64})
		h.through(t, m, 1)
		for _, open := range []time.Duration{1, 2, 4, 8} {
			time.Sleep(open*time.Hour - 1)
			assert.Equal(t, 0, h.through(t, m, 1))
			time.Sleep(time.Nanosecond)
			assert.Equal(t, 1, h.through(t, m, 2))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var h health
		h.set(down())
		m := llm.Breaker(&h, &llm.BreakerOptions{MinCalls: 1, OpenTime: time.Hour, MaxOpenTime: time.Minute})
		h.through(t, m, 1)
		for range 3 {
			time.Sleep(time.Hour)
			assert.Equal(t, 1, h.through(t, m, 2))
		}
	})
}

func TestBreakerIsSafeForConcurrentUse(t *testing.T) {
	flaky := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
		if rand.IntN(3) > 0 {
			return nil, down()
		}
		return &llm.Response{Text: "Monday.", Finish: llm.FinishStop}, nil
	})
	var seen changes
	b := llm.Breaker(flaky, &llm.BreakerOptions{MinCalls: 3, OpenTime: time.Microsecond, MaxOpenTime: 10 * time.Microsecond, OnChange: seen.add})
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 300 {
				_, _ = b.Generate(t.Context(), inquiry())
				_, _, _ = listen(t.Context(), b)
			}
		})
	}
	group.Wait()
	assert.NotEmpty(t, seen.take())
}

func BenchmarkBreaker(b *testing.B) { benchmarkModel(b, llm.Breaker(instant(), nil)) }

func BenchmarkBreakerOpen(b *testing.B) {
	m := llm.Breaker(failing(down()), &llm.BreakerOptions{MinCalls: 1, OpenTime: time.Hour})
	b.ReportAllocs()
	for b.Loop() {
		_, _ = m.Generate(b.Context(), inquiry())
	}
}
