// Package openai speaks to servers with OpenAI's HTTP interface: OpenAI, vLLM, SGLang, llama.cpp, Ollama under /v1, LM
// Studio and gateways. A Client is a model, streams, embeds, tells log-likelihoods and reranks.
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
// # Which server offers what
//
// The table is from the servers' documentation, as far as we know it, and not every cell has been looked up; the client
// was run against this repository's own server (Server in package llmtest) only, and against no provider. What a server
// offers depends on the model that it serves, too.
//
//	                 chat  stream  tools  json_schema  images  audio  embeddings  rerank  log-likelihoods
//	OpenAI           yes   yes     yes    yes          yes     yes    yes         -       "" (1)
//	Azure OpenAI (2) yes   yes     yes    yes          yes     yes    yes         -       -
//	vLLM             yes   yes     yes    yes          yes     yes    yes         ""      ShapeVLLM
//	SGLang           yes   yes     yes    yes          yes     -      yes         ""      ShapeSGLang
//	llama.cpp        yes   yes     yes    yes          yes     yes    yes         ""      - (6)
//	Ollama           yes   yes     yes    yes          (3)     -      yes         -       -
//	LM Studio        yes   yes     yes    yes          yes     -      yes         -       -
//	TEI              -     -       -      -            -       -      yes         ShapeTEI -
//	TGI              yes   yes     yes    (4)          yes     -      -           -       -
//	Jina             -     -       -      -            -       -      yes         ""      -
//	Cohere (5)       yes   -       yes    -            -       -      yes         ""      -
//
// Chat, stream, tools, json_schema, images and audio need Options.Model; embeddings Options.EmbeddingModel; rerank
// Options.RerankModel with the Options.RerankShape in the table, and log-likelihoods Options.ScoreModel with the
// Options.ScoreShape in it, where "" is the default. TEI is text-embeddings-inference and TGI text-generation-inference.
// vLLM, SGLang and llama.cpp take tools, embeddings and rerank only when they are started for them, the last with --jinja,
// --embeddings or --reranking.
//
//  1. Models of the completions interface that echo with logprobs, such as davinci-002; chat models refuse it.
//  2. At https://RESOURCE.openai.azure.com/openai/v1. OpenAI's and Azure's reasoning models need Options.TokenLimitField.
//  3. As data; at a URL in newer versions only.
//  4. Not in all versions: see the documentation of yours.
//  5. Chat and embeddings at the base URL of its compatibility API, rerank at https://api.cohere.com/v2. It
//     refuses stream_options, which the client sends with every stream, and takes schemas in a form of its own.
//  6. It ignores echo, which is llm.ErrMalformed.
//
// # Schemas
//
// Schemas of answers and parameters of tools are sent in the form that OpenAI calls strict: every object is closed and
// requires all of its properties, and those that were optional may be null. What that form has no word for stands in
// the description, or is left out with a warning in Response.Warnings; bounds and patterns are still the caller's to check,
// as [llm.Object] does. A schema that cannot be strict, such as one of a map, is sent as it is, with a warning. The nulls
// that stand for absent properties are taken out of answers and arguments, so that they fit the schema that was asked for;
// a stream hands out such an answer in one delta.
//
// # What is checked
//
// An answer counts as complete when it has a finish reason. A refusal, an answer cut by its token limit, an answer
// without choices, a stream that breaks off, a chunk that is no JSON and an error within a stream are each their own
// [llm.Kind]. Vectors and relevances are put in the order of the texts by their index, and a missing or repeated index is
// an error; tokens have to be those of the text that was scored. What a model thinks aloud is no part of its answer.
//
// # Limits
//
// A call waits a bounded time for the header, between two pieces of the body, and in total, and reads a bounded number of
// bytes; the error names the limit that was met. The client does not retry: [llm.Retryable] tells when that may help. It
// follows no redirects, and its key goes to no other host.
package openai
