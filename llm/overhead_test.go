package llm_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// prompt is a provider that answers at once and costs one or two allocations, so that what is measured is the wrappers.
type prompt struct{}

const reply = "Your parcel left on Monday."

func (prompt) Generate(context.Context, *llm.Request) (*llm.Response, error) {
	return &llm.Response{Text: reply, Finish: llm.FinishStop, Model: "m", Usage: llm.Usage{Input: 40, Output: 8}}, nil
}

func (i prompt) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		resp, _ := i.Generate(ctx, req)
		yield(llm.Delta{Text: reply, Done: resp}, nil)
	}
}

// everything is m within all wrappers but Shield, in the order that their comments give.
func everything(t testing.TB, m llm.Model) llm.Model {
	b, err := llm.NewBudget(penny, []llm.Limit{
		{Micros: 1e18}, {Per: llm.PerCall, Tokens: 1e12}, {Per: llm.PerTenant, Micros: 1e18}, {Per: llm.PerCustomer, Tokens: 1e18}, {Per: llm.PerPurpose, Tokens: 1e18},
	}, nil)
	require.NoError(t, err)
	near := func(m llm.Model) llm.Model { return llm.Breaker(llm.Retry(pays(t, b, m), nil), nil) }
	cache := llm.NewCache(&llm.CacheOptions{MaxBytes: 4 << 20})
	all := llm.Fallback([]llm.Model{near(m), near(m)}, &llm.FallbackOptions{Timeout: time.Hour})
	return llm.Trace(cache.Model("m", all), &llm.TraceOptions{
		Logger: slog.New(slog.DiscardHandler), Model: "m",
		Start: func(ctx context.Context, _ string, _ ...slog.Attr) (context.Context, func(error, ...slog.Attr)) {
			return ctx, func(error, ...slog.Attr) {}
		},
	})
}

// distinct are requests of which no two are answered from the cache.
func distinct(n int) []*llm.Request {
	all := make([]*llm.Request, n)
	for i := range all {
		all[i] = &llm.Request{
			Purpose: "support-answer", Scope: llm.Scope{Tenant: "shop", Customer: fmt.Sprint("c-", i%100)},
			Messages: []llm.Message{llm.System("You answer for the shop."), llm.User("Where is my parcel?", llm.Quote("order", fmt.Sprint("A-", i)))},
		}
	}
	return all
}

// TestWrappersCostFewAllocations counts what the wrappers allocate beside what the same call does without them.
func TestWrappersCostFewAllocations(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	bare, all, rest := llm.Model(prompt{}), everything(t, prompt{}), distinct(3000)
	known := rest[0]
	next := func() *llm.Request {
		req := rest[0]
		rest = rest[1:]
		return req
	}
	for range 1000 { // tables have grown
		require.NoError(t, second(all.Generate(t.Context(), next())))
	}
	generate := func(m llm.Model, req *llm.Request) { m.Generate(t.Context(), req) }
	stream := func(m llm.Model, req *llm.Request) { last(llm.Stream(t.Context(), m, req)) }
	for name, c := range map[string]struct {
		call func(llm.Model, *llm.Request)
		req  func() *llm.Request
	}{
		"an answer of the provider": {generate, next},
		"a stream of the provider":  {stream, next},
		"a hit of the cache":        {generate, func() *llm.Request { return known }},
	} {
		t.Run(name, func(t *testing.T) {
			without := testing.AllocsPerRun(100, func() { c.call(bare, known) })
			with := testing.AllocsPerRun(900, func() { c.call(all, c.req()) })
			t.Logf("%v allocations, and %v without the wrappers", with, without)
			assert.LessOrEqual(t, with-without, 50.0)
		})
	}
}

