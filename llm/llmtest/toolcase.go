package llmtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

var tool = llm.Tool{
	Name: "find_order", Description: "Finds an order.",
	Parameters: json.RawMessage(`{"type":"object","properties":{"order":{"type":"string"}},"required":["order"],"additionalProperties":false}`),
}

func callsTools(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	requireCalls(t, newModel, Reply{ToolCalls: []llm.ToolCall{
		{ID: "call-a", Name: "find_order", Arguments: `{"order":"A7 für Åsa"}`},
		{ID: "call-b", Name: "find_order", Arguments: `{"order":"B9"}`},
	}})
}

func callsManyTools(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	r := Reply{Interleave: true, RepeatType: true}
	for i := range 24 {
		arguments := fmt.Sprintf(`{"order":"Åsa %d, %s"}`, i, strings.Repeat("東京", i))
		r.ToolCalls = append(r.ToolCalls, llm.ToolCall{ID: fmt.Sprintf("call-%d", i), Name: "find_order", Arguments: arguments})
	}
	requireCalls(t, newModel, r)
}

func callsBrokenTools(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	requireCalls(t, newModel, Reply{ToolCalls: []llm.ToolCall{
		{ID: "call-a", Name: "find_order", Arguments: `{"order": "A7`},
		{ID: "call-b", Name: "find_order", Arguments: ``},
		{ID: "call-c", Name: "find_order", Arguments: "order A7, please\n"},
		{ID: "call-d", Name: "find_order", Arguments: `{"order": NaN, 'x': undefined,}`},
		{ID: "call-e", Name: "find_order", Arguments: ` [1] `},
	}})
}

// requireCalls checks that the tool calls of the reply arrive as they are, whole and streamed.
func requireCalls(t *testing.T, newModel func(*testing.T, Handler) llm.Model, r Reply) {
	t.Helper()
	req := question("Where are A7 and B9?")
	req.Tools = []llm.Tool{tool}
	n := 0
	for d, err := range both(t.Context(), newModel(t, always(r)), req) {
		require.NoError(t, err)
		if d.Done != nil {
			n++
			assert.Equal(t, r.ToolCalls, d.Done.ToolCalls)
			assert.Equal(t, llm.FinishToolCalls, d.Done.Finish)
		}
	}
	assert.Equal(t, 2, n, "an answer and a streamed answer")
}
