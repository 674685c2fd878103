package llm

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// span is what is told of one call. One goroutine uses it.
type span struct {
	t         *tracer
	name      string
	began     time.Time
	attrs     []slog.Attr
	told      int // attributes that the host's span began with
	stop      func(error, ...slog.Attr)
	chunks    bool // something of a stream has arrived
	brokenOff bool // the caller left the stream
	ended     bool
	resp      *Response // what the call came to
	err       error     // and how it failed: errPanicked until it returns
}

// maxAttrs is how many attributes a span takes without costing memory a second time.
const maxAttrs = 20

// start begins a span.
func (t *tracer) start(ctx context.Context, operation string, describe func(*span)) (context.Context, *span) {
	s := &span{t: t, name: operation, attrs: make([]slog.Attr, 0, maxAttrs), err: errPanicked}
	s.add(slog.String("gen_ai.operation.name", operation))
	if t.o.Provider != "" {
		s.add(slog.String("gen_ai.provider.name", t.o.Provider))
	}
	if t.o.Model != "" {
		s.name += " " + t.o.Model
		s.add(slog.String("gen_ai.request.model", t.o.Model))
	}
	describe(s)
	s.told = len(s.attrs)
	if t.o.Start != nil {
		ctx, s.stop = t.o.Start(ctx, s.name, s.attrs[:s.told:s.told]...)
	}
	s.began = time.Now()
	return ctx, s
}

func (s *span) add(a slog.Attr) { s.attrs = append(s.attrs, a) }

func (s *span) addText(key, text string) {
	if text != "" {
		s.add(slog.String(key, text))
	}
}

func (s *span) addCount(key string, n int) {
	if n > 0 {
		s.add(slog.Int(key, n))
	}
}

// asked tells what a request asks for.
func (s *span) asked(req *Request, stream bool) {
	if stream {
		s.add(slog.Bool("gen_ai.request.stream", true))
	}
	if req == nil {
		return
	}
	s.addText("clmkit.purpose", string(req.Purpose))
	if req.MaxTokens != nil {
		s.add(slog.Int("gen_ai.request.max_tokens", *req.MaxTokens))
	}
	if req.Temperature != nil {
		s.add(slog.Float64("gen_ai.request.temperature", *req.Temperature))
	}
	if req.Schema != nil {
		s.add(slog.String("gen_ai.output.type", "json"))
	}
	if s.t.o.Scope {
		s.addText("clmkit.tenant", req.Scope.Tenant)
		s.addText("clmkit.customer", req.Scope.Customer)
		s.addText("gen_ai.conversation.id", req.Scope.Session)
	}
	if s.t.o.Content {
		s.add(slog.String("gen_ai.input.messages", spoken(req.Messages, "")))
	}
}

// arrived tells when the first delta came.
func (s *span) arrived(d Delta) {
	if !s.chunks && d.Text != "" {
		s.chunks = true
		s.add(slog.Float64("gen_ai.response.time_to_first_chunk", time.Since(s.began).Seconds()))
	}
}

// end tells how the call ended; the second time it does nothing.
func (s *span) end(ctx context.Context) {
	if s.ended {
		return
	}
	s.ended = true
	took := time.Since(s.began)
	switch {
	case s.err != nil:
		s.failed(s.err)
	case s.resp != nil:
		s.responded(s.resp)
	case s.brokenOff:
		s.add(slog.Bool("clmkit.broken_off", true))
	}
	if s.stop != nil {
		s.stop(s.plain(s.err), s.attrs[s.told:len(s.attrs):len(s.attrs)]...)
	}
	s.record(ctx, took)
}

func (s *span) record(ctx context.Context, took time.Duration) {
	level := s.t.o.Level.Level()
	if s.err != nil {
		level = s.t.o.FailureLevel.Level()
	}
	if log := s.t.o.Logger; log != nil && log.Enabled(ctx, level) {
		s.add(slog.Duration("duration", took))
		log.LogAttrs(ctx, level, s.name, s.attrs...)
	}
}

func (s *span) responded(r *Response) {
	s.answered(r.Model, r.Usage)
	s.add(slog.Attr{Key: "gen_ai.response.finish_reasons", Value: finishReasons(r.Finish)})
	if len(r.Via) > 0 {
		s.add(slog.Any("clmkit.via", slices.Clone(r.Via)))
	}
	s.addCount("clmkit.warnings", len(r.Warnings))
	if s.t.o.Content {
		s.add(slog.String("gen_ai.output.messages", spoken([]Message{r.Message()}, r.Finish)))
	}
}

