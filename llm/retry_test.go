package llm_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func ExampleRetry() {
	provider := llmtest.NewScript(
		llmtest.Reply{Fault: llmtest.Unavailable},
		llmtest.Reply{Text: "Your parcel left on Monday."},
	)
	model := llm.Retry(provider, &llm.RetryOptions{Backoff: time.Millisecond})
	resp, err := model.Generate(context.Background(), inquiry())
	fmt.Println(resp.Text, resp.Via, err)
	// Output: Your parcel left on Monday. [retry: 2 attempts] <nil>
}

func ExampleRetryEmbedder() {
	calls := 0
	flaky := llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
		if calls++; calls == 1 {
			return nil, &llm.Error{Kind: llm.ErrUnavailable}
		}
		return &llm.Embeddings{Model: "m", Vectors: make([][]float32, len(texts))}, nil
	})
	e, err := llm.RetryEmbedder(flaky, &llm.RetryOptions{Backoff: time.Millisecond}).Embed(context.Background(), []string{"mug"})
	fmt.Println(len(e.Vectors), calls, err)
	// Output: 1 2 <nil>
}

func ExampleNewRetryBucket() {
	// Two models of one provider share its tokens: three retries, and then each call is made once.
	bucket := llm.NewRetryBucket(15)
	down := llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply {
		return llmtest.Reply{Fault: llmtest.Unavailable}
	})
	opts := &llm.RetryOptions{Backoff: time.Millisecond, Bucket: bucket}
	for _, model := range []llm.Model{llm.Retry(down, opts), llm.Retry(down, opts)} {
		_, err := model.Generate(context.Background(), inquiry())
		fmt.Println(err, "| tokens left:", bucket.Tokens())
	}
	// Output:
	// llm: llmtest: provider unavailable (status 503): unavailable | tokens left: 5
	// llm: llmtest: provider unavailable (status 503): unavailable | tokens left: 0
}

func inquiry() *llm.Request {
	return &llm.Request{Messages: []llm.Message{llm.User("Where is my parcel?")}}
}

// kinds are all of them.
func kinds() []llm.Kind {
	return []llm.Kind{
		llm.ErrRateLimited, llm.ErrUnavailable, llm.ErrTimeout, llm.ErrTruncated, llm.ErrEmpty, llm.ErrMalformed,
		llm.ErrLength, llm.ErrRefused, llm.ErrSchema, llm.ErrInvalid, llm.ErrTooLong, llm.ErrUnauthorized, llm.ErrQuota,
		llm.ErrBudget, llm.ErrLimit, llm.ErrCanceled,
	}
}

// turns is a model that answers or fails in order, the last reply again and again, and counts its calls.
type turns struct {
	mu    sync.Mutex
	calls int
	times []time.Time
	errs  []error // nil: an answer
	usage llm.Usage
}

func failing(errs ...error) *turns { return &turns{errs: errs} }

func (m *turns) Generate(ctx context.Context, _ *llm.Request) (*llm.Response, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	m.times = append(m.times, time.Now())
	if ctx.Err() != nil {
		return nil, &llm.Error{Kind: llm.ErrCanceled, Err: ctx.Err()}
	}
	if err := m.errs[min(m.calls, len(m.errs))-1]; err != nil {
		return nil, err
	}
	return &llm.Response{Text: "Monday.", Finish: llm.FinishStop, Usage: m.usage}, nil
}

// down is the error of a provider that is down.
func down() error {
	return &llm.Error{Kind: llm.ErrUnavailable, Provider: "p", Usage: llm.Usage{Input: 3}}
}

func TestRetryIsAModel(t *testing.T) {
	opts := &llm.RetryOptions{Backoff: time.Microsecond, MaxWait: time.Millisecond}
	llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return llm.Retry(h, opts) })
}

func TestRetryEmbedderIsAnEmbedder(t *testing.T) {
	letters := llm.EmbedderFunc(func(ctx context.Context, texts []string) (*llm.Embeddings, error) {
		if ctx.Err() != nil {
			return nil, &llm.Error{Kind: llm.ErrCanceled, Err: ctx.Err()}
		}
		e := &llm.Embeddings{Model: "letters"}
		for _, text := range texts {
			v := make([]float32, 128)
			for i := range text {
				v[text[i]%128]++
			}
			e.Vectors = append(e.Vectors, v)
		}
		return e, nil
	})
	llmtest.RunEmbedder(t, func(*testing.T) llm.Embedder { return llm.RetryEmbedder(letters, nil) })
}

