package llm_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func ExampleBudget_Snapshot() {
	limits := []llm.Limit{{Per: llm.PerCustomer, Window: llm.Forever, Tokens: 1500}}
	before, _ := llm.NewBudget(llm.Prices{"m": {}}, limits, nil)
	model, _ := before.Model("m", llmtest.NewScript(llmtest.Reply{Text: "Hello!", Usage: llm.Usage{Input: 300, Output: 200}}))
	ask := &llm.Request{Scope: llm.Scope{Customer: "c-17"}, Messages: []llm.Message{llm.User("Hello?")}}
	_, err := model.Generate(context.Background(), ask)
	fmt.Println(err)
	saved, _ := before.Snapshot()

	after, _ := llm.NewBudget(llm.Prices{"m": {}}, limits, nil) // in the next process
	fmt.Println(after.Restore(saved))
	model, _ = after.Model("m", llmtest.NewScript())
	_, err = model.Generate(context.Background(), ask)
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
	// llm: budget used up: limit of 1500 tokens per customer, forever: spent 500 tokens, reserved 0 tokens, needed 1182 tokens
}

func ExampleBudget_Report() {
	budget, _ := llm.NewBudget(llm.Prices{"m": {Input: 1_000_000, Output: 2_000_000}}, []llm.Limit{{Micros: 3000}}, nil)
	model, _ := budget.Model("m", llmtest.NewScript(
		llmtest.Reply{Text: "Hello!", Usage: llm.Usage{Input: 30, Output: 20}},
		llmtest.Reply{Fault: llmtest.RateLimited},
	))
	for range 3 {
		model.Generate(context.Background(), &llm.Request{Purpose: "greeting", Messages: []llm.Message{llm.User("Hello?")}})
	}
	for _, x := range budget.Report() {
		fmt.Println(x.Purpose, x.Model, "calls", x.Calls, "failed", x.Failed, "refused", x.Refused, "micros", x.Spent.Micros)
	}
	// Output: greeting m calls 3 failed 2 refused 0 micros 2276
}

func ExampleBudget_Spent() {
	budget, _ := llm.NewBudget(llm.Prices{"m": {}}, []llm.Limit{{Per: llm.PerSession, Tokens: 5000}}, nil)
	model, _ := budget.Model("m", llmtest.NewScript(llmtest.Reply{Text: "Hello!", Usage: llm.Usage{Input: 30, Output: 20}}))
	chat := llm.Scope{Session: "chat-4"}
	model.Generate(context.Background(), &llm.Request{Scope: chat, Messages: []llm.Message{llm.User("Hello?")}})
	for _, balance := range budget.Spent("", chat) {
		fmt.Println(balance.Spent.Tokens, "of", balance.Limit.Tokens)
	}
	budget.Forget(chat)
	fmt.Println(budget.Spent("", chat)[0].Spent.Tokens)
	// Output:
	// 50 of 5000
	// 0
}

// someLimits are one of each kind.
var someLimits = []llm.Limit{
	{Tokens: 1e9}, {Per: llm.PerTenant, Tokens: 1e9}, {Per: llm.PerCustomer, Micros: 1e9}, {Per: llm.PerSession, Window: llm.Forever, Tokens: 1e9},
	{Per: llm.PerPurpose, Tokens: 1e9}, {Per: llm.PerCustomer, Purpose: "p", Tokens: 1e9, Window: llm.Forever}, {Per: llm.PerCall, Tokens: 1e9},
}

func spend(t *testing.T, b *llm.Budget, p llm.Purpose, s llm.Scope) {
	req := sized(s)
	req.Purpose = p
	require.NoError(t, second(pays(t, b, using(llm.Usage{Input: 100, Output: 20})).Generate(t.Context(), req)))
}

func TestARestartForgetsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, nil, someLimits...)
		scopes := []llm.Scope{{}, {Tenant: "t", Customer: "c", Session: "s"}, {Tenant: "t", Customer: "d", Session: "s"}, {Customer: "bad \xff", Tenant: "\xfe"}, {Customer: "bad \xfe", Tenant: "\xff"}}
		for i, s := range scopes {
			spend(t, b, llm.Purpose([]string{"", "p", "q"}[i%3]), s)
		}
		c := openCall{parked: &parked{make(chan struct{}), make(chan func() (*llm.Response, error))}, tokens: 1000, tenant: "t"}
		require.False(t, begin(t, pays(t, b, c.parked), c))
		saved, err := b.Snapshot()
		require.NoError(t, err)
		again, err := b.Snapshot()
		require.NoError(t, err)
		assert.Equal(t, string(saved), string(again))

		restored := newBudget(t, nil, someLimits...)
		require.NoError(t, restored.Restore(saved))
		for _, s := range scopes {
			for _, p := range []llm.Purpose{"", "p", "q"} {
				want := b.Spent(p, s)
				for i := range want { // nobody will settle what is reserved
					want[i].Spent.Micros += want[i].Reserved.Micros
					want[i].Spent.Tokens += want[i].Reserved.Tokens
					want[i].Reserved = llm.Amount{}
				}
				assert.Equal(t, want, restored.Spent(p, s))
			}
		}
		once, err := restored.Snapshot()
		require.NoError(t, err)
		assert.JSONEq(t, string(saved), string(once))

		time.Sleep(24 * time.Hour)
		next := newBudget(t, nil, someLimits...)
		require.NoError(t, next.Restore(saved))
		for _, balance := range next.Spent("p", scopes[1]) {
			assert.Equal(t, balance.Limit.Window == llm.Forever, balance.Spent.Tokens > 0, "%v", balance.Limit)
		}
		c.tokens = 2
		c.end(b)
	})
}

func TestForgettingASessionLeavesTheSumOfThoseWithoutACustomer(t *testing.T) {
	b := newBudget(t, nil, llm.Limit{Per: llm.PerCustomer, Tokens: 5000}, llm.Limit{Per: llm.PerSession, Tokens: 5000})
	spend(t, b, "", llm.Scope{Session: "1"})
	spend(t, b, "", llm.Scope{Customer: "a"})
	b.Forget(llm.Scope{Session: "1"})
	assert.EqualValues(t, 120, b.Spent("", llm.Scope{})[0].Spent.Tokens)
	b.Forget(llm.Scope{Customer: "a"})
	assert.EqualValues(t, 120, b.Spent("", llm.Scope{})[1].Spent.Tokens)
}

func TestOtherLimitsAfterARestart(t *testing.T) {
	b := newBudget(t, nil, llm.Limit{Tokens: 5000}, llm.Limit{Per: llm.PerTenant, Tokens: 5000})
	spend(t, b, "p", llm.Scope{Tenant: "t"})
	saved, err := b.Snapshot()
	require.NoError(t, err)
	other := newBudget(t, nil, llm.Limit{Per: llm.PerPurpose, Tokens: 9}, llm.Limit{Tokens: 100}, llm.Limit{Micros: 200})
	require.NoError(t, other.Restore(saved))
	var spent []int64
	for _, balance := range other.Spent("p", llm.Scope{Tenant: "t"}) {
		spent = append(spent, balance.Spent.Tokens)
	}
	assert.Equal(t, []int64{0, 120, 120}, spent, "one is new, two go by the sum that there was")
}

func TestRestoreRefuses(t *testing.T) {
	until := time.Now().Add(time.Hour).Format(time.RFC3339)
	for text, data := range map[string]string{
		"EOF":                    ``,
		"unknown field":          `{"version":1,"until":"` + until + `","sums":[],"more":1}`,
		"something after":        `{"version":1,"until":"` + until + `","sums":[]} {}`,
		"version 2, want 1":      `{"version":2,"until":"` + until + `"}`,
		"version 0, want 1":      `{}`,
		"of a day that ends at":  `{"version":1,"until":"9999-01-01T00:00:00Z","sums":[]}`,
		"sum 0 is negative":      `{"version":1,"until":"` + until + `","sums":[{"micros":-1,"tokens":0}]}`,
		"sum 1 is there twice":   `{"version":1,"until":"` + until + `","sums":[{"micros":1,"tokens":0},{"micros":2,"tokens":0}]}`,
		"cannot unmarshal":       `{"version":1,"until":"` + until + `","sums":[{"micros":1e30,"tokens":0}]}`,
		"cannot unmarshal strin": `{"version":"1"}`,
	} {
		b := newBudget(t, nil, someLimits...)
		assert.ErrorContains(t, b.Restore([]byte(data)), text)
		for _, balance := range b.Spent("", llm.Scope{}) {
			assert.Zero(t, balance.Spent)
		}
	}
	b := newBudget(t, nil, someLimits...)
	saved, err := b.Snapshot()
	require.NoError(t, err)
	spend(t, b, "", llm.Scope{})
	assert.EqualError(t, b.Restore(saved), "llm: budget: restore into a budget that has been used")
	spent, err := b.Snapshot()
	require.NoError(t, err)
	twice := newBudget(t, nil, someLimits...)
	require.NoError(t, twice.Restore(spent))
	assert.Error(t, twice.Restore(spent), "sums are not added up by accident")
}

