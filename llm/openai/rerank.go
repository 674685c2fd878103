package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/llm"
)

type rerankBody struct {
	Model     string   `json:"model"`
	Query     string   `json:"query"`
	Documents []string `json:"documents"`
	TopN      int      `json:"top_n"`
}

// rerankTEIBody does not ask for documents to be cut to what the model can read: too long ones are an error.
type rerankTEIBody struct {
	Query string   `json:"query"`
	Texts []string `json:"texts"`
}

type rerankResponse struct {
	Model   string `json:"model"`
	Results []rank `json:"results"`
	Usage   usage  `json:"usage"`
}

// UnmarshalJSON reads the answer, or the list of results alone, which SGLang sends.
func (r *rerankResponse) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, &r.Results)
	}
	type plain rerankResponse
	return json.Unmarshal(raw, (*plain)(r))
}

// rank is the relevance of a document, under the name that either shape has for it.
type rank struct {
	Index     *int     `json:"index"`
	Relevance *float64 `json:"relevance_score"`
	Score     *float64 `json:"score"`
}

// Rerank judges the documents in batches of Options.BatchSize, one after the other, as Options.RerankShape asks the
// server. See [llm.Reranker]. A document that is missing, doubled, without index or without value, and batches that
// different models answered, are llm.ErrMalformed.
func (c *Client) Rerank(ctx context.Context, query string, documents []string) (*llm.Relevances, error) {
	if c.o.RerankModel == "" {
		return nil, &llm.Error{Kind: llm.ErrInvalid, Provider: provider, Err: errors.New("client without a model to rerank with")}
	}
	ask, size := c.rerank, defaultBatch
	if c.o.RerankShape == ShapeTEI {
		ask, size = c.rerankTEI, 32
	}
	all := &llm.Relevances{Model: c.o.RerankModel, Values: make([]float64, 0, len(documents))}
	for batch := range slices.Chunk(documents, c.batch(size)) {
		var got rerankResponse
		x, err := ask(ctx, query, batch, &got)
		if err != nil {
			return nil, err
		}
		if err := got.addTo(all, len(batch)); err != nil {
			return nil, x.fail(llm.ErrMalformed, err)
		}
	}
	return all, nil
}

// rerank asks for as many results as there are documents, since some servers send fewer unless told.
func (c *Client) rerank(ctx context.Context, query string, documents []string, got *rerankResponse) (*call, error) {
	return c.exchange(ctx, c.base+"/rerank", rerankBody{c.o.RerankModel, query, documents, len(documents)}, got)
}

func (c *Client) rerankTEI(ctx context.Context, query string, documents []string, got *rerankResponse) (*call, error) {
	return c.exchange(ctx, c.root()+"/rerank", rerankTEIBody{query, documents}, &got.Results)
}

// addTo adds the values of n documents.
func (r *rerankResponse) addTo(all *llm.Relevances, n int) error {
	ranks, err := byIndex("document", n, r.Results, func(r rank) *int { return r.Index })
	if err != nil {
		return err
	}
	first := len(all.Values) == 0
	for i, r := range ranks {
		value := r.Relevance
		if value == nil {
			value = r.Score
		}
		if value == nil {
			return fmt.Errorf("document %d without value", i)
		}
		all.Values = append(all.Values, *value)
	}
	all.Usage = all.Usage.Add(r.Usage.neutral())
	return sameModel(&all.Model, r.Model, first)
}