func TestOnlyWhatMayPassIsRetried(t *testing.T) {
	for _, kind := range kinds() {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cause := &llm.Error{Kind: kind, Provider: "p"}
				m := failing(cause)
				_, err := llm.Retry(m, nil).Generate(t.Context(), inquiry())
				assert.Same(t, cause, err, "the error comes back as it is")
				want := 1
				if llm.Retryable(cause) {
					want = 3
				}
				assert.Equal(t, want, m.calls)
			})
		})
	}
	foreign := failing(errors.New("of no kind"))
	_, err := llm.Retry(foreign, nil).Generate(t.Context(), inquiry())
	assert.EqualError(t, err, "of no kind")
	assert.Equal(t, 1, foreign.calls)
}

func TestAttemptsAreBounded(t *testing.T) {
	for _, c := range []struct{ attempts, calls int }{{0, 3}, {-1, 3}, {1, 1}, {2, 2}, {9, 9}} {
		synctest.Test(t, func(t *testing.T) {
			m := failing(down())
			_, err := llm.Retry(m, &llm.RetryOptions{Attempts: c.attempts}).Generate(t.Context(), inquiry())
			require.ErrorIs(t, err, llm.ErrUnavailable)
			assert.Equal(t, c.calls, m.calls, "attempts: %d", c.attempts)
		})
	}
}

// The waits are those of "full jitter": uniform from 0 to min(cap, base·2^n).
func TestBackoffDoublesWithFullJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const runs = 2000
		most := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second}
		sums, highest := make([]time.Duration, len(most)), make([]time.Duration, len(most))
		bucket := llm.NewRetryBucket(1 << 30)
		opts := &llm.RetryOptions{Attempts: 6, Backoff: time.Second, MaxWait: 5 * time.Second, Bucket: bucket, Source: rand.NewPCG(1, 2)}
		for range runs {
			m := failing(down())
			_, err := llm.Retry(m, opts).Generate(t.Context(), inquiry())
			require.ErrorIs(t, err, llm.ErrUnavailable)
			for i := range most {
				wait := m.times[i+1].Sub(m.times[i])
				require.LessOrEqual(t, wait, most[i])
				sums[i] += wait
				highest[i] = max(highest[i], wait)
			}
		}
		for i := range most {
			assert.InEpsilon(t, most[i]/2, sums[i]/runs, 0.05, "mean of wait %d", i+1)
			assert.Greater(t, highest[i], most[i]*99/100, "wait %d", i+1)
		}
	})
}

func TestEqualSourcesWaitEqually(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		elapsed := func() time.Duration {
			begin := time.Now()
			_, _ = llm.Retry(failing(down()), &llm.RetryOptions{Source: rand.NewPCG(3, 4)}).Generate(t.Context(), inquiry())
			return time.Since(begin)
		}
		assert.Equal(t, elapsed(), elapsed())
	})
}

func TestRetryAfterIsTheLeastWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := &llm.Error{Kind: llm.ErrRateLimited, RetryAfter: 7 * time.Second}
		for range 100 {
			m := failing(limited, nil)
			_, err := llm.Retry(m, &llm.RetryOptions{Backoff: time.Second}).Generate(t.Context(), inquiry())
			require.NoError(t, err)
			wait := m.times[1].Sub(m.times[0])
			assert.GreaterOrEqual(t, wait, 7*time.Second)
			assert.LessOrEqual(t, wait, 8*time.Second)
		}
	})
}

func TestAWaitThatIsTooLongIsNotBegun(t *testing.T) {
	after := func(d time.Duration) error { return &llm.Error{Kind: llm.ErrRateLimited, RetryAfter: d} }
	for name, c := range map[string]struct {
		err      error
		deadline time.Duration
		calls    int
	}{
		"longer than MaxWait":              {after(21 * time.Second), 0, 1},
		"as long as MaxWait":               {after(20 * time.Second), 0, 2},
		"longer than time goes":            {after(1<<63 - 1), 0, 1},
		"past the deadline":                {after(3 * time.Second), 2 * time.Second, 1},
		"to the deadline":                  {after(3 * time.Second), 3 * time.Second, 1},
		"before the deadline":              {after(3 * time.Second), 5 * time.Second, 2},
		"negative, as if nothing was said": {after(-time.Hour), 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if c.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.deadline)
					defer cancel()
				}
				m, begin := failing(c.err, nil), time.Now()
				_, err := llm.Retry(m, nil).Generate(ctx, inquiry())
				assert.Equal(t, c.calls, m.calls)
				if c.calls == 1 {
					assert.Same(t, c.err, err)
					assert.Zero(t, time.Since(begin), "it waited all the same")
				}
			})
		})
	}
}

func TestTheEndOfCtxEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		limited := &llm.Error{Kind: llm.ErrRateLimited, Provider: "p", RetryAfter: 9 * time.Second, Usage: llm.Usage{Input: 4}}
		m, begin := failing(limited), time.Now()
		bucket := llm.NewRetryBucket(10)
		_, err := llm.Retry(m, &llm.RetryOptions{Bucket: bucket}).Generate(ctx, inquiry())
		assert.Equal(t, time.Second, time.Since(begin))
		assert.Equal(t, 1, m.calls)
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, llm.ErrRateLimited)
		assert.False(t, llm.Retryable(err))
		e, _ := errors.AsType[*llm.Error](err)
		assert.Equal(t, llm.ErrCanceled, e.Kind)
		assert.Equal(t, 4, e.Usage.Input)
		assert.Equal(t, 10, bucket.Tokens(), "a retry that was not made costs nothing")
		assert.EqualError(t, err, "llm: canceled: context canceled, after llm: p: rate limited")
	})
}

func TestACallWhoseCtxHasEndedIsNotRetried(t *testing.T) {
	for _, attempts := range []int{1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		m := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
			calls++
			cancel()
			return nil, down()
		})
		_, err := llm.Retry(m, &llm.RetryOptions{Attempts: attempts}).Generate(ctx, inquiry())
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, llm.ErrUnavailable)
		assert.Equal(t, 1, calls)
	}
}

func TestFailedAttemptsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := down()
		m := failing(cause, cause, nil)
		m.usage = llm.Usage{Input: 10, Output: 2}
		resp, err := llm.Retry(m, nil).Generate(t.Context(), inquiry())
		require.NoError(t, err)
		assert.Equal(t, llm.Usage{Input: 16, Output: 2}, resp.Usage)
		assert.Equal(t, []string{"retry: 3 attempts"}, resp.Via)

		_, err = llm.Retry(failing(cause), nil).Generate(t.Context(), inquiry())
		e, _ := errors.AsType[*llm.Error](err)
		assert.Equal(t, 9, e.Usage.Input)
		assert.Equal(t, down(), cause, "the model's own error was changed")
	})
}

func TestWrappedErrorsKeepTheirWrapping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wrapped := fmt.Errorf("%w in %w", io.ErrUnexpectedEOF, down())
		_, err := llm.Retry(failing(wrapped), nil).Generate(t.Context(), inquiry())
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		e, _ := errors.AsType[*llm.Error](err)
		assert.Equal(t, 9, e.Usage.Input)

		bare := fmt.Errorf("no struct: %w", llm.ErrTruncated)
		_, err = llm.Retry(failing(down(), bare), &llm.RetryOptions{Attempts: 2}).Generate(t.Context(), inquiry())
		require.ErrorIs(t, err, bare)
		e, _ = errors.AsType[*llm.Error](err)
		assert.Equal(t, llm.ErrTruncated, e.Kind)
		assert.Equal(t, 3, e.Usage.Input)

		foreign := errors.New("of no kind")
		_, err = llm.Retry(failing(down(), foreign), nil).Generate(t.Context(), inquiry())
		assert.Equal(t, foreign, err)
	})
}

func TestAResponseOfSomebodyElseIsNotChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held := &llm.Response{Text: "Monday.", Finish: llm.FinishStop, Via: make([]string, 0, 8)}
		calls := 0
		m := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
			if calls++; calls == 1 {
				return nil, down()
			}
			return held, nil
		})
		resp, err := llm.Retry(m, nil).Generate(t.Context(), inquiry())
		require.NoError(t, err)
		assert.NotSame(t, held, resp)
		assert.Empty(t, held.Via[:1][0], "the response's memory was written to")
		assert.Zero(t, held.Usage)
	})
}

