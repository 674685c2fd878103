package llm_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func ExampleNewBudget() {
	ctx := context.Background()
	prices := llm.Prices{"small": {Input: 150_000, Output: 600_000}} // 0.15 and 0.60 a million tokens
	budget, err := llm.NewBudget(prices, []llm.Limit{
		{Micros: 20_000_000}, // 20.00 a day in total
		{Per: llm.PerCustomer, Purpose: "support-answer", Tokens: 1000},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	provider := llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply {
		return llmtest.Reply{Text: "On its way.", Usage: llm.Usage{Input: 300, Output: 400}}
	})
	model, err := budget.Model("small", provider)
	if err != nil {
		fmt.Println(err)
		return
	}
	ask := &llm.Request{
		Purpose: "support-answer", Scope: llm.Scope{Customer: "c-17"},
		Messages: []llm.Message{llm.User("Where is my parcel?")}, MaxTokens: new(500),
	}
	for range 2 {
		_, err = model.Generate(ctx, ask)
		fmt.Println(err, errors.Is(err, llm.ErrBudget))
	}
	// Output:
	// <nil> false
	// llm: budget used up: limit of 1000 tokens per customer and day, purpose "support-answer": spent 700 tokens, reserved 0 tokens, needed 671 tokens true
}

func ExampleBudget_Model() {
	budget, err := llm.NewBudget(llm.Prices{"own": {}}, nil, nil)
	fmt.Println(err)
	_, err = budget.Model("gpt-9", llmtest.NewScript())
	fmt.Println(err)
	// Output:
	// <nil>
	// llm: budget: no price for model "gpt-9"
}

func ExampleOverdraft() {
	budget, _ := llm.NewBudget(llm.Prices{"large": {Output: 15_000_000}}, []llm.Limit{{Per: llm.PerCall, Micros: 10_000}}, nil)
	model, _ := budget.Model("large", llmtest.NewScript())
	_, err := model.Generate(context.Background(), saying("Write it all down.")) // 1024 tokens when it does not say how many
	overdraft, _ := errors.AsType[*llm.Overdraft](err)
	fmt.Println(overdraft.Limit.Per, overdraft.Needed.Micros, llm.Retryable(err))
	// Output: call 15360 false
}

func ExampleBudget_Embedder() {
	budget, _ := llm.NewBudget(llm.Prices{"embed": {Input: 20_000}}, []llm.Limit{{Tokens: 100}}, nil)
	provider := llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
		return &llm.Embeddings{Vectors: make([][]float32, len(texts)), Usage: llm.Usage{Input: 2 * len(texts)}}, nil
	})
	embedder, _ := budget.Embedder("embed", provider, "catalogue", llm.Scope{})
	_, err := embedder.Embed(context.Background(), []string{"red mug", "blue teapot"})
	fmt.Println(err, budget.Report()[0].Spent.Tokens)
	_, err = embedder.Embed(context.Background(), []string{strings.Repeat("a long text ", 9)})
	fmt.Println(err)
	// Output:
	// <nil> 4
	// llm: budget used up: limit of 100 tokens per day: spent 4 tokens, reserved 0 tokens, needed 116 tokens
}

// penny is a price at which a token costs a micro.
var penny = llm.Prices{"m": {Input: 1_000_000, Output: 1_000_000}}

// sized is a request that reserves 1000 tokens, 600 of them for the answer.
func sized(s llm.Scope) *llm.Request {
	r := saying(strings.Repeat("x", 400-128-16-8))
	r.Scope, r.MaxTokens = s, new(600)
	return r
}

// using is a model whose provider counts u.
func using(u llm.Usage) llm.Model {
	return llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
		return &llm.Response{Text: "ok", Finish: llm.FinishStop, Usage: u}, nil
	})
}

func newBudget(t testing.TB, opts *llm.BudgetOptions, limits ...llm.Limit) *llm.Budget {
	b, err := llm.NewBudget(penny, limits, opts)
	require.NoError(t, err)
	return b
}

func pays(t testing.TB, b *llm.Budget, m llm.Model) llm.Model {
	paid, err := b.Model("m", m)
	require.NoError(t, err)
	return paid
}

