package llm_test

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/llm/openai"
)

// The chaos: chats of all kinds go through the whole door to providers that fail one call in five.
const (
	chaosSeed  = 11
	chaosShare = 5 // one call in so many fails
	chaosFolk  = 8 // goroutines that chat
)

// chaosDoor is the whole door, in the order that the wrappers ask for, around three providers: the first one, and in its
// stead a small one with a large one behind it.
func chaosDoor(t *testing.T, wait time.Duration, first, small, large llm.Model) (llm.Model, *llm.Budget) {
	price := llm.Price{Input: 1_000_000, Output: 4_000_000}
	budget, err := llm.NewBudget(llm.Prices{"first": price, "small": price, "large": price}, []llm.Limit{
		{Per: llm.PerCustomer, Tokens: 10_000},
		{Micros: 1_000_000_000},
	}, nil)
	require.NoError(t, err)
	guarded := func(name string, m llm.Model) llm.Model {
		m, err := budget.Model(name, m)
		require.NoError(t, err)
		return llm.Breaker(llm.Retry(m, &llm.RetryOptions{Backoff: wait, MaxWait: 10 * wait}), nil)
	}
	check := func(_ context.Context, _ *llm.Request, resp *llm.Response) error {
		if mix(chaosSeed, resp.Text)%10 == 0 {
			return llm.Kind("doubtful")
		}
		return nil
	}
	m := llm.Fallback([]llm.Model{
		guarded("first", first),
		llm.Cascade(guarded("small", small), guarded("large", large), check, nil),
	}, &llm.FallbackOptions{Names: []string{"first", "cascade"}})
	m = llm.NewCache(nil).Model("door", m)
	shield, err := llm.NewShield(nil)
	require.NoError(t, err)
	return llm.Trace(shield.Model(m), &llm.TraceOptions{Logger: slog.New(slog.DiscardHandler)}), budget
}

// requireChaos checks what holds for all chats, however they went.
func requireChaos(t *testing.T, c *chaosChats, n int, budget *llm.Budget, providers ...*chaosProvider) {
	require.Equal(t, n, c.counts.log(t), "chats that ended")
	assert.Empty(t, c.counts.splices)
	assert.Empty(t, c.counts.untyped)
	for _, p := range providers {
		t.Logf("%7d calls of %s, %d of them with a fault", p.calls, p.name, p.calls-p.faults[""])
		assert.Zero(t, p.leaks, "requests with personal data")
	}
	for _, x := range budget.Report() {
		assert.Zero(t, x.Open, x.Model)
		assert.Zero(t, x.Reserved, x.Model)
	}
	for _, how := range []string{"answer at once", "answer by retry", "answer by fallback", "answer from the cache", "broken off by its reader", "tool call made", "tool call failed"} {
		assert.NotZero(t, c.counts.ends[how], "nothing came to: %s", how)
	}
}

// TestChaos has 10,000 chats with providers in memory. Waits, latencies and an outage of some minutes cost no real time.
func TestChaos(t *testing.T) {
	const chats = 10_000
	start := time.Now()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		between := func(from, to time.Duration) func() bool {
			return func() bool { at := time.Since(begin); return from <= at && at < to }
		}
		first := newChaosProvider("first", 2*time.Second, between(5*time.Minute, 9*time.Minute))
		small := newChaosProvider("small", time.Second, between(6*time.Minute, 6*time.Minute+15*time.Second))
		large := newChaosProvider("large", 4*time.Second, between(6*time.Minute, 6*time.Minute+15*time.Second))
		door, budget := chaosDoor(t, 500*time.Millisecond, llmtest.Handler(first.answer), llmtest.Handler(small.answer), llmtest.Handler(large.answer))
		c := newChaosChats(t, door, 3*time.Second)
		c.all(t, chats, 4*time.Second)
		t.Logf("%v of the providers' time", time.Since(begin).Round(time.Second))
		requireChaos(t, c, chats, budget, first, small, large)
		assert.NotZero(t, c.counts.ends["error: "+string(llm.ErrBudget)]+c.counts.ends["error: "+string(llm.ErrUnavailable)])
	})
	t.Logf("%v of real time", time.Since(start).Round(time.Millisecond))
}

