package llm

import (
	"context"
	"errors"
	"iter"
	"strings"
)

// Delta is a piece of an answer as it arrives.
type Delta struct {
	// Text is what has been added since the last delta. May be empty.
	Text string
	// Done is nil but in the last delta, where it is the complete response: its Text is that of all deltas, and its
	// tool calls are whole.
	Done *Response
}

// Streamer is a Model that can hand out its answer piece by piece.
//
// The sequence ends after the delta that carries Done, or after one error; it yields nothing after either. The error is
// as that of [Model], with the text so far in Error.Partial. Nothing is sent to the provider before the sequence is
// ranged over, each range is a call of its own, and breaking off ends the call.
type Streamer interface {
	Stream(ctx context.Context, req *Request) iter.Seq2[Delta, error]
}

// Stream answers req piece by piece. A model that is no [Streamer] answers in one delta. The last delta carries the
// response; a stream that ends without it yields [ErrTruncated].
func Stream(ctx context.Context, m Model, req *Request) iter.Seq2[Delta, error] {
	if l, ok := m.(*layer); ok {
		return l.stream(ctx, req)
	}
	s, ok := m.(Streamer)
	if !ok {
		return whole(ctx, m, req)
	}
	return func(yield func(Delta, error) bool) {
		var text strings.Builder
		for d, err := range s.Stream(ctx, req) {
			text.WriteString(d.Text)
			if !yield(d, err) || err != nil || d.Done != nil {
				return
			}
		}
		yield(Delta{}, &Error{Kind: ErrTruncated, Partial: text.String(), Err: errors.New("stream ended without its last delta")})
	}
}

// whole streams an answer of a model that cannot stream.
func whole(ctx context.Context, m Model, req *Request) iter.Seq2[Delta, error] {
	return func(yield func(Delta, error) bool) {
		resp, err := m.Generate(ctx, req)
		if err != nil {
			yield(Delta{}, err)
			return
		}
		yield(Delta{Text: resp.Text, Done: resp}, nil)
	}
}
