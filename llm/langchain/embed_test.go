package langchain_test

import (
	"context"
	"errors"
	"hash/fnv"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tmc/langchaingo/embeddings"
	"github.com/tmc/langchaingo/llms/openai"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/langchain"
	"github.com/clmkit/clmkit/llm/llmtest"
)

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

func embedder(t *testing.T, client embeddings.EmbedderClient) embeddings.Embedder {
	t.Helper()
	e, err := embeddings.NewEmbedder(client)
	require.NoError(t, err)
	return e
}

func TestOpenAIOfLangchaingoIsAnEmbedder(t *testing.T) {
	llmtest.RunEmbedder(t, func(t *testing.T) llm.Embedder {
		return langchain.FromEmbedder(embedder(t, viaOpenAI(t, nil, llm.EmbedderFunc(letters))), "test-embedder", nil)
	})
}

// The server sends vectors in reverse order, as OpenAI's protocol allows.
func TestWithoutTheWatchedClientVectorsAreSwapped(t *testing.T) {
	server := llmtest.NewServer(nil, llm.EmbedderFunc(letters))
	t.Cleanup(server.Close)
	m, err := openai.New(openai.WithBaseURL(server.URL), openai.WithToken("none"), openai.WithEmbeddingModel("test-embedder"))
	require.NoError(t, err)
	swapped, err := langchain.FromEmbedder(embedder(t, m), "test-embedder", nil).Embed(t.Context(), []string{"a mug", "tea pot"})
	require.NoError(t, err)
	want, _ := letters(t.Context(), []string{"a mug", "tea pot"})
	assert.Equal(t, want.Vectors[0], swapped.Vectors[1], "the control: langchaingo has learned to sort")

	right, err := langchain.FromEmbedder(embedder(t, viaOpenAI(t, nil, llm.EmbedderFunc(letters))), "test-embedder", nil).Embed(t.Context(), []string{"a mug", "tea pot"})
	require.NoError(t, err)
	assert.Equal(t, want.Vectors, right.Vectors)
}

func TestEmbeddingsThatDoNotFitTheirTexts(t *testing.T) {
	nan := float32(math.NaN())
	for name, vectors := range map[string][][]float32{
		"too few": {{1}}, "of two lengths": {{1}, {1, 2}}, "empty": {{}, {}}, "not finite": {{1}, {nan}},
	} {
		e := langchain.FromEmbedder(embedder(t, embeddings.EmbedderClientFunc(func(context.Context, []string) ([][]float32, error) {
			return vectors, nil
		})), "m", nil)
		_, err := e.Embed(t.Context(), []string{"a", "b"})
		assert.ErrorIs(t, err, llm.ErrMalformed, name)
	}
	down := langchain.FromEmbedder(embedder(t, embeddings.EmbedderClientFunc(func(context.Context, []string) ([][]float32, error) {
		return nil, errors.New("down")
	})), "m", nil)
	_, err := down.Embed(t.Context(), []string{"a"})
	assert.ErrorIs(t, err, llm.ErrUnavailable)
}

func TestFaultsOfAnEmbeddingServer(t *testing.T) {
	for _, f := range []llmtest.Fault{llmtest.RateLimited, llmtest.Unavailable, llmtest.Cut, llmtest.BrokenJSON, llmtest.ErrorInBody} {
		failing := llm.EmbedderFunc(func(context.Context, []string) (*llm.Embeddings, error) { return nil, f })
		_, err := langchain.FromEmbedder(embedder(t, viaOpenAI(t, nil, failing)), "m", nil).Embed(t.Context(), []string{"a", "b"})
		assert.ErrorIs(t, err, f.Kind(), string(f))
	}
}
