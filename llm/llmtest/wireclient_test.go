package llmtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// post is the least that a client does: it sends a body, and reads the answer or the error in its place.
func post(ctx context.Context, url string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return endedOr(ctx, llm.ErrUnavailable, err)
	}
	defer resp.Body.Close()
	raw, err = io.ReadAll(resp.Body)
	var fault struct{ Error *struct{ Code string } }
	bad := json.Unmarshal(raw, &fault)
	switch {
	case err != nil:
		return endedOr(ctx, llm.ErrTruncated, err)
	case resp.StatusCode != http.StatusOK:
		code := ""
		if fault.Error != nil {
			code = fault.Error.Code
		}
		return &llm.Error{Kind: kindOf(resp.StatusCode, code), Status: resp.StatusCode}
	case bad == nil && fault.Error != nil:
		return &llm.Error{Kind: llm.ErrUnavailable}
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return &llm.Error{Kind: llm.ErrMalformed, Err: err}
	}
	return nil
}

func endedOr(ctx context.Context, kind llm.Kind, err error) error {
	if ctx.Err() != nil {
		return &llm.Error{Kind: llm.ErrCanceled, Err: ctx.Err()}
	}
	return &llm.Error{Kind: kind, Err: err}
}

func kindOf(status int, code string) llm.Kind {
	switch {
	case code == "insufficient_quota":
		return llm.ErrQuota
	case code == "context_length_exceeded":
		return llm.ErrTooLong
	case code == "content_filter":
		return llm.ErrRefused
	case status == 401:
		return llm.ErrUnauthorized
	case status == 429:
		return llm.ErrRateLimited
	case status >= 500:
		return llm.ErrUnavailable
	}
	return llm.ErrInvalid
}

// token is a token of an answer, in whatever shape it came.
type token struct {
	text    string
	logProb *float64
}

// sum adds up the tokens that belong to the continuation, from its end backwards, so that a start token does not count.
func sum(tokens []token, text string, prefix int) (llm.Likelihood, error) {
	var l llm.Likelihood
	for end := len(text); end > prefix; {
		if len(tokens) == 0 {
			return l, &llm.Error{Kind: llm.ErrMalformed, Err: errors.New("tokens are missing")}
		}
		t := tokens[len(tokens)-1]
		tokens = tokens[:len(tokens)-1]
		if t.logProb == nil {
			return l, nil
		}
		if !strings.HasSuffix(text[:end], t.text) {
			return l, &llm.Error{Kind: llm.ErrMalformed, Err: fmt.Errorf("token %q is not of the text", t.text)}
		}
		end -= len(t.text)
		l.LogProb += *t.logProb
		l.Tokens++
	}
	return l, nil
}

// wireScorer scores over one of the shapes.
type wireScorer func(ctx context.Context, texts []string) ([][]token, error)

func (s wireScorer) LogLikelihood(ctx context.Context, prefix string, continuations []string) (*llm.Likelihoods, error) {
	all := &llm.Likelihoods{Model: "m"}
	if slices.Contains(continuations, "") {
		return nil, &llm.Error{Kind: llm.ErrInvalid}
	}
	for batch := range slices.Chunk(continuations, 64) {
		texts := make([]string, len(batch))
		for i, c := range batch {
			texts[i] = prefix + c
		}
		answers, err := s(ctx, texts)
		if err != nil {
			return nil, err
		}
		for i, tokens := range answers {
			l, err := sum(tokens, texts[i], len(prefix))
			if err != nil {
				return nil, err
			}
			all.Values = append(all.Values, l)
		}
	}
	return all, nil
}

func echoScorer(url string) wireScorer {
	return func(ctx context.Context, texts []string) ([][]token, error) {
		var answer struct {
			Choices []struct {
				Index    int
				Logprobs struct {
					Tokens        []string
					TokenLogprobs []*float64 `json:"token_logprobs"`
				}
			}
		}
		ask := map[string]any{"model": "m", "prompt": texts, "max_tokens": 0, "echo": true, "logprobs": 1}
		if err := post(ctx, url+"/completions", ask, &answer); err != nil {
			return nil, err
		}
		if len(answer.Choices) != len(texts) {
			return nil, &llm.Error{Kind: llm.ErrEmpty}
		}
		tokens := make([][]token, len(texts))
		for _, c := range answer.Choices {
			for i, text := range c.Logprobs.Tokens {
				tokens[c.Index] = append(tokens[c.Index], token{text, c.Logprobs.TokenLogprobs[i]})
			}
		}
		return tokens, nil
	}
}

func promptScorer(url string) wireScorer {
	return func(ctx context.Context, texts []string) ([][]token, error) {
		var answer struct {
			Choices []struct {
				Index          int
				PromptLogprobs []map[string]struct {
					Logprob float64
					Decoded string `json:"decoded_token"`
				} `json:"prompt_logprobs"`
			}
		}
		if err := post(ctx, url+"/completions", map[string]any{"model": "m", "prompt": texts, "max_tokens": 1, "prompt_logprobs": 0}, &answer); err != nil {
			return nil, err
		}
		if len(answer.Choices) != len(texts) {
			return nil, &llm.Error{Kind: llm.ErrEmpty}
		}
		tokens := make([][]token, len(texts))
		for _, c := range answer.Choices {
			for _, entry := range c.PromptLogprobs {
				t := token{}
				for _, e := range entry {
					t = token{e.Decoded, &e.Logprob}
				}
				tokens[c.Index] = append(tokens[c.Index], t)
			}
		}
		return tokens, nil
	}
}

