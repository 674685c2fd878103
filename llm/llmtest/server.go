package llmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/clmkit/clmkit/llm"
)

// Server is an OpenAI-compatible server on this machine: chat completions, whole and streamed, and embeddings.
type Server struct {
	// URL is the base URL, with /v1 at its end.
	URL string

	http     *httptest.Server
	handler  Handler
	embedder llm.Embedder
}

// NewServer starts a server that answers chats with h, such as the Next of a [Script], and embeddings with e; nil answers
// them with status 404. Embeddings are sent in reverse order, as the protocol allows. The caller closes the server.
func NewServer(h Handler, e llm.Embedder) *Server {
	s := &Server{handler: h, embedder: e}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", s.chat)
	if e != nil {
		mux.HandleFunc("POST /v1/embeddings", s.embed)
	}
	s.http = httptest.NewServer(mux)
	s.URL = s.http.URL + "/v1"
	return s
}

// Close breaks the connections that are open and stops the server. Handlers have to return for it to return.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Request-Id", "req-llmtest")
	c, err := readChat(r.Body)
	if err != nil {
		writeError(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	reply := s.handler(r.Context(), c.request())
	switch {
	case reply.Err != nil:
		writeError(w, http.StatusBadRequest, "invalid_request_error", reply.Err.Error())
	case reply.Fault == RateLimited:
		w.Header().Set("Retry-After", fmt.Sprint(retryAfter.Seconds()))
		writeError(w, http.StatusTooManyRequests, "rate_limit_exceeded", "slow down")
	case reply.Fault == Unavailable:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, "<html><head><title>503 Service Unavailable</title></head><body>down for maintenance</body></html>")
	case c.Stream:
		streamChat(w, c, reply)
	default:
		wholeChat(w, c, reply)
	}
}

// wholeChat sends the reply in one body.
func wholeChat(w http.ResponseWriter, c *chatRequest, r Reply) {
	message := map[string]any{"role": "assistant", "content": r.arrived()}
	if len(r.ToolCalls) > 0 {
		message["tool_calls"] = wireCalls(r.ToolCalls)
	}
	if r.Fault == Refusal {
		message["content"], message["refusal"] = nil, "I cannot help with that."
	}
	body := map[string]any{
		"id": "chatcmpl-llmtest", "object": "chat.completion", "model": c.Model, "usage": wireUsage(r.Usage),
		"choices": []any{map[string]any{"index": 0, "message": message, "finish_reason": wireFinish(r)}},
	}
	switch r.Fault {
	case NoChoices:
		body["choices"] = []any{}
	case ErrorInBody:
		body = errorBody("server_error", "the model crashed")
	}
	raw := encode(body)
	switch r.Fault {
	case BrokenJSON:
		raw = raw[:len(raw)/2]
	case Cut:
		w.Header().Set("Content-Length", fmt.Sprint(len(raw)))
		raw = raw[:len(raw)/2]
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(raw)
}

// streamChat sends the reply as events, word by word and with tool calls in pieces.
func streamChat(w http.ResponseWriter, c *chatRequest, r Reply) {
	w.Header().Set("Content-Type", "text/event-stream")
	event := func(data string) { fmt.Fprintf(w, "data: %s\n\n", data) }
	chunk := func(delta map[string]any, finish any) {
		event(string(encode(map[string]any{
			"id": "chatcmpl-llmtest", "object": "chat.completion.chunk", "model": c.Model,
			"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}},
		})))
	}
	if r.Fault != NoChoices {
		chunk(map[string]any{"role": "assistant", "content": ""}, nil)
	}
	for word := range strings.SplitAfterSeq(r.arrived(), " ") {
		if word != "" {
			chunk(map[string]any{"content": word}, nil)
		}
	}
	switch r.Fault {
	case Cut:
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case BrokenJSON:
		event(`{"choices": [{"delta": {`)
		return
	case ErrorInBody:
		event(string(encode(errorBody("server_error", "the model crashed"))))
		return
	case Refusal:
		chunk(map[string]any{"refusal": "I cannot help with that."}, nil)
	}
	for _, call := range wireCalls(r.ToolCalls) {
		for _, piece := range pieces(call) {
			chunk(map[string]any{"tool_calls": []chatToolCall{piece}}, nil)
		}
	}
	if r.Fault != NoChoices {
		chunk(map[string]any{}, wireFinish(r))
	}
	if c.StreamOptions.IncludeUsage {
		event(string(encode(map[string]any{"model": c.Model, "choices": []any{}, "usage": wireUsage(r.Usage)})))
	}
	event("[DONE]")
}

// pieces cuts a tool call as servers do: the name first, then the arguments bit by bit.
func pieces(call chatToolCall) []chatToolCall {
	head := call
	head.Function.Arguments = ""
	cut := []chatToolCall{head}
	for _, r := range call.Function.Arguments {
		piece := chatToolCall{Index: call.Index}
		piece.Function.Arguments = string(r)
		cut = append(cut, piece)
	}
	return cut
}

func (s *Server) embed(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Model string   `json:"model"`
		Input []string `json:"input"`
	}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		writeError(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	e, err := s.embedder.Embed(r.Context(), ask.Input)
	if err != nil {
		writeError(w, http.StatusInternalServerError, "server_error", err.Error())
		return
	}
	data := make([]any, len(e.Vectors))
	for i, v := range e.Vectors {
		data[len(data)-1-i] = map[string]any{"object": "embedding", "index": i, "embedding": v}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(encode(map[string]any{"object": "list", "model": ask.Model, "data": data, "usage": wireUsage(e.Usage)}))
}

func writeError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(encode(errorBody(code, message)))
}

func errorBody(code, message string) map[string]any {
	return map[string]any{"error": map[string]any{"message": message, "type": code, "code": code}}
}

// encode is v as JSON; v is made of what JSON can hold.
func encode(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("llmtest: " + err.Error())
	}
	return raw
}
