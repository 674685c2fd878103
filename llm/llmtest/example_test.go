package llmtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func Example() {
	ctx := context.Background()
	req := &llm.Request{Messages: []llm.Message{llm.User("Where is my parcel?")}}
	model := llmtest.NewScript(
		llmtest.Reply{Text: "Your parcel left on Monday."},
		llmtest.Reply{Fault: llmtest.RateLimited},
	)
	resp, _ := model.Generate(ctx, req)
	fmt.Println(resp.Text)
	_, err := model.Generate(ctx, req)
	fmt.Println(errors.Is(err, llm.ErrRateLimited))
	_, err = model.Generate(ctx, req)
	fmt.Println(err)
	fmt.Println(model.Requests()[0].Messages[0].Text())
	// Output:
	// Your parcel left on Monday.
	// true
	// llmtest: script has run out: 2 replies, request 3 has purpose ""
	// Where is my parcel?
}

func ExampleHandler() {
	model := llmtest.Handler(func(_ context.Context, req *llm.Request) llmtest.Reply {
		if strings.Contains(req.Messages[0].Text(), "refund") {
			return llmtest.Reply{Fault: llmtest.Refusal}
		}
		return llmtest.Reply{Text: "Gladly."}
	})
	for _, text := range []string{"Wrap it, please.", "A refund, please."} {
		resp, err := model.Generate(context.Background(), &llm.Request{Messages: []llm.Message{llm.User(text)}})
		fmt.Println(resp != nil, err)
	}
	// Output:
	// true <nil>
	// false llm: llmtest: refused: refusal
}

func ExampleServer() {
	server := llmtest.NewServer(llmtest.NewScript(llmtest.Reply{Text: "Hello!", Fault: llmtest.Unavailable}).Next, nil)
	defer server.Close()
	resp, err := http.Post(server.URL+"/chat/completions", "application/json",
		strings.NewReader(`{"model": "any", "messages": [{"role": "user", "content": "hello"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, strings.Contains(string(body), "<html>"))
	// Output: 503 true
}
