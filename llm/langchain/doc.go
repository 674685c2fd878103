// Package langchain puts any model or embedder of langchaingo behind the contracts of package llm, so that every provider
// which langchaingo knows can be used here, with its silent failures caught as far as that is possible from outside.
//
//	watched := langchain.HTTPClient(nil)
//	provider, err := anthropic.New(anthropic.WithModel("claude-sonnet-4-5"), anthropic.WithHTTPClient(watched))
//	if err != nil {
//		return err
//	}
//	model := langchain.FromModel(provider, &langchain.Options{Provider: "anthropic"})
//	resp, err := model.Generate(ctx, &llm.Request{Messages: []llm.Message{llm.User("Name three uses of a tea towel.")}})
//
// # Give the provider the watched client
//
// langchaingo v0.1.14 returns no error for a stream that was cut, for an error or a broken chunk within a stream, for a
// deadline in the middle of a response (Ollama) and for a call that was cancelled while it streamed; and it drops the
// status and Retry-After of a refused call. [HTTPClient] sees all of these on the wire, whatever the provider makes of
// them, and the model fails as it should. It also limits the time between two pieces of a body and the size of a body,
// and puts the vectors of OpenAI-compatible servers in the order of their texts, which langchaingo ignores.
//
// Without the client, what is left is the end of the context, the stop reason and the error value. An answer without a
// stop reason is then llm.ErrTruncated; Ollama's never have one.
//
// # What cannot be mended
//
//   - Without the watched client: a 429 cannot be told from a 503, an error is llm.ErrUnavailable unless langchaingo
//     gave it a code, RetryAfter and Status are 0, and a stream cut after text with a stop reason taken from its last
//     piece passes.
//   - A stream line of more than 64 KiB (OpenAI; Ollama 500 KiB) is an error, since langchaingo reads lines with
//     bufio.Scanner. It comes back as llm.ErrMalformed.
//   - OpenAI's client asks for temperature 0 where none is set, never sends top-p, and drops a seed of 0. With the
//     watched client, whatever was asked for and not sent is named in Response.Warnings, and so is a temperature that
//     nobody asked for.
//   - Schemas cannot be passed: JSON mode is asked for, and the schema goes along as a last message, with a warning.
//     llm.Object checks what comes back.
//   - Streams with tools are handed out in one delta, since langchaingo mixes pieces of tool calls into the text.
//   - Ollama's client can neither offer tools nor take their results; such requests fail or lose the tools, with a warning.
//   - Sound is refused with llm.ErrInvalid: langchaingo has no form for it that its providers share.
//   - embeddings.EmbedderImpl replaces line breaks by spaces in texts, by default.
package langchain