func TestBudgetKeepsTheContract(t *testing.T) {
	llmtest.RunModel(t, func(t *testing.T, h llmtest.Handler) llm.Model {
		return pays(t, newBudget(t, nil, llm.Limit{Tokens: math.MaxInt64}), h)
	})
	llmtest.RunEmbedder(t, func(t *testing.T) llm.Embedder {
		e := llm.EmbedderFunc(func(ctx context.Context, texts []string) (*llm.Embeddings, error) {
			got := &llm.Embeddings{Model: "bytes"}
			for _, text := range texts {
				v := make([]float32, 256)
				for i := range len(text) {
					v[text[i]]++
				}
				got.Vectors = append(got.Vectors, v)
			}
			return got, ctx.Err()
		})
		paid, err := newBudget(t, nil, llm.Limit{Tokens: math.MaxInt64}).Embedder("m", e, "", llm.Scope{})
		require.NoError(t, err)
		return llm.TraceEmbedder(paid, &llm.TraceOptions{Logger: slog.New(slog.DiscardHandler)})
	})
	llmtest.RunReranker(t, func(t *testing.T, o llmtest.Overlap) llm.Reranker {
		paid, err := newBudget(t, nil, llm.Limit{Tokens: math.MaxInt64}).Reranker("m", o, "", llm.Scope{})
		require.NoError(t, err)
		return paid
	})
	llmtest.RunScorer(t, func(t *testing.T, b *llmtest.Bigram) llm.Scorer {
		paid, err := newBudget(t, nil, llm.Limit{Tokens: math.MaxInt64}).Scorer("m", b, "", llm.Scope{})
		require.NoError(t, err)
		return paid
	})
}

func TestBudgetsThatMakeNoSenseAreRefused(t *testing.T) {
	for text, c := range map[string]struct {
		prices llm.Prices
		limit  llm.Limit
	}{
		`model "m": negative price`:       {llm.Prices{"m": {Input: 1, Output: -1}}, llm.Limit{Tokens: 1}},
		`limit per "shop"`:                {penny, llm.Limit{Per: "shop", Tokens: 1}},
		`limit with window "week"`:        {penny, llm.Limit{Window: "week", Tokens: 1}},
		`limit per call with window`:      {penny, llm.Limit{Per: llm.PerCall, Window: llm.Forever, Tokens: 1}},
		`negative limit`:                  {penny, llm.Limit{Tokens: 5, Micros: -1}},
		`limit of neither money nor toke`: {penny, llm.Limit{}},
	} {
		_, err := llm.NewBudget(c.prices, []llm.Limit{c.limit}, nil)
		assert.ErrorContains(t, err, "llm: budget: "+text)
	}
	b := newBudget(t, nil)
	for _, err := range []error{second(b.Model("x", nil)), second(b.Embedder("x", nil, "", llm.Scope{})), second(b.Reranker("x", nil, "", llm.Scope{})), second(b.Scorer("x", nil, "", llm.Scope{}))} {
		assert.EqualError(t, err, `llm: budget: no price for model "x"`)
	}
}

func second[T any](_ T, err error) error { return err }

func TestLimitsInWords(t *testing.T) {
	for want, l := range map[string]llm.Limit{
		"limit of 5 micros per day":                             {Micros: 5},
		"limit of 5 micros and 7 tokens, forever":               {Micros: 5, Tokens: 7, Window: llm.Forever},
		"limit of 7 tokens per call":                            {Tokens: 7, Per: llm.PerCall},
		"limit of 7 tokens per session, forever":                {Tokens: 7, Per: llm.PerSession, Window: llm.Forever},
		`limit of 7 tokens per customer and day, purpose "ask"`: {Tokens: 7, Per: llm.PerCustomer, Purpose: "ask"},
	} {
		assert.Equal(t, want, l.String())
	}
}

