package llmtest

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"

	"github.com/clmkit/clmkit/llm"
)

// Handler answers requests by what they ask. It is an [llm.Model] and an [llm.Streamer], and what a [Server] serves. The
// request is the handler's to keep. Asked directly, a fault is an error at once: one that stalls is llm.ErrTimeout without
// waiting, as of a client whose limit has passed. It is called from several goroutines at once when the model is.
type Handler func(ctx context.Context, req *llm.Request) Reply

var (
	_ llm.Streamer = Handler(nil)
	_ llm.Model    = (*Script)(nil)
)

// Generate answers with the handler's reply.
func (h Handler) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	reply, err := h.ask(ctx, req)
	if err != nil {
		return nil, err
	}
	if reply.Fault.Kind() != "" {
		return nil, reply.Fault.err(reply.arrived(), reply.Usage)
	}
	return llm.Complete("llmtest", reply.response())
}

// Stream answers with the handler's reply word by word.
func (h Handler) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		reply, err := h.ask(ctx, req)
		if err != nil {
			yield(llm.Delta{}, err)
			return
		}
		reply.stream(ctx, yield)
	}
}

// stream yields the reply piece by piece, as long as ctx lasts.
func (r Reply) stream(ctx context.Context, yield func(llm.Delta, error) bool) {
	var sent strings.Builder
	for _, piece := range r.pieces() {
		if err := ended(ctx, sent.String()); err != nil {
			yield(llm.Delta{}, err)
			return
		}
		sent.WriteString(piece)
		if !yield(llm.Delta{Text: piece}, nil) {
			return
		}
	}
	if r.Fault.Kind() != "" {
		yield(llm.Delta{}, r.Fault.err(sent.String(), r.Usage))
		return
	}
	resp, err := llm.Complete("llmtest", r.response())
	yield(llm.Delta{Done: resp}, err)
}

// ask is the handler's reply to a copy of req.
func (h Handler) ask(ctx context.Context, req *llm.Request) (Reply, error) {
	if err := req.Validate(); err != nil {
		return Reply{}, err
	}
	if err := ended(ctx, ""); err != nil {
		return Reply{}, err
	}
	reply := h(ctx, req.Clone()).answering(req)
	if err := ended(ctx, ""); err != nil {
		return Reply{}, err
	}
	return reply, reply.Err
}

// ended is the error of a context that has ended, after part of the text.
func ended(ctx context.Context, partial string) error {
	if ctx.Err() == nil {
		return nil
	}
	return &llm.Error{Kind: llm.ErrCanceled, Provider: "llmtest", Partial: partial, Err: ctx.Err()}
}

// Script is a model that gives its replies in order, one for each request, and records what it was asked. It is safe for
// concurrent use.
type Script struct {
	mu       sync.Mutex
	replies  []Reply
	requests []*llm.Request
}

// NewScript makes a script. A request after the last reply is an error that says so.
func NewScript(replies ...Reply) *Script { return &Script{replies: replies} }

// Next records the request and returns the reply to it. It is the script as a [Handler], for a [Server].
func (s *Script) Next(_ context.Context, req *llm.Request) Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, req.Clone())
	n := len(s.requests)
	if n > len(s.replies) {
		return Reply{Err: fmt.Errorf("llmtest: script has run out: %d replies, request %d has purpose %q", len(s.replies), n, req.Purpose)}
	}
	return s.replies[n-1]
}

// Generate answers with the next reply.
func (s *Script) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	return Handler(s.Next).Generate(ctx, req)
}

// Stream answers with the next reply word by word.
func (s *Script) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return Handler(s.Next).Stream(ctx, req)
}

// Requests are copies of what was asked so far, oldest first.
func (s *Script) Requests() []*llm.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := make([]*llm.Request, len(s.requests))
	for i, r := range s.requests {
		asked[i] = r.Clone()
	}
	return asked
}
