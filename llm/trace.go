package llm

import (
	"context"
	"errors"
	"iter"
	"log/slog"
)

// TraceOptions say where [Trace] tells about calls, and how much.
type TraceOptions struct {
	// Logger gets one record for each call. Nil: no records.
	Logger *slog.Logger
	// Start begins a span and returns the context for the call and what ends the span, which is called once. Its error is
	// nil, or says with its text only what the attributes say too (errors.Is and errors.As reach the real one). It is the
	// place for OpenTelemetry's tracer. Nil: no spans.
	Start func(ctx context.Context, name string, attrs ...slog.Attr) (context.Context, func(err error, attrs ...slog.Attr))
	// Model that is asked, for gen_ai.request.model. Empty: the attribute is left out.
	Model string
	// Provider that is asked, for gen_ai.provider.name, such as "openai". Empty: the attribute is left out.
	Provider string
	// Level of records of calls that did not fail. Default: slog.LevelInfo.
	Level slog.Leveler
	// FailureLevel is that of records of calls that failed. Default: slog.LevelWarn.
	FailureLevel slog.Leveler
	// Scope adds the names of tenant, customer and session. They are personal data.
	Scope bool
	// Content adds the texts of messages, answers and errors, and what tools are called with. They are personal data. The
	// content of media is left out all the same.
	Content bool
}

// Trace is m with a record and a span for each call, under the names of OpenTelemetry's semantic conventions for
// generative AI as of 1.41, which are still in development there:
//
//   - gen_ai.operation.name (chat), gen_ai.provider.name, gen_ai.request.model, gen_ai.request.max_tokens,
//     gen_ai.request.temperature, gen_ai.request.stream, gen_ai.output.type (json, where there is a schema)
//   - gen_ai.response.model, gen_ai.response.finish_reasons, gen_ai.response.time_to_first_chunk (seconds)
//   - gen_ai.usage.input_tokens, gen_ai.usage.output_tokens, gen_ai.usage.cache_read.input_tokens,
//     gen_ai.usage.reasoning.output_tokens, of failed calls too where they are known
//   - error.type, which is the [Kind], "canceled", "deadline exceeded", "panic" or "_OTHER"; http.response.status_code
//   - clmkit.purpose, clmkit.via, clmkit.warnings (how many), clmkit.request_id, clmkit.limit (of an [Overdraft]), and
//     clmkit.broken_off where the caller left a stream before its end, which is no failure
//   - with Scope: clmkit.tenant, clmkit.customer, gen_ai.conversation.id (the session)
//   - with Content: gen_ai.input.messages and gen_ai.output.messages as JSON, exception.message
//
// The name of the span and the message of the record is "chat" and the model. A record also has the duration, in which a
// stream's caller has its part. Without Scope and Content no personal data is in either, not even in the text of errors,
// which may quote the provider; a purpose is taken to be a constant of the program.
//
// Trace is the outermost wrapper, so that it tells what the caller met; within [Retry] it tells of each attempt. Without
// a Logger and Start it is m itself.
func Trace(m Model, opts *TraceOptions) Model {
	t := newTracer(opts)
	if t == nil {
		return m
	}
	return &layer{
		inner: m,
		generate: func(ctx context.Context, req *Request) (*Response, error) {
			return t.generate(ctx, m, req)
		},
		stream: func(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
			return func(yield func(Delta, error) bool) { t.stream(ctx, m, req, yield) }
		},
	}
}

// TraceEmbedder is e with a record and a span for each call, as [Trace] makes them: gen_ai.operation.name is embeddings,
// clmkit.texts is how many there were, and gen_ai.embeddings.dimension.count is the length of the vectors. The texts are
// left out, with Content too.
func TraceEmbedder(e Embedder, opts *TraceOptions) Embedder {
	t := newTracer(opts)
	if t == nil {
		return e
	}
	return EmbedderFunc(func(ctx context.Context, texts []string) (*Embeddings, error) {
		return t.embed(ctx, e, texts)
	})
}

// errPanicked is what a call comes to that does not return.
var errPanicked = errors.New("llm: panic")

// tracer makes spans.
type tracer struct{ o TraceOptions }

func newTracer(opts *TraceOptions) *tracer {
	if opts == nil || opts.Logger == nil && opts.Start == nil {
		return nil
	}
	t := &tracer{*opts}
	if t.o.Level == nil {
		t.o.Level = slog.LevelInfo
	}
	if t.o.FailureLevel == nil {
		t.o.FailureLevel = slog.LevelWarn
	}
	return t
}

func (t *tracer) generate(ctx context.Context, m Model, req *Request) (*Response, error) {
	inner, s := t.start(ctx, "chat", func(s *span) { s.asked(req, false) })
	defer s.end(inner)
	s.resp, s.err = m.Generate(inner, req)
	return s.resp, s.err
}

func (t *tracer) stream(ctx context.Context, m Model, req *Request, yield func(Delta, error) bool) {
	inner, s := t.start(ctx, "chat", func(s *span) { s.asked(req, true) })
	defer s.end(inner)
	for d, err := range Stream(inner, m, req) {
		s.arrived(d)
		s.resp, s.err = d.Done, err
		if err != nil || d.Done != nil {
			s.end(inner)
			yield(d, err)
			return
		}
		s.brokenOff = true // if yield does not return, or returns false
		if !yield(d, nil) {
			return
		}
		s.brokenOff, s.err = false, errPanicked
	}
}

func (t *tracer) embed(ctx context.Context, e Embedder, texts []string) (*Embeddings, error) {
	inner, s := t.start(ctx, "embeddings", func(s *span) { s.add(slog.Int("clmkit.texts", len(texts))) })
	defer s.end(inner)
	var got *Embeddings
	got, s.err = e.Embed(inner, texts)
	if s.err == nil {
		s.add(slog.Int("gen_ai.embeddings.dimension.count", got.Dimension()))
		s.answered(got.Model, got.Usage)
	}
	return got, s.err
}