func TestLimitsAreKeptApart(t *testing.T) {
	a, b := llm.Scope{Tenant: "t", Customer: "a", Session: "1"}, llm.Scope{Tenant: "u", Customer: "b", Session: "2"}
	sameCustomer := llm.Scope{Tenant: "t", Customer: "a", Session: "3"}
	otherTenant := llm.Scope{Tenant: "u", Customer: "a", Session: "1"}
	for name, c := range map[string]struct {
		limit         llm.Limit
		first, second llm.Scope
		purposes      [2]llm.Purpose
		refused       bool
	}{
		"in total, all count":                   {llm.Limit{}, a, b, [2]llm.Purpose{"p", "q"}, true},
		"of a purpose, others do not count":     {llm.Limit{Purpose: "p"}, a, a, [2]llm.Purpose{"q", "p"}, false},
		"of a purpose, all customers count":     {llm.Limit{Purpose: "p"}, a, b, [2]llm.Purpose{"p", "p"}, true},
		"per purpose, the same":                 {llm.Limit{Per: llm.PerPurpose}, a, b, [2]llm.Purpose{"p", "p"}, true},
		"per purpose, another":                  {llm.Limit{Per: llm.PerPurpose}, a, a, [2]llm.Purpose{"p", "q"}, false},
		"per tenant, the same":                  {llm.Limit{Per: llm.PerTenant}, b, otherTenant, [2]llm.Purpose{}, true},
		"per tenant, another":                   {llm.Limit{Per: llm.PerTenant}, a, otherTenant, [2]llm.Purpose{}, false},
		"per customer, the same":                {llm.Limit{Per: llm.PerCustomer}, a, sameCustomer, [2]llm.Purpose{}, true},
		"per customer, another":                 {llm.Limit{Per: llm.PerCustomer}, a, llm.Scope{Tenant: "t"}, [2]llm.Purpose{}, false},
		"per customer, same name elsewhere":     {llm.Limit{Per: llm.PerCustomer}, a, otherTenant, [2]llm.Purpose{}, false},
		"per customer, two that name none":      {llm.Limit{Per: llm.PerCustomer}, llm.Scope{Session: "1"}, llm.Scope{Session: "2"}, [2]llm.Purpose{}, true},
		"per session, the same":                 {llm.Limit{Per: llm.PerSession}, a, a, [2]llm.Purpose{}, true},
		"per session, another":                  {llm.Limit{Per: llm.PerSession}, a, sameCustomer, [2]llm.Purpose{}, false},
		"per customer of a purpose, another":    {llm.Limit{Per: llm.PerCustomer, Purpose: "p"}, a, a, [2]llm.Purpose{"p", "q"}, false},
		"per customer of a purpose, the same":   {llm.Limit{Per: llm.PerCustomer, Purpose: "p"}, a, sameCustomer, [2]llm.Purpose{"p", "p"}, true},
		"per session for ever, the same":        {llm.Limit{Per: llm.PerSession, Window: llm.Forever}, a, a, [2]llm.Purpose{}, true},
		"per call, each fits":                   {llm.Limit{Per: llm.PerCall}, a, a, [2]llm.Purpose{}, false},
		"names that end alike are not the same": {llm.Limit{Per: llm.PerCustomer}, llm.Scope{Tenant: "ab", Customer: "c"}, llm.Scope{Tenant: "a", Customer: "bc"}, [2]llm.Purpose{}, false},
	} {
		for unit, limit := range map[string]llm.Limit{"tokens": {Tokens: 1500}, "micros": {Micros: 1500}} {
			t.Run(name+", "+unit, func(t *testing.T) {
				limit.Per, limit.Purpose, limit.Window = c.limit.Per, c.limit.Purpose, c.limit.Window
				m := pays(t, newBudget(t, nil, limit), using(llm.Usage{Input: 400, Output: 500}))
				ask := func(s llm.Scope, p llm.Purpose) error {
					r := sized(s)
					r.Purpose = p
					return second(m.Generate(t.Context(), r))
				}
				require.NoError(t, ask(c.first, c.purposes[0]))
				err := ask(c.second, c.purposes[1])
				assert.Equal(t, c.refused, errors.Is(err, llm.ErrBudget), "%v", err)
			})
		}
	}
}

