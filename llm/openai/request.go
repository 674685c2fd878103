package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/llm"
)

// chat sends the request.
func (c *Client) chat(ctx context.Context, req *llm.Request, stream bool) (*call, *asked, error) {
	if err := req.Validate(); err != nil {
		return nil, nil, err
	}
	if c.o.Model == "" {
		return nil, nil, &llm.Error{Kind: llm.ErrInvalid, Provider: provider, Err: errors.New("client without a model")}
	}
	body, a, err := c.chatBody(req)
	if err != nil {
		return nil, nil, &llm.Error{Kind: llm.ErrInvalid, Provider: provider, Err: err}
	}
	if stream {
		body.Stream, body.StreamOptions = true, &streamOptions{IncludeUsage: true}
	}
	x, err := c.post(ctx, c.base+"/chat/completions", body)
	return x, a, err
}

// chatBody is the body of a chat completion request. Settings that are not asked for are not sent.
type chatBody struct {
	Model          string          `json:"model"`
	Messages       []chatMessage   `json:"messages"`
	Tools          []chatTool      `json:"tools,omitempty"`
	ResponseFormat *responseFormat `json:"response_format,omitempty"`
	Temperature    *float64        `json:"temperature,omitempty"`
	TopP           *float64        `json:"top_p,omitempty"`
	Seed           *int64          `json:"seed,omitempty"`
	Stop           []string        `json:"stop,omitempty"`
	Stream         bool            `json:"stream,omitempty"`
	StreamOptions  *streamOptions  `json:"stream_options,omitempty"`

	tokenLimitField string
	maxTokens       *int
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type chatMessage struct {
	Role       llm.Role   `json:"role"`
	Content    any        `json:"content"` // see wireContent
	ToolCalls  []toolCall `json:"tool_calls,omitempty"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
}

type toolCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Function functionCall `json:"function"`
}

type functionCall struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

type chatTool struct {
	Type     string   `json:"type"`
	Function function `json:"function"`
}

type function struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Parameters  json.RawMessage `json:"parameters,omitempty"`
	Strict      bool            `json:"strict,omitempty"`
}

type responseFormat struct {
	Type       string     `json:"type"`
	JSONSchema jsonSchema `json:"json_schema"`
}

type jsonSchema struct {
	Name   string          `json:"name"`
	Schema json.RawMessage `json:"schema"`
	Strict bool            `json:"strict"`
}

// MarshalJSON adds the token limit under the name that the server reads.
func (b chatBody) MarshalJSON() ([]byte, error) {
	type plain chatBody
	raw, err := json.Marshal(plain(b))
	if err != nil || b.maxTokens == nil {
		return raw, err
	}
	limit, err := json.Marshal(map[string]int{b.tokenLimitField: *b.maxTokens})
	if err != nil {
		return nil, err
	}
	return slices.Concat(limit[:len(limit)-1], []byte(","), raw[1:]), nil
}

// chatBody is the wire's form of req, and what its answer is to be read with.
func (c *Client) chatBody(req *llm.Request) (*chatBody, *asked, error) {
	b := &chatBody{
		Model: c.o.Model, Temperature: req.Temperature, TopP: req.TopP, Seed: req.Seed, Stop: req.Stop,
		tokenLimitField: c.o.TokenLimitField, maxTokens: req.MaxTokens,
	}
	for i, m := range req.Messages {
		w, err := wireMessage(m)
		if err != nil {
			return nil, nil, fmt.Errorf("message %d: %w", i, err)
		}
		b.Messages = append(b.Messages, w)
	}
	a := &asked{tools: map[string]*strict{}}
	for _, t := range req.Tools {
		f := function{Name: t.Name, Description: t.Description}
		if t.Parameters != nil {
			f.Parameters, a.tools[t.Name] = a.schema(fmt.Sprintf("tool %q", t.Name), t.Parameters)
			f.Strict = a.tools[t.Name] != nil
		}
		b.Tools = append(b.Tools, chatTool{"function", f})
	}
	if s := req.Schema; s != nil {
		w := jsonSchema{Name: s.Name}
		w.Schema, a.reply = a.schema(fmt.Sprintf("schema %q", s.Name), s.Definition)
		w.Strict = a.reply != nil
		b.ResponseFormat = &responseFormat{"json_schema", w}
	}
	return b, a, nil
}

func wireMessage(m llm.Message) (chatMessage, error) {
	content, err := wireContent(m)
	w := chatMessage{Role: m.Role, Content: content, ToolCallID: m.ToolCallID}
	for _, c := range m.ToolCalls {
		w.ToolCalls = append(w.ToolCalls, toolCall{c.ID, "function", functionCall{c.Name, c.Arguments}})
	}
	return w, err
}
