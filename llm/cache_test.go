package llm_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// numbering is a model that numbers its answers.
func numbering(calls *atomic.Int64) llm.Model {
	return llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply {
		return llmtest.Reply{Text: fmt.Sprint("answer ", calls.Add(1)), Usage: llm.Usage{Input: 10, Output: 2}}
	})
}

// asking is a request of a customer of the shop that has only one.
func asking(customer, text string) *llm.Request {
	return &llm.Request{Scope: llm.Scope{Customer: customer}, Messages: []llm.Message{llm.User(text)}}
}

func generate(t *testing.T, m llm.Model, req *llm.Request) *llm.Response {
	t.Helper()
	resp, err := m.Generate(t.Context(), req)
	require.NoError(t, err)
	return resp
}

// collected is a stream as it came.
func collected(t *testing.T, m llm.Model, req *llm.Request) (texts []string, done *llm.Response) {
	t.Helper()
	for d, err := range llm.Stream(t.Context(), m, req) {
		require.NoError(t, err)
		texts, done = append(texts, d.Text), d.Done
	}
	return texts, done
}

func TestCachedModelKeepsTheContract(t *testing.T) {
	defer goleak.VerifyNone(t)
	llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return llm.NewCache(nil).Model("m", h) })
}

func TestAHitIsACopyThatCostsNothing(t *testing.T) {
	var calls atomic.Int64
	cache := llm.NewCache(nil)
	m := cache.Model("m", numbering(&calls))
	first := generate(t, m, asking("c-1", "hello"))
	assert.Equal(t, llm.Usage{Input: 10, Output: 2}, first.Usage)
	assert.Empty(t, first.Via)
	first.Text = "changed"

	hit := generate(t, m, asking("c-2", "hello"))
	assert.Equal(t, "answer 1", hit.Text)
	assert.Zero(t, hit.Usage)
	assert.Equal(t, []string{"cache"}, hit.Via)
	hit.Via[0] = "changed"
	assert.Equal(t, []string{"cache"}, generate(t, m, asking("c-1", "hello")).Via)
	assert.EqualValues(t, 1, calls.Load())
	assert.Equal(t, llm.CacheStats{Hits: 2, Misses: 1, Entries: 1, Bytes: cache.Stats().Bytes}, cache.Stats())
}

func TestWhatSharesAnAnswer(t *testing.T) {
	base := asking("c-1", "hello")
	base.Scope.Tenant = "shop-1"
	for name, c := range map[string]struct {
		change func(*llm.Request)
		model  string
		calls  int64
	}{
		"the same":         {func(*llm.Request) {}, "m", 1},
		"another customer": {func(r *llm.Request) { r.Scope.Customer = "c-2" }, "m", 1},
		"another purpose":  {func(r *llm.Request) { r.Purpose = "p" }, "m", 1},
		"another tenant":   {func(r *llm.Request) { r.Scope.Tenant = "shop-2" }, "m", 2},
		"another text":     {func(r *llm.Request) { r.Messages[0].Parts[0].Text = "hallo" }, "m", 2},
		"another model":    {func(*llm.Request) {}, "n", 2},
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int64
			cache := llm.NewCache(nil)
			generate(t, cache.Model("m", numbering(&calls)), base)
			req := base.Clone()
			c.change(req)
			generate(t, cache.Model(c.model, numbering(&calls)), req)
			assert.Equal(t, c.calls, calls.Load())
		})
	}
}

func TestRequestsForVarietyReachTheModel(t *testing.T) {
	for name, c := range map[string]struct {
		temperature *float64
		seed        *int64
		sampled     bool
		calls       int64
	}{
		"nothing set":                  {nil, nil, false, 1},
		"temperature 0":                {new(0.0), nil, false, 1},
		"temperature above 0":          {new(0.7), nil, false, 2},
		"temperature above 0, a seed":  {new(0.7), new(int64(1)), false, 1},
		"temperature above 0, Sampled": {new(0.7), nil, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			for _, call := range []func(*testing.T, llm.Model, *llm.Request){
				func(t *testing.T, m llm.Model, r *llm.Request) { generate(t, m, r) },
				func(t *testing.T, m llm.Model, r *llm.Request) { collected(t, m, r) },
			} {
				var calls atomic.Int64
				cache := llm.NewCache(&llm.CacheOptions{Sampled: c.sampled})
				m := cache.Model("m", numbering(&calls))
				req := asking("", "hello")
				req.Temperature, req.Seed = c.temperature, c.seed
				call(t, m, req)
				call(t, m, req)
				assert.Equal(t, c.calls, calls.Load())
				if c.calls == 2 {
					assert.Equal(t, llm.CacheStats{Passed: 2}, cache.Stats())
				}
			}
		})
	}
}