func TestACallThatIsRefusedIsNotSentAndNamesNobody(t *testing.T) {
	sent := llmtest.NewScript(llmtest.Reply{Text: "ok"})
	b := newBudget(t, nil, llm.Limit{Tokens: 5000}, llm.Limit{Per: llm.PerCustomer, Tokens: 999})
	m := pays(t, b, sent)
	s := llm.Scope{Tenant: "secret-shop", Customer: "secret-name", Session: "secret-talk"}
	_, err := m.Generate(t.Context(), sized(s))
	require.ErrorIs(t, err, llm.ErrBudget)
	assert.False(t, llm.Retryable(err))
	assert.NotContains(t, err.Error(), "secret")
	for _, streamed := range llm.Stream(t.Context(), m, sized(s)) {
		assert.ErrorIs(t, streamed, llm.ErrBudget)
	}
	assert.Empty(t, sent.Requests())
	overdraft, ok := errors.AsType[*llm.Overdraft](err)
	require.True(t, ok)
	assert.Equal(t, llm.Overdraft{Limit: llm.Limit{Per: llm.PerCustomer, Tokens: 999}, Needed: llm.Amount{Micros: 1000, Tokens: 1000}}, *overdraft)
	assert.Equal(t, []llm.Expense{{Model: "m", Refused: 2}}, b.Report(), "a refusal in one limit reserves nothing in another")
	assert.Zero(t, b.Spent("", s)[0].Reserved)
}

func TestTheLimitOfTheAnswerIsSent(t *testing.T) {
	provider := llmtest.NewScript(llmtest.Reply{Text: "a"}, llmtest.Reply{Text: "b"}, llmtest.Reply{Text: "c d", Fault: llmtest.LengthStop})
	m := pays(t, newBudget(t, &llm.BudgetOptions{MaxOutput: 77}), provider)
	mine, none := saying("hi"), saying("hi")
	mine.MaxTokens = new(5)
	require.NoError(t, second(m.Generate(t.Context(), mine)))
	require.NoError(t, second(m.Generate(t.Context(), none)))
	assert.Equal(t, 5, *provider.Requests()[0].MaxTokens)
	assert.Equal(t, 77, *provider.Requests()[1].MaxTokens)
	assert.Nil(t, none.MaxTokens, "the request is not changed")
	err := second(m.Generate(t.Context(), none))
	assert.EqualError(t, err, "llm: llmtest: answer reached its token limit: max tokens 77, set by the budget: length")
	mine.MaxTokens = new(0)
	assert.ErrorIs(t, second(m.Generate(t.Context(), mine)), llm.ErrInvalid)
	assert.ErrorIs(t, second(m.Generate(t.Context(), nil)), llm.ErrInvalid)
}

