package llmtest

import (
	"encoding/json"
	"errors"
	"fmt"
)

// generateRequest is the body of SGLang's own endpoint.
type generateRequest struct {
	Text     texts `json:"text"`
	Sampling *struct {
		MaxNewTokens *int            `json:"max_new_tokens"`
		Temperature  *float64        `json:"temperature"`
		TopP         json.RawMessage `json:"top_p"`
		Stop         json.RawMessage `json:"stop"`
	} `json:"sampling_params"`
	ReturnLogprob bool            `json:"return_logprob"`
	StartLen      *int            `json:"logprob_start_len"`
	TopLogprobs   int             `json:"top_logprobs_num"`
	ReturnText    bool            `json:"return_text_in_logprobs"`
	Stream        bool            `json:"stream"`
	RequestID     json.RawMessage `json:"rid"`

	one bool // the text was not a list
}

// UnmarshalJSON also notes whether the text was a list, since the answer is one then.
func (g *generateRequest) UnmarshalJSON(raw []byte) error {
	type plain generateRequest
	if err := strictly(raw, (*plain)(g)); err != nil {
		return err
	}
	var shape struct {
		Text any `json:"text"`
	}
	if err := json.Unmarshal(raw, &shape); err != nil {
		return err
	}
	_, g.one = shape.Text.(string)
	return nil
}

func (g *generateRequest) check() error {
	switch {
	case len(g.Text) == 0:
		return errors.New("no text")
	case g.Stream:
		return errors.New("prompts are not scored in a stream")
	case g.StartLen != nil && *g.StartLen < -1:
		return fmt.Errorf("logprob_start_len %d", *g.StartLen)
	case g.limit() < 0 || g.limit() > bigramContext:
		return fmt.Errorf("max_new_tokens %d: want 0 to %d", g.limit(), bigramContext)
	}
	for i, t := range g.Text {
		if t == "" {
			return fmt.Errorf("text %d is empty", i)
		}
	}
	return nil
}

// limit is how many tokens are to be added.
func (g *generateRequest) limit() int {
	if g.Sampling == nil || g.Sampling.MaxNewTokens == nil {
		return 128 // SGLang's default
	}
	return *g.Sampling.MaxNewTokens
}

func (s *Server) generate(x *exchange) {
	var g generateRequest
	if !x.readOrRefuse(&g) {
		return
	}
	answers := make([]any, len(g.Text))
	for i, text := range g.Text {
		answers[i] = g.answer(s.backend.Scorer, i, text)
	}
	if g.one {
		x.scored(s.backend.Scorer.Fault, answers[0])
		return
	}
	x.scored(s.backend.Scorer.Fault, answers)
}

func (g *generateRequest) answer(b *Bigram, i int, text string) map[string]any {
	asked := b.score(text)
	said := b.generate(asked, g.limit())
	meta := map[string]any{
		"id": fmt.Sprintf("llmtest-%d", i), "prompt_tokens": len(asked), "completion_tokens": len(said), "cached_tokens": 0,
		"finish_reason": map[string]any{"type": "length", "length": g.limit()},
	}
	if g.ReturnLogprob {
		from := len(asked) // by default, no logprobs of the prompt
		if g.StartLen != nil && *g.StartLen >= 0 {
			from = min(*g.StartLen, len(asked))
		}
		meta["input_token_logprobs"] = g.triples(asked[from:], true)
		meta["output_token_logprobs"] = g.triples(said, false)
	}
	return map[string]any{"text": textOf(said), "meta_info": meta}
}

// triples are tokens in SGLang's shape, [logprob, id, text]; the text is null unless it was asked for. The first token of
// the prompt's has no logprob, wherever they start.
func (g *generateRequest) triples(list []scored, prompt bool) []any {
	wire := []any{}
	for i, s := range list {
		triple := []any{s.logProb, s.id, nil}
		if i == 0 && prompt {
			triple[0] = nil
		}
		if g.ReturnText {
			triple[2] = s.text
		}
		wire = append(wire, triple)
	}
	return wire
}
