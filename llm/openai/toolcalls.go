package openai

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/llm"
)

// callDelta is a piece of a tool call.
type callDelta struct {
	Index    *int         `json:"index"`
	ID       string       `json:"id"`
	Function functionCall `json:"function"`
}

// maxToolCalls bounds the tool calls of one answer; an index beyond it is a broken stream.
const maxToolCalls = 128

// callPieces puts tool calls together.
type callPieces struct {
	calls []*pieced
	last  *pieced // what the last piece belonged to
}

// pieced is a tool call so far.
type pieced struct {
	index     int
	id, name  string
	arguments []byte
}

// add adds a piece to its call. Servers differ: some leave out the index, and an ID begins a call; some give all calls one
// index, and a name with another ID begins one; some repeat ID and name in each piece.
func (c *callPieces) add(d callDelta) error {
	call := c.of(d)
	if call == nil {
		call = &pieced{index: len(c.calls)}
		if d.Index != nil {
			call.index = *d.Index
		}
		c.calls = append(c.calls, call)
	}
	if call.index < 0 || call.index >= maxToolCalls || len(c.calls) > maxToolCalls {
		return fmt.Errorf("chunk: tool call with index %d", call.index)
	}
	call.id, call.name = cmp.Or(call.id, d.ID), cmp.Or(call.name, d.Function.Name)
	call.arguments = append(call.arguments, d.Function.Arguments...)
	c.last = call
	return nil
}

// of is the call that a piece goes on with, or nil.
func (c *callPieces) of(d callDelta) *pieced {
	call := c.last
	if d.Index != nil && (call == nil || call.index != *d.Index) {
		call = nil
		for _, other := range c.calls {
			if other.index == *d.Index {
				call = other
			}
		}
	}
	another := call != nil && d.ID != "" && d.ID != call.id
	if another && (d.Index == nil || call.id != "" && d.Function.Name != "") {
		return nil
	}
	return call
}

// whole are the calls in the order of their indexes.
func (c *callPieces) whole() []llm.ToolCall {
	slices.SortStableFunc(c.calls, func(a, b *pieced) int { return cmp.Compare(a.index, b.index) })
	var calls []llm.ToolCall
	for _, call := range c.calls {
		calls = append(calls, llm.ToolCall{ID: call.id, Name: call.name, Arguments: string(call.arguments)})
	}
	return calls
}