// TestWhatACallIsCharged reserves 400 tokens of input and 600 of output.
func TestWhatACallIsCharged(t *testing.T) {
	refusedAtDial := fmt.Errorf("post: %w", &net.OpError{Op: "dial", Err: errors.New("connection refused")})
	brokeLater := &net.OpError{Op: "read", Err: io.ErrUnexpectedEOF}
	for name, c := range map[string]struct {
		usage   llm.Usage // of an answer
		err     error
		tokens  int64
		bounded int64
		overrun int64
	}{
		"what was counted":                         {usage: llm.Usage{Input: 30, Output: 5}, tokens: 35},
		"nothing was counted":                      {tokens: 1000, bounded: 1},
		"the answer was not counted":               {usage: llm.Usage{Input: 30}, tokens: 630, bounded: 1},
		"the request was not counted":              {usage: llm.Usage{Output: 5}, tokens: 405, bounded: 1},
		"a count below nothing":                    {usage: llm.Usage{Input: -9, Output: -9}, tokens: 1000, bounded: 1},
		"a provider that ignores the limit":        {usage: llm.Usage{Input: 30, Output: 9000}, tokens: 9030, overrun: 1},
		"rate limited":                             {err: &llm.Error{Kind: llm.ErrRateLimited, Status: 429}, tokens: 0},
		"rate limited after some text":             {err: &llm.Error{Kind: llm.ErrRateLimited, Partial: "so"}, tokens: 1000, bounded: 1},
		"rate limited in the body of a success":    {err: &llm.Error{Kind: llm.ErrRateLimited, Status: 200}, tokens: 1000, bounded: 1},
		"rate limited, and counted all the same":   {err: &llm.Error{Kind: llm.ErrRateLimited, Usage: llm.Usage{Input: 4, Output: 2}}, tokens: 6},
		"invalid":                                  {err: &llm.Error{Kind: llm.ErrInvalid, Status: 400}, tokens: 0},
		"unauthorized":                             {err: &llm.Error{Kind: llm.ErrUnauthorized, Status: 401}, tokens: 0},
		"out of quota":                             {err: &llm.Error{Kind: llm.ErrQuota, Status: 402}, tokens: 0},
		"refused by a budget within":               {err: &llm.Error{Kind: llm.ErrBudget}, tokens: 0},
		"no connection":                            {err: &llm.Error{Kind: llm.ErrUnavailable, Err: refusedAtDial}, tokens: 0},
		"a connection that broke":                  {err: &llm.Error{Kind: llm.ErrUnavailable, Err: brokeLater}, tokens: 1000, bounded: 1},
		"a server that takes no requests":          {err: &llm.Error{Kind: llm.ErrUnavailable, Status: 503}, tokens: 0},
		"an overloaded server":                     {err: &llm.Error{Kind: llm.ErrUnavailable, Status: 529}, tokens: 0},
		"a server's fault":                         {err: &llm.Error{Kind: llm.ErrUnavailable, Status: 500}, tokens: 1000, bounded: 1},
		"too long: no answer":                      {err: &llm.Error{Kind: llm.ErrTooLong, Status: 400}, tokens: 400, bounded: 1},
		"timed out":                                {err: &llm.Error{Kind: llm.ErrTimeout}, tokens: 1000, bounded: 1},
		"canceled":                                 {err: &llm.Error{Kind: llm.ErrCanceled, Err: context.Canceled}, tokens: 1000, bounded: 1},
		"cut off":                                  {err: &llm.Error{Kind: llm.ErrTruncated, Partial: "so"}, tokens: 1000, bounded: 1},
		"cut off, and the request was counted":     {err: &llm.Error{Kind: llm.ErrTruncated, Usage: llm.Usage{Input: 30}}, tokens: 630, bounded: 1},
		"refused":                                  {err: &llm.Error{Kind: llm.ErrRefused}, tokens: 1000, bounded: 1},
		"refused and counted":                      {err: &llm.Error{Kind: llm.ErrRefused, Usage: llm.Usage{Input: 30, Output: 9}}, tokens: 39},
		"the answer met its limit":                 {err: &llm.Error{Kind: llm.ErrLength, Usage: llm.Usage{Input: 30, Output: 600}}, tokens: 630},
		"malformed":                                {err: &llm.Error{Kind: llm.ErrMalformed}, tokens: 1000, bounded: 1},
		"empty":                                    {err: &llm.Error{Kind: llm.ErrEmpty}, tokens: 1000, bounded: 1},
		"an error of an unknown type":              {err: errors.New("what?"), tokens: 1000, bounded: 1},
		"a wrapped error is still what it is":      {err: fmt.Errorf("mine: %w", &llm.Error{Kind: llm.ErrInvalid}), tokens: 0},
		"a kind by itself says too little to tell": {err: llm.ErrRateLimited, tokens: 1000, bounded: 1},
	} {
		provider := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
			if c.err != nil {
				return nil, c.err
			}
			return &llm.Response{Text: "ok", Finish: llm.FinishStop, Usage: c.usage}, nil
		})
		for way, call := range map[string]func(llm.Model) error{
			"whole":    func(m llm.Model) error { return second(m.Generate(t.Context(), sized(llm.Scope{}))) },
			"streamed": func(m llm.Model) error { return last(llm.Stream(t.Context(), m, sized(llm.Scope{}))) },
		} {
			t.Run(name+", "+way, func(t *testing.T) {
				b := newBudget(t, nil, llm.Limit{Tokens: 1000})
				err := call(pays(t, b, provider))
				require.ErrorIs(t, err, c.err)
				x := b.Report()[0]
				assert.Equal(t, c.tokens, x.Spent.Tokens)
				assert.EqualValues(t, c.tokens, x.Spent.Micros)
				assert.Equal(t, c.bounded, x.Bounded, "bounded")
				assert.Equal(t, c.overrun, x.Overruns, "overruns")
				assert.Zero(t, x.Reserved)
				assert.Zero(t, x.Open)
				assert.EqualValues(t, 1, x.Calls)
				assert.Equal(t, c.err != nil, x.Failed == 1)
				assert.Equal(t, x.Spent, b.Spent("", llm.Scope{})[0].Spent)
			})
		}
	}
}