func TestErrorsAreNotKept(t *testing.T) {
	script := llmtest.NewScript(llmtest.Reply{Fault: llmtest.RateLimited}, llmtest.Reply{Text: "half", Fault: llmtest.LengthStop}, llmtest.Reply{Text: "whole"})
	m := llm.NewCache(nil).Model("m", script)
	_, err := m.Generate(t.Context(), asking("", "hello"))
	require.ErrorIs(t, err, llm.ErrRateLimited)
	_, err = m.Generate(t.Context(), asking("", "hello"))
	require.ErrorIs(t, err, llm.ErrLength)
	assert.Equal(t, "whole", generate(t, m, asking("", "hello")).Text)
	assert.Equal(t, []string{"cache"}, generate(t, m, asking("", "hello")).Via)
}

func TestAnswersThatDoNotFitTheirSchemaAreNotKept(t *testing.T) {
	type count struct {
		N int `json:"n"`
	}
	replies := []llmtest.Reply{{Text: `{"n": "many"}`}, {Text: `{"n": 1}`}, {Text: `{"n": 2}`}}
	m := llm.NewCache(nil).Model("m", llmtest.NewScript(replies...))
	for i, want := range []int{1, 2, 2} {
		got, err := llm.Object[count](t.Context(), m, asking("", "how many?"))
		require.NoError(t, err)
		assert.Equal(t, want, got.N, "time %d: the first reply fits no schema, its repair is kept, as is the next first reply", i)
	}
}

func TestAnswersGoWhenTheirTimeIsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		cache := llm.NewCache(&llm.CacheOptions{TTL: time.Minute})
		m := cache.Model("m", numbering(&calls))
		generate(t, m, asking("", "hello"))
		time.Sleep(time.Minute - 1)
		assert.Equal(t, "answer 1", generate(t, m, asking("", "hello")).Text)
		time.Sleep(time.Nanosecond)
		assert.Equal(t, "answer 2", generate(t, m, asking("", "hello")).Text)
		assert.EqualValues(t, 1, cache.Stats().Entries)
	})
}

func TestStreamsAreKeptWhenTheyAreComplete(t *testing.T) {
	defer goleak.VerifyNone(t)
	var calls atomic.Int64
	m := llm.NewCache(nil).Model("m", numbering(&calls))
	for range llm.Stream(t.Context(), m, asking("", "hello")) {
		break
	}
	texts, done := collected(t, m, asking("", "hello"))
	assert.Equal(t, []string{"answer ", "2", ""}, texts, "what was broken off is not kept, and a miss streams through")
	assert.NotZero(t, done.Usage)
	done.Text = "changed"

	texts, done = collected(t, m, asking("", "hello"))
	assert.Equal(t, []string{"answer 2"}, texts)
	assert.Zero(t, done.Usage)
	assert.Equal(t, []string{"cache"}, done.Via)
	assert.Equal(t, "answer 2", generate(t, m, asking("", "hello")).Text)
}

func TestFailedStreamsAreNotKept(t *testing.T) {
	script := llmtest.NewScript(llmtest.Reply{Text: "one two", Fault: llmtest.Cut}, llmtest.Reply{Text: "three"})
	m := llm.NewCache(nil).Model("m", script)
	var failed error
	for _, err := range llm.Stream(t.Context(), m, asking("", "hello")) {
		failed = err
	}
	require.ErrorIs(t, failed, llm.ErrTruncated)
	assert.Equal(t, "three", generate(t, m, asking("", "hello")).Text)
}

func TestWhatWasNotUsedForLongestIsPushedOut(t *testing.T) {
	var calls atomic.Int64
	probe := llm.NewCache(nil)
	generate(t, probe.Model("m", numbering(&calls)), asking("", "a"))
	one := probe.Stats().Bytes

	calls.Store(0)
	cache := llm.NewCache(&llm.CacheOptions{MaxBytes: 2 * one})
	m := cache.Model("m", numbering(&calls))
	for _, text := range []string{"a", "b", "a", "c"} {
		generate(t, m, asking("", text))
	}
	assert.Equal(t, llm.CacheStats{Hits: 1, Misses: 3, Evicted: 1, Entries: 2, Bytes: 2 * one}, cache.Stats())
	assert.Equal(t, []string{"cache"}, generate(t, m, asking("", "a")).Via)
	assert.Empty(t, generate(t, m, asking("", "b")).Via)
}

func TestAnAnswerLargerThanTheCacheIsNotKept(t *testing.T) {
	model := llmtest.Handler(func(_ context.Context, r *llm.Request) llmtest.Reply {
		return llmtest.Reply{Text: r.Messages[0].Text()}
	})
	cache := llm.NewCache(&llm.CacheOptions{MaxBytes: 2000})
	m := cache.Model("m", model)
	generate(t, m, asking("", "small"))
	generate(t, m, asking("", strings.Repeat("a", 3000)))
	assert.EqualValues(t, 1, cache.Stats().Entries, "the small one stays")
	assert.Zero(t, cache.Stats().Evicted)
}

