package openai

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

func TestRelevancesAreMappedByIndex(t *testing.T) {
	for name, c := range map[string]struct {
		shape Shape
		body  string
		want  []float64
		text  string
	}{
		"by value":          {"", `{"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0}]}`, []float64{0, 0.9}, ""},
		"logits":            {"", `{"results":[{"index":0,"relevance_score":-4.5},{"index":1,"relevance_score":7}]}`, []float64{-4.5, 7}, ""},
		"TEI":               {ShapeTEI, `[{"index":1,"score":0.9},{"index":0,"score":0.1}]`, []float64{0.1, 0.9}, ""},
		"SGLang":            {"", `[{"score":0.9,"index":1},{"score":0.1,"index":0}]`, []float64{0.1, 0.9}, ""},
		"one missing":       {"", `{"results":[{"index":1,"relevance_score":0.9}]}`, nil, "document 0 is missing"},
		"none":              {"", `{}`, nil, "document 0 is missing"},
		"one twice":         {"", `{"results":[{"index":1,"relevance_score":1},{"index":1,"relevance_score":1}]}`, nil, "document 1 twice"},
		"one too many":      {"", `{"results":[{"index":2,"relevance_score":1}]}`, nil, "document 2 of 2 texts"},
		"negative":          {ShapeTEI, `[{"index":-1,"score":1}]`, nil, "document -1 of 2 texts"},
		"without index":     {ShapeTEI, `[{"score":1},{"score":2}]`, nil, "document without index"},
		"without value":     {"", `{"results":[{"index":0},{"index":1}]}`, nil, "document 0 without value"},
		"null":              {ShapeTEI, `[{"index":0,"score":null},{"index":1,"score":1}]`, nil, "document 0 without value"},
		"NaN":               {"", `{"results":[{"index":0,"relevance_score":NaN}]}`, nil, "invalid character"},
		"beyond all":        {"", `{"results":[{"index":0,"relevance_score":1e999}]}`, nil, "cannot unmarshal"},
		"the other's shape": {ShapeTEI, `{"results":[]}`, nil, "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			server := client(t, says("application/json", c.body), Options{RerankModel: "r", RerankShape: c.shape})
			got, err := server.Rerank(t.Context(), "q", []string{"a", "b"})
			if c.text != "" {
				require.ErrorIs(t, err, llm.ErrMalformed)
				assert.ErrorContains(t, err, c.text)
				assert.Nil(t, got)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, &llm.Relevances{Values: c.want, Model: "r"}, got)
		})
	}
}

func TestEveryDocumentIsAskedFor(t *testing.T) {
	var sent http.Request
	var body string
	c := client(t, records(&sent, &body), Options{RerankModel: "r"})
	_, err := c.Rerank(t.Context(), "q", []string{"a", "b"})
	require.ErrorIs(t, err, llm.ErrMalformed)
	assert.Equal(t, `{"model":"r","query":"q","documents":["a","b"],"top_n":2}`, body)
	assert.Equal(t, "http://localhost/v1/rerank", sent.URL.String())
}

func TestBatchesOfRelevancesHaveToAgree(t *testing.T) {
	bodies := []string{`{"model":"x","results":[{"index":0,"relevance_score":1}]}`, `{"model":"y","results":[{"index":0,"relevance_score":1}]}`}
	server := transport(func(r *http.Request) (*http.Response, error) {
		body := bodies[0]
		bodies = bodies[1:]
		return says("application/json", body)(r)
	})
	got, err := client(t, server, Options{RerankModel: "r", BatchSize: 1}).Rerank(t.Context(), "q", []string{"a", "b"})
	require.ErrorIs(t, err, llm.ErrMalformed)
	assert.ErrorContains(t, err, `batches answered by "x" and "y"`)
	assert.Nil(t, got)
}

func TestNoDocumentsAreNoCall(t *testing.T) {
	down := transport(func(*http.Request) (*http.Response, error) { return nil, http.ErrServerClosed })
	got, err := client(t, down, Options{RerankModel: "r"}).Rerank(t.Context(), "q", nil)
	require.NoError(t, err)
	assert.Empty(t, got.Values)
	_, err = client(t, down, Options{}).Rerank(t.Context(), "q", nil)
	assert.EqualError(t, err, "llm: openai: invalid request: client without a model to rerank with")
}
