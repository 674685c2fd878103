package onnx

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
	"github.com/clmkit/clmkit/llm"
)

// ScorerOptions are the settings of NewScorer. The zero value is the default. Strict has no meaning here: a text that is
// too long is always an error.
type ScorerOptions struct {
	Options
	// Start puts the model's start token (bos_token_id of config.json, <|endoftext|> of GPT-2) before each text, so that the
	// first token of a text with an empty prefix has a likelihood too. Default: no.
	Start bool
}

// Scorer is a causal language model. It is an [llm.Scorer], safe for concurrent use.
type Scorer struct {
	n     *network
	start []int
	words int // of the vocabulary
}

// NewScorer loads the causal language model in dir, such as GPT-2, as optimum exports it for the task text-generation
// without past key values: model.onnx with the output logits, config.json, and tokenizer.json with byte-level BPE, whose
// tokens can be told apart by the bytes of the text. Close it after use. Errors name the file.
func NewScorer(dir string, opts *ScorerOptions) (*Scorer, error) {
	o := ScorerOptions{}
	if opts != nil {
		o = *opts
	}
	f, n, err := loadHead(dir, &o.Options)
	if err != nil {
		return nil, err
	}
	s := &Scorer{n: n}
	if o.Start {
		s.start, err = f.config.start(n.tokens)
	}
	if _, exact := n.tokens.Ends(nil); !exact && err == nil {
		err = errors.New("tokenizer.json: a scorer needs byte-level BPE that does not change the text")
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("onnx: %s: %w", dir, err)
	}
	n.id = f.name(n.limit, o.Start)
	if err := n.warm(s.measure); err != nil {
		s.Close()
		return nil, fmt.Errorf("onnx: loading: %w", err)
	}
	return s, nil
}

func (c *config) start(t *tokenizer.Tokenizer) ([]int, error) {
	if c.Start == nil || *c.Start < 0 || *c.Start >= t.Size() {
		return nil, errors.New("config.json: no bos_token_id, or one that tokenizer.json does not know")
	}
	return []int{*c.Start}, nil
}

func (s *Scorer) measure(_ []float32, dims []int) error {
	if len(dims) != 2 || dims[1] < s.n.tokens.Size() {
		return s.n.invalid("output %s has the shape %v for each text, not a number for each token of the vocabulary", s.n.output, dims)
	}
	s.words = dims[1]
	return nil
}

// LogLikelihood scores each continuation. A text of more than MaxTokens is llm.ErrTooLong; nothing is cut. A call looks
// whether ctx has ended before each batch; a batch that runs cannot be stopped.
//
// Each continuation costs one pass over prefix and continuation, of which the logits take 4 bytes for each token and each
// token of the vocabulary: 26 MB for 128 tokens of GPT-2. Batches are kept below 256 MB of them.
func (s *Scorer) LogLikelihood(ctx context.Context, prefix string, continuations []string) (*llm.Likelihoods, error) {
	out := &llm.Likelihoods{Values: make([]llm.Likelihood, len(continuations)), Model: s.n.id}
	inputs := make([]tokenizer.Input, len(continuations))
	from := make([]int, len(continuations))
	longest := 0
	for i, c := range continuations {
		var err error
		if inputs[i], from[i], err = s.input(prefix, c); err != nil {
			return nil, err
		}
		longest = max(longest, len(inputs[i].IDs))
	}
	var err error
	out.Usage, err = s.n.all(ctx, inputs, s.batch(longest), func(i int, values []float32, _ []int) error {
		out.Values[i] = s.likelihood(values, inputs[i].IDs, from[i])
		return s.n.finite([]float64{out.Values[i].LogProb})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// batch is how many texts go together, so that their logits stay below 256 MB.
func (s *Scorer) batch(longest int) int {
	if longest == 0 {
		return s.n.batch
	}
	return min(s.n.batch, powerOfTwo(max(1, 64<<20/(s.n.bucket(longest)*s.words))))
}

// input is the tokens of prefix and continuation, and the place of the first one that reaches into the continuation.
func (s *Scorer) input(prefix, continuation string) (in tokenizer.Input, from int, err error) {
	if continuation == "" {
		return in, 0, s.n.invalid("an empty continuation")
	}
	prefix = strings.ToValidUTF8(prefix, "\uFFFD")
	ids := s.n.tokens.Encode(prefix + strings.ToValidUTF8(continuation, "\uFFFD"))
	ends, _ := s.n.tokens.Ends(ids)
	from, _ = slices.BinarySearch(ends, len(prefix)+1)
	in.IDs = slices.Concat(s.start, ids)
	in.Types = make([]int, len(in.IDs))
	if len(in.IDs) > s.n.limit {
		return in, 0, s.n.tooLong("prefix and continuation have %d tokens, the model takes %d", len(in.IDs), s.n.limit)
	}
	return in, len(s.start) + from, nil
}

// likelihood sums over the tokens from the given place on. The logits at a place are those of the token behind it; the
// first token of all has none.
func (s *Scorer) likelihood(logits []float32, ids []int, from int) (sum llm.Likelihood) {
	for i := max(1, from); i < len(ids); i++ {
		row := logits[(i-1)*s.words : i*s.words]
		sum.LogProb += min(0, float64(row[ids[i]])-logSumExp(row))
		sum.Tokens++
	}
	return sum
}

// Close waits for running calls and frees the model. Calls after it are llm.ErrInvalid. It may be called again.
func (s *Scorer) Close() error { return s.n.Close() }
