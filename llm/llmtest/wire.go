package llmtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/llm"
)

// chatRequest is the body of a chat completion request. It is written down here a second time, apart from the client's,
// so that a mistake in one shows against the other.
type chatRequest struct {
	Model          string          `json:"model"`
	Messages       []chatMessage   `json:"messages"`
	Tools          []chatTool      `json:"tools"`
	ResponseFormat *responseFormat `json:"response_format"`

	Temperature         *float64       `json:"temperature"`
	TopP                *float64       `json:"top_p"`
	MaxTokens           *int           `json:"max_tokens"`
	MaxCompletionTokens *int           `json:"max_completion_tokens"`
	Seed                *int64         `json:"seed"`
	Stop                texts          `json:"stop"`
	N                   *int           `json:"n"`
	Stream              bool           `json:"stream"`
	StreamOptions       *streamOptions `json:"stream_options"`

	chatExtras
}

type streamOptions struct {
	IncludeUsage       bool `json:"include_usage"`
	IncludeObfuscation bool `json:"include_obfuscation"`
}

// chatExtras are fields that the server knows and does not look at: those of OpenAI, and those of sampling in vLLM.
type chatExtras struct {
	ToolChoice        json.RawMessage `json:"tool_choice"`
	ParallelToolCalls json.RawMessage `json:"parallel_tool_calls"`
	FrequencyPenalty  json.RawMessage `json:"frequency_penalty"`
	PresencePenalty   json.RawMessage `json:"presence_penalty"`
	RepetitionPenalty json.RawMessage `json:"repetition_penalty"`
	TopK              json.RawMessage `json:"top_k"`
	MinP              json.RawMessage `json:"min_p"`
	LogitBias         json.RawMessage `json:"logit_bias"`
	Logprobs          json.RawMessage `json:"logprobs"`
	TopLogprobs       json.RawMessage `json:"top_logprobs"`
	User              json.RawMessage `json:"user"`
	SafetyIdentifier  json.RawMessage `json:"safety_identifier"`
	PromptCacheKey    json.RawMessage `json:"prompt_cache_key"`
	Metadata          json.RawMessage `json:"metadata"`
	Store             json.RawMessage `json:"store"`
	ServiceTier       json.RawMessage `json:"service_tier"`
	ReasoningEffort   json.RawMessage `json:"reasoning_effort"`
	Verbosity         json.RawMessage `json:"verbosity"`
	Modalities        json.RawMessage `json:"modalities"`
	Template          json.RawMessage `json:"chat_template_kwargs"`
}

type chatTool struct {
	Type     string `json:"type"`
	Function struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		Parameters  json.RawMessage `json:"parameters"`
		Strict      bool            `json:"strict"`
	} `json:"function"`
}

type responseFormat struct {
	Type       string `json:"type"`
	JSONSchema *struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		Schema      json.RawMessage `json:"schema"`
		Strict      bool            `json:"strict"`
	} `json:"json_schema"`
}

type chatMessage struct {
	Role             llm.Role        `json:"role"`
	Content          content         `json:"content"`
	ToolCalls        []chatToolCall  `json:"tool_calls"`
	ToolCallID       string          `json:"tool_call_id"`
	Name             string          `json:"name"`
	Refusal          json.RawMessage `json:"refusal"`
	ReasoningContent json.RawMessage `json:"reasoning_content"`
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

// texts is a text or a list of texts.
type texts []string

// UnmarshalJSON reads either.
func (t *texts) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(t))
}

