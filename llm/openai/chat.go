package openai

import (
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/internal/httperr"
	"github.com/clmkit/clmkit/llm"
)

// chatResponse is the body of a chat completion.
type chatResponse struct {
	Model   string `json:"model"`
	Choices []struct {
		Message struct {
			Content   said       `json:"content"`
			Refusal   string     `json:"refusal"`
			ToolCalls []toolCall `json:"tool_calls"`
		} `json:"message"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
	Usage usage `json:"usage"`
}

type usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
	TotalTokens      int `json:"total_tokens"`
	PromptDetails    struct {
		CachedTokens int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
	CompletionDetails struct {
		ReasoningTokens int `json:"reasoning_tokens"`
	} `json:"completion_tokens_details"`
}

// neutral is the usage in neutral words. A server that tells the total alone, as vLLM does for rerank, read that much.
func (u usage) neutral() llm.Usage {
	if u.PromptTokens == 0 && u.CompletionTokens == 0 {
		u.PromptTokens = u.TotalTokens
	}
	return llm.Usage{
		Input: u.PromptTokens, Output: u.CompletionTokens,
		Cached: u.PromptDetails.CachedTokens, Reasoning: u.CompletionDetails.ReasoningTokens,
	}
}

// finish is a finish reason in neutral words; one that is not known comes back as it is, and does not pass as complete.
func finish(reason string) llm.Finish {
	switch reason {
	case "stop", "eos_token", "stop_sequence": // the latter two: text-generation-inference
		return llm.FinishStop
	case "tool_calls", "function_call":
		return llm.FinishToolCalls
	case "length":
		return llm.FinishLength
	case "content_filter":
		return llm.FinishFilter
	}
	return llm.Finish(reason)
}

// Generate answers req with one HTTP call, without retries. See [llm.Model].
func (c *Client) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	x, a, err := c.chat(ctx, req, false)
	if err != nil {
		return nil, err
	}
	defer x.close()
	return answerOf(x, a)
}

// answerOf reads an answer that comes in one body.
func answerOf(x *call, a *asked) (*llm.Response, error) {
	var body chatResponse
	if err := x.decode(&body); err != nil {
		return nil, err
	}
	if len(body.Choices) == 0 {
		return nil, x.fail(llm.ErrEmpty, errors.New("no choices"))
	}
	choice := body.Choices[0]
	r := &llm.Response{
		Text: string(choice.Message.Content), Finish: finish(choice.FinishReason), Usage: body.Usage.neutral(),
		Model: body.Model, Warnings: a.warnings,
	}
	for _, t := range choice.Message.ToolCalls {
		r.ToolCalls = append(r.ToolCalls, llm.ToolCall{ID: t.ID, Name: t.Function.Name, Arguments: t.Function.Arguments})
	}
	return complete(x, a, r, choice.Message.Refusal)
}

// complete checks an answer. A refusal is one whatever its finish reason. Tool calls without an ID, which some servers
// send, get one.
func complete(x *call, a *asked, r *llm.Response, refusal string) (*llm.Response, error) {
	if refusal != "" {
		e := x.fail(llm.ErrRefused, errors.New(httperr.Clip(refusal)))
		e.Partial, e.Usage = r.Text, r.Usage
		return nil, e
	}
	for i := range r.ToolCalls {
		if r.ToolCalls[i].ID == "" {
			r.ToolCalls[i].ID = fmt.Sprintf("call-%d", i)
		}
	}
	done, err := llm.Complete(provider, r)
	if err == nil {
		a.restore(done)
	}
	if e, ok := errors.AsType[*llm.Error](err); ok {
		e.RequestID = httperr.RequestID(x.resp)
	}
	return done, err
}
