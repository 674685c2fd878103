package openai

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/llm"
)

type embedBody struct {
	Model          string   `json:"model"`
	Input          []string `json:"input"`
	EncodingFormat string   `json:"encoding_format"`
}

type embedResponse struct {
	Model string      `json:"model"`
	Data  []embedding `json:"data"`
	Usage usage       `json:"usage"`
}

type embedding struct {
	Index     *int      `json:"index"`
	Embedding []float32 `json:"embedding"`
}

// Embed embeds the texts in batches of Options.BatchSize, one after the other. See [llm.Embedder]. A vector that is
// missing, doubled, without index or of another length than the rest, and batches that different models answered, are
// llm.ErrMalformed. Most servers refuse an empty text.
func (c *Client) Embed(ctx context.Context, texts []string) (*llm.Embeddings, error) {
	if c.o.EmbeddingModel == "" {
		return nil, &llm.Error{Kind: llm.ErrInvalid, Provider: provider, Err: errors.New("client without an embedding model")}
	}
	all := &llm.Embeddings{Model: c.o.EmbeddingModel, Vectors: make([][]float32, 0, len(texts))}
	for batch := range slices.Chunk(texts, c.o.BatchSize) {
		if err := c.embedBatch(ctx, batch, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// embedBatch adds the vectors of one request.
func (c *Client) embedBatch(ctx context.Context, texts []string, all *llm.Embeddings) error {
	x, err := c.post(ctx, "/embeddings", embedBody{c.o.EmbeddingModel, texts, "float"})
	if err != nil {
		return err
	}
	defer x.close()
	var body embedResponse
	if err := x.decode(&body); err != nil {
		return err
	}
	vectors, err := byIndex(body.Data, len(texts))
	if err != nil {
		return x.fail(llm.ErrMalformed, err)
	}
	if len(all.Vectors) == 0 && body.Model != "" {
		all.Model = body.Model
	}
	if body.Model != "" && body.Model != all.Model {
		return x.fail(llm.ErrMalformed, fmt.Errorf("batches answered by %q and %q", all.Model, body.Model))
	}
	all.Vectors = append(all.Vectors, vectors...)
	all.Usage = all.Usage.Add(body.Usage.neutral())
	if len(all.Vectors[0]) != len(vectors[0]) {
		return x.fail(llm.ErrMalformed, fmt.Errorf("vectors of %d and %d numbers", len(all.Vectors[0]), len(vectors[0])))
	}
	return nil
}

// byIndex puts n vectors in the order of their indexes.
func byIndex(data []embedding, n int) ([][]float32, error) {
	vectors := make([][]float32, n)
	for _, d := range data {
		switch {
		case d.Index == nil:
			return nil, errors.New("vector without index")
		case *d.Index < 0 || *d.Index >= n:
			return nil, fmt.Errorf("vector %d of %d texts", *d.Index, n)
		case vectors[*d.Index] != nil:
			return nil, fmt.Errorf("vector %d twice", *d.Index)
		case len(d.Embedding) == 0 || len(d.Embedding) != len(data[0].Embedding):
			return nil, fmt.Errorf("vector %d has %d numbers, the first has %d", *d.Index, len(d.Embedding), len(data[0].Embedding))
		}
		vectors[*d.Index] = d.Embedding
	}
	if i := slices.IndexFunc(vectors, func(v []float32) bool { return v == nil }); i >= 0 {
		return nil, fmt.Errorf("vector %d is missing", i)
	}
	return vectors, nil
}
