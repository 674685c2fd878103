// Package openai speaks to servers with OpenAI's HTTP interface: OpenAI, vLLM, SGLang, llama.cpp, Ollama under /v1, LM
// Studio and gateways. A Client is a model, streams, embeds, reranks and scores.
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
// # Which server does what
//
// As the servers' own documentation has it; a dash says that the server does not offer it. What is written here was run
// against the server of llm/llmtest, which plays these shapes, and against no provider.
//
//	                 chat, stream  tools  json_schema  images  audio  embeddings  rerank   log-likelihood
//	OpenAI           yes           yes    strict       yes     yes 1  yes         -        - 2
//	Azure OpenAI     yes           yes    strict       yes     yes 1  yes         -        -
//	vLLM             yes           yes 3  yes          yes 3   yes 3  yes 4       yes 4    ShapeVLLM
//	SGLang           yes           yes 3  yes          yes 3   -      yes 4       yes 4    ShapeSGLang
//	llama.cpp        yes           yes 5  yes          yes 3   yes 3  yes 6       yes 6    - 7
//	Ollama, /v1      yes           yes 3  yes          yes 3   -      yes         -        -
//	LM Studio        yes           yes 3  yes          yes 3   -      yes         -        -
//	TGI, /v1         yes           yes    yes          yes 3   -      -           -        -
//	TEI              -             -      -            -       -      yes         ShapeTEI -
//	Jina, Cohere     -             -      -            -       -      Jina        yes      -
//
//	1 models whose names say so, wav and mp3   2 chat models refuse echo   3 depends on the model that is served
//	4 when started for such a model            5 started with --jinja      6 --embeddings, --reranking
//	7 ignores echo, which is llm.ErrMalformed
//
// Azure's base URL is https://RESOURCE.openai.azure.com/openai/v1. OpenAI's reasoning models need
// Options.TokenLimitField "max_completion_tokens". Options.RerankShape and ScoreShape pick the shape of a request.
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
