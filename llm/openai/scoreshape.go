package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/clmkit/clmkit/llm"
)

// scoreBody is a text completion that is asked for the tokens of its prompts.
type scoreBody struct {
	Model          string   `json:"model"`
	Prompt         []string `json:"prompt"`
	MaxTokens      int      `json:"max_tokens"`
	Echo           bool     `json:"echo,omitempty"`
	Logprobs       *int     `json:"logprobs,omitempty"`
	PromptLogprobs *int     `json:"prompt_logprobs,omitempty"`
}

type scoreResponse struct {
	Model   string        `json:"model"`
	Choices []scoreChoice `json:"choices"`
	Usage   usage         `json:"usage"`
}

type scoreChoice struct {
	Index    *int   `json:"index"`
	Text     string `json:"text"`
	Logprobs struct {
		Tokens   []string   `json:"tokens"`
		LogProbs []*float64 `json:"token_logprobs"`
	} `json:"logprobs"`
	PromptLogprobs []map[string]struct {
		LogProb *float64 `json:"logprob"`
		Text    string   `json:"decoded_token"`
	} `json:"prompt_logprobs"`
}

// completions scores with a text completion, whose tokens read tells. Tokens are placed by their texts: text_offset counts
// a start token at some servers.
func (c *Client) completions(ctx context.Context, body scoreBody, read func(scoreChoice) ([]token, error)) (*call, *scores, error) {
	body.Model = c.o.ScoreModel
	var got scoreResponse
	x, err := c.exchange(ctx, c.base+"/completions", body, &got)
	if err != nil {
		return nil, nil, err
	}
	choices, err := byIndex("choice", len(body.Prompt), got.Choices, func(c scoreChoice) *int { return c.Index })
	if err != nil {
		return nil, nil, x.fail(llm.ErrMalformed, err)
	}
	s := &scores{model: got.Model, usage: got.Usage.neutral(), tokens: make([][]token, len(choices))}
	for i, choice := range choices {
		if s.tokens[i], err = read(choice); err != nil {
			return nil, nil, x.fail(llm.ErrMalformed, err)
		}
	}
	return x, s, nil
}

// echo scores as OpenAI does, with the prompt echoed.
type echo struct {
	c      *Client
	tokens int // to generate: 0, or 1 at servers that refuse 0
}

func (e *echo) scores(ctx context.Context, prompts []string) (*call, *scores, error) {
	body := scoreBody{Prompt: prompts, MaxTokens: e.tokens, Echo: true, Logprobs: new(1)}
	x, s, err := e.c.completions(ctx, body, e.read)
	if refused, ok := errors.AsType[*llm.Error](err); ok && refused.Kind == llm.ErrInvalid && refused.Status == 400 && e.tokens == 0 {
		e.tokens = 1
		return e.scores(ctx, prompts)
	}
	return x, s, err
}

// read leaves out the last token when one was asked for: it is generated.
func (e *echo) read(choice scoreChoice) ([]token, error) {
	texts, values := choice.Logprobs.Tokens, choice.Logprobs.LogProbs
	if len(texts) != len(values) || len(texts) < e.tokens {
		return nil, fmt.Errorf("%d tokens and %d values", len(texts), len(values))
	}
	tokens := make([]token, len(texts)-e.tokens)
	for i := range tokens {
		tokens[i] = token{text: tokenText(texts[i]), logProb: values[i]}
	}
	return tokens, nil
}

// promptScores scores as vLLM does, which tells the first token's text no more than its value.
func (c *Client) promptScores(ctx context.Context, prompts []string) (*call, *scores, error) {
	body := scoreBody{Prompt: prompts, MaxTokens: 1, PromptLogprobs: new(0)}
	return c.completions(ctx, body, func(choice scoreChoice) ([]token, error) {
		tokens := make([]token, len(choice.PromptLogprobs))
		for i, entry := range choice.PromptLogprobs {
			if len(entry) > 1 || len(entry) == 0 && i > 0 {
				return nil, fmt.Errorf("%d values for token %d", len(entry), i)
			}
			tokens[i].unknown = len(entry) == 0
			for _, e := range entry {
				tokens[i].text, tokens[i].logProb = e.Text, e.LogProb
			}
		}
		return tokens, nil
	})
}

// inputBody is a request to SGLang's own endpoint.
type inputBody struct {
	Text     []string `json:"text"`
	Sampling struct {
		MaxNewTokens int `json:"max_new_tokens"`
	} `json:"sampling_params"`
	ReturnLogprob bool `json:"return_logprob"`
	StartLen      int  `json:"logprob_start_len"`
	ReturnText    bool `json:"return_text_in_logprobs"`
}

type inputResponse struct {
	Meta struct {
		Tokens           []inputToken `json:"input_token_logprobs"`
		PromptTokens     int          `json:"prompt_tokens"`
		CompletionTokens int          `json:"completion_tokens"`
		CachedTokens     int          `json:"cached_tokens"`
	} `json:"meta_info"`
}

// inputToken is a token as [logprob, id, text].
type inputToken struct{ token }

func (t *inputToken) UnmarshalJSON(raw []byte) error {
	var id int
	fields := []any{&t.logProb, &id, &t.text}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	if len(fields) != 3 || fields[2] == nil {
		return errors.New("token that is not [logprob, id, text]")
	}
	return nil
}

// inputScores scores as SGLang does, at the root of the server. It does not name its model.
func (c *Client) inputScores(ctx context.Context, prompts []string) (*call, *scores, error) {
	var got []inputResponse
	x, err := c.exchange(ctx, c.root()+"/generate", inputBody{Text: prompts, ReturnLogprob: true, ReturnText: true}, &got)
	if err != nil {
		return nil, nil, err
	}
	if len(got) != len(prompts) {
		return nil, nil, x.fail(llm.ErrMalformed, fmt.Errorf("%d answers to %d texts", len(got), len(prompts)))
	}
	s := &scores{tokens: make([][]token, len(got))}
	for i, g := range got {
		for _, t := range g.Meta.Tokens {
			s.tokens[i] = append(s.tokens[i], t.token)
		}
		s.usage = s.usage.Add(llm.Usage{Input: g.Meta.PromptTokens, Output: g.Meta.CompletionTokens, Cached: g.Meta.CachedTokens})
	}
	return x, s, nil
}

// root is the server's URL without the /v1 of OpenAI's interface.
func (c *Client) root() string { return strings.TrimSuffix(c.base, "/v1") }