// TestBytesStayWithinTheirBound holds the cache against one that forgets nothing.
func TestBytesStayWithinTheirBound(t *testing.T) {
	model := llmtest.Handler(func(_ context.Context, r *llm.Request) llmtest.Reply {
		return llmtest.Reply{Text: r.Messages[0].Text(), ToolCalls: []llm.ToolCall{{ID: "1", Name: "f", Arguments: r.Messages[0].Text()}}}
	})
	rapid.Check(t, func(rt *rapid.T) {
		cache := llm.NewCache(&llm.CacheOptions{MaxBytes: 8000})
		m := cache.Model("m", model)
		for range rapid.IntRange(1, 60).Draw(rt, "calls") {
			size := rapid.IntRange(1, 1000).Draw(rt, "size")
			generate(t, m, asking(rapid.SampledFrom([]string{"a", "b", ""}).Draw(rt, "customer"), strings.Repeat("x", size)))
			if rapid.IntRange(0, 9).Draw(rt, "erase") == 0 {
				cache.Erase(llm.Scope{Customer: "a"})
			}
			s := cache.Stats()
			require.LessOrEqual(rt, s.Bytes, int64(8000))
			require.GreaterOrEqual(rt, s.Bytes, 512*s.Entries)
		}
		cache.Erase(llm.Scope{})
		s := cache.Stats()
		require.Zero(rt, s.Bytes)
		require.Zero(rt, s.Entries)
	})
}

// TestBytesAreThoseOfTheHeap measures what the accounting claims.
func TestBytesAreThoseOfTheHeap(t *testing.T) {
	for _, size := range []int{1, 300, 3000} {
		t.Run(fmt.Sprint(size, " bytes"), func(t *testing.T) {
			model := llm.ModelFunc(func(_ context.Context, r *llm.Request) (*llm.Response, error) {
				return &llm.Response{Text: strings.Repeat(r.Messages[0].Parts[0].Text[:1], size), Finish: llm.FinishStop}, nil
			})
			cache := llm.NewCache(&llm.CacheOptions{MaxBytes: 1 << 30})
			m := cache.Model("m", model)
			before := heap()
			for i := range 5000 {
				generate(t, m, asking("", fmt.Sprint(i)))
			}
			grown := heap() - before
			ratio := float64(cache.Stats().Bytes) / float64(grown)
			t.Logf("%d bytes counted, %d on the heap: %.2f", cache.Stats().Bytes, grown, ratio)
			assert.InDelta(t, 1, ratio, 0.3)
			runtime.KeepAlive(cache)
		})
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestForgetDropsOneAnswer(t *testing.T) {
	var calls atomic.Int64
	cache := llm.NewCache(nil)
	m := cache.Model("m", numbering(&calls))
	generate(t, m, asking("", "a"))
	generate(t, m, asking("", "b"))
	cache.Forget("other", asking("", "a"))
	cache.Forget("m", asking("", "a"))
	cache.Forget("m", asking("", "never asked"))
	assert.Equal(t, "answer 3", generate(t, m, asking("", "a")).Text)
	assert.Equal(t, "answer 2", generate(t, m, asking("", "b")).Text)
}

func ExampleCache() {
	provider := llmtest.NewScript(llmtest.Reply{Text: "Yes, in five days.", Usage: llm.Usage{Input: 20, Output: 6}})
	cache := llm.NewCache(&llm.CacheOptions{MaxBytes: 16 << 20, TTL: time.Hour})
	model := cache.Model("small", provider)
	for range 2 {
		resp, err := model.Generate(context.Background(), &llm.Request{Messages: []llm.Message{llm.User("Do you ship to Norway?")}})
		fmt.Println(resp.Text, resp.Usage.Output, resp.Via, err)
	}
	s := cache.Stats()
	fmt.Println(s.Hits, "hit,", s.Misses, "miss")
	// Output:
	// Yes, in five days. 6 [] <nil>
	// Yes, in five days. 0 [cache] <nil>
	// 1 hit, 1 miss
}

func BenchmarkCacheHit(b *testing.B) {
	req := asking("c-1", strings.Repeat("a", 2<<10))
	m := llm.NewCache(nil).Model("m", llmtest.NewScript(llmtest.Reply{Text: strings.Repeat("b", 500)}))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Generate(context.Background(), req); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCacheMiss(b *testing.B) {
	answer := &llm.Response{Text: strings.Repeat("b", 500), Finish: llm.FinishStop}
	m := llm.NewCache(nil).Model("m", llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) { return answer, nil }))
	req := asking("c-1", strings.Repeat("a", 2<<10))
	req.Seed = new(int64)
	b.ReportAllocs()
	for b.Loop() {
		*req.Seed++
		if _, err := m.Generate(context.Background(), req); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCacheErase(b *testing.B) {
	var calls atomic.Int64
	cache := llm.NewCache(nil)
	m := cache.Model("m", numbering(&calls))
	for i := range 10_000 {
		if _, err := m.Generate(context.Background(), asking(fmt.Sprint(i), fmt.Sprint(i))); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		cache.Erase(llm.Scope{Customer: "nobody"})
	}
}
