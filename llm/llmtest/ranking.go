package llmtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// rerankRequest is the body that Cohere, Jina, vLLM and llama.cpp take.
type rerankRequest struct {
	Model           string          `json:"model"`
	Query           string          `json:"query"`
	Documents       []string        `json:"documents"`
	TopN            *int            `json:"top_n"`
	ReturnDocuments bool            `json:"return_documents"`
	MaxTokens       json.RawMessage `json:"max_tokens_per_doc"`
	Truncate        json.RawMessage `json:"truncate_prompt_tokens"`
	User            json.RawMessage `json:"user"`
}

func (r *rerankRequest) check() error {
	switch {
	case r.Model == "":
		return errors.New("no model")
	case len(r.Documents) == 0:
		return errors.New("no documents")
	case r.TopN != nil && *r.TopN < 1:
		return fmt.Errorf("top_n %d", *r.TopN)
	}
	return nil
}

// rank is a document's place in an answer.
type rank struct {
	index int
	value float64
}

// byValue are the documents, the best first, and of equals the first.
func byValue(values []float64) []rank {
	ranks := make([]rank, len(values))
	for i, v := range values {
		ranks[i] = rank{i, v}
	}
	slices.SortStableFunc(ranks, func(a, b rank) int { return cmp.Compare(b.value, a.value) })
	return ranks
}

func (s *Server) rerank(x *exchange) {
	var ask rerankRequest
	if !x.readOrRefuse(&ask) {
		return
	}
	got, err := s.backend.Reranker.Rerank(x.r.Context(), ask.Query, ask.Documents)
	if err != nil {
		x.fail(err, map[string]any{"results": []any{}})
		return
	}
	results := []any{}
	for _, r := range byValue(got.Values) {
		result := map[string]any{"index": r.index, "relevance_score": r.value}
		if ask.ReturnDocuments {
			result["document"] = map[string]any{"text": ask.Documents[r.index]}
		}
		results = append(results, result)
	}
	if ask.TopN != nil {
		results = results[:min(*ask.TopN, len(results))]
	}
	x.send("", map[string]any{
		"id": "rerank-llmtest", "model": ask.Model, "results": results,
		"usage": map[string]any{"prompt_tokens": got.Usage.Input, "total_tokens": got.Usage.Input},
	})
}

// rerankTEIRequest is the body that text-embeddings-inference takes.
type rerankTEIRequest struct {
	Query      string          `json:"query"`
	Texts      []string        `json:"texts"`
	RawScores  bool            `json:"raw_scores"`
	ReturnText bool            `json:"return_text"`
	Truncate   bool            `json:"truncate"`
	Direction  json.RawMessage `json:"truncation_direction"`
}

func (r *rerankTEIRequest) check() error {
	if len(r.Texts) == 0 {
		return errors.New("`texts` cannot be empty")
	}
	return nil
}

// maxTEIBatch is the default of --max-client-batch-size.
const maxTEIBatch = 32

func (s *Server) rerankTEI(x *exchange) {
	var ask rerankTEIRequest
	if !x.readOrRefuse(&ask) {
		return
	}
	if n := len(ask.Texts); n > maxTEIBatch {
		x.sendStatus(http.StatusRequestEntityTooLarge, map[string]string{
			"error": fmt.Sprintf("batch size %d > maximum allowed batch size %d", n, maxTEIBatch), "error_type": "validation",
		})
		return
	}
	got, err := s.backend.Reranker.Rerank(x.r.Context(), ask.Query, ask.Texts)
	if err != nil {
		x.fail(err, []any{})
		return
	}
	results := []any{}
	for _, r := range byValue(got.Values) {
		result := map[string]any{"index": r.index, "score": r.value}
		if ask.ReturnText {
			result["text"] = ask.Texts[r.index]
		}
		results = append(results, result)
	}
	x.send("", results)
}
