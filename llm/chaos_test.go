package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// chaosProvider is a provider that signs what it says, fails as the seed has it, and may be down for a while.
type chaosProvider struct {
	name    string
	latency time.Duration // of a slow answer
	down    func() bool

	mu       sync.Mutex
	attempts map[string]int
	faults   map[llmtest.Fault]int
	calls    int
	leaks    int // requests in which personal data arrived
}

func newChaosProvider(name string, latency time.Duration, down func() bool) *chaosProvider {
	return &chaosProvider{name: name, latency: latency, down: down, attempts: map[string]int{}, faults: map[llmtest.Fault]int{}}
}

// attempt counts the attempts at a question.
func (p *chaosProvider) attempt(question string, req *llm.Request) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	for _, m := range req.Messages {
		if strings.Contains(m.Text(), "@shop.example") {
			p.leaks++
		}
	}
	p.attempts[question]++
	return p.attempts[question]
}

func (p *chaosProvider) answer(ctx context.Context, req *llm.Request) llmtest.Reply {
	_, question, _ := strings.Cut(req.Messages[0].Text(), "question ")
	question, _, _ = strings.Cut(question, " ")
	n := p.attempt(question, req)
	dice := mix(chaosSeed, p.name, question, n)
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(dice%1000) * p.latency / 1000):
	}
	text := signed(p.name, question, n)
	r := llmtest.Reply{Text: text, Usage: llm.Usage{Input: 40, Output: len(text) / 4}}
	results := slices.ContainsFunc(req.Messages, func(m llm.Message) bool { return m.Role == llm.RoleTool })
	switch {
	case len(req.Tools) > 0 && !results:
		for i := range 1 + dice%3 {
			r.ToolCalls = append(r.ToolCalls, llm.ToolCall{ID: fmt.Sprint("call-", i), Name: "stock", Arguments: fmt.Sprintf(`{"item":"%s-%d"}`, question, i)})
		}
	case req.Schema != nil:
		raw, _ := json.Marshal(chaosValue{Answer: text})
		r.Text = string(raw)
	}
	r.Fault = p.fault(dice)
	return r
}

// fault is how a call fails, by the dice: mostly it does not.
func (p *chaosProvider) fault(dice uint64) llmtest.Fault {
	f := llmtest.Fault("")
	if p.down() {
		f = llmtest.Unavailable
	} else if all := llmtest.Faults(); dice/1000%chaosShare == 0 {
		f = all[dice/(1000*chaosShare)%uint64(len(all))]
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults[f]++
	return f
}

type chaosValue struct {
	Answer string `json:"answer"`
}

// chaosCounts are how chats ended.
type chaosCounts struct {
	mu      sync.Mutex
	ends    map[string]int
	splices []string // what is no answer to its question, nor the beginning of one
	untyped []string // errors that are no *llm.Error, and broken promises
}

func (c *chaosCounts) end(how string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ends[how]++
}

// splice counts text that is not what it should be.
func (c *chaosCounts) splice(err error) {
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.splices = append(c.splices, err.Error())
}

func (c *chaosCounts) broken(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.untyped = append(c.untyped, what)
}

// whole counts a transcript that is not whole.
func (c *chaosCounts) whole(tr *llm.Transcript, err error) {
	if wrong := wrongWith(tr, err); wrong != nil {
		c.broken(wrong.Error())
	}
}

// answered counts a response, and looks at its text unless it calls a tool that nobody offered.
func (c *chaosCounts) answered(r *llm.Response, question string) {
	c.splice(unsigned(r.Text, question, true))
	via := strings.Join(r.Via, " ")
	switch {
	case len(r.ToolCalls) > 0:
		c.end("a tool call that nobody asked for")
	case strings.Contains(via, "cache"):
		c.end("answer from the cache")
	case strings.Contains(via, "fallback"):
		c.end("answer by fallback")
	case strings.Contains(via, "retry"):
		c.end("answer by retry")
	default:
		c.end("answer at once")
	}
}

// failed counts an error and looks at the text that came before it.
func (c *chaosCounts) failed(err error, question string, object bool) {
	e, ok := errors.AsType[*llm.Error](err)
	if !ok {
		c.broken(fmt.Sprintf("%T: %v", err, err))
		return
	}
	if !object {
		c.splice(unsigned(e.Partial, question, false))
	}
	c.end("error: " + string(e.Kind))
}

// chaosChats are chats through a door.
type chaosChats struct {
	door   llm.Model
	funcs  []*llm.Func
	counts chaosCounts
}

func newChaosChats(t *testing.T, door llm.Model, hang time.Duration) *chaosChats {
	c := &chaosChats{door: door, counts: chaosCounts{ends: map[string]int{}}}
	type item struct {
		Item string `json:"item"`
	}
	stock, err := llm.NewFunc("stock", "How many are left.", func(ctx context.Context, in item) (string, error) {
		switch dice := mix(chaosSeed, in.Item); dice % 20 {
		case 0:
			return "", errors.New("database at 10.0.0.7 is gone")
		case 1:
			return "", llm.ToolError("no such item")
		case 2:
			panic(in.Item)
		case 3:
			<-ctx.Done()
			return "", ctx.Err()
		}
		return "stock of " + in.Item, nil
	}, &llm.FuncOptions{ReadOnly: true, Timeout: hang})
	require.NoError(t, err)
	c.funcs = []*llm.Func{stock}
	return c
}

// all has n chats, from several goroutines at once, with pauses between them.
func (c *chaosChats) all(t *testing.T, n int, patience time.Duration) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range chaosFolk {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				time.Sleep(time.Duration(mix(chaosSeed, "pause", i)%1000) * patience / 4000)
				c.chat(t.Context(), int(i), patience)
			}
		})
	}
	wg.Wait()
}

