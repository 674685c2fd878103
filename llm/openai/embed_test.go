package openai

import (
	"encoding/json"
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
		"base64":           {`{"data":[{"index":0,"embedding":"AACAPwAAAEA="},{"index":1,"embedding":"AABAQAAAgEA="}]}`, [][]float32{{1, 2}, {3, 4}}, ""},
		"broken base64":    {`{"data":[{"index":0,"embedding":"AACA?"}]}`, nil, "illegal base64"},
		"base64 cut":       {`{"data":[{"index":0,"embedding":"AACAPwA="}]}`, nil, "vector of 5 bytes"},
		"base64 of NaN":    {`{"data":[{"index":0,"embedding":"AADAfw=="}]}`, nil, "number 0 of a vector is NaN"},
		"base64 of Inf":    {`{"data":[{"index":0,"embedding":"AACA/w=="}]}`, nil, "number 0 of a vector is -Inf"},
		"NaN":              {`{"data":[{"index":0,"embedding":[NaN]}]}`, nil, "invalid character"},
		"null":             {`{"data":[{"index":0,"embedding":null},{"index":1,"embedding":[1]}]}`, nil, "vector 0 has 0 numbers"},
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

func TestDimensionsAreAskedForAndChecked(t *testing.T) {
	var sent http.Request
	var body string
	_, err := client(t, records(&sent, &body), Options{Dimensions: 2}).Embed(t.Context(), []string{"a"})
	require.ErrorIs(t, err, llm.ErrMalformed)
	assert.Equal(t, `{"model":"e","input":["a"],"encoding_format":"float","dimensions":2}`, body)

	_, err = client(t, says("application/json", `{"data":[{"index":0,"embedding":[1,2,3]}]}`), Options{Dimensions: 2}).Embed(t.Context(), []string{"a"})
	require.ErrorIs(t, err, llm.ErrMalformed)
	assert.ErrorContains(t, err, "vectors of 3 numbers, asked for 2")

	_, err = New("http://host/v1", &Options{Dimensions: -1})
	assert.ErrorContains(t, err, "negative")
}

// FuzzVector checks that every vector that is read is finite and is written as numbers that are read as the same.
func FuzzVector(f *testing.F) {
	f.Add(`[1,2.5,-3e-7]`)
	f.Add(`"AACAPwAAAEA="`)
	f.Fuzz(func(t *testing.T, raw string) {
		var v, again vector
		if json.Unmarshal([]byte(raw), &v) != nil {
			return
		}
		written, err := json.Marshal([]float32(v))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(written, &again))
		assert.Equal(t, v, again)
	})
}
