package llm

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Finish says why a model stopped.
type Finish string

// Why a model stops. The first two are the ends of a complete answer.
const (
	FinishStop      Finish = "stop"           // it was done, or met a stop text
	FinishToolCalls Finish = "tool calls"     // it waits for results of the tools it called
	FinishLength    Finish = "length"         // it met its token limit
	FinishFilter    Finish = "content filter" // its provider held the answer back
)

// Response is a complete answer.
type Response struct {
	// Text of the answer. May be empty when tools are called.
	Text string `json:"text,omitempty"`
	// ToolCalls that the model wants made, in its order.
	ToolCalls []ToolCall `json:"tool_calls,omitempty"`
	// Finish is FinishToolCalls when there are tool calls, else FinishStop.
	Finish Finish `json:"finish"`
	// Usage of this call, zero when the provider does not count; of all attempts, where a wrapper made several.
	Usage Usage `json:"usage,omitzero"`
	// Model is the name of the model that answered, as the provider gives it.
	Model string `json:"model,omitempty"`
	// Warnings name what was asked for and not done, such as a setting that the provider does not support.
	Warnings []string `json:"warnings,omitempty"`
	// Via names the wrappers that had a hand in the answer, the one nearest to the provider first, such as "retry: 2
	// attempts" or "cache". Empty: the answer came straight from the model.
	Via []string `json:"via,omitempty"`
}

// Clone is a copy of r that shares no memory with it.
func (r *Response) Clone() *Response {
	c := *r
	c.ToolCalls, c.Warnings, c.Via = slices.Clone(r.ToolCalls), slices.Clone(r.Warnings), slices.Clone(r.Via)
	return &c
}

// Message is the response as a turn of the conversation that goes on.
func (r *Response) Message() Message {
	m := Message{Role: RoleAssistant, ToolCalls: r.ToolCalls}
	if r.Text != "" {
		m.Parts = []Part{{Text: r.Text}}
	}
	return m
}

// Usage counts tokens.
type Usage struct {
	Input     int `json:"input"`               // tokens of the request
	Output    int `json:"output"`              // tokens of the answer
	Cached    int `json:"cached,omitempty"`    // the part of Input that the provider had in its cache
	Reasoning int `json:"reasoning,omitempty"` // the part of Output that is not in the text
}

// Add is the sum of u and v.
func (u Usage) Add(v Usage) Usage {
	return Usage{u.Input + v.Input, u.Output + v.Output, u.Cached + v.Cached, u.Reasoning + v.Reasoning}
}

// Complete is the last step of a [Model]: it returns r when the answer is complete, and else the error that says what is
// missing, with the text that came in Error.Partial.
//
//   - no finish reason, or one that llm does not know: [ErrTruncated]
//   - FinishLength: [ErrLength]
//   - FinishFilter: [ErrRefused]
//   - neither text, white space aside, nor tool calls: [ErrEmpty]
//   - tool calls without a name, or two different ones with one ID: [ErrMalformed]
//
// A response with tool calls that stopped is given FinishToolCalls, since servers differ about that. A tool call that
// comes twice, the same to the letter, is kept once, with a warning: a refund is not to be made twice.
func Complete(provider string, r *Response) (*Response, error) {
	fail := func(kind Kind, cause error) (*Response, error) {
		return nil, &Error{Kind: kind, Provider: provider, Partial: r.Text, Usage: r.Usage, Err: cause}
	}
	switch r.Finish {
	case FinishStop, FinishToolCalls:
	case FinishLength:
		return fail(ErrLength, nil)
	case FinishFilter:
		return fail(ErrRefused, errors.New("content filter"))
	case "":
		return fail(ErrTruncated, nil)
	default:
		return fail(ErrTruncated, fmt.Errorf("unknown finish reason %q", r.Finish))
	}
	if err := r.dropRepeats(); err != nil {
		return fail(ErrMalformed, err)
	}
	if len(r.ToolCalls) > 0 {
		r.Finish = FinishToolCalls
		return r, nil
	}
	if strings.TrimSpace(r.Text) == "" {
		return fail(ErrEmpty, nil)
	}
	r.Finish = FinishStop
	return r, nil
}

// dropRepeats leaves each tool call once.
func (r *Response) dropRepeats() error {
	var kept []ToolCall
	for _, c := range r.ToolCalls {
		same := slices.IndexFunc(kept, func(k ToolCall) bool { return k.ID == c.ID })
		switch {
		case c.Name == "":
			return errors.New("tool call without a name")
		case same < 0:
			kept = append(kept, c)
		case kept[same] != c:
			return fmt.Errorf("two tool calls with the ID %q", c.ID)
		default:
			r.Warnings = append(r.Warnings, fmt.Sprintf("tool call %q came twice and is kept once", c.ID))
		}
	}
	r.ToolCalls = kept
	return nil
}
