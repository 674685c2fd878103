package openai

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/clmkit/clmkit/llm"
)

// scores are the tokens of some prompts.
type scores struct {
	tokens [][]token
	model  string
	usage  llm.Usage
}

// LogLikelihood scores the continuations in batches of Options.BatchSize, one after the other, as Options.ScoreShape asks
// the server. See [llm.Scorer]. Tokens that are missing, that are not those of the text or that have no value, values
// above 0, and batches that different models answered, are llm.ErrMalformed, and text that is not valid UTF-8 is
// llm.ErrInvalid. A prefix and a continuation that meet among letters whose tokens a server shows as U+FFFD cannot be told
// apart, which is llm.ErrMalformed too.
func (c *Client) LogLikelihood(ctx context.Context, prefix string, continuations []string) (*llm.Likelihoods, error) {
	prompts, err := c.prompts(prefix, continuations)
	if err != nil {
		return nil, &llm.Error{Kind: llm.ErrInvalid, Provider: provider, Err: err}
	}
	all := &llm.Likelihoods{Model: c.o.ScoreModel, Values: make([]llm.Likelihood, 0, len(prompts))}
	ask := c.scorer()
	for batch := range slices.Chunk(prompts, c.batch(defaultBatch)) {
		x, got, err := ask(ctx, batch)
		if err != nil {
			return nil, err
		}
		if err := got.addTo(all, batch, len(prefix)); err != nil {
			return nil, x.fail(llm.ErrMalformed, err)
		}
	}
	return all, nil
}

// prompts are the texts to score.
func (c *Client) prompts(prefix string, continuations []string) ([]string, error) {
	if c.o.ScoreModel == "" {
		return nil, errors.New("client without a model to score with")
	}
	prompts := make([]string, len(continuations))
	for i, continuation := range continuations {
		prompts[i] = prefix + continuation
		if continuation == "" || !utf8.ValidString(prompts[i]) {
			return nil, fmt.Errorf("continuation %d is empty, or invalid UTF-8", i)
		}
	}
	return prompts, nil
}

// scorer is the way to ask the server.
func (c *Client) scorer() func(context.Context, []string) (*call, *scores, error) {
	switch c.o.ScoreShape {
	case ShapeVLLM:
		return c.promptScores
	case ShapeSGLang:
		return c.inputScores
	}
	e := &echo{c: c}
	return e.scores
}

// addTo adds the likelihoods of what stands after the first n bytes of each prompt.
func (s *scores) addTo(all *llm.Likelihoods, prompts []string, n int) error {
	for i, prompt := range prompts {
		l, err := sumAfter(n, prompt, s.tokens[i])
		if err != nil {
			return fmt.Errorf("text %d: %w", i, err)
		}
		all.Values = append(all.Values, l)
	}
	all.Usage = all.Usage.Add(s.usage)
	return sameModel(&all.Model, s.model, len(all.Values) == len(prompts))
}
