package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
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
	stock, err := llm.NewTool("stock", "How many are left.", func(ctx context.Context, in item) (string, error) {
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
