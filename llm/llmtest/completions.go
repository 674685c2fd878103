package llmtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/clmkit/clmkit/llm"
)

// completionRequest is the body of a text completion: OpenAI's, and prompt_logprobs of vLLM.
type completionRequest struct {
	Model          string          `json:"model"`
	Prompt         texts           `json:"prompt"`
	MaxTokens      *int            `json:"max_tokens"`
	Temperature    *float64        `json:"temperature"`
	Echo           bool            `json:"echo"`
	Logprobs       *int            `json:"logprobs"`
	PromptLogprobs *int            `json:"prompt_logprobs"`
	N              *int            `json:"n"`
	Seed           json.RawMessage `json:"seed"`
	Stop           json.RawMessage `json:"stop"`
	TopP           json.RawMessage `json:"top_p"`
	User           json.RawMessage `json:"user"`
	Stream         bool            `json:"stream"`
	SpecialTokens  json.RawMessage `json:"add_special_tokens"`
	TokenIDs       json.RawMessage `json:"return_token_ids"`
}

func (c *completionRequest) check() error {
	switch {
	case c.Model == "":
		return errors.New("no model")
	case len(c.Prompt) == 0:
		return errors.New("no prompt")
	case c.Stream:
		return errors.New("prompts are not scored in a stream")
	case c.N != nil && *c.N != 1:
		return fmt.Errorf("n is %d: one choice for each prompt is all there is", *c.N)
	case c.Logprobs != nil && (*c.Logprobs < 0 || *c.Logprobs > 5):
		return fmt.Errorf("logprobs %d: want 0 to 5", *c.Logprobs)
	case c.PromptLogprobs != nil && *c.PromptLogprobs < 0:
		return fmt.Errorf("prompt_logprobs %d", *c.PromptLogprobs)
	case c.MaxTokens != nil && (*c.MaxTokens < 0 || *c.MaxTokens == 0 && !c.Echo):
		return fmt.Errorf("max_tokens %d: want at least 1, or 0 with echo", *c.MaxTokens)
	case c.MaxTokens != nil && *c.MaxTokens > bigramContext:
		return fmt.Errorf("max_tokens %d: the model's context is %d tokens", *c.MaxTokens, bigramContext)
	}
	for i, p := range c.Prompt {
		if p == "" {
			return fmt.Errorf("prompt %d is empty", i)
		}
	}
	return nil
}

// bigramContext bounds what the model says of its own, in tokens.
const bigramContext = 4096

// completions sends the choices in reverse order, as the protocol allows.
func (s *Server) completions(x *exchange) {
	var c completionRequest
	if !x.readOrRefuse(&c) {
		return
	}
	limit := 16 // OpenAI's default
	if c.MaxTokens != nil {
		limit = *c.MaxTokens
	}
	b := s.backend.Scorer
	choices := make([]any, len(c.Prompt))
	var usage llm.Usage
	for i, prompt := range c.Prompt {
		asked := b.score(prompt)
		said := b.generate(asked, limit)
		choices[len(choices)-1-i] = c.choice(b, i, asked, said)
		usage = usage.Add(llm.Usage{Input: len(asked), Output: len(said)})
	}
	x.scored(b.Fault, map[string]any{
		"id": "cmpl-llmtest", "object": "text_completion", "model": c.Model, "choices": choices, "usage": wireUsage(usage),
	})
}

// scored sends an answer of the scorer; a fault that only chats can show is status 503.
func (x *exchange) scored(f Fault, answer any) {
	if f != "" && !f.breaksBody() {
		f = Unavailable
	}
	x.send(f, answer)
}

// generate goes on with the likeliest tokens.
func (b *Bigram) generate(after []scored, limit int) []scored {
	before := after[len(after)-1].text
	var said []scored
	for range limit {
		t := b.next(before)
		if t == "" {
			break
		}
		said = append(said, scored{text: t, id: b.id(t), logProb: new(b.logProb(before, t))})
		before = t
	}
	return said
}

func (c *completionRequest) choice(b *Bigram, i int, asked, said []scored) map[string]any {
	shown := said
	if c.Echo {
		shown = append(asked[:len(asked):len(asked)], said...)
	}
	choice := map[string]any{"index": i, "text": textOf(shown), "finish_reason": "length", "logprobs": nil}
	if c.Logprobs != nil {
		choice["logprobs"] = b.echoed(shown, *c.Logprobs)
	}
	if c.PromptLogprobs != nil {
		choice["prompt_logprobs"] = b.promptLogprobs(asked, *c.PromptLogprobs)
	}
	return choice
}

// textOf is the text of tokens; the start token has none.
func textOf(list []scored) string {
	var text strings.Builder
	for _, s := range list {
		if s.id != 1 {
			text.WriteString(s.text)
		}
	}
	return text.String()
}

// echoed are tokens in OpenAI's shape. Offsets count characters, and the start token counts as those of its name, as in
// vLLM: what they point at is not the text.
func (b *Bigram) echoed(list []scored, alternatives int) map[string]any {
	words, values, offsets, tops := []string{}, []*float64{}, []int{}, []any{}
	at, before := 0, ""
	for _, s := range list {
		words, values, offsets = append(words, s.text), append(values, s.logProb), append(offsets, at)
		at += utf8.RuneCountInString(s.text)
		if s.logProb == nil {
			tops = append(tops, nil)
		} else {
			top := map[string]float64{s.text: *s.logProb}
			if other := b.next(before); alternatives > 0 && other != "" {
				top[other] = b.logProb(before, other)
			}
			tops = append(tops, top)
		}
		before = s.text
	}
	return map[string]any{"tokens": words, "token_logprobs": values, "text_offset": offsets, "top_logprobs": tops}
}

// promptLogprobs are tokens in vLLM's shape: null for the first, and for each other one what there was to choose from,
// by token ID.
func (b *Bigram) promptLogprobs(asked []scored, alternatives int) []any {
	list, before := []any{}, ""
	for _, s := range asked {
		if s.logProb == nil {
			list = append(list, nil)
		} else {
			choice := map[string]any{}
			if other := b.next(before); alternatives > 0 && other != "" {
				choice[strconv.Itoa(b.id(other))] = decoded(other, b.logProb(before, other), 1)
			}
			rank := 2
			if s.text == b.next(before) {
				rank = 1
			}
			choice[strconv.Itoa(s.id)] = decoded(s.text, *s.logProb, rank)
			list = append(list, choice)
		}
		before = s.text
	}
	return list
}

func decoded(token string, logProb float64, rank int) map[string]any {
	return map[string]any{"logprob": logProb, "rank": rank, "decoded_token": token}
}
