// Package openai speaks to servers with OpenAI's HTTP interface: OpenAI, vLLM, SGLang, llama.cpp, Ollama under /v1, LM
// Studio and gateways. A Client is a model, streams, and embeds.
//
//	client, err := openai.New("http://localhost:11434/v1", &openai.Options{
//		Model:          "qwen3:8b",
//		EmbeddingModel: "nomic-embed-text",
//	})
//	if err != nil {
//		return err
//	}
//	resp, err := client.Generate(ctx, &llm.Request{
//		Messages: []llm.Message{llm.User("Name three uses of a tea towel.")},
//	})
//	if err != nil {
//		return err
//	}
//	fmt.Println(resp.Text, resp.Usage.Output)
//
// # What is checked
//
// An answer counts as complete when it has a finish reason. A refusal, an answer cut by its token limit, an answer
// without choices, a stream that breaks off, a chunk that is no JSON and an error within a stream are each their own
// [llm.Kind]. Vectors are put in the order of the texts by their index, and a missing or repeated index is an error.
//
// # Limits
//
// A call waits a bounded time for the header, between two pieces of the body, and in total, and reads a bounded number of
// bytes; the error names the limit that was met. The client does not retry: [llm.Retryable] tells when that may help.
package openai
