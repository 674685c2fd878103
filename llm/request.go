package llm

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Purpose says what a call is for, such as "support-answer": the key under which budgets and records count it.
type Purpose string

// Request is what a model is asked. The zero value of each setting leaves it to the provider.
type Request struct {
	// Purpose of the call. It is not sent to the provider.
	Purpose Purpose `json:"purpose,omitempty"`
	// Scope says for whom the call is made. It is not sent to the provider.
	Scope Scope `json:"scope,omitzero"`
	// Messages of the conversation, oldest first; at least one.
	Messages []Message `json:"messages"`
	// Tools that the model may call.
	Tools []Tool `json:"tools,omitempty"`
	// Schema that the answer has to fit. Nil: free text.
	Schema *Schema `json:"schema,omitempty"`
	// Temperature of sampling, in [0, 2]. 0 takes the likeliest token.
	Temperature *float64 `json:"temperature,omitempty"`
	// TopP is the probability mass to sample from, in (0, 1].
	TopP *float64 `json:"top_p,omitempty"`
	// MaxTokens bounds the answer, in tokens, at least 1. An answer that reaches it is ErrLength.
	MaxTokens *int `json:"max_tokens,omitempty"`
	// Seed of sampling. Few providers promise the same answer for the same seed.
	Seed *int64 `json:"seed,omitempty"`
	// Stop ends the answer before the first of these texts; none may be empty.
	Stop []string `json:"stop,omitempty"`
}

// Scope says for whom a call is made: what budgets, caches, records and pseudonyms are kept by. Any part may be empty.
type Scope struct {
	Tenant   string `json:"tenant,omitempty"`   // the shop, where one program serves several
	Customer string `json:"customer,omitempty"` // whom the call is about
	Session  string `json:"session,omitempty"`  // the conversation
}

// Clone is a copy of r that shares no memory with it.
func (r *Request) Clone() *Request {
	c := *r
	c.Messages = slices.Clone(r.Messages)
	for i := range c.Messages {
		c.Messages[i] = c.Messages[i].clone()
	}
	c.Tools = slices.Clone(r.Tools)
	for i := range c.Tools {
		c.Tools[i].Parameters = slices.Clone(c.Tools[i].Parameters)
	}
	if r.Schema != nil {
		c.Schema = &Schema{Name: r.Schema.Name, Definition: slices.Clone(r.Schema.Definition)}
	}
	c.Temperature, c.TopP = copied(r.Temperature), copied(r.TopP)
	c.MaxTokens, c.Seed = copied(r.MaxTokens), copied(r.Seed)
	c.Stop = slices.Clone(r.Stop)
	return &c
}

func (m Message) clone() Message {
	m.Parts = slices.Clone(m.Parts)
	for i, p := range m.Parts {
		if p.Media != nil {
			m.Parts[i].Media = &Media{Type: p.Media.Type, Data: slices.Clone(p.Media.Data), URL: p.Media.URL}
		}
	}
	m.ToolCalls = slices.Clone(m.ToolCalls)
	return m
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}

// Tool is something that the model may ask the program to do.
type Tool struct {
	// Name of 1 to 64 ASCII letters, digits, '_' and '-'; unique within the request.
	Name string `json:"name"`
	// Description tells the model when to call the tool.
	Description string `json:"description,omitempty"`
	// Parameters is the JSON schema of the arguments, an object; [SchemaFor] makes one. Nil: no arguments.
	Parameters json.RawMessage `json:"parameters,omitempty"`
}

// Schema is a named JSON schema.
type Schema struct {
	// Name of 1 to 64 ASCII letters, digits, '_' and '-'.
	Name string `json:"name"`
	// Definition is the JSON schema, an object.
	Definition json.RawMessage `json:"definition"`
}

// Validate reports the first thing in the request that no provider could make sense of, or that puts quoted material
// into instructions, as [ErrInvalid]. Models call it before they send anything; nil is invalid.
func (r *Request) Validate() error {
	if err := r.check(); err != nil {
		return &Error{Kind: ErrInvalid, Err: err}
	}
	return nil
}

