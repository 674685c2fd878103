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
	for batch := range slices.Chunk(texts, c.batch(defaultBatch)) {
		if err := c.embedBatch(ctx, batch, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// embedBatch adds the vectors of one request.
func (c *Client) embedBatch(ctx context.Context, texts []string, all *llm.Embeddings) error {
	var body embedResponse
	x, err := c.exchange(ctx, c.base+"/embeddings", embedBody{c.o.EmbeddingModel, texts, "float"}, &body)
	if err != nil {
		return err
	}
	data, err := byIndex("vector", len(texts), body.Data, func(e embedding) *int { return e.Index })
	if err != nil {
		return x.fail(llm.ErrMalformed, err)
	}
	first := len(all.Vectors) == 0
	for i, d := range data {
		all.Vectors = append(all.Vectors, d.Embedding)
		if n := len(all.Vectors[0]); len(d.Embedding) == 0 || len(d.Embedding) != n {
			return x.fail(llm.ErrMalformed, fmt.Errorf("vector %d has %d numbers, the first has %d", i, len(d.Embedding), n))
		}
	}
	all.Usage = all.Usage.Add(body.Usage.neutral())
	if err := sameModel(&all.Model, body.Model, first); err != nil {
		return x.fail(llm.ErrMalformed, err)
	}
	return nil
}
