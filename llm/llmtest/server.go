package llmtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/clmkit/clmkit/llm"
)

// Backend is what a [Server] answers with. A part that is nil is answered with status 404.
type Backend struct {
	// Chat answers POST /v1/chat/completions, whole and streamed.
	Chat Handler
	// Embedder answers POST /v1/embeddings. Vectors are sent in reverse order, as the protocol allows.
	Embedder llm.Embedder
	// Scorer answers POST /v1/completions with echo and logprobs (OpenAI, vLLM, llama.cpp) or prompt_logprobs (vLLM), and
	// POST /generate (SGLang), which is beside /v1.
	Scorer *Bigram
	// Reranker answers POST /v1/rerank (Cohere, Jina, vLLM, llama.cpp), and POST /rerank (text-embeddings-inference), which
	// is beside /v1 and takes at most 32 texts. Results are sent by score, the best first.
	Reranker llm.Reranker
	// APIKey is the bearer token that requests have to carry; others are answered with status 401. Empty: none is asked.
	APIKey string
}

// Server is an OpenAI-compatible server on this machine. It is strict, so that a mistake of a client shows: a field that
// it does not know, a value out of range, a tool result without its call or a strict schema that is none is status 400.
// Text with other than ASCII letters leaves it in two writes that cut a letter in two.
type Server struct {
	// URL is the base URL, with /v1 at its end.
	URL string

	backend  Backend
	http     *httptest.Server
	requests atomic.Int64
	closing  chan struct{}
	close    sync.Once
}

// NewServer starts a server that answers chats with h, such as the Next of a [Script], and embeddings with e; nil answers
// them with status 404. The caller closes the server.
func NewServer(h Handler, e llm.Embedder) *Server { return Serve(Backend{Chat: h, Embedder: e}) }

// Serve starts a server of b. The caller closes it.
func Serve(b Backend) *Server {
	s := &Server{backend: b, closing: make(chan struct{})}
	mux := http.NewServeMux()
	on := func(path string, offered bool, answer func(*exchange)) {
		if offered {
			mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { s.handle(w, r, answer) })
		}
	}
	on("/v1/chat/completions", b.Chat != nil, s.chat)
	on("/v1/embeddings", b.Embedder != nil, s.embed)
	on("/v1/completions", b.Scorer != nil, s.completions)
	on("/generate", b.Scorer != nil, s.generate)
	on("/v1/rerank", b.Reranker != nil, s.rerank)
	on("/rerank", b.Reranker != nil, s.rerankTEI)
	s.http = httptest.NewServer(mux)
	s.URL = s.http.URL + "/v1"
	return s
}

// Close breaks the connections that are open, ends those that stall, and stops the server. Handlers have to return for it
// to return. Closing twice is once.
func (s *Server) Close() {
	s.close.Do(func() {
		close(s.closing)
		s.http.CloseClientConnections()
		s.http.Close()
	})
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request, answer func(*exchange)) {
	x := &exchange{w: w, r: r, closing: s.closing}
	w.Header().Set("X-Request-Id", fmt.Sprintf("req-llmtest-%d", s.requests.Add(1)))
	switch {
	case s.backend.APIKey != "" && r.Header.Get("Authorization") != "Bearer "+s.backend.APIKey:
		x.play(Unauthorized)
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		x.refuse(http.StatusUnsupportedMediaType, "invalid_request_error", "want Content-Type: application/json")
	default:
		answer(x)
	}
}
