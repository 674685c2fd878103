package support_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/support"
)

// pages are two documents of a shop.
func pages() *support.Knowledge {
	k, err := support.NewKnowledge([]support.Document{
		{ID: "returns", Title: "Returns", Text: "You can return an item within 30 days. The label is in the parcel."},
		{ID: "shipping", Title: "Shipping", Text: "Delivery takes 2 to 4 business days and costs 4.90 EUR."},
	}, nil)
	if err != nil {
		panic(err)
	}
	return k
}

func Example() {
	agent := support.NewAgent(pages(), nil)
	for _, text := range []string{"Until when can I return an item?", "Do you sell bicycles?"} {
		answer, err := agent.Answer(context.Background(), &support.Question{Customer: "c-17", Text: text, Time: time.Unix(0, 0)})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(answer.Path, "|", answer.Text)
		for _, c := range answer.Citations {
			fmt.Printf("  %s[%d:%d]\n", c.Document, c.Start, c.End)
		}
		if answer.Handoff != nil {
			fmt.Println("  reason:", answer.Handoff.Reason)
		}
	}
	// Output:
	// quoted | You can return an item within 30 days.
	//   returns[0:38]
	// handed off | I do not know. I am passing your question on to a colleague.
	//   reason: not in the documents
}

func ExampleAgent_Answer_model() {
	model := llmtest.NewScript(llmtest.Reply{Text: `{"sentences": [
		{"text": "Within 30 days you can return it.", "citations": [{"passage": "p1", "quote": "You can return an item within 30 days."}]},
		{"text": "We pay you 10 EUR for it.", "citations": [{"passage": "p1", "quote": "You can return an item within 30 days."}]}
	]}`})
	agent := support.NewAgent(pages(), &support.Options{Model: model})
	answer, err := agent.Answer(context.Background(), &support.Question{Customer: "c-17", Text: "Until when can I return an item?", Time: time.Unix(0, 0)})
	fmt.Println(answer.Path, "|", answer.Text, "| cut:", answer.Cut, err)
	// Output: model | Within 30 days you can return it. | cut: 1 <nil>
}

func ExampleHandoff() {
	agent := support.NewAgent(pages(), nil)
	answer, err := agent.Answer(context.Background(), &support.Question{
		Customer: "c-17", Text: "Where is my order? It should have been delivered.", Time: time.Unix(0, 0),
		Conversation: []support.Turn{{Customer: true, Text: "Hello"}, {Text: "Hello, how can I help?"}},
	})
	fmt.Println(answer.Text, err)
	fmt.Print(answer.Handoff.Summary)
	// Output:
	// I am passing this on to a colleague. <nil>
	// Customer c-17, 1970-01-01T00:00:00Z.
	// Reason: customer's own case ("where is my order").
	// Customer: Hello
	// Shop: Hello, how can I help?
	// Asked: Where is my order? It should have been delivered.
}

func ExampleKnowledge_Search() {
	for _, hit := range pages().Search("What does delivery cost?", 3) {
		fmt.Printf("%s[%d:%d] covers %.2f\n", hit.Document, hit.Start, hit.End, hit.Coverage)
	}
	// Output: shipping[0:55] covers 1.00
}