func generateScorer(url string) wireScorer {
	return func(ctx context.Context, texts []string) ([][]token, error) {
		var answer []struct {
			Meta struct {
				Tokens [][3]any `json:"input_token_logprobs"`
			} `json:"meta_info"`
		}
		ask := map[string]any{
			"text": texts, "sampling_params": map[string]any{"max_new_tokens": 1, "temperature": 0},
			"return_logprob": true, "logprob_start_len": 0, "return_text_in_logprobs": true,
		}
		if err := post(ctx, strings.TrimSuffix(url, "/v1")+"/generate", ask, &answer); err != nil {
			return nil, err
		}
		if len(answer) != len(texts) {
			return nil, &llm.Error{Kind: llm.ErrEmpty}
		}
		tokens := make([][]token, len(texts))
		for i, a := range answer {
			for _, triple := range a.Meta.Tokens {
				t := token{text: triple[2].(string)}
				if logProb, ok := triple[0].(float64); ok {
					t.logProb = &logProb
				}
				tokens[i] = append(tokens[i], t)
			}
		}
		return tokens, nil
	}
}

func TestScorersOverTheWire(t *testing.T) {
	for name, over := range map[string]func(url string) wireScorer{
		"echo and logprobs": echoScorer, "prompt_logprobs": promptScorer, "generate": generateScorer,
	} {
		t.Run(name, func(t *testing.T) {
			llmtest.RunScorer(t, func(t *testing.T, b *llmtest.Bigram) llm.Scorer {
				server := llmtest.Serve(llmtest.Backend{Scorer: b})
				t.Cleanup(server.Close)
				return over(server.URL)
			})
		})
	}
}

type result struct {
	Index     int     `json:"index"`
	Relevance float64 `json:"relevance_score"`
	Score     float64 `json:"score"`
}

func inOrder(results []result, n int) ([]float64, error) {
	if len(results) != n {
		return nil, &llm.Error{Kind: llm.ErrEmpty}
	}
	values := make([]float64, n)
	for _, r := range results {
		values[r.Index] = r.Relevance + r.Score
	}
	return values, nil
}

func jinaReranker(url string) llm.RerankerFunc {
	return func(ctx context.Context, query string, documents []string) (*llm.Relevances, error) {
		var answer struct{ Results []result }
		if len(documents) == 0 {
			return &llm.Relevances{Model: "m"}, nil
		}
		if err := post(ctx, url+"/rerank", map[string]any{"model": "m", "query": query, "documents": documents}, &answer); err != nil {
			return nil, err
		}
		values, err := inOrder(answer.Results, len(documents))
		if err != nil {
			return nil, err
		}
		return &llm.Relevances{Values: values, Model: "m"}, nil
	}
}

func teiReranker(url string) llm.RerankerFunc {
	return func(ctx context.Context, query string, documents []string) (*llm.Relevances, error) {
		all := &llm.Relevances{Model: "m"}
		for batch := range slices.Chunk(documents, 32) {
			var answer []result
			if err := post(ctx, strings.TrimSuffix(url, "/v1")+"/rerank", map[string]any{"query": query, "texts": batch}, &answer); err != nil {
				return nil, err
			}
			values, err := inOrder(answer, len(batch))
			if err != nil {
				return nil, err
			}
			all.Values = append(all.Values, values...)
		}
		return all, nil
	}
}

func TestRerankersOverTheWire(t *testing.T) {
	for name, over := range map[string]func(url string) llm.RerankerFunc{"Jina": jinaReranker, "text-embeddings-inference": teiReranker} {
		t.Run(name, func(t *testing.T) {
			llmtest.RunReranker(t, func(t *testing.T, o llmtest.Overlap) llm.Reranker {
				server := llmtest.Serve(llmtest.Backend{Reranker: o})
				t.Cleanup(server.Close)
				return over(server.URL)
			})
		})
	}
}

func TestTheFakesPassTheirSuites(t *testing.T) {
	llmtest.RunScorer(t, func(_ *testing.T, b *llmtest.Bigram) llm.Scorer { return b })
	llmtest.RunReranker(t, func(_ *testing.T, o llmtest.Overlap) llm.Reranker { return o })
}

func TestTextEmbeddingsInferenceTakesBatchesOf32(t *testing.T) {
	server := llmtest.Serve(llmtest.Backend{Reranker: llmtest.Overlap{}})
	defer server.Close()
	var answer []result
	err := post(t.Context(), strings.TrimSuffix(server.URL, "/v1")+"/rerank", map[string]any{"query": "q", "texts": make([]string, 33)}, &answer)
	var e *llm.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, http.StatusRequestEntityTooLarge, e.Status)
}
