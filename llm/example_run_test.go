package llm_test

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func ExampleNewFunc() {
	type query struct {
		Order string `json:"order" jsonschema:"the order's number"`
	}
	type parcel struct {
		State string `json:"state"`
		Days  int    `json:"days"`
	}
	find, err := llm.NewFunc("find_order", "Finds an order.", func(_ context.Context, q query) (parcel, error) {
		if q.Order != "A7" {
			return parcel{}, llm.ToolError("no order has this number")
		}
		return parcel{State: "shipped", Days: 2}, nil
	}, &llm.FuncOptions{ReadOnly: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, arguments := range []string{`{"order": "A7"}`, `{"order": "A7", "refund": true}`, `{"order": "A7", "order": "B9"}`} {
		fmt.Println(find.Call(context.Background(), arguments))
	}
	// Output:
	// {"state":"shipped","days":2} <nil>
	//  llm: arguments do not fit: validating root: unexpected additional properties ["refund"]
	//  llm: arguments do not fit: key "order" twice in one object
}

func ExampleObjectResponse() {
	model := llmtest.NewScript(
		llmtest.Reply{Text: `{"mood": "fine"}`, Usage: llm.Usage{Input: 100, Output: 8}},
		llmtest.Reply{Text: `{"mood": "glad", "sure": true}`, Usage: llm.Usage{Input: 150, Output: 12}},
	)
	type verdict struct {
		Mood string `json:"mood"`
		Sure bool   `json:"sure"`
	}
	v, resp, err := llm.ObjectResponse[verdict](context.Background(), model, &llm.Request{Messages: []llm.Message{llm.User("Which mood?")}})
	fmt.Println(v.Mood, err)
	fmt.Println(resp.Model, resp.Usage.Input, resp.Usage.Output, resp.Via)
	// Output:
	// glad <nil>
	// script 250 20 [object: 2 turns]
}
