package langchain_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tmc/langchaingo/llms/ollama"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/langchain"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// viaOllama is langchaingo's Ollama client, before a server that answers as h does.
func viaOllama(t *testing.T, h llmtest.Handler, client *http.Client) *ollama.LLM {
	t.Helper()
	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serveOllama(w, r, h, stop) }))
	t.Cleanup(func() {
		close(stop)
		server.CloseClientConnections()
		server.Close()
	})
	m, err := ollama.New(ollama.WithServerURL(server.URL), ollama.WithModel("test-model"), ollama.WithHTTPClient(client))
	require.NoError(t, err)
	return m
}

// ollamaChat is the body of POST /api/chat (https://docs.ollama.com/api).
type ollamaChat struct {
	Messages []struct {
		Role    llm.Role `json:"role"`
		Content string   `json:"content"`
		Images  [][]byte `json:"images"`
	} `json:"messages"`
	Stream  bool   `json:"stream"`
	Format  string `json:"format"`
	Options struct {
		Temperature *float64 `json:"temperature"`
		TopP        *float64 `json:"top_p"`
		NumPredict  *int     `json:"num_predict"`
		Seed        *int64   `json:"seed"`
		Stop        []string `json:"stop"`
	} `json:"options"`
}

func (c *ollamaChat) request() *llm.Request {
	o := c.Options
	req := &llm.Request{Temperature: o.Temperature, TopP: o.TopP, MaxTokens: o.NumPredict, Seed: o.Seed, Stop: o.Stop}
	for _, m := range c.Messages {
		msg := llm.Message{Role: m.Role, Parts: []llm.Part{{Text: m.Content}}}
		for _, image := range m.Images {
			msg.Parts = append(msg.Parts, llm.Image("", "image/png", image))
		}
		req.Messages = append(req.Messages, msg)
	}
	return schemaOf(req)
}

// serveOllama answers one chat as Ollama does: objects, one to a line, of which the last is done.
func serveOllama(w http.ResponseWriter, r *http.Request, h llmtest.Handler, stop <-chan struct{}) {
	var c ollamaChat
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	reply := h(r.Context(), c.request())
	w.Header().Set("X-Request-Id", "req-llmtest")
	switch reply.Fault {
	case llmtest.RateLimited:
		w.Header().Set("Retry-After", "2")
		refuse(w, http.StatusTooManyRequests, "slow down")
		return
	case llmtest.Unavailable:
		refuse(w, http.StatusServiceUnavailable, "overloaded")
		return
	case llmtest.Unauthorized:
		refuse(w, http.StatusUnauthorized, "unauthorized")
		return
	case llmtest.NoAnswer:
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	words := strings.SplitAfter(reply.Text, " ")
	if reply.Fault != "" && reply.Fault != llmtest.NoFinish && reply.Fault != llmtest.LongLine {
		words = words[:(len(words)+1)/2]
	}
	if !c.Stream {
		words = []string{strings.Join(words, "")}
	}
	line := func(v any) {
		raw, _ := json.Marshal(v)
		w.Write(append(raw, '\n'))
	}
	done := map[string]any{"model": "test-model", "done": true, "done_reason": "stop", "message": map[string]string{"role": "assistant"},
		"prompt_eval_count": reply.Usage.Input, "eval_count": reply.Usage.Output}
	if reply.Fault == llmtest.LengthStop {
		done["done_reason"] = "length"
	}
	ends := reply.Fault == "" || reply.Fault == llmtest.LengthStop || reply.Fault == llmtest.LongLine
	for i, word := range words {
		message := map[string]string{"role": "assistant", "content": word}
		if !c.Stream && ends {
			done["message"] = message
			break
		}
		piece := map[string]any{"model": "test-model", "message": message, "done": false}
		if i == 0 && reply.Fault == llmtest.LongLine {
			piece["padding"] = strings.Repeat("x", 1<<20)
		}
		line(piece)
	}
	http.NewResponseController(w).Flush()
	switch reply.Fault {
	case llmtest.Cut:
		panic(http.ErrAbortHandler)
	case llmtest.Reset:
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			conn.(*net.TCPConn).SetLinger(0)
			conn.Close()
		}
	case llmtest.Stall:
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	case llmtest.BrokenJSON:
		io.WriteString(w, `{"model": "te`)
	case llmtest.MalformedChunk:
		line(map[string]any{"model": 7, "done": "never"})
	case llmtest.ErrorInBody:
		line(map[string]any{"error": "the model crashed"})
	case llmtest.NoFinish:
	default:
		line(done)
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"error": message})
}

// ollamaSkips are what Ollama's API does not have, and what langchaingo's client of it cannot do.
func ollamaSkips() map[string]string {
	const tools = "langchaingo's Ollama client knows no tools"
	skips := map[string]string{
		"an answer of 1 MiB is whole":                                   "langchaingo reads lines of at most 500 KB from Ollama",
		"tools are called with whole arguments":                         tools,
		"an answer is the caller's own":                                 tools,
		"many tool calls that come in turns are kept apart":             tools,
		"arguments that are no JSON are passed on as they are":          tools,
		"the provider sees what was asked, or a warning says what not":  tools,
		"the request is not changed":                                    tools,
		"calls at once do not mix":                                      tools,
		odd + "/wrong schema":                                           "langchaingo has JSON mode only, so that the server is not told the schema that it is to miss",
		odd + "/hallucinated tool":                                      tools,
		odd + "/duplicate call":                                         tools,
		"an error carries the status, the wait and the usage/no finish": "Ollama counts in its last object only",
	}
	const no = "Ollama's API cannot say it"
	for _, f := range []llmtest.Fault{llmtest.QuotaUsed, llmtest.TooLong, llmtest.PromptFiltered, llmtest.NoChoices, llmtest.Refusal, llmtest.Filtered} {
		skips["each fault has its kind/"+string(f)] = no
		skips["a stream that fails says how, after what came/"+string(f)] = no
		if f != llmtest.NoChoices {
			skips["an error carries the status, the wait and the usage/"+string(f)] = no
		}
	}
	return skips
}

func TestOllamaOfLangchaingoIsAModel(t *testing.T) {
	llmtest.RunModel(t, func(t *testing.T, h llmtest.Handler) llm.Model {
		return langchain.FromModel(viaOllama(t, h, langchain.HTTPClient(watched())), &langchain.Options{Provider: "ollama"})
	}, &llmtest.Options{TimesOut: true, Skip: ollamaSkips()})
}
