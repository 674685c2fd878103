package openai

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/llm"
)

type embedBody struct {
	Model          string   `json:"model"`
	Input          []string `json:"input"`
	EncodingFormat string   `json:"encoding_format"`
	Dimensions     int      `json:"dimensions,omitempty"`
}

type embedResponse struct {
	Model string      `json:"model"`
	Data  []embedding `json:"data"`
	Usage usage       `json:"usage"`
}

type embedding struct {
	Index     *int   `json:"index"`
	Embedding vector `json:"embedding"`
}

// vector is a list of numbers, or the base64 of their bytes in little-endian order.
type vector []float32

// UnmarshalJSON reads either. Numbers that are not finite are an error.
func (v *vector) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '"' {
		return json.Unmarshal(raw, (*[]float32)(v))
	}
	var bytes []byte
	if err := json.Unmarshal(raw, &bytes); err != nil {
		return err
	}
	if len(bytes)%4 != 0 {
		return fmt.Errorf("vector of %d bytes", len(bytes))
	}
	*v = make(vector, len(bytes)/4)
	for i := range *v {
		f := math.Float32frombits(binary.LittleEndian.Uint32(bytes[4*i:]))
		if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
			return fmt.Errorf("number %d of a vector is %v", i, f)
		}
		(*v)[i] = f
	}
	return nil
}

// Embed embeds the texts in batches of Options.BatchSize, one after the other. See [llm.Embedder]. A vector that is
// missing, doubled, without index, not finite or of another length than the rest or than Options.Dimensions, and batches
// that different models answered, are llm.ErrMalformed. Most servers refuse an empty text.
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
	x, err := c.exchange(ctx, c.base+"/embeddings", embedBody{c.o.EmbeddingModel, texts, "float", c.o.Dimensions}, &body)
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
	if n := len(all.Vectors[0]); c.o.Dimensions > 0 && n != c.o.Dimensions {
		return x.fail(llm.ErrMalformed, fmt.Errorf("vectors of %d numbers, asked for %d", n, c.o.Dimensions))
	}
	all.Usage = all.Usage.Add(body.Usage.neutral())
	if err := sameModel(&all.Model, body.Model, first); err != nil {
		return x.fail(llm.ErrMalformed, err)
	}
	return nil
}
