// Package llmtest tests what stands on either side of a language model: conformance suites for those who implement the
// interfaces of package llm, and for those who call them models that answer by a script, fail in every known way, obey
// whoever wrote into their context, or are out to break their caller.
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
// [RunModel] checks an implementation against a provider that the suite plays, faults included; [RunScorer] and
// [RunReranker] do so with providers whose values can be worked out by hand, [Bigram] and [Overlap]; [RunEmbedder] checks
// any embedder. All are for use with the race detector. What is known to fail is named in [Options], with the reason, and
// shows as skipped.
//
// # Calling a model
//
// A [Script] answers in order; a [Handler] is a function that answers by what it is asked. [Faults] are the ways in which
// an answer goes wrong, and [Flaky] lets them happen at a rate. [Obedient] shows what a program is worth when its
// model follows an injected instruction, and [Hostile] when the model is the attacker. A [Server] puts any of them behind
// HTTP as an OpenAI-compatible server, for programs that take a URL, and breaks the protocol and the connection where the
// fault is there.
package llmtest