// check reports what OpenAI would refuse, beyond what llm.Request.Validate does.
func (c *chatRequest) check() error {
	switch {
	case c.Model == "":
		return errors.New("no model")
	case c.N != nil && *c.N != 1:
		return fmt.Errorf("n is %d: one choice is all there is", *c.N)
	case c.StreamOptions != nil && !c.Stream:
		return errors.New("stream_options without stream")
	case c.MaxTokens != nil && c.MaxCompletionTokens != nil:
		return errors.New("both max_tokens and max_completion_tokens")
	case len(c.Stop) > 4:
		return fmt.Errorf("%d stop texts: at most 4", len(c.Stop))
	case c.Tools != nil && len(c.Tools) == 0:
		return errors.New("tools: an empty list")
	}
	for i, t := range c.Tools {
		if t.Type != "function" {
			return fmt.Errorf("tool %d is of type %q", i, t.Type)
		}
		if err := checkStrict(t.Function.Strict, t.Function.Parameters); err != nil {
			return fmt.Errorf("tool %q: %w", t.Function.Name, err)
		}
	}
	if err := c.checkTurns(); err != nil {
		return err
	}
	return c.ResponseFormat.check()
}

func (f *responseFormat) check() error {
	switch {
	case f == nil || f.Type == "text" || f.Type == "json_object":
		return nil
	case f.Type != "json_schema":
		return fmt.Errorf("response format of type %q", f.Type)
	case f.JSONSchema == nil:
		return errors.New("response format without its schema")
	}
	return checkStrict(f.JSONSchema.Strict, f.JSONSchema.Schema)
}

// checkTurns reports tool calls without an answer, and answers without a call.
func (c *chatRequest) checkTurns() error {
	var open []string
	for i, m := range c.Messages {
		if m.Role == llm.RoleTool {
			at := slices.Index(open, m.ToolCallID)
			if at < 0 {
				return fmt.Errorf("message %d: no call %q before this result", i, m.ToolCallID)
			}
			open = slices.Delete(open, at, at+1)
			continue
		}
		if len(open) > 0 {
			return fmt.Errorf("message %d: call %q has no result", i, open[0])
		}
		for _, call := range m.ToolCalls {
			if call.ID == "" || call.Type != "function" || call.Function.Name == "" {
				return fmt.Errorf("message %d: tool call without id, type function and name", i)
			}
			open = append(open, call.ID)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("call %q has no result", open[0])
	}
	return nil
}

// checkStrict reports a schema that is said to be strict and is not: an object that allows other properties or does not
// require all of its own. It is told apart from the client's check, and looks at objects wherever they stand.
func checkStrict(strict bool, definition json.RawMessage) error {
	if !strict || definition == nil {
		return nil
	}
	var schema any
	if err := json.Unmarshal(definition, &schema); err != nil {
		return err
	}
	return checkStrictValue(schema)
}

func checkStrictValue(v any) error {
	switch v := v.(type) {
	case []any:
		for _, child := range v {
			if err := checkStrictValue(child); err != nil {
				return err
			}
		}
	case map[string]any:
		if properties, ok := v["properties"].(map[string]any); ok {
			if v["additionalProperties"] != false {
				return errors.New("a strict schema has to set additionalProperties to false")
			}
			required, _ := v["required"].([]any)
			for name := range properties {
				if !slices.Contains(required, any(name)) {
					return fmt.Errorf("a strict schema has to require %q", name)
				}
			}
		}
		for _, child := range v {
			if err := checkStrictValue(child); err != nil {
				return err
			}
		}
	}
	return nil
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
	if f := c.ResponseFormat; f != nil && f.JSONSchema != nil {
		r.Schema = &llm.Schema{Name: f.JSONSchema.Name, Definition: f.JSONSchema.Schema}
	}
	return r
}

func (m chatMessage) message() llm.Message {
	msg := llm.Message{Role: m.Role, Parts: m.Content, ToolCallID: m.ToolCallID}
	if m.Role == "developer" { // the name of the system role in OpenAI's reasoning models
		msg.Role = llm.RoleSystem
	}
	for _, c := range m.ToolCalls {
		msg.ToolCalls = append(msg.ToolCalls, llm.ToolCall{ID: c.ID, Name: c.Function.Name, Arguments: c.Function.Arguments})
	}
	return msg
}
