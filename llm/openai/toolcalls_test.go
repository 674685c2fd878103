package openai

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// piecesOf puts the calls of a list of pieces together.
func piecesOf(t *testing.T, list string) []llm.ToolCall {
	t.Helper()
	var deltas []callDelta
	require.NoError(t, json.Unmarshal([]byte(list), &deltas))
	var p callPieces
	for _, d := range deltas {
		require.NoError(t, p.add(d))
	}
	return p.whole()
}

func TestToolCallsInWhateverPieces(t *testing.T) {
	two := []llm.ToolCall{{ID: "x", Name: "f", Arguments: `{"a":1}`}, {ID: "y", Name: "g", Arguments: `{}`}}
	for name, list := range map[string]string{
		"as OpenAI sends them": `[{"index":0,"id":"x","function":{"name":"f","arguments":""}},{"index":0,"function":{"arguments":"{\"a\""}},
			{"index":0,"function":{"arguments":":1}"}},{"index":1,"id":"y","function":{"name":"g","arguments":"{}"}}]`,
		"whole": `[{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\":1}"}},{"index":1,"id":"y","function":{"name":"g","arguments":"{}"}}]`,
		"whole, all of one index": `[{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\":1}"}},
			{"index":0,"id":"y","function":{"name":"g","arguments":"{}"}}]`,
		"in pieces, all of one index": `[{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\""}},{"index":0,"function":{"arguments":":1}"}},
			{"index":0,"id":"y","function":{"name":"g"}},{"index":0,"function":{"arguments":"{}"}}]`,
		"with ID and name in each piece": `[{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\""}},{"index":0,"id":"x","function":{"name":"f","arguments":":1}"}},
			{"index":1,"id":"y","function":{"name":"g","arguments":"{}"}}]`,
		"with ID and name in each piece, without index": `[{"id":"x","function":{"name":"f","arguments":"{\"a\""}},{"id":"x","function":{"name":"f","arguments":":1}"}},
			{"id":"y","function":{"name":"g","arguments":"{}"}}]`,
		"with another ID in each piece": `[{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\""}},{"index":0,"id":"z","function":{"arguments":":1}"}},
			{"index":1,"id":"y","function":{"name":"g","arguments":"{}"}}]`,
		"the second first":      `[{"index":1,"id":"y","function":{"name":"g"}},{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\":1}"}},{"index":1,"function":{"arguments":"{}"}}]`,
		"the ID after the name": `[{"index":0,"function":{"name":"f","arguments":"{\"a\":1}"}},{"index":0,"id":"x"},{"index":1,"id":"y","function":{"name":"g","arguments":"{}"}}]`,
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, two, piecesOf(t, list)) })
	}
}

func TestToolCallsAreBounded(t *testing.T) {
	var p callPieces
	for i := range maxToolCalls {
		require.NoError(t, p.add(callDelta{ID: fmt.Sprint(i)}))
	}
	assert.EqualError(t, p.add(callDelta{ID: "one more"}), "chunk: tool call with index 128")
}

// FuzzToolCalls checks that pieces are never lost: the arguments of all calls are those of all pieces.
func FuzzToolCalls(f *testing.F) {
	f.Add(`[{"index":0,"id":"x","function":{"name":"f","arguments":"{"}},{"index":0,"function":{"arguments":"}"}}]`)
	f.Add(`[{"id":"x","function":{"name":"f","arguments":"{"}},{"id":"y","index":7},{"index":-1}]`)
	f.Fuzz(func(t *testing.T, list string) {
		var deltas []callDelta
		if json.Unmarshal([]byte(list), &deltas) != nil {
			return
		}
		var p callPieces
		sent, got := 0, 0
		for _, d := range deltas {
			sent += len(d.Function.Arguments)
			if p.add(d) != nil {
				return
			}
		}
		calls := p.whole()
		for _, c := range calls {
			got += len(c.Arguments)
		}
		assert.Equal(t, sent, got)
		assert.LessOrEqual(t, len(calls), maxToolCalls)
	})
}