// TestChaosOverHTTP has 400 chats with providers behind HTTP, which cut, reset and stall connections.
func TestChaosOverHTTP(t *testing.T) {
	const chats = 400
	before := goleak.IgnoreCurrent()
	start := time.Now()
	never := func() bool { return false }
	transport := &http.Transport{MaxIdleConnsPerHost: chaosFolk}
	var providers []*chaosProvider
	var models []llm.Model
	var servers []*llmtest.Server
	for _, name := range []string{"first", "small", "large"} {
		p := newChaosProvider(name, 2*time.Millisecond, never)
		s := llmtest.NewServer(p.answer, nil)
		m, err := openai.New(s.URL, &openai.Options{
			Model: name, HTTPClient: &http.Client{Transport: transport},
			HeaderTimeout: 500 * time.Millisecond, IdleTimeout: 500 * time.Millisecond,
		})
		require.NoError(t, err)
		providers, models, servers = append(providers, p), append(models, m), append(servers, s)
	}
	door, budget := chaosDoor(t, time.Millisecond, models[0], models[1], models[2])
	c := newChaosChats(t, door, 20*time.Millisecond)
	c.all(t, chats, 20*time.Millisecond)
	t.Logf("%v of real time", time.Since(start).Round(time.Millisecond))
	requireChaos(t, c, chats, budget, providers...)
	for _, s := range servers {
		s.Close()
	}
	transport.CloseIdleConnections()
	assert.NoError(t, goleak.Find(before), "goroutines that were left behind")

	stop := make(chan struct{})
	go func() { <-stop }()
	assert.Error(t, goleak.Find(before), "the control: a goroutine that is left behind is found")
	close(stop)
}

// splicing is the wrapper that must not be: it goes on with another attempt where the last one broke off.
type splicing struct{ inner llm.Model }

func (s splicing) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	resp, err := s.inner.Generate(ctx, req)
	e, ok := errors.AsType[*llm.Error](err)
	if !ok || !llm.Retryable(err) {
		return resp, err
	}
	if resp, err = s.inner.Generate(ctx, req); err != nil {
		return nil, err
	}
	resp = resp.Clone()
	resp.Text = e.Partial + resp.Text
	return resp, nil
}

func (s splicing) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		var text strings.Builder
		for last := range 2 {
			for d, err := range llm.Stream(ctx, s.inner, req) {
				text.WriteString(d.Text)
				if err != nil && last == 0 && llm.Retryable(err) {
					break
				}
				if d.Done != nil {
					d.Done = d.Done.Clone()
					d.Done.Text = text.String()
				}
				if !yield(d, err) || err != nil || d.Done != nil {
					return
				}
			}
		}
	}
}

// TestChaosSeesSplices is the control: the same chats through a wrapper that splices.
func TestChaosSeesSplices(t *testing.T) {
	const chats = 1000
	synctest.Test(t, func(t *testing.T) {
		p := newChaosProvider("first", time.Second, func() bool { return false })
		bare := newChaosChats(t, llmtest.Handler(p.answer), time.Second)
		bare.all(t, chats, time.Minute)
		bare.counts.log(t)
		assert.Empty(t, bare.counts.splices, "without the wrapper there are none")

		p = newChaosProvider("first", time.Second, func() bool { return false })
		c := newChaosChats(t, splicing{llmtest.Handler(p.answer)}, time.Second)
		c.all(t, chats, time.Minute)
		c.counts.log(t)
		assert.Greater(t, len(c.counts.splices), 10)
		assert.NotZero(t, p.leaks, "without a shield there are leaks")
	})
}