func BenchmarkWrappers(b *testing.B) {
	for name, call := range map[string]func(context.Context, llm.Model, *llm.Request) error{
		"generate": func(ctx context.Context, m llm.Model, req *llm.Request) error { return second(m.Generate(ctx, req)) },
		"stream":   func(ctx context.Context, m llm.Model, req *llm.Request) error { return last(llm.Stream(ctx, m, req)) },
	} {
		for in, m := range map[string]llm.Model{"bare": prompt{}, "all": everything(b, prompt{})} {
			b.Run(name+"/"+in, func(b *testing.B) {
				all := distinct(50_000) // more than the cache holds
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if err := call(b.Context(), m, all[i%len(all)]); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// gushing is a provider whose streams have so many deltas of one byte in each stretch, with a pause after it.
type gushing struct {
	prompt
	stretches []int
	pause     func()
}

func (g *gushing) Stream(context.Context, *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		for _, n := range g.stretches {
			for range n {
				if !yield(llm.Delta{Text: "x"}, nil) {
					return
				}
			}
			g.pause()
		}
		yield(llm.Delta{Done: &llm.Response{Text: reply, Finish: llm.FinishStop}}, nil)
	}
}

// gathering is where streams wait for one another; the last one to come measures before all go on.
type gathering struct {
	mu             sync.Mutex
	turn           *sync.Cond
	here, n, round int
	measure        func()
}

func (g *gathering) wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.here++; g.here == g.n {
		g.measure()
		g.here = 0
		g.round++
		g.turn.Broadcast()
		return
	}
	for round := g.round; round == g.round; {
		g.turn.Wait()
	}
}

// flood runs n streams at once through what wrap makes of their provider, and gives the live heap before them and after
// each stretch.
func flood(t testing.TB, wrap func(llm.Model) llm.Model, n int, stretches ...int) (heap []int64) {
	g := &gathering{n: n, measure: func() { heap = append(heap, live()) }}
	g.turn = sync.NewCond(&g.mu)
	m, requests := wrap(&gushing{stretches: stretches, pause: g.wait}), distinct(n)
	heap = append(heap, live())
	var group sync.WaitGroup
	for _, req := range requests {
		group.Go(func() { assert.NoError(t, last(llm.Stream(t.Context(), m, req))) })
	}
	group.Wait()
	return heap
}

// hoarding is a wrapper that keeps the text, as those of this package must not.
type hoarding struct{ llm.Model }

func (h hoarding) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		var text []byte
		for d, err := range llm.Stream(ctx, h.Model, req) {
			if text = append(text, d.Text...); !yield(d, err) {
				return
			}
		}
	}
}

// TestWrappersHoldNoMoreTheLongerStreamsAre compares with a stream without wrappers, which keeps its text once for
// Error.Partial.
func TestWrappersHoldNoMoreTheLongerStreamsAre(t *testing.T) {
	streams := 1000
	if raced || testing.Short() {
		streams = 100
	}
	grown := func(wrap func(llm.Model) llm.Model) float64 {
		heap := flood(t, wrap, streams, 1000, 10_000)
		return float64(heap[2]-heap[1]) / float64(streams)
	}
	bare := func(m llm.Model) llm.Model { return m }
	text := grown(bare)
	wrapped := grown(func(m llm.Model) llm.Model { return everything(t, m) })
	hoarded := grown(func(m llm.Model) llm.Model { return hoarding{m} })
	t.Logf("bytes a stream grew by in 10,000 deltas: %.1f bare, %.1f in all wrappers, %.1f in one that keeps the text", text, wrapped, hoarded)
	assert.InDelta(t, text, wrapped, 100)
	assert.Greater(t, hoarded, text+5000, "control")
}

// BenchmarkStreams1000 reports the live heap of a stream in the midst of 1,000 at once, and the time of a delta.
func BenchmarkStreams1000(b *testing.B) {
	const streams, deltas = 1000, 1000
	for name, wrap := range map[string]func(llm.Model) llm.Model{
		"bare": func(m llm.Model) llm.Model { return m },
		"all":  func(m llm.Model) llm.Model { return everything(b, m) },
	} {
		b.Run(name, func(b *testing.B) {
			perStream := 0.0
			for b.Loop() {
				heap := flood(b, wrap, streams, deltas)
				perStream = float64(heap[1]-heap[0]) / streams
			}
			b.ReportMetric(perStream, "B/stream")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/streams/deltas, "ns/delta")
		})
	}
}
