package llmtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/clmkit/clmkit/llm"
)

// Reply is one answer of a scripted provider.
type Reply struct {
	// Text of the answer.
	Text string
	// ToolCalls of the answer.
	ToolCalls []llm.ToolCall
	// Usage that the provider counts.
	Usage llm.Usage
	// Fault is how the answer goes wrong. Empty: it does not.
	Fault Fault
	// Err is returned in place of an answer, as it is. A Server sends its text: an *llm.Error under the status of its kind,
	// any other error under status 400.
	Err error

	// Interleave has a Server stream the tool calls in turns, a piece of each, as servers do that generate them in
	// parallel. Default: one after the other.
	Interleave bool
	// RepeatType has a Server put "type" into every piece of a streamed tool call. Default: into the first, as OpenAI does.
	RepeatType bool
}

// response is the reply as a whole answer.
func (r Reply) response() *llm.Response {
	finish := llm.FinishStop
	if len(r.ToolCalls) > 0 {
		finish = llm.FinishToolCalls
	}
	return &llm.Response{Text: r.Text, ToolCalls: slices.Clone(r.ToolCalls), Finish: finish, Usage: r.Usage, Model: "script"}
}

// arrived is the text that comes before the fault.
func (r Reply) arrived() string {
	switch r.Fault {
	case "", NoFinish, LongLine, WrongSchema, HallucinatedTool, DuplicateCall:
		return r.Text
	case BrokenJSON, MalformedChunk, Cut, Reset, Stall, ErrorInBody, Filtered, LengthStop:
		words := strings.SplitAfter(r.Text, " ")
		return strings.Join(words[:(len(words)+1)/2], "")
	}
	return ""
}

// pieces are the stretches in which the text is streamed: words, but for a long line.
func (r Reply) pieces() []string {
	text := r.arrived()
	switch {
	case text == "":
		return nil
	case r.Fault == LongLine:
		return []string{text}
	}
	return slices.DeleteFunc(strings.SplitAfter(text, " "), func(s string) bool { return s == "" })
}

// answering is the reply with what its fault makes of it when req is asked.
func (r Reply) answering(req *llm.Request) Reply {
	switch r.Fault {
	case WrongSchema:
		if req.Schema != nil {
			r.Text = misfit(req.Schema.Definition)
		}
	case HallucinatedTool:
		r.ToolCalls = []llm.ToolCall{{ID: "call-invented", Name: invented(req.Tools), Arguments: `{"amount":"all"}`}}
	case DuplicateCall:
		if len(r.ToolCalls) == 0 && len(req.Tools) > 0 {
			r.ToolCalls = []llm.ToolCall{{ID: "call-twice", Name: req.Tools[0].Name, Arguments: "{}"}}
		}
		if len(r.ToolCalls) > 0 {
			r.ToolCalls = append(slices.Clone(r.ToolCalls), r.ToolCalls[0])
		}
	default:
		if r.Fault != "" && !slices.Contains(Faults(), r.Fault) {
			r.Err = errors.Join(r.Err, fmt.Errorf("llmtest: unknown fault %q", r.Fault))
		}
	}
	return r
}

// invented is the name of a tool that is not among tools.
func invented(tools []llm.Tool) string {
	name := "grant_refund"
	for slices.ContainsFunc(tools, func(t llm.Tool) bool { return t.Name == name }) {
		name += "_now"
	}
	return name
}

// misfit is JSON that does not fit the schema; a list when every value fits.
func misfit(definition json.RawMessage) string {
	const list = `["not","what","was","asked","for"]`
	var schema jsonschema.Schema
	if json.Unmarshal(definition, &schema) != nil {
		return list
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		return list
	}
	for _, text := range []string{list, `{"unexpected":"this"}`, `"unexpected"`, `-1.5`, `null`} {
		var value any
		if json.Unmarshal([]byte(text), &value) == nil && resolved.Validate(value) != nil {
			return text
		}
	}
	return list
}