// last is the error with which a stream ends.
func last(stream func(func(llm.Delta, error) bool)) (failed error) {
	for _, err := range stream {
		failed = err
	}
	return failed
}

func TestACallThatPanicsStaysCharged(t *testing.T) {
	b := newBudget(t, nil, llm.Limit{Tokens: 5000})
	m := pays(t, b, llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) { panic("model") }))
	assert.Panics(t, func() { m.Generate(t.Context(), sized(llm.Scope{})) })
	assert.Panics(t, func() { last(llm.Stream(t.Context(), m, sized(llm.Scope{}))) })
	assert.Equal(t, llm.Amount{Micros: 2000, Tokens: 2000}, b.Report()[0].Spent)
	assert.Zero(t, b.Report()[0].Open)
}

func TestStreamsThatAreBrokenOffStayCharged(t *testing.T) {
	b := newBudget(t, nil, llm.Limit{Tokens: 5000})
	provider := llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply {
		return llmtest.Reply{Text: "one two three", Usage: llm.Usage{Input: 3, Output: 3}}
	})
	m := pays(t, b, provider)
	for range llm.Stream(t.Context(), m, sized(llm.Scope{})) {
		assert.EqualValues(t, 1, b.Report()[0].Open)
		break
	}
	assert.Panics(t, func() {
		for range llm.Stream(t.Context(), m, sized(llm.Scope{})) {
			panic("consumer")
		}
	})
	x := b.Report()[0]
	assert.Equal(t, llm.Amount{Micros: 2000, Tokens: 2000}, x.Spent)
	assert.EqualValues(t, 2, x.Bounded)
	assert.Zero(t, x.Open)

	stream := llm.Stream(t.Context(), m, sized(llm.Scope{}))
	require.NoError(t, last(stream))
	require.NoError(t, last(stream))
	assert.EqualValues(t, 4, b.Report()[0].Calls, "each range is a call of its own")
	assert.EqualValues(t, 2012, b.Report()[0].Spent.Tokens)
}

func TestAFreeFailureAfterTextIsNotFree(t *testing.T) {
	b := newBudget(t, nil, llm.Limit{Tokens: 5000})
	provider := stutter{llm.Delta{Text: "so"}, &llm.Error{Kind: llm.ErrRateLimited}}
	require.ErrorIs(t, last(llm.Stream(t.Context(), pays(t, b, provider), sized(llm.Scope{}))), llm.ErrRateLimited)
	assert.EqualValues(t, 1000, b.Report()[0].Spent.Tokens)
}

var _ llm.Streamer = stutter{}

// stutter says one thing and fails.
type stutter struct {
	delta llm.Delta
	err   error
}

func (s stutter) Generate(context.Context, *llm.Request) (*llm.Response, error) { return nil, s.err }

func (s stutter) Stream(context.Context, *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		if yield(s.delta, nil) {
			yield(llm.Delta{}, s.err)
		}
	}
}

func TestTheModelsOwnCountReservesLess(t *testing.T) {
	for name, c := range map[string]struct {
		model  llm.Model
		exact  bool
		refuse bool
	}{
		"counted":                      {within{counting{using(llm.Usage{Input: 50, Output: 9}), 50, nil}}, true, false},
		"not asked for":                {within{counting{using(llm.Usage{Input: 50, Output: 9}), 50, nil}}, false, true},
		"nobody counts":                {using(llm.Usage{Input: 50, Output: 9}), true, true},
		"a count that fails":           {counting{using(llm.Usage{}), 0, errors.New("down")}, true, true},
		"a count that makes no sense":  {counting{using(llm.Usage{}), -5, nil}, true, true},
		"a count of more than allowed": {counting{using(llm.Usage{}), 101, nil}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			m := pays(t, newBudget(t, &llm.BudgetOptions{Exact: c.exact}, llm.Limit{Tokens: 700}), c.model)
			assert.Equal(t, c.refuse, errors.Is(second(m.Generate(t.Context(), sized(llm.Scope{}))), llm.ErrBudget))
		})
	}
}

