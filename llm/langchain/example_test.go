package langchain_test

import (
	"context"
	"fmt"

	"github.com/tmc/langchaingo/llms/openai"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/langchain"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func ExampleFromModel() {
	script := llmtest.NewScript(llmtest.Reply{Text: "As a cloth, a napkin or a wrapping."}, llmtest.Reply{Text: "As a", Fault: llmtest.Cut})
	server := llmtest.NewServer(script.Next, nil) // in place of a provider
	defer server.Close()

	provider, err := openai.New(openai.WithBaseURL(server.URL), openai.WithToken("key"), openai.WithHTTPClient(langchain.HTTPClient(nil)))
	if err != nil {
		fmt.Println(err)
		return
	}
	model := langchain.FromModel(provider, &langchain.Options{Provider: "openai", ImagesAsURL: true})
	for range 2 {
		resp, err := model.Generate(context.Background(), &llm.Request{Messages: []llm.Message{llm.User("Name three uses of a tea towel.")}})
		if err != nil {
			fmt.Println("retryable:", llm.Retryable(err))
			continue
		}
		fmt.Println(resp.Text)
	}
	// Output:
	// As a cloth, a napkin or a wrapping.
	// retryable: true
}
