// Package llm is the only door to language models: small interfaces that a provider implements in some fifty lines,
// errors that a caller can act on, Object, which turns a reply into a checked Go value, Run, which lets a model call Go
// functions within limits, and wrappers that keep calls paid for, private, repeatable and alive.
//
// Any function is a model, so a program that needs one can be written and tested without a provider:
//
//	type verdict struct {
//		Mood  string `json:"mood" jsonschema:"one of glad, neutral, cross"`
//		Quote string `json:"quote" jsonschema:"the words that show it"`
//	}
//	v, err := llm.Object[verdict](ctx, model, &llm.Request{
//		Purpose: "review-mood",
//		Messages: []llm.Message{
//			llm.System("You judge the mood of shop reviews."),
//			llm.User("Which mood is this review in?", llm.Quote("review r-17", review)),
//		},
//	})
//	switch {
//	case errors.Is(err, llm.ErrRefused): // take the path that needs no model
//	case llm.Retryable(err): // the same request may succeed later
//	}
//
// # Models
//
// A [Model] answers a [Request]; [ModelFunc] makes a model of a function. A model that can also answer piece by piece
// is a [Streamer], and [Stream] hides the difference. An [Embedder] turns texts into vectors, a [Reranker] says how
// relevant documents are, a [Scorer] how likely texts are. Package llm/openai speaks to OpenAI-compatible servers,
// llm/langchain to every provider of langchaingo, llm/lexical embeds without weights, and llm/llmtest checks an
// implementation and plays models and faulty servers for tests.
//
// # Wrappers
//
// Each wrapper is a Model around a Model, of use alone. Where several are used, this is their order from the outside in;
// the comment of each says why:
//
//	Trace     records and spans of calls, without their texts
//	Shield    pseudonyms for personal data on its way out, the data itself on its way back
//	Cache     what was asked before is not asked again; Record and Replay stand here too
//	Cascade   a small model first, a large one when a check fails
//	Fallback  the next model when one fails
//	Breaker   a provider that is down is left alone
//	Retry     a passing failure is tried again, within a bucket of retries
//	Budget    money and tokens are reserved before the call and settled after it
//
// An answer is never spliced of two: once a piece of a stream has been handed out, its failure is passed on. Response.Via
// says which wrappers had a hand in an answer.
//
//	client, _ := openai.New(url, &openai.Options{Model: "small"})
//	paid, err := budget.Model("small", client)
//	model := llm.Trace(shield.Model(cache.Model("small", llm.Breaker(llm.Retry(paid, nil), nil))), nil)
//
// # Tools
//
// [NewTool] makes a tool of a Go function and [Run] lets a model call it within [RunLimits]: arguments are decoded
// strictly, every call is answered, what writes is called once, and the host may be asked before. A [ToolError] is the
// only text of an error that the model reads.
//
// # Customers' text
//
// What customers wrote is material, never instruction. It goes into a request with [Quote], which keeps it apart from
// the words of the program, and [Request.Validate] refuses quoted text in a system message. The delimiters around it
// are a habit, not a safeguard: what a model says is checked by Go code before anything is done with it.
//
// # Errors
//
// A [Response] is always complete. Whatever else happened, a refusal, a cut stream, a reply that ran into its token
// limit, is an error that matches one [Kind] with errors.Is, and the text that had arrived by then is in Error.Partial.
package llm
