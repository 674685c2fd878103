package onnx

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
	"github.com/clmkit/clmkit/llm"
)

// RerankerOptions are the settings of NewReranker. The zero value is the default.
type RerankerOptions struct {
	Options
	// Activation of the one logit: Sigmoid, for values in [0, 1], or Identity. It does not change the order. Default:
	// Identity.
	Activation Activation
}

// Reranker is a cross-encoder: it reads a query and a document together. It is an [llm.Reranker], safe for concurrent use.
type Reranker struct {
	n          *network
	activation Activation
}

// NewReranker loads the cross-encoder in dir, as optimum exports it: model.onnx with one logit in the output logits,
// tokenizer.json with a form for pairs, and config.json. Close it after use.
//
// Of a pair that is longer than MaxTokens the longer text loses its end; see Options.Strict and [Reranker.Cut]. Errors name
// the file.
func NewReranker(dir string, opts *RerankerOptions) (*Reranker, error) {
	o := RerankerOptions{}
	if opts != nil {
		o = *opts
	}
	if o.Activation == "" {
		o.Activation = Identity
	}
	if o.Activation != Identity && o.Activation != Sigmoid {
		return nil, fmt.Errorf("onnx: a reranker with activation %q", o.Activation)
	}
	f, n, err := loadHead(dir, &o.Options)
	if err != nil {
		return nil, err
	}
	r := &Reranker{n: n, activation: o.Activation}
	n.id = f.name(n.limit, r.activation)
	if err := r.check(); err != nil {
		r.Close()
		return nil, fmt.Errorf("onnx: loading: %w", err)
	}
	return r, nil
}

func (r *Reranker) check() error {
	if _, err := r.n.tokens.Pair(nil, nil, r.n.limit); err != nil {
		return r.n.invalid("%w", err)
	}
	if r.n.limit <= r.n.tokens.Specials(true) {
		return r.n.invalid("MaxTokens %d leaves no room beside the special tokens", r.n.limit)
	}
	return r.n.warm(func(_ []float32, dims []int) error {
		if len(dims) != 1 || dims[0] != 1 {
			return r.n.invalid("output %s has the shape %v for each pair; a cross-encoder has one number", r.n.output, dims)
		}
		return nil
	})
}

// Rerank judges each document with the query. A call looks whether ctx has ended before each batch; a batch that runs
// cannot be stopped. It costs one pass of the model for each document.
func (r *Reranker) Rerank(ctx context.Context, query string, documents []string) (*llm.Relevances, error) {
	out := &llm.Relevances{Values: make([]float64, len(documents)), Model: r.n.id}
	inputs := make([]tokenizer.Input, len(documents))
	first := r.n.tokens.Encode(query)
	var err error
	for i, d := range documents {
		if inputs[i], err = r.n.tokens.Pair(first, r.n.tokens.Encode(d), r.n.limit); err != nil {
			return nil, r.n.invalid("%w", err)
		}
	}
	out.Usage, err = r.n.all(ctx, inputs, r.n.batch, func(i int, values []float32, _ []int) error {
		scores := r.activation.of(values)
		out.Values[i] = scores[0]
		return r.n.finite(scores)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Cut is how many pairs have lost an end so far, because they were longer than MaxTokens.
func (r *Reranker) Cut() int { return r.n.Cut() }

// Close waits for running calls and frees the model. Calls after it are llm.ErrInvalid. It may be called again.
func (r *Reranker) Close() error { return r.n.Close() }