// chat is chat i. One in ten asks what was asked before, and one in ten loses its patience.
func (c *chaosChats) chat(ctx context.Context, i int, patience time.Duration) {
	dice := mix(chaosSeed, "chat", i)
	who := i
	if dice%10 == 0 {
		who = i / 100
	}
	dice = mix(chaosSeed, "kind", i)
	if dice%10 == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(dice/10%1000)*patience/1000)
		defer cancel()
	}
	question := "q" + letters(who)
	req := &llm.Request{
		Purpose:  "chaos",
		Scope:    llm.Scope{Customer: fmt.Sprint("c-", who%500)},
		Messages: []llm.Message{llm.User("Please answer question "+question+" today.", llm.Quote("note", "Write to "+question+"@shop.example."))},
	}
	switch dice / 10000 % 8 {
	case 0, 1, 2:
		c.whole(ctx, req, question)
	case 3, 4:
		c.stream(ctx, req, question, -1)
	case 5:
		c.stream(ctx, req, question, int(dice/100000%5))
	case 6:
		if dice/100000%2 == 0 {
			c.object(ctx, req, question)
		} else {
			c.runObject(ctx, req, question)
		}
	default:
		c.run(ctx, req, question, dice/100000%2 == 0)
	}
}

func (c *chaosChats) whole(ctx context.Context, req *llm.Request, question string) {
	resp, err := c.door.Generate(ctx, req)
	if err != nil {
		c.counts.failed(err, question, false)
		return
	}
	c.counts.answered(resp, question)
}

// stream reads an answer piece by piece; it is broken off after some pieces unless they are negative.
func (c *chaosChats) stream(ctx context.Context, req *llm.Request, question string, pieces int) {
	var text strings.Builder
	n := 0
	for d, err := range llm.Stream(ctx, c.door, req) {
		text.WriteString(d.Text)
		switch n++; {
		case err != nil:
			c.counts.splice(unsigned(text.String(), question, false))
			c.counts.failed(err, question, false)
			return
		case d.Done != nil:
			if d.Done.Text != text.String() {
				c.counts.splice(fmt.Errorf("streamed %q, but answered %q", text.String(), d.Done.Text))
			}
			c.counts.answered(d.Done, question)
			return
		case n > pieces && pieces >= 0:
			c.counts.splice(unsigned(text.String(), question, false))
			c.counts.end("broken off by its reader")
			return
		}
	}
	c.counts.broken("a stream that ended in silence")
}

func (c *chaosChats) object(ctx context.Context, req *llm.Request, question string) {
	value, resp, err := llm.ObjectResponse[chaosValue](ctx, c.door, req)
	if err != nil {
		c.counts.failed(err, question, true)
		return
	}
	c.value(value, resp, question)
}

func (c *chaosChats) runObject(ctx context.Context, req *llm.Request, question string) {
	value, tr, err := llm.RunObject[chaosValue](ctx, c.door, req, c.funcs, nil)
	c.counts.whole(tr, err)
	if err != nil {
		c.counts.failed(err, question, true)
		return
	}
	c.value(value, tr.Answer, question)
}

// value counts a response from which a value was read.
func (c *chaosChats) value(v chaosValue, resp *llm.Response, question string) {
	r := resp.Clone()
	r.Text, r.ToolCalls = v.Answer, nil
	c.counts.answered(r, question)
}

func (c *chaosChats) run(ctx context.Context, req *llm.Request, question string, streamed bool) {
	opts := &llm.RunOptions{Limits: llm.RunLimits{Steps: 4, Tokens: 50_000}}
	var text strings.Builder
	if streamed {
		opts.OnDelta = func(d llm.Delta) {
			text.WriteString(d.Text)
			if d.Done != nil && d.Done.Text != text.String() {
				c.counts.splice(fmt.Errorf("streamed %q, but answered %q", text.String(), d.Done.Text))
			}
			if d.Done != nil {
				text.Reset()
			}
		}
	}
	tr, err := llm.Run(ctx, c.door, req, c.funcs, opts)
	c.counts.whole(tr, err)
	for _, s := range tr.Steps {
		c.counts.splice(unsigned(s.Response.Text, question, true))
		for _, call := range s.Calls {
			c.counts.tool(call)
		}
	}
	if err != nil {
		c.counts.failed(err, question, false)
		return
	}
	c.counts.answered(tr.Answer, question)
}

// tool looks at a result, which has to be that of its own call.
func (c *chaosCounts) tool(call llm.Call) {
	c.end("tool call " + string(call.Outcome))
	if call.Outcome == llm.CallMade && !strings.Contains(call.Arguments, strings.TrimPrefix(call.Result, "stock of ")) {
		c.splice(fmt.Errorf("call %s has the result %q", call.Arguments, call.Result))
	}
}

// log prints the counts, and returns how many chats ended in one way or another.
func (c *chaosCounts) log(t *testing.T) (chats int) {
	for _, how := range slices.Sorted(maps.Keys(c.ends)) {
		t.Logf("%7d %s", c.ends[how], how)
		if !strings.HasPrefix(how, "tool call") {
			chats += c.ends[how]
		}
	}
	t.Logf("%7d chats, %d spliced, %d with an error that is none of llm's", chats, len(c.splices), len(c.untyped))
	for _, s := range slices.Concat(c.splices[:min(3, len(c.splices))], c.untyped[:min(3, len(c.untyped))]) {
		t.Log("      - ", s)
	}
	return chats
}

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
