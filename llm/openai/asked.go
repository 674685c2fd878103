package openai

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/clmkit/clmkit/llm"
)

// asked is what has to be known of a request when its answer comes.
type asked struct {
	warnings []string
	reply    *strict            // the schema of the answer; nil when it is not strict
	tools    map[string]*strict // the parameters of tools by name, of those that are strict
}

// schema is the strict form of a schema, or the schema itself with a warning.
func (a *asked) schema(what string, definition json.RawMessage) (json.RawMessage, *strict) {
	s, err := strictly(definition)
	if err != nil {
		a.warnings = append(a.warnings, fmt.Sprintf("%s is sent without strict: %v", what, err))
		return definition, nil
	}
	if len(s.lost) > 0 {
		a.warnings = append(a.warnings, fmt.Sprintf("%s is sent without %s", what, strings.Join(s.lost, ", ")))
	}
	return s.schema, s
}

// holds reports whether a stream hands out its text at the end, since something may have to be taken out of it.
func (a *asked) holds() bool { return a.reply != nil && a.reply.added }

// restore takes the nulls that stand for absent properties out of an answer.
func (a *asked) restore(r *llm.Response) {
	r.Text = a.reply.restore(r.Text)
	for i, c := range r.ToolCalls {
		r.ToolCalls[i].Arguments = a.tools[c.Name].restore(c.Arguments)
	}
}
