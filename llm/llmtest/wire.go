package llmtest

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/clmkit/clmkit/llm"
)

// chatRequest is the body of a chat completion request. It is written down here a second time, apart from the client's,
// so that a mistake in one shows against the other.
type chatRequest struct {
	Model    string        `json:"model"`
	Messages []chatMessage `json:"messages"`
	Tools    []struct {
		Type     string `json:"type"`
		Function struct {
			Name        string          `json:"name"`
			Description string          `json:"description"`
			Parameters  json.RawMessage `json:"parameters"`
		} `json:"function"`
	} `json:"tools"`
	ResponseFormat *struct {
		Type       string `json:"type"`
		JSONSchema struct {
			Name   string          `json:"name"`
			Schema json.RawMessage `json:"schema"`
			Strict bool            `json:"strict"`
		} `json:"json_schema"`
	} `json:"response_format"`
	Temperature         *float64 `json:"temperature"`
	TopP                *float64 `json:"top_p"`
	MaxTokens           *int     `json:"max_tokens"`
	MaxCompletionTokens *int     `json:"max_completion_tokens"`
	Seed                *int64   `json:"seed"`
	Stop                []string `json:"stop"`
	Stream              bool     `json:"stream"`
	StreamOptions       struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
}

type chatMessage struct {
	Role       llm.Role       `json:"role"`
	Content    string         `json:"content"`
	ToolCalls  []chatToolCall `json:"tool_calls"`
	ToolCallID string         `json:"tool_call_id"`
}

type chatToolCall struct {
	Index    int    `json:"index"`
	ID       string `json:"id,omitempty"`
	Type     string `json:"type,omitempty"`
	Function struct {
		Name      string `json:"name,omitempty"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

// readChat reads a request. A field that the server does not know is an error, as it is at OpenAI.
func readChat(body io.Reader) (*chatRequest, error) {
	var c chatRequest
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return nil, fmt.Errorf("llmtest: chat request: %w", err)
	}
	return &c, nil
}

// request is the wire's request as a neutral one. Quoted material comes as text, with its tags.
func (c *chatRequest) request() *llm.Request {
	r := &llm.Request{Temperature: c.Temperature, TopP: c.TopP, MaxTokens: c.MaxTokens, Seed: c.Seed, Stop: c.Stop}
	if c.MaxCompletionTokens != nil {
		r.MaxTokens = c.MaxCompletionTokens
	}
	for _, m := range c.Messages {
		r.Messages = append(r.Messages, m.message())
	}
	for _, t := range c.Tools {
		f := t.Function
		r.Tools = append(r.Tools, llm.Tool{Name: f.Name, Description: f.Description, Parameters: f.Parameters})
	}
	if f := c.ResponseFormat; f != nil {
		r.Schema = &llm.Schema{Name: f.JSONSchema.Name, Definition: f.JSONSchema.Schema}
	}
	return r
}

func (m chatMessage) message() llm.Message {
	msg := llm.Message{Role: m.Role, ToolCallID: m.ToolCallID}
	if m.Content != "" {
		msg.Parts = []llm.Part{{Text: m.Content}}
	}
	for _, c := range m.ToolCalls {
		msg.ToolCalls = append(msg.ToolCalls, llm.ToolCall{ID: c.ID, Name: c.Function.Name, Arguments: c.Function.Arguments})
	}
	return msg
}

// wireCalls are tool calls as the server sends them.
func wireCalls(calls []llm.ToolCall) []chatToolCall {
	var wire []chatToolCall
	for i, c := range calls {
		w := chatToolCall{Index: i, ID: c.ID, Type: "function"}
		w.Function.Name, w.Function.Arguments = c.Name, c.Arguments
		wire = append(wire, w)
	}
	return wire
}

// wireFinish is the finish reason that the server sends; nil when the fault is that there is none.
func wireFinish(r Reply) any {
	switch {
	case r.Fault == NoFinish:
		return nil
	case r.Fault == LengthStop:
		return "length"
	case r.Fault == Filtered:
		return "content_filter"
	case len(r.ToolCalls) > 0:
		return "tool_calls"
	}
	return "stop"
}

func wireUsage(u llm.Usage) map[string]any {
	return map[string]any{
		"prompt_tokens": u.Input, "completion_tokens": u.Output, "total_tokens": u.Input + u.Output,
		"prompt_tokens_details":     map[string]int{"cached_tokens": u.Cached},
		"completion_tokens_details": map[string]int{"reasoning_tokens": u.Reasoning},
	}
}
