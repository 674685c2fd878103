package llm

import (
	"errors"
	"fmt"
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
	Text string
	// ToolCalls that the model wants made, in its order.
	ToolCalls []ToolCall
	// Finish is FinishToolCalls when there are tool calls, else FinishStop.
	Finish Finish
	// Usage of this call; zero when the provider does not count.
	Usage Usage
	// Model is the name of the model that answered, as the provider gives it.
	Model string
	// Warnings name what was asked for and not done, such as a setting that the provider does not support.
	Warnings []string
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
	Input     int // tokens of the request
	Output    int // tokens of the answer
	Cached    int // the part of Input that the provider had in its cache
	Reasoning int // the part of Output that is not in the text
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
//
// A response with tool calls that stopped is given FinishToolCalls, since servers differ about that.
func Complete(provider string, r *Response) (*Response, error) {
	fail := func(kind Kind, cause error) (*Response, error) {
		return nil, &Error{Kind: kind, Provider: provider, Partial: r.Text, Err: cause}
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
