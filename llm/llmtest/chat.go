package llmtest

import (
	"fmt"
	"net/http"

	"github.com/clmkit/clmkit/llm"
)

func (s *Server) chat(x *exchange) {
	var c chatRequest
	if !x.readOrRefuse(&c) {
		return
	}
	req := c.request()
	if err := req.Validate(); err != nil {
		x.refuse(http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	reply := s.backend.Chat(x.r.Context(), req.Clone()).answering(req)
	status, _ := reply.Fault.status()
	switch {
	case reply.Err != nil:
		x.fail(reply.Err, map[string]any{"choices": []any{}})
	case status != 0:
		x.play(reply.Fault)
	case c.Stream:
		x.streamChat(&c, reply)
	default:
		x.send(reply.Fault, wholeChat(&c, reply))
	}
}

const declined = "I cannot help with that."

// wholeChat is the reply as one body.
func wholeChat(c *chatRequest, r Reply) map[string]any {
	message := map[string]any{"role": "assistant", "content": r.arrived()}
	if len(r.ToolCalls) > 0 {
		message["tool_calls"] = wireCalls(r.ToolCalls)
	}
	if r.Fault == Refusal {
		message["content"], message["refusal"] = nil, declined
	}
	return map[string]any{
		"id": "chatcmpl-llmtest", "object": "chat.completion", "model": c.Model, "usage": wireUsage(r.Usage),
		"choices": []any{map[string]any{"index": 0, "message": message, "finish_reason": wireFinish(r)}},
	}
}

// event sends one server-sent event.
func (x *exchange) event(data []byte) { x.write(fmt.Appendf(nil, "data: %s\n\n", data)) }

// chunk is an event of a streamed answer.
func (c *chatRequest) chunk(delta map[string]any, finish any) []byte {
	return encode(map[string]any{
		"id": "chatcmpl-llmtest", "object": "chat.completion.chunk", "model": c.Model,
		"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}},
	})
}

// streamChat sends the reply as events, word by word and with tool calls in pieces.
func (x *exchange) streamChat(c *chatRequest, r Reply) {
	x.w.Header().Set("Content-Type", "text/event-stream")
	if r.Fault != NoChoices && r.Fault != NoAnswer {
		x.event(c.chunk(map[string]any{"role": "assistant", "content": ""}, nil))
	}
	for _, piece := range r.pieces() {
		raw := c.chunk(map[string]any{"content": piece}, nil)
		if r.Fault == LongLine {
			raw = padded(raw)
		}
		x.event(raw)
	}
	switch r.Fault {
	case Cut, Reset, Stall:
		x.abandon(r.Fault)
		return
	case BrokenJSON:
		x.event([]byte(`{"choices": [{"delta": {`))
		return
	case MalformedChunk:
		x.event([]byte(otherShape))
	case ErrorInBody:
		x.event(encode(errorBody("server_error", "the model crashed")))
		return
	case Refusal:
		x.event(c.chunk(map[string]any{"refusal": declined}, nil))
	}
	x.endStream(c, r)
}

// endStream sends the tool calls, the finish reason, the usage when it was asked for, and the end.
func (x *exchange) endStream(c *chatRequest, r Reply) {
	for _, piece := range r.callPieces() {
		x.event(c.chunk(map[string]any{"tool_calls": []chatToolCall{piece}}, nil))
	}
	if r.Fault != NoChoices && r.Fault != NoAnswer {
		x.event(c.chunk(map[string]any{}, wireFinish(r)))
	}
	if c.StreamOptions != nil && c.StreamOptions.IncludeUsage && r.Fault != NoAnswer {
		x.event(encode(map[string]any{"model": c.Model, "choices": []any{}, "usage": wireUsage(r.Usage)}))
	}
	x.event([]byte("[DONE]"))
}

// callPieces are the pieces of all tool calls, in the order in which they are sent.
func (r Reply) callPieces() []chatToolCall {
	var calls [][]chatToolCall
	for _, call := range wireCalls(r.ToolCalls) {
		calls = append(calls, pieces(call, r.RepeatType))
	}
	var sent []chatToolCall
	if !r.Interleave {
		for _, call := range calls {
			sent = append(sent, call...)
		}
		return sent
	}
	for left := true; left; {
		left = false
		for i, call := range calls {
			if len(call) > 0 {
				sent, calls[i], left = append(sent, call[0]), call[1:], true
			}
		}
	}
	return sent
}

// pieces cuts a tool call as servers do: the name first, then the arguments bit by bit.
func pieces(call chatToolCall, repeatType bool) []chatToolCall {
	head := call
	head.Function.Arguments = ""
	cut := []chatToolCall{head}
	for bit := range bits(call.Function.Arguments) {
		piece := chatToolCall{Index: call.Index}
		if repeatType {
			piece.Type = call.Type
		}
		piece.Function.Arguments = bit
		cut = append(cut, piece)
	}
	return cut
}

// bits yields s letter by letter, and a long one in some 256 stretches.
func bits(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		runes := []rune(s)
		size := max(1, len(runes)/256)
		for len(runes) > 0 {
			n := min(size, len(runes))
			if !yield(string(runes[:n])) {
				return
			}
			runes = runes[n:]
		}
	}
}

// wireCalls are tool calls as the server sends them.
func wireCalls(calls []llm.ToolCall) []chatToolCall {
	var wire []chatToolCall
	for i, c := range calls {
		w := chatToolCall{Index: i, ID: c.ID, Type: "function"}
		w.Function.Name, w.Function.Arguments = c.Name, c.Arguments
		wire = append(wire, w)
	}
	return wire
}

// wireFinish is the finish reason that the server sends; nil when the fault is that there is none.
func wireFinish(r Reply) any {
	switch {
	case r.Fault == NoFinish:
		return nil
	case r.Fault == LengthStop:
		return "length"
	case r.Fault == Filtered:
		return "content_filter"
	case len(r.ToolCalls) > 0:
		return "tool_calls"
	}
	return "stop"
}

func wireUsage(u llm.Usage) map[string]any {
	return map[string]any{
		"prompt_tokens": u.Input, "completion_tokens": u.Output, "total_tokens": u.Input + u.Output,
		"prompt_tokens_details":     map[string]int{"cached_tokens": u.Cached},
		"completion_tokens_details": map[string]int{"reasoning_tokens": u.Reasoning},
	}
}
