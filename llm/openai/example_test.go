package openai_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/llm/openai"
)

func Example() {
	// A server on this machine stands in for the provider.
	server := llmtest.NewServer(llmtest.NewScript(
		llmtest.Reply{Text: "Dishes, bread, gifts.", Usage: llm.Usage{Input: 14, Output: 7}},
	).Next, nil)
	defer server.Close()

	client, err := openai.New(server.URL, &openai.Options{Model: "qwen3:8b"})
	if err != nil {
		fmt.Println(err)
		return
	}
	resp, err := client.Generate(context.Background(), &llm.Request{
		Messages: []llm.Message{llm.User("Name three uses of a tea towel.")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(resp.Text, resp.Usage.Output)
	// Output: Dishes, bread, gifts. 7
}

func ExampleClient_Stream() {
	server := llmtest.NewServer(llmtest.NewScript(llmtest.Reply{Text: "It left on Monday.", Fault: llmtest.Cut}).Next, nil)
	defer server.Close()
	client, _ := openai.New(server.URL, &openai.Options{Model: "qwen3:8b"})

	for d, err := range llm.Stream(context.Background(), client, &llm.Request{Messages: []llm.Message{llm.User("Where is it?")}}) {
		if err != nil {
			fmt.Println("cut:", errors.Is(err, llm.ErrTruncated), "retry:", llm.Retryable(err))
			return
		}
		fmt.Printf("%q\n", d.Text)
	}
	// Output:
	// "It "
	// "left "
	// cut: true retry: true
}

func ExampleClient_Generate_image() {
	// The server says what it was shown.
	server := llmtest.NewServer(func(_ context.Context, req *llm.Request) llmtest.Reply {
		image := req.Messages[0].Parts[2].Media
		return llmtest.Reply{Text: fmt.Sprintf("%s of %d bytes", image.Type, len(image.Data))}
	}, nil)
	defer server.Close()
	client, _ := openai.New(server.URL, &openai.Options{Model: "qwen3-vl:8b"})

	photo := llm.Image("photo in review r-17", "image/jpeg", []byte("\xff\xd8\xff\xe0 and so on"))
	resp, err := client.Generate(context.Background(), &llm.Request{
		Messages: []llm.Message{llm.User("Is the teapot broken?", photo)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(resp.Text)
	// Output: image/jpeg of 14 bytes
}

func ExampleClient_Embed() {
	lengths := func(_ context.Context, texts []string) (*llm.Embeddings, error) {
		e := &llm.Embeddings{}
		for _, t := range texts {
			e.Vectors = append(e.Vectors, []float32{float32(len(t))})
		}
		return e, nil
	}
	server := llmtest.NewServer(nil, llm.EmbedderFunc(lengths))
	defer server.Close()
	client, _ := openai.New(server.URL, &openai.Options{EmbeddingModel: "nomic-embed-text"})

	e, err := client.Embed(context.Background(), []string{"mug", "teapot"})
	fmt.Println(e.Model, e.Vectors, err)
	// Output: nomic-embed-text [[3] [6]] <nil>
}

func ExampleClient_LogLikelihood() {
	// A model of letters and words that a text was counted for.
	server := llmtest.Serve(llmtest.Backend{Scorer: llmtest.NewBigram("tea and milk, tea and lemon, tea and milk")})
	defer server.Close()
	client, _ := openai.New(server.URL, &openai.Options{ScoreModel: "qwen3:8b", ScoreShape: openai.ShapeVLLM})

	got, err := client.LogLikelihood(context.Background(), "tea and", []string{" milk", " lemon"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(got.Values[0].PerToken() > got.Values[1].PerToken(), got.Model)
	// Output: true qwen3:8b
}

func ExampleClient_Rerank() {
	server := llmtest.Serve(llmtest.Backend{Reranker: llmtest.Overlap{}})
	defer server.Close()
	client, _ := openai.New(server.URL, &openai.Options{RerankModel: "bge-reranker-v2-m3", RerankShape: openai.ShapeTEI})

	got, err := client.Rerank(context.Background(), "blue teapot", []string{"a red mug", "a blue teapot"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", got.Values)
	// Output: [0.00 0.67]
}

func ExampleOptions() {
	server := llmtest.NewServer(llmtest.NewScript(llmtest.Reply{Fault: llmtest.RateLimited}).Next, nil)
	defer server.Close()
	client, _ := openai.New(server.URL, &openai.Options{Model: "gpt-5-mini", TokenLimitField: "max_completion_tokens"})

	_, err := client.Generate(context.Background(), &llm.Request{Messages: []llm.Message{llm.User("hello")}, MaxTokens: new(200)})
	if e, ok := errors.AsType[*llm.Error](err); ok {
		fmt.Println(e.Kind, e.Status, e.RetryAfter)
	}
	// Output: llm: rate limited 429 2s
}
