// Package llm is the only door to language models: small interfaces that a provider implements in some fifty lines,
// the errors that a caller can act on, and Object, which turns a reply into a checked Go value.
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
// # Models and embedders
//
// A [Model] answers a [Request]; [ModelFunc] makes a model of a function. A model that can also answer piece by piece
// is a [Streamer], and [Stream] hides the difference. An [Embedder] turns texts into vectors. Package llm/openai speaks
// to OpenAI-compatible servers, package llm/lexical embeds without weights, and package llm/llmtest checks an
// implementation and scripts a model for tests.
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