func TestMediaIsPaidForOrRefused(t *testing.T) {
	photo := &llm.Request{Messages: []llm.Message{llm.User("What?", llm.Image("", "image/png", []byte{1}))}}
	provider := using(llm.Usage{})
	err := second(pays(t, newBudget(t, nil), provider).Generate(t.Context(), photo))
	assert.ErrorIs(t, err, llm.ErrInvalid)
	b := newBudget(t, &llm.BudgetOptions{Tokens: &llm.CountOptions{Media: func(*llm.Media) int { return 5000 }}})
	require.NoError(t, second(pays(t, b, provider).Generate(t.Context(), photo)))
	assert.Greater(t, b.Report()[0].Spent.Tokens, int64(6000))
}

func TestEndedContextsReserveNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := newBudget(t, nil, llm.Limit{Tokens: 5000})
	err := second(pays(t, b, using(llm.Usage{})).Generate(ctx, sized(llm.Scope{})))
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, llm.ErrCanceled)
	assert.Empty(t, b.Report())
}

func TestCachedInputIsReservedAtTheHigherPrice(t *testing.T) {
	b, err := llm.NewBudget(llm.Prices{"m": {Input: 1_000_000, CachedInput: 3_000_000, Call: 10}}, []llm.Limit{{Micros: 1200}}, nil)
	require.NoError(t, err)
	m, err := b.Model("m", using(llm.Usage{Input: 400, Cached: 400, Output: 5}))
	require.NoError(t, err)
	assert.ErrorIs(t, second(m.Generate(t.Context(), sized(llm.Scope{}))), llm.ErrBudget, "3 x 400 and 10")
	small := saying("hi")
	require.NoError(t, second(m.Generate(t.Context(), small)))
	assert.EqualValues(t, 1210, b.Report()[0].Spent.Micros)
	assert.EqualValues(t, 1, b.Report()[0].Overruns)
}

func TestRerankersAndScorersPay(t *testing.T) {
	b := newBudget(t, nil, llm.Limit{Tokens: 1000})
	failing := error(nil)
	usage := llm.Usage{Input: 5}
	reranker, err := b.Reranker("m", llm.RerankerFunc(func(_ context.Context, _ string, d []string) (*llm.Relevances, error) {
		return &llm.Relevances{Values: make([]float64, len(d)), Usage: usage}, failing
	}), "rank", llm.Scope{})
	require.NoError(t, err)
	scorer, err := b.Scorer("m", llm.ScorerFunc(func(_ context.Context, _ string, c []string) (*llm.Likelihoods, error) {
		return &llm.Likelihoods{Values: make([]llm.Likelihood, len(c)), Usage: usage}, failing
	}), "score", llm.Scope{})
	require.NoError(t, err)
	spent := func() (rank, score int64) {
		for _, x := range b.Report() {
			if x.Purpose == "rank" {
				rank = x.Spent.Tokens
			} else {
				score = x.Spent.Tokens
			}
		}
		return rank, score
	}
	_, err = reranker.Rerank(t.Context(), "query", nil)
	require.NoError(t, err)
	_, err = scorer.LogLikelihood(t.Context(), "prefix", nil)
	require.NoError(t, err)
	assert.Empty(t, b.Report(), "nothing to do costs nothing")

	_, err = reranker.Rerank(t.Context(), "query", []string{"a", "b"})
	require.NoError(t, err)
	_, err = scorer.LogLikelihood(t.Context(), "prefix", []string{"a", "b"})
	require.NoError(t, err)
	rank, score := spent()
	assert.EqualValues(t, 5, rank)
	assert.EqualValues(t, 7, score, "its output was not counted")

	failing = errors.New("down")
	_, err = reranker.Rerank(t.Context(), "query", []string{"a", "b"})
	require.ErrorIs(t, err, failing)
	_, err = scorer.LogLikelihood(t.Context(), "prefix", []string{"a", "b"})
	require.ErrorIs(t, err, failing)
	rank, score = spent()
	assert.EqualValues(t, 5+2*(5+8+8+1), rank)
	assert.EqualValues(t, 7+2*(6+8+8+1)+2, score)

	_, err = reranker.Rerank(t.Context(), strings.Repeat("q", 100), make([]string, 9))
	assert.ErrorIs(t, err, llm.ErrBudget, "the query counts once for each document")
	_, err = scorer.LogLikelihood(t.Context(), strings.Repeat("q", 100), make([]string, 9))
	assert.ErrorIs(t, err, llm.ErrBudget)
}
