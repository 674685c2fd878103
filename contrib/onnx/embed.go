package onnx

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
	"github.com/clmkit/clmkit/llm"
)

// Pooling says how the vectors of a text's tokens become the text's.
type Pooling string

const (
	PoolingMean Pooling = "mean" // their mean, special tokens included, padding left out
	PoolingCLS  Pooling = "cls"  // that of the first token
)

// EmbedderOptions are the settings of NewEmbedder. The zero value is the default.
type EmbedderOptions struct {
	Options
	// Pooling of the tokens. Default: what the folder's modules.json says, else PoolingMean.
	Pooling Pooling
	// Normalize scales vectors to length 1. Default: nil, what modules.json says, else no.
	Normalize *bool
}

// Embedder is a sentence encoder. It is an [llm.Embedder], safe for concurrent use.
type Embedder struct {
	n         *network
	pooling   Pooling
	normalize bool
	lower     bool
	width     int
}

// NewEmbedder loads the encoder in dir, as sentence-transformers or optimum export it: model.onnx with the output
// last_hidden_state or token_embeddings, tokenizer.json and config.json, and where they are there modules.json with the
// settings of pooling, sentence_bert_config.json and tokenizer_config.json. Close it after use.
//
// A text that is longer than MaxTokens loses its end; see Options.Strict and [Embedder.Cut]. Errors name the file.
func NewEmbedder(dir string, opts *EmbedderOptions) (*Embedder, error) {
	o := EmbedderOptions{}
	if opts != nil {
		o = *opts
	}
	f, err := openFolder(dir, &o.Options)
	if err != nil {
		return nil, err
	}
	e := &Embedder{}
	if err := e.settle(f, &o); err != nil {
		return nil, err
	}
	if e.n, err = newNetwork(f, &o.Options, "last_hidden_state", "token_embeddings"); err != nil {
		return nil, err
	}
	e.n.id = f.name(e.n.limit, e.pooling, e.normalize)
	if err := e.n.warm(e.measure); err != nil {
		e.Close()
		return nil, fmt.Errorf("onnx: loading: %w", err)
	}
	return e, nil
}

func (e *Embedder) measure(_ []float32, dims []int) error {
	if len(dims) != 2 {
		return e.n.invalid("output %s has no vector for each token", e.n.output)
	}
	e.width = dims[1]
	return nil
}

// settle joins what the folder and the caller say about pooling.
func (e *Embedder) settle(f *folder, o *EmbedderOptions) error {
	var bert struct {
		Lower bool `json:"do_lower_case"`
	}
	if _, err := f.readOptional("sentence_bert_config.json", &bert); err != nil {
		return err
	}
	e.pooling, e.lower = PoolingMean, bert.Lower
	if err := e.readModules(f, o.Pooling == ""); err != nil {
		return err
	}
	if o.Pooling != "" {
		e.pooling = o.Pooling
	}
	if o.Normalize != nil {
		e.normalize = *o.Normalize
	}
	if e.pooling != PoolingMean && e.pooling != PoolingCLS {
		return fmt.Errorf("onnx: %s: pooling %q is not supported", f.dir, e.pooling)
	}
	return nil
}

// readModules reads what sentence-transformers does after the transformer.
func (e *Embedder) readModules(f *folder, pooling bool) error {
	var modules []struct{ Type, Path string }
	if _, err := f.readOptional("modules.json", &modules); err != nil {
		return err
	}
	for _, m := range modules {
		switch kind := m.Type[strings.LastIndex(m.Type, ".")+1:]; {
		case kind == "Transformer":
		case kind == "Normalize":
			e.normalize = true
		case kind == "Pooling" && pooling:
			if err := e.readPooling(f, filepath.Join(m.Path, "config.json")); err != nil {
				return err
			}
		case kind != "Pooling":
			return fmt.Errorf("onnx: %s: module %q is not supported", filepath.Join(f.dir, "modules.json"), kind)
		}
	}
	return nil
}

func (e *Embedder) readPooling(f *folder, name string) error {
	var modes map[string]any
	if !filepath.IsLocal(name) {
		return fmt.Errorf("onnx: %s: module outside the folder", filepath.Join(f.dir, "modules.json"))
	}
	if err := f.readJSON(name, &modes); err != nil {
		return err
	}
	var on []string
	for mode, v := range modes {
		if set, ok := v.(bool); ok && set && strings.HasPrefix(mode, "pooling_mode_") {
			on = append(on, mode)
		}
	}
	switch {
	case len(on) == 1 && on[0] == "pooling_mode_mean_tokens":
		e.pooling = PoolingMean
	case len(on) == 1 && on[0] == "pooling_mode_cls_token":
		e.pooling = PoolingCLS
	default:
		return fmt.Errorf("onnx: %s: pooling %q is not supported", filepath.Join(f.dir, name), on)
	}
	return nil
}

// Embed embeds texts, those of about the same length together. A call looks whether ctx has ended before each batch; a
// batch that runs cannot be stopped. Vectors of a text may differ in the last digits with the batch that it was in. A text
// without words has the vector of the special tokens.
func (e *Embedder) Embed(ctx context.Context, texts []string) (*llm.Embeddings, error) {
	inputs := make([]tokenizer.Input, len(texts))
	for i, text := range texts {
		if e.lower {
			text = strings.ToLower(text)
		}
		inputs[i] = e.n.single(text)
	}
	out := &llm.Embeddings{Vectors: make([][]float32, len(texts)), Model: e.n.id}
	var err error
	out.Usage, err = e.n.all(ctx, inputs, e.n.batch, func(i int, values []float32, dims []int) (err error) {
		out.Vectors[i], err = e.pool(values, len(inputs[i].IDs))
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// pool makes one vector of those of the tokens.
func (e *Embedder) pool(values []float32, tokens int) ([]float32, error) {
	if e.pooling == PoolingCLS {
		tokens = 1
	}
	mean := make([]float64, e.width)
	for t := range tokens {
		for j, v := range values[t*e.width : (t+1)*e.width] {
			mean[j] += float64(v) / float64(tokens)
		}
	}
	norm := 0.0
	for _, v := range mean {
		norm += v * v
	}
	scale := 1.0
	if e.normalize && norm > 0 {
		scale = 1 / math.Sqrt(norm)
	}
	vector := make([]float32, e.width)
	for j, v := range mean {
		vector[j] = float32(v * scale)
	}
	return vector, e.n.finite(mean)
}

// Dimension is the length of the vectors.
func (e *Embedder) Dimension() int { return e.width }

// Cut is how many texts have lost their end so far, because they were longer than MaxTokens.
func (e *Embedder) Cut() int { return e.n.Cut() }

// Close waits for running calls and frees the model. Calls after it are llm.ErrInvalid. It may be called again.
func (e *Embedder) Close() error { return e.n.Close() }
