package langchain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"

	"github.com/tmc/langchaingo/embeddings"

	"github.com/clmkit/clmkit/llm"
)

// FromEmbedder puts a langchaingo embedder behind the contract of llm.Embedder. The model names what vectors are told apart
// by, such as "text-embedding-3-small". Nil options are the defaults; of them only Provider is read. What is checked is
// that there is a vector for each text, that all have one length, and that their numbers are finite. That they are in the
// order of the texts can only be made sure with [HTTPClient], at OpenAI-compatible servers. Usage is not known.
func FromEmbedder(e embeddings.Embedder, model string, opts *Options) llm.Embedder {
	o := withDefaults(opts)
	return llm.EmbedderFunc(func(ctx context.Context, texts []string) (*llm.Embeddings, error) {
		return embed(ctx, e, model, o.Provider, texts)
	})
}

func embed(ctx context.Context, e embeddings.Embedder, model, provider string, texts []string) (*llm.Embeddings, error) {
	fail := func(kind llm.Kind, cause error) (*llm.Embeddings, error) {
		return nil, &llm.Error{Kind: kind, Provider: provider, Err: cause}
	}
	if ctx.Err() != nil {
		return fail(llm.ErrCanceled, ctx.Err())
	}
	if len(texts) == 0 {
		return &llm.Embeddings{Model: model}, nil
	}
	x := &exchange{provider: provider}
	vectors, err := e.EmbedDocuments(context.WithValue(ctx, exchangeKey{}, x), slices.Clone(texts)) // it overwrites what it is given
	failure := x.failed()
	switch {
	case ctx.Err() != nil:
		return fail(llm.ErrCanceled, ctx.Err())
	case failure != nil:
		return nil, failure
	case err != nil:
		return fail(errorKind(err, x), told(err))
	}
	if err := checkVectors(vectors, len(texts)); err != nil {
		return fail(llm.ErrMalformed, err)
	}
	return &llm.Embeddings{Vectors: vectors, Model: model}, nil
}

func checkVectors(vectors [][]float32, texts int) error {
	if len(vectors) != texts {
		return fmt.Errorf("%d vectors for %d texts", len(vectors), texts)
	}
	for i, v := range vectors {
		if len(v) == 0 || len(v) != len(vectors[0]) {
			return fmt.Errorf("vector %d has %d numbers, the first has %d", i, len(v), len(vectors[0]))
		}
		for _, n := range v {
			if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
				return fmt.Errorf("vector %d is not finite", i)
			}
		}
	}
	return nil
}

// inOrder puts the vectors of an OpenAI-compatible server in the order of their texts.
func inOrder(b *body, resp *http.Response) (*http.Response, error) {
	raw, err := io.ReadAll(b)
	b.Close()
	if err != nil {
		return nil, err
	}
	if sorted, err := sortedByIndex(raw); err == nil {
		raw = sorted
	} else if !errors.Is(err, errNoIndex) {
		b.fail(llm.ErrMalformed, err)
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// errNoIndex says that a body is not that of OpenAI's embeddings.
var errNoIndex = errors.New("no indexes")

// sortedByIndex is a body of embeddings with its data sorted by index.
func sortedByIndex(raw []byte) ([]byte, error) {
	var whole map[string]json.RawMessage
	var data []map[string]json.RawMessage
	if json.Unmarshal(raw, &whole) != nil || json.Unmarshal(whole["data"], &data) != nil {
		return nil, errNoIndex
	}
	at := map[int]map[string]json.RawMessage{}
	for _, d := range data {
		var index int
		if json.Unmarshal(d["index"], &index) != nil {
			return nil, errNoIndex
		}
		if at[index] != nil || index < 0 || index >= len(data) {
			return nil, fmt.Errorf("vector %d of %d twice or out of range", index, len(data))
		}
		at[index] = d
	}
	for i := range data {
		data[i] = at[i]
	}
	sorted, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	whole["data"] = sorted
	return json.Marshal(whole)
}