func (r *Request) check() error {
	if r == nil || len(r.Messages) == 0 {
		return errors.New("request without messages")
	}
	for i, m := range r.Messages {
		if err := m.check(); err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
	}
	for i, t := range r.Tools {
		same := func(o Tool) bool { return o.Name == t.Name }
		if err := t.check(); err != nil {
			return fmt.Errorf("tool %q: %w", t.Name, err)
		}
		if slices.ContainsFunc(r.Tools[:i], same) {
			return fmt.Errorf("tool %q: twice in the request", t.Name)
		}
	}
	if s := r.Schema; s != nil && (!named(s.Name) || !isObject(s.Definition)) {
		return fmt.Errorf("schema %q: want a name of letters, digits, '_' and '-' and a JSON object", s.Name)
	}
	return r.checkSettings()
}

func (r *Request) checkSettings() error {
	switch {
	case r.Temperature != nil && !(*r.Temperature >= 0 && *r.Temperature <= 2):
		return fmt.Errorf("temperature %v: want 0 to 2", *r.Temperature)
	case r.TopP != nil && !(*r.TopP > 0 && *r.TopP <= 1):
		return fmt.Errorf("top-p %v: want more than 0 and at most 1", *r.TopP)
	case r.MaxTokens != nil && *r.MaxTokens < 1:
		return fmt.Errorf("max tokens %d: want at least 1", *r.MaxTokens)
	case slices.Contains(r.Stop, ""):
		return errors.New("stop: empty text")
	}
	return nil
}

func (m Message) check() error {
	switch m.Role {
	case RoleSystem, RoleUser, RoleAssistant, RoleTool:
	default:
		return fmt.Errorf("unknown role %q", m.Role)
	}
	if m.Role == RoleTool && m.ToolCallID == "" {
		return errors.New("tool result without the ID of its call")
	}
	if len(m.ToolCalls) > 0 && m.Role != RoleAssistant {
		return fmt.Errorf("tool calls in a %s message", m.Role)
	}
	if len(m.Parts)+len(m.ToolCalls) == 0 {
		return errors.New("nothing said")
	}
	for _, p := range m.Parts {
		if p.Source != "" && (m.Role == RoleSystem || m.Role == RoleAssistant) {
			return fmt.Errorf("quoted material from %q in a message of the %s", p.Source, m.Role)
		}
		if !utf8.ValidString(p.Text) || !utf8.ValidString(p.Source) {
			return errors.New("invalid UTF-8")
		}
		if p.Media != nil {
			if err := p.checkMedia(m.Role); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p Part) checkMedia(role Role) error {
	kind, sub, _ := strings.Cut(p.Media.Type, "/")
	switch {
	case role != RoleUser:
		return fmt.Errorf("media in a message of the %s", role)
	case p.Text != "":
		return errors.New("text and media in one part")
	case sub == "" || kind != "image" && kind != "audio":
		return fmt.Errorf("media of type %q: want image/… or audio/…", p.Media.Type)
	case (len(p.Media.Data) == 0) == (p.Media.URL == ""):
		return errors.New("media: want either data or a URL")
	case p.Media.URL == "":
		return nil
	case kind != "image":
		return errors.New("media: only images may be at a URL")
	}
	u, err := url.Parse(p.Media.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("media: want an http or https URL")
	}
	return nil
}

func (t Tool) check() error {
	if !named(t.Name) {
		return errors.New("want a name of 1 to 64 letters, digits, '_' and '-'")
	}
	if t.Parameters != nil && !isObject(t.Parameters) {
		return errors.New("parameters: want a JSON object")
	}
	return nil
}

// named reports whether providers accept s as the name of a tool or schema.
func named(s string) bool {
	for i := range len(s) {
		if !nameByte(s[i]) {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

func nameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-'
}

func isObject(raw json.RawMessage) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal(raw, &object) == nil && object != nil
}
