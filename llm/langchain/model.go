package langchain

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/tmc/langchaingo/llms"

	"github.com/clmkit/clmkit/llm"
)

// Options of an adapter.
type Options struct {
	// Provider names the provider in errors. Default: "langchain".
	Provider string
	// Model names the model where the provider does not say. Default: none. For an embedder it is what vectors are told
	// apart by, and required.
	Model string
	// NoStopReason says that the provider never tells why it stopped, so that an answer without a stop reason counts as
	// complete, with a warning. Default: it is llm.ErrTruncated. Not needed with HTTPClient, which reads it off the wire.
	NoStopReason bool
	// ImagesAsURL passes images as URLs, their bytes as data: URLs, which langchaingo's OpenAI client needs. Default: as
	// bytes, which Ollama, Google and Anthropic take; an image at a URL is then llm.ErrInvalid.
	ImagesAsURL bool
}

// withDefaults are the options with their defaults.
func withDefaults(opts *Options) Options {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Provider == "" {
		o.Provider = "langchain"
	}
	return o
}

// model is a langchaingo model behind the contract.
type model struct {
	inner llms.Model
	o     Options
}

var _ llm.Streamer = (*model)(nil)

// FromModel puts a langchaingo model behind the contract of llm.Model and llm.Streamer. Nil options are the defaults. It is
// safe for concurrent use if m is. Make m with [HTTPClient], or little can be checked: see the package's comment.
func FromModel(m llms.Model, opts *Options) llm.Model { return &model{inner: m, o: withDefaults(opts)} }

// Generate answers req with one call of the provider.
func (m *model) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	return m.ask(ctx, req, nil)
}

// errBrokenOff ends a stream that nobody reads any more.
var errBrokenOff = errors.New("langchain: stream broken off")

// Stream answers req piece by piece, with one call of the provider for each range over the sequence. Requests with tools
// are answered in one delta.
func (m *model) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		s := &stream{yield: yield}
		var each func(context.Context, []byte) error
		if req != nil && len(req.Tools) == 0 {
			each = s.piece
		}
		resp, err := m.ask(ctx, req, each)
		s.end(resp, err)
	}
}

// stream hands out what a provider calls back with.
type stream struct {
	yield func(llm.Delta, error) bool
	text  strings.Builder
	over  bool
}

func (s *stream) piece(_ context.Context, chunk []byte) error {
	if s.over {
		return errBrokenOff
	}
	if len(chunk) == 0 {
		return nil
	}
	s.text.Write(chunk)
	if s.over = !s.yield(llm.Delta{Text: string(chunk)}, nil); s.over {
		return errBrokenOff
	}
	return nil
}

// end is the last delta or the error. A piece that never came is handed out with the last delta, and pieces that are not
// the answer's are an error.
func (s *stream) end(resp *llm.Response, err error) {
	if s.over {
		return
	}
	s.over = true
	if err == nil && !strings.HasPrefix(resp.Text, s.text.String()) {
		err = &llm.Error{Kind: llm.ErrMalformed, Err: errors.New("the pieces of the stream are not those of the answer")}
	}
	if err != nil {
		if e, ok := errors.AsType[*llm.Error](err); ok {
			e.Partial = s.text.String()
		}
		s.yield(llm.Delta{}, err)
		return
	}
	s.yield(llm.Delta{Text: strings.TrimPrefix(resp.Text, s.text.String()), Done: resp}, nil)
}

// ask calls the provider and checks what comes back.
func (m *model) ask(ctx context.Context, req *llm.Request, each func(context.Context, []byte) error) (*llm.Response, error) {
	if err := req.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, &llm.Error{Kind: llm.ErrCanceled, Provider: m.o.Provider, Err: err}
	}
	messages, err := m.messages(req)
	if err != nil {
		return nil, &llm.Error{Kind: llm.ErrInvalid, Provider: m.o.Provider, Err: err}
	}
	x := &exchange{provider: m.o.Provider}
	resp, err := m.inner.GenerateContent(context.WithValue(ctx, exchangeKey{}, x), messages, callOptions(req, each)...)
	return m.outcome(ctx, req, x, resp, err)
}
