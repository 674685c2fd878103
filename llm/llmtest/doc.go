// Package llmtest tests what stands on either side of a language model: conformance suites for those who implement
// llm.Model and llm.Embedder, and a scripted model and server for those who call them.
//
//	model := llmtest.NewScript(
//		llmtest.Reply{Text: "Your parcel left on Monday."},
//		llmtest.Reply{Fault: llmtest.RateLimited},
//	)
//	resp, err := model.Generate(ctx, req)      // the text
//	_, err = model.Generate(ctx, req)          // llm.ErrRateLimited
//	_, err = model.Generate(ctx, req)          // an error that says that the script has run out
//	asked := model.Requests()[0].Messages      // what the model was asked
//
// # Implementing a model
//
// [RunModel] checks an implementation against a provider that the suite plays, faults included, and [RunEmbedder] checks
// an embedder. Both are for use with the race detector.
//
// # Calling a model
//
// A [Script] answers in order; a [Handler] is a function that answers by what it is asked. A [Server] puts either behind
// HTTP as an OpenAI-compatible server, for programs that take a URL.
package llmtest
