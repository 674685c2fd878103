package langchain

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// readAlong lets a provider read a body of some format, and gives back what the exchange saw.
func readAlong(format string, inner io.Reader) (*exchange, []byte) {
	ctx, cancel := context.WithCancelCause(context.Background())
	x := &exchange{provider: "test"}
	b := &body{x: x, ctx: ctx, cancel: cancel, inner: io.NopCloser(inner), idle: time.Minute, left: 1 << 20, most: 1 << 20, format: format}
	x.start(b, nil)
	x.answer(&http.Response{StatusCode: http.StatusOK, Header: http.Header{}})
	raw, _ := io.ReadAll(b)
	b.Close()
	return x, raw
}

func TestFinishReasonsAreReadOffTheWire(t *testing.T) {
	for name, c := range map[string]struct{ format, body, finish string }{
		"OpenAI":              {"application/json", `{"choices":[{"finish_reason":"length"}]}`, "length"},
		"OpenAI, streamed":    {"text/event-stream", "data: {\"choices\":[{\"delta\":{}}]}\n\ndata: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", "stop"},
		"Anthropic":           {"application/json", `{"model":"c","stop_reason":"end_turn"}`, "end_turn"},
		"Anthropic, streamed": {"text/event-stream", "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"}}\n\n", "max_tokens"},
		"Ollama":              {"application/x-ndjson", "{\"message\":{\"content\":\"a\"}}\n{\"done\":true,\"done_reason\":\"length\"}\n", "length"},
		"Ollama of old":       {"application/x-ndjson", `{"done":true}`, "stop"},
		"Google":              {"application/json", `[{"candidates":[{}]},{"candidates":[{"finishReason":"SAFETY"}]}]`, "SAFETY"},
		"none":                {"text/event-stream", "data: {\"choices\":[{\"delta\":{}}]}\n\n", ""},
		"another format":      {"text/html", `{"done":true}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.body), iotest.OneByteReader(strings.NewReader(c.body))} {
				x, raw := readAlong(c.format, r)
				assert.Nil(t, x.failed())
				assert.Equal(t, c.finish, x.finish())
				assert.Equal(t, c.body, string(raw), "what the provider reads")
			}
		})
	}
}

func TestAReadErrorIsACutAnswer(t *testing.T) {
	x, _ := readAlong("application/json", io.MultiReader(strings.NewReader(`{"choices"`), iotest.ErrReader(io.ErrUnexpectedEOF)))
	require.NotNil(t, x.failed())
	assert.ErrorIs(t, x.failed(), llm.ErrTruncated)
}

func FuzzBody(f *testing.F) {
	f.Add("application/json", []byte(`{"choices":[{"finish_reason":"stop"}]}`))
	f.Add("text/event-stream", []byte("data: {\"error\":{\"message\":\"x\"}}\r\n\ndata: [DONE]\n"))
	f.Add("application/x-ndjson", []byte("{\"done\":true}\n{"))
	f.Add("application/json", []byte(`[{"candidates":null},7]`))
	f.Fuzz(func(t *testing.T, format string, text []byte) {
		at, raw := readAlong(format, strings.NewReader(string(text)))
		bytewise, _ := readAlong(format, iotest.OneByteReader(strings.NewReader(string(text))))
		require.Equal(t, string(text), string(raw), "what the provider reads")
		if strings.Contains(format, "json") && !strings.Contains(format, "ndjson") && json.Valid(text) {
			require.Equal(t, at.finish(), bytewise.finish())
		}
	})
}

func FuzzSortedByIndex(f *testing.F) {
	f.Add([]byte(`{"data":[{"index":1,"embedding":[1]},{"index":0,"embedding":[2]}],"model":"m"}`))
	f.Add([]byte(`{"data":[{"index":0},{"index":0}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		sorted, err := sortedByIndex(raw)
		if err != nil {
			return
		}
		var body struct {
			Data []struct{ Index int }
		}
		require.NoError(t, json.Unmarshal(sorted, &body))
		for i, d := range body.Data {
			require.Equal(t, i, d.Index)
		}
	})
}