// outage makes n calls to a model that always fails, and returns how many reached it.
func outage(t *testing.T, n int, kind llm.Kind, bucket *llm.RetryBucket) int {
	t.Helper()
	m := &turns{errs: []error{&llm.Error{Kind: kind}}}
	model := llm.Retry(m, &llm.RetryOptions{Bucket: bucket})
	for range n {
		_, err := model.Generate(t.Context(), inquiry())
		require.ErrorIs(t, err, kind)
	}
	return m.calls
}

func TestAnOutageIsHardlyMultiplied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		assert.Equal(t, 30_000, outage(t, 10_000, llm.ErrUnavailable, llm.NewRetryBucket(1<<30)), "the control: a bucket without a bottom")
		assert.Equal(t, 10_100, outage(t, 10_000, llm.ErrUnavailable, nil))
		assert.Equal(t, 10_050, outage(t, 10_000, llm.ErrTimeout, nil))
		assert.Equal(t, 1_100, outage(t, 1_000, llm.ErrUnavailable, nil), "from here on it is at most 1.1")
	})
}

// In a brownout what succeeds pays for retries; those that fail stay below (tokens + calls)/5 whatever happens.
func TestFailedRetriesAreBoundedInBrownouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, p := range []float64{0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1} {
			random := rand.New(rand.NewPCG(5, uint64(100*p)))
			failed, first := 0, true
			m := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
				retry := !first
				first = false
				if random.Float64() >= p {
					return &llm.Response{Text: "Monday.", Finish: llm.FinishStop}, nil
				}
				if retry {
					failed++
				}
				return nil, down()
			})
			const n = 5000
			model := llm.Retry(m, nil)
			for range n {
				first = true
				_, _ = model.Generate(t.Context(), inquiry())
			}
			assert.LessOrEqual(t, failed, (500+n)/5, "p = %v", p)
		}
	})
}

func TestTokensComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bucket := llm.NewRetryBucket(20)
		call := func(errs ...error) {
			_, _ = llm.Retry(failing(errs...), &llm.RetryOptions{Bucket: bucket}).Generate(t.Context(), inquiry())
		}
		timedOut, refused := &llm.Error{Kind: llm.ErrTimeout}, &llm.Error{Kind: llm.ErrRefused}
		for _, c := range []struct {
			name string
			errs []error
			left int
		}{
			{"a success at once when it is full", []error{nil}, 20},
			{"a retry that succeeds", []error{down(), nil}, 20},
			{"two failures and a success: the retry that failed is paid", []error{down(), down(), nil}, 15},
			{"a success at once", []error{nil}, 16},
			{"a refusal earns nothing", []error{refused}, 16},
			{"a timeout costs 10", []error{timedOut, refused}, 6},
			{"a timeout that cannot be paid", []error{timedOut}, 6},
			{"a failure that can", []error{down()}, 1},
			{"one that cannot", []error{down()}, 1},
		} {
			call(c.errs...)
			assert.Equal(t, c.left, bucket.Tokens(), c.name)
		}
	})
	assert.Equal(t, 500, new(llm.RetryBucket).Tokens())
	assert.Equal(t, 500, llm.NewRetryBucket(-1).Tokens())
}

// A retry is under way when another call gives a token, and then gives back what it took.
func TestABucketIsNeverMoreThanFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := &llm.RetryOptions{Bucket: llm.NewRetryBucket(20)}
		calls := 0
		m := llm.ModelFunc(func(ctx context.Context, req *llm.Request) (*llm.Response, error) {
			if calls++; calls == 1 {
				return nil, down()
			}
			return llm.Retry(failing(nil), opts).Generate(ctx, req)
		})
		_, err := llm.Retry(m, opts).Generate(t.Context(), inquiry())
		require.NoError(t, err)
		assert.Equal(t, 20, opts.Bucket.Tokens())
	})
}

func TestRetryIsSafeForConcurrentUse(t *testing.T) {
	bucket := llm.NewRetryBucket(50)
	opts := &llm.RetryOptions{Backoff: time.Microsecond, Bucket: bucket, Source: rand.NewPCG(1, 1)}
	flaky := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
		if rand.IntN(2) == 0 {
			return nil, down()
		}
		return &llm.Response{Text: "Monday.", Finish: llm.FinishStop}, nil
	})
	model := llm.Retry(flaky, opts)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 200 {
				_, _ = model.Generate(t.Context(), inquiry())
				left := bucket.Tokens()
				assert.True(t, left >= 0 && left <= 50, "%d tokens", left)
			}
		})
	}
	group.Wait()
}

func TestEmbeddingsAreRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		held := &llm.Embeddings{Model: "m", Usage: llm.Usage{Input: 5}}
		e := llm.EmbedderFunc(func(context.Context, []string) (*llm.Embeddings, error) {
			if calls++; calls < 3 {
				return nil, down()
			}
			return held, nil
		})
		got, err := llm.RetryEmbedder(e, nil).Embed(t.Context(), nil)
		require.NoError(t, err)
		assert.Equal(t, 11, got.Usage.Input)
		assert.Equal(t, 5, held.Usage.Input)
		calls = 0
		_, err = llm.RetryEmbedder(e, &llm.RetryOptions{Attempts: 2}).Embed(t.Context(), nil)
		assert.ErrorIs(t, err, llm.ErrUnavailable)
		e2, _ := errors.AsType[*llm.Error](err)
		assert.Equal(t, 6, e2.Usage.Input)
	})
}

// plays is a streamer whose calls play the given streams in order.
type plays struct {
	llm.Model
	streams [][]piece
	calls   int
}

// piece is what a stream yields at once.
type piece struct {
	text string
	err  error
}

func (p *plays) Stream(context.Context, *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		pieces, sum := p.streams[p.calls], ""
		p.calls++
		for _, x := range pieces {
			sum += x.text
			if !yield(llm.Delta{Text: x.text}, x.err) || x.err != nil {
				return
			}
		}
		yield(llm.Delta{Done: &llm.Response{Text: sum, Finish: llm.FinishStop, Usage: llm.Usage{Output: 1}}}, nil)
	}
}

// listen is what a stream handed out.
func listen(ctx context.Context, m llm.Model) (text string, done *llm.Response, err error) {
	for d, e := range llm.Stream(ctx, m, inquiry()) {
		text += d.Text
		done, err = d.Done, e
	}
	return text, done, err
}

func TestAStreamIsRetriedUntilItsFirstText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &plays{streams: [][]piece{{{err: down()}}, {{text: ""}, {err: down()}}, {{text: "Mon"}, {text: "day."}}}}
		text, done, err := listen(t.Context(), llm.Retry(m, nil))
		require.NoError(t, err)
		assert.Equal(t, "Monday.", text)
		assert.Equal(t, []string{"retry: 3 attempts"}, done.Via)
		assert.Equal(t, llm.Usage{Input: 6, Output: 1}, done.Usage)

		m = &plays{streams: [][]piece{{{err: down()}}, {{text: "Mon"}, {err: down()}}, {{text: "Tuesday."}}}}
		text, done, err = listen(t.Context(), llm.Retry(m, nil))
		assert.ErrorIs(t, err, llm.ErrUnavailable)
		assert.Equal(t, "Mon", text)
		assert.Nil(t, done)
		assert.Equal(t, 2, m.calls)
		e, _ := errors.AsType[*llm.Error](err)
		assert.Equal(t, 6, e.Usage.Input)

		m = &plays{streams: [][]piece{{{err: down()}}, {{err: down()}}, {{err: down()}}}}
		text, _, err = listen(t.Context(), llm.Retry(m, nil))
		assert.ErrorIs(t, err, llm.ErrUnavailable)
		assert.Empty(t, text)
	})
}

func TestAStreamThatIsBrokenOffAfterARetryCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bucket := llm.NewRetryBucket(10)
		m := &plays{streams: [][]piece{{{err: down()}}, {{text: "Mon"}, {text: "day."}}}}
		for d := range llm.Stream(t.Context(), llm.Retry(m, &llm.RetryOptions{Bucket: bucket}), inquiry()) {
			assert.Equal(t, "Mon", d.Text)
			break
		}
		assert.Equal(t, 10, bucket.Tokens())
	})
}

// instant is a model that costs nothing, to measure what stands around it.
func instant() llm.Model {
	resp := &llm.Response{Text: "Monday.", Finish: llm.FinishStop}
	return llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) { return resp, nil })
}

// benchmarkModel measures calls and streams through m.
func benchmarkModel(b *testing.B, m llm.Model) {
	req := inquiry()
	b.Run("generate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.Generate(b.Context(), req); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("stream", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range llm.Stream(b.Context(), m, req) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

func BenchmarkBare(b *testing.B)  { benchmarkModel(b, instant()) }
func BenchmarkRetry(b *testing.B) { benchmarkModel(b, llm.Retry(instant(), nil)) }
