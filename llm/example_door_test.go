package llm_test

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// The whole door: personal data stays inside, equal questions cost once, failures are tried again, and money has a limit.
func Example_door() {
	provider := llmtest.NewScript( // in place of openai.New
		llmtest.Reply{Fault: llmtest.Cut, Text: "It left"},
		llmtest.Reply{Text: "It left on Monday.", Usage: llm.Usage{Input: 900, Output: 10}},
	)
	budget, err := llm.NewBudget(
		llm.Prices{"small": {Input: 150_000, Output: 600_000}}, // per million tokens, in millionths of a euro
		[]llm.Limit{{Per: llm.PerCustomer, Micros: 50_000}, {Micros: 20_000_000}},
		nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	paid, err := budget.Model("small", provider)
	if err != nil {
		fmt.Println(err)
		return
	}
	shield, err := llm.NewShield(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	model := shield.Model(llm.NewCache(nil).Model("small", llm.Breaker(llm.Retry(paid, nil), nil)))

	for range 2 {
		resp, err := model.Generate(context.Background(), &llm.Request{
			Purpose:  "support-answer",
			Scope:    llm.Scope{Customer: "c-1", Session: "chat-7"},
			Messages: []llm.Message{llm.User("Where is my parcel? I am ada@example.org.")},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(resp.Text, resp.Via)
	}
	// Output:
	// It left on Monday. [retry: 2 attempts shield: 1 pseudonym]
	// It left on Monday. [retry: 2 attempts cache shield: 1 pseudonym]
}
