package llm_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func scoped(tenant, customer, session, text string) *llm.Request {
	return &llm.Request{Scope: llm.Scope{Tenant: tenant, Customer: customer, Session: session}, Messages: []llm.Message{llm.User(text)}}
}

func TestEraseDropsWhatWasHandedOut(t *testing.T) {
	asked := []*llm.Request{
		scoped("a", "c-1", "s-1", "one"),
		scoped("a", "c-1", "s-2", "two"),
		scoped("a", "c-2", "s-3", "two"), // a hit, for another customer
		scoped("a", "c-2", "s-3", "three"),
		scoped("a", "", "s-4", "four"),
		scoped("a", "", "", "five"),
		scoped("b", "c-1", "s-1", "one"),
	}
	for name, c := range map[string]struct {
		scope llm.Scope
		left  []string // of the tenants' answers
	}{
		"a customer":                        {llm.Scope{Tenant: "a", Customer: "c-1"}, []string{"a three", "a four", "a five", "b one"}},
		"a customer who asked second":       {llm.Scope{Tenant: "a", Customer: "c-2"}, []string{"a one", "a four", "a five", "b one"}},
		"a customer, whatever the session":  {llm.Scope{Tenant: "a", Customer: "c-1", Session: "s-4"}, []string{"a three", "a four", "a five", "b one"}},
		"a session":                         {llm.Scope{Tenant: "a", Session: "s-2"}, []string{"a one", "a three", "a four", "a five", "b one"}},
		"a visitor who is only a session":   {llm.Scope{Tenant: "a", Session: "s-4"}, []string{"a one", "a two", "a three", "a five", "b one"}},
		"a tenant":                          {llm.Scope{Tenant: "a"}, []string{"b one"}},
		"a customer of another tenant":      {llm.Scope{Tenant: "b", Customer: "c-2"}, []string{"a one", "a two", "a three", "a four", "a five", "b one"}},
		"a customer's name as a session's":  {llm.Scope{Tenant: "a", Session: "c-1"}, []string{"a one", "a two", "a three", "a four", "a five", "b one"}},
		"the program's only shop: not here": {llm.Scope{}, []string{"a one", "a two", "a three", "a four", "a five", "b one"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, call := range []func(*testing.T, llm.Model, *llm.Request){
				func(t *testing.T, m llm.Model, r *llm.Request) { generate(t, m, r) },
				func(t *testing.T, m llm.Model, r *llm.Request) { collected(t, m, r) },
			} {
				var calls atomic.Int64
				cache := llm.NewCache(nil)
				m := cache.Model("m", numbering(&calls))
				for _, req := range asked {
					call(t, m, req)
				}
				require.EqualValues(t, 6, cache.Stats().Entries)
				assert.Equal(t, 6-len(c.left), cache.Erase(c.scope))
				assert.Equal(t, c.left, kept(t, m, asked))
			}
		})
	}
}

// kept are the tenants and texts of the requests whose answers are there.
func kept(t *testing.T, m llm.Model, asked []*llm.Request) (left []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, req := range asked {
		name := req.Scope.Tenant + " " + req.Messages[0].Text()
		probe := scoped(req.Scope.Tenant, "", "", req.Messages[0].Text())
		if !seen[name] && len(generate(t, m, probe).Via) > 0 {
			left = append(left, name)
		}
		seen[name] = true
	}
	return left
}

func TestWhatServedManyGoesWithAnyOfThem(t *testing.T) {
	for _, customers := range []int{16, 17, 100} {
		var calls atomic.Int64
		cache := llm.NewCache(nil)
		m := cache.Model("m", numbering(&calls))
		for i := range customers {
			generate(t, m, asking(fmt.Sprint("c-", i), "what everybody asks"))
		}
		stranger := cache.Erase(llm.Scope{Customer: "nobody"})
		assert.Equal(t, customers > 16, stranger == 1, "too much goes when there are too many to remember")
		if stranger == 0 {
			assert.Equal(t, 1, cache.Erase(llm.Scope{Customer: fmt.Sprint("c-", customers-1)}))
		}
	}
}

func TestWhatIsOnItsWayDuringAnErasureIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, cache := newGate(), llm.NewCache(nil)
		told := callers(t, cache.Model("m", g), t.Context())
		cache.Erase(llm.Scope{Customer: "c-1"})
		g.open <- llmtest.Reply{Text: "hi"}
		require.NoError(t, (<-told[0]).err)

		streamed := cache.Model("m", llmtest.NewScript(llmtest.Reply{Text: "one two"}))
		for _, err := range llm.Stream(t.Context(), streamed, asking("c-1", "hello")) {
			require.NoError(t, err)
			cache.Erase(llm.Scope{Customer: "c-1"})
		}
		embedder := cache.Embedder("e", llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
			cache.Erase(llm.Scope{Customer: "c-1"})
			return &llm.Embeddings{Model: "e", Vectors: make2D(len(texts), 3)}, nil
		}))
		_, err := embedder.Embed(t.Context(), []string{"a"})
		require.NoError(t, err)
		assert.Zero(t, cache.Stats().Entries+cache.Stats().Bytes)
	})
}

func TestVectorsGoWithEveryErasure(t *testing.T) {
	cache := llm.NewCache(nil)
	vectors := &embedding{}
	_, err := cache.Embedder("e", vectors).Embed(t.Context(), []string{"a", "b"})
	require.NoError(t, err)
	assert.Equal(t, 2, cache.Erase(llm.Scope{Tenant: "any", Customer: "c-1"}))
	assert.Zero(t, cache.Stats().Bytes)
}

func ExampleCache_Erase() {
	cache := llm.NewCache(nil)
	model := cache.Model("small", llmtest.Handler(func(_ context.Context, req *llm.Request) llmtest.Reply {
		return llmtest.Reply{Text: "About " + req.Messages[0].Text()}
	}))
	for _, customer := range []string{"c-1", "c-2"} {
		model.Generate(context.Background(), &llm.Request{
			Scope:    llm.Scope{Customer: customer},
			Messages: []llm.Message{llm.User("the order of " + customer)},
		})
	}
	fmt.Println(cache.Erase(llm.Scope{Customer: "c-1"}), "dropped,", cache.Stats().Entries, "left")
	// Output: 1 dropped, 1 left
}