func TestForgetDropsASubjectAndNothingElse(t *testing.T) {
	all := []llm.Scope{{Tenant: "t", Customer: "a", Session: "1"}, {Tenant: "t", Customer: "b", Session: "2"}, {Tenant: "u", Customer: "a", Session: "1"}}
	for name, c := range map[string]struct {
		forget llm.Scope
		sums   [3]int // non-zero per-customer, per-session and per-tenant sums that are left
	}{
		"a customer":               {llm.Scope{Tenant: "t", Customer: "a"}, [3]int{2, 3, 3}},
		"a session":                {llm.Scope{Tenant: "t", Session: "1"}, [3]int{3, 2, 3}},
		"a customer and a session": {llm.Scope{Tenant: "t", Customer: "a", Session: "1"}, [3]int{2, 2, 3}},
		"a tenant":                 {llm.Scope{Tenant: "t"}, [3]int{1, 1, 1}},
		"nobody":                   {llm.Scope{Tenant: "v", Customer: "a"}, [3]int{3, 3, 3}},
		"those without a tenant":   {llm.Scope{}, [3]int{3, 3, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBudget(t, nil, llm.Limit{Per: llm.PerCustomer, Window: llm.Forever, Tokens: 5000}, llm.Limit{Per: llm.PerSession, Tokens: 5000}, llm.Limit{Per: llm.PerTenant, Tokens: 5000}, llm.Limit{Tokens: 5000})
			for _, s := range all {
				spend(t, b, "", s)
			}
			b.Forget(c.forget)
			var left [3]int
			for _, s := range all {
				balances := b.Spent("", s)
				for i := range left {
					if balances[i].Spent.Tokens > 0 {
						left[i]++
					}
				}
				assert.EqualValues(t, 360, balances[3].Spent.Tokens, "the total stays")
			}
			assert.Equal(t, c.sums, left)
		})
	}
}

// FuzzRestore checks that whatever a snapshot holds, a budget takes all of it or none, and has no sum below nothing.
func FuzzRestore(f *testing.F) {
	until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	f.Add([]byte(`{"version":1,"until":"` + until + `","sums":[{"per":"customer","tenant":"t","id":"c","micros":5,"tokens":7},{"micros":5,"tokens":9223372036854775807}]}`))
	f.Add([]byte(`{"version":1,"until":"2000-01-01T00:00:00Z","sums":[{"per":"session","window":"forever","id":"s","micros":5,"tokens":7}]}`))
	f.Add([]byte(`{"version":1,"sums":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := newBudget(t, nil, someLimits...)
		failed := b.Restore(data)
		first, err := b.Snapshot()
		require.NoError(t, err)
		if failed != nil {
			assert.Contains(t, string(first), `"sums":[]`)
			return
		}
		again := newBudget(t, nil, someLimits...)
		require.NoError(t, again.Restore(first))
		second, err := again.Snapshot()
		require.NoError(t, err)
		require.JSONEq(t, string(first), string(second))
		for _, balance := range b.Spent("p", llm.Scope{Tenant: "t", Customer: "c", Session: "s"}) {
			assert.GreaterOrEqual(t, balance.Spent.Tokens, int64(0))
			assert.GreaterOrEqual(t, balance.Spent.Micros, llm.Micros(0))
		}
		pays(t, b, using(llm.Usage{Input: 1, Output: 1})).Generate(t.Context(), saying("hi"))
	})
}
