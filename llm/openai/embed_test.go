package openai

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

func TestVectorsAreMappedByIndex(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want [][]float32
		text string
	}{
		"in order":         {`{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":[3,4]}]}`, [][]float32{{1, 2}, {3, 4}}, ""},
		"out of order":     {`{"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2]}]}`, [][]float32{{1, 2}, {3, 4}}, ""},
		"one missing":      {`{"data":[{"index":1,"embedding":[3,4]}]}`, nil, "vector 0 is missing"},
		"none":             {`{"data":[]}`, nil, "vector 0 is missing"},
		"one twice":        {`{"data":[{"index":1,"embedding":[3,4]},{"index":1,"embedding":[1,2]}]}`, nil, "vector 1 twice"},
		"one too many":     {`{"data":[{"index":2,"embedding":[3,4]}]}`, nil, "vector 2 of 2 texts"},
		"negative":         {`{"data":[{"index":-1,"embedding":[3,4]}]}`, nil, "vector -1 of 2 texts"},
		"without index":    {`{"data":[{"embedding":[3,4]},{"embedding":[1,2]}]}`, nil, "vector without index"},
		"empty vectors":    {`{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]}`, nil, "vector 0 has 0 numbers, the first has 0"},
		"different length": {`{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":[3]}]}`, nil, "vector 1 has 1 numbers, the first has 2"},
		"too large":        {`{"data":[{"index":0,"embedding":[1e300]},{"index":1,"embedding":[1]}]}`, nil, "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := client(t, says("application/json", c.body), Options{}).Embed(t.Context(), []string{"a", "b"})
			if c.text != "" {
				require.ErrorIs(t, err, llm.ErrMalformed)
				assert.ErrorContains(t, err, c.text)
				assert.Nil(t, got)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, &llm.Embeddings{Vectors: c.want, Model: "e"}, got)
		})
	}
}

func TestBatchesHaveToAgree(t *testing.T) {
	for name, c := range map[string]struct{ second, text string }{
		"in the model":  {`{"model":"y","data":[{"index":0,"embedding":[1,2]}]}`, `batches answered by "x" and "y"`},
		"in the length": {`{"model":"x","data":[{"index":0,"embedding":[1]}]}`, "vector 0 has 1 numbers, the first has 2"},
		"in going well": {`{"error":{"message":"crashed"}}`, "crashed"},
	} {
		t.Run(name, func(t *testing.T) {
			bodies := []string{`{"model":"x","data":[{"index":0,"embedding":[1,2]}]}`, c.second}
			server := transport(func(r *http.Request) (*http.Response, error) {
				body := bodies[0]
				bodies = bodies[1:]
				return says("application/json", body)(r)
			})
			got, err := client(t, server, Options{BatchSize: 1}).Embed(t.Context(), []string{"a", "b"})
			require.ErrorContains(t, err, c.text)
			assert.Nil(t, got)
		})
	}
}
