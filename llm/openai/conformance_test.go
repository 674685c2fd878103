package openai_test

import (
	"context"
	"hash/fnv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/llm/openai"
)

// serve is a client of a server that answers as h and e do.
func serve(t *testing.T, h llmtest.Handler, e llm.Embedder, opts openai.Options) *openai.Client {
	t.Helper()
	server := llmtest.NewServer(h, e)
	t.Cleanup(server.Close)
	opts.Model, opts.EmbeddingModel = "test-model", "test-embedder"
	client, err := openai.New(server.URL, &opts)
	require.NoError(t, err)
	return client
}

func TestClientIsAModel(t *testing.T) {
	llmtest.RunModel(t, func(t *testing.T, h llmtest.Handler) llm.Model {
		return serve(t, h, nil, openai.Options{IdleTimeout: time.Second})
	}, &llmtest.Options{TimesOut: true})
}

func TestClientIsAnEmbedderWhateverTheBatch(t *testing.T) {
	for _, size := range []int{1, 2, 128} {
		llmtest.RunEmbedder(t, func(t *testing.T) llm.Embedder {
			return serve(t, nil, llm.EmbedderFunc(letters), openai.Options{BatchSize: size})
		})
	}
}

func TestClientIsAScorerInEachShape(t *testing.T) {
	for _, shape := range []openai.Shape{"", openai.ShapeVLLM, openai.ShapeSGLang} {
		t.Run(string(shape), func(t *testing.T) {
			llmtest.RunScorer(t, func(t *testing.T, b *llmtest.Bigram) llm.Scorer {
				server := llmtest.Serve(llmtest.Backend{Scorer: b})
				t.Cleanup(server.Close)
				client, err := openai.New(server.URL, &openai.Options{ScoreModel: "gpt2", ScoreShape: shape})
				require.NoError(t, err)
				return client
			})
		})
	}
}

func TestClientIsARerankerInEachShape(t *testing.T) {
	for _, shape := range []openai.Shape{"", openai.ShapeTEI} {
		t.Run(string(shape), func(t *testing.T) {
			llmtest.RunReranker(t, func(t *testing.T, o llmtest.Overlap) llm.Reranker {
				server := llmtest.Serve(llmtest.Backend{Reranker: o})
				t.Cleanup(server.Close)
				client, err := openai.New(server.URL, &openai.Options{RerankModel: "reranker", RerankShape: shape})
				require.NoError(t, err)
				return client
			})
		})
	}
}

// letters embeds a text as counts of hashed letter pairs.
func letters(_ context.Context, texts []string) (*llm.Embeddings, error) {
	e := &llm.Embeddings{Usage: llm.Usage{Input: len(texts)}}
	for _, text := range texts {
		v := make([]float32, 64)
		for i := range len(text) - 1 {
			h := fnv.New32a()
			h.Write([]byte(text[i : i+2]))
			v[h.Sum32()%64]++
		}
		e.Vectors = append(e.Vectors, v)
	}
	return e, nil
}