// answered tells of an answer's model and usage.
func (s *span) answered(model string, u Usage) {
	s.addText("gen_ai.response.model", model)
	s.addCount("gen_ai.usage.input_tokens", u.Input)
	s.addCount("gen_ai.usage.output_tokens", u.Output)
	s.addCount("gen_ai.usage.cache_read.input_tokens", u.Cached)
	s.addCount("gen_ai.usage.reasoning.output_tokens", u.Reasoning)
}

func (s *span) failed(err error) {
	s.add(slog.String("error.type", errorType(err)))
	if e, ok := errors.AsType[*Error](err); ok {
		s.answered("", e.Usage)
		s.addCount("http.response.status_code", e.Status)
		s.addText("clmkit.request_id", e.RequestID)
		if s.t.o.Provider == "" {
			s.addText("gen_ai.provider.name", e.Provider)
		}
		if s.t.o.Content && e.Partial != "" {
			s.add(slog.String("gen_ai.output.messages", spoken([]Message{Assistant(e.Partial)}, "error")))
		}
	}
	if o, ok := errors.AsType[*Overdraft](err); ok {
		s.add(slog.String("clmkit.limit", o.Limit.String()))
	}
	if s.t.o.Content {
		s.add(slog.String("exception.message", err.Error()))
	}
}

// The lists of one that the conventions want, made once.
var (
	reasonsStop      = slog.AnyValue([]string{"stop"})
	reasonsToolCalls = slog.AnyValue([]string{"tool_calls"})
)

// finishReasons is how a complete answer ended, in the conventions' spelling.
func finishReasons(f Finish) slog.Value {
	switch f {
	case FinishStop:
		return reasonsStop
	case FinishToolCalls:
		return reasonsToolCalls
	}
	return slog.AnyValue([]string{spelt(f)})
}

func spelt(f Finish) string { return strings.ReplaceAll(string(f), " ", "_") }

// errorType is one of few words.
func errorType(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return string(e.Kind)
	}
	if kind, ok := errors.AsType[Kind](err); ok {
		return string(kind)
	}
	switch {
	case err == errPanicked:
		return "panic"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline exceeded"
	}
	return "_OTHER"
}

// plain is err with a text that quotes nobody, unless content is wanted.
func (s *span) plain(err error) error {
	if err == nil || s.t.o.Content {
		return err
	}
	return &plainError{err}
}

// plainError is an error that keeps its text to itself.
type plainError struct{ err error }

func (p *plainError) Error() string {
	if e, ok := errors.AsType[*Error](p.err); ok {
		return (&Error{Kind: e.Kind, Provider: e.Provider, Status: e.Status}).Error()
	}
	return "llm: " + errorType(p.err)
}

func (p *plainError) Unwrap() error { return p.err }

// spokenMessage and spokenPart are the conventions' shape of messages.
type spokenMessage struct {
	Role   Role         `json:"role"`
	Parts  []spokenPart `json:"parts"`
	Finish string       `json:"finish_reason,omitempty"`
}

type spokenPart struct {
	Type      string `json:"type"`
	Content   string `json:"content,omitempty"`
	ID        string `json:"id,omitempty"`
	Name      string `json:"name,omitempty"`
	Arguments string `json:"arguments,omitempty"`
	Response  string `json:"response,omitempty"`
	MIMEType  string `json:"mime_type,omitempty"`
}

// spoken is messages as JSON. Quoted material stands between its tags.
func spoken(messages []Message, finish Finish) string {
	all := make([]spokenMessage, len(messages))
	for i, m := range messages {
		all[i] = spokenMessage{m.Role, m.spoken(), spelt(finish)}
	}
	raw, _ := json.Marshal(all) // strings only
	return string(raw)
}

func (m Message) spoken() []spokenPart {
	parts := []spokenPart{}
	text := m.Text()
	switch {
	case m.Role == RoleTool:
		parts = append(parts, spokenPart{Type: "tool_call_response", ID: m.ToolCallID, Response: text})
	case text != "":
		parts = append(parts, spokenPart{Type: "text", Content: text})
	}
	for _, p := range m.Parts {
		if p.Media != nil {
			parts = append(parts, spokenPart{Type: "media", MIMEType: p.Media.Type})
		}
	}
	for _, c := range m.ToolCalls {
		parts = append(parts, spokenPart{Type: "tool_call", ID: c.ID, Name: c.Name, Arguments: c.Arguments})
	}
	return parts
}
