package openai

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// BenchmarkStream decodes a stream of 1,000 chunks, of the size that OpenAI sends, from memory.
func BenchmarkStream(b *testing.B) {
	const event = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","system_fingerprint":"fp_1",` +
		`"choices":[{"index":0,"delta":{"content":" parcel"},"logprobs":null,"finish_reason":null}],"usage":null}` + "\n\n"
	stream := strings.Repeat(event, 1000) + stop + "data: [DONE]\n\n"
	c, err := New("http://localhost/v1", &Options{Model: "m", HTTPClient: &http.Client{Transport: says("text/event-stream", stream)}})
	require.NoError(b, err)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		text := 0
		for d, err := range llm.Stream(b.Context(), c, hello) {
			require.NoError(b, err)
			text += len(d.Text)
		}
		require.Equal(b, 7000, text)
	}
}

// BenchmarkStrict makes a schema strict, and takes nulls out of an answer to it.
func BenchmarkStrict(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s, err := strictly([]byte(optional))
		require.NoError(b, err)
		require.Equal(b, `{"n":null}`, s.restore(`{"a":null,"n":null,"o":null,"l":null}`))
	}
}
