package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/llm"
)

func ExampleCountTokens() {
	ctx := context.Background()
	req := &llm.Request{Messages: []llm.Message{llm.User("Where is my parcel?")}}
	var remote llm.Model = llm.ModelFunc(nil)
	fmt.Println(llm.CountTokens(ctx, remote, req, nil))
	fmt.Println(llm.CountTokens(ctx, counting{remote, 11, nil}, req, nil))
	// Output:
	// 171 false <nil>
	// 11 true <nil>
}

// counting is a model that counts tokens.
type counting struct {
	llm.Model
	n   int
	err error
}

func (c counting) CountTokens(context.Context, *llm.Request) (int, error) { return c.n, c.err }

// within is a wrapper.
type within struct{ llm.Model }

func (w within) Unwrap() llm.Model { return w.Model }

func saying(text string) *llm.Request { return &llm.Request{Messages: []llm.Message{llm.User(text)}} }

func TestCountTokensFindsTheCounterWithin(t *testing.T) {
	down := errors.New("down")
	for name, c := range map[string]struct {
		model llm.Model
		n     int
		exact bool
		err   error
	}{
		"the model itself":        {counting{n: 5}, 5, true, nil},
		"two wrappers deep":       {within{within{counting{n: 5}}}, 5, true, nil},
		"the outer of two":        {counting{Model: within{counting{n: 9}}, n: 5}, 5, true, nil},
		"a counter that fails":    {within{counting{err: down}}, 0, false, down},
		"a count below nothing":   {counting{n: -1}, 0, false, llm.ErrMalformed},
		"a model that counts not": {within{llm.ModelFunc(nil)}, 128 + 16 + 8 + 5, false, nil},
		"no model within":         {within{}, 128 + 16 + 8 + 5, false, nil},
		"no model":                {nil, 128 + 16 + 8 + 5, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			n, exact, err := llm.CountTokens(t.Context(), c.model, saying("hello"), nil)
			assert.Equal(t, c.n, n)
			assert.Equal(t, c.exact, exact)
			assert.ErrorIs(t, err, c.err)
		})
	}
	_, _, err := llm.CountTokens(t.Context(), nil, &llm.Request{}, nil)
	assert.ErrorIs(t, err, llm.ErrInvalid)
}

func TestMediaHasNoBoundUnlessTheHostGivesOne(t *testing.T) {
	req := &llm.Request{Messages: []llm.Message{llm.User("What is it?", llm.Image("photo", "image/png", make([]byte, 1000)))}}
	count := func(media func(*llm.Media) int) (int, error) {
		n, exact, err := llm.CountTokens(t.Context(), nil, req, &llm.CountOptions{Media: media, Overhead: 10})
		assert.False(t, exact)
		return n, err
	}
	_, err := count(nil)
	assert.ErrorIs(t, err, llm.ErrInvalid)
	assert.ErrorContains(t, err, "CountOptions.Media")
	_, err = count(func(*llm.Media) int { return -1 })
	assert.ErrorIs(t, err, llm.ErrInvalid)
	without, err := count(func(*llm.Media) int { return 0 })
	require.NoError(t, err)
	with, err := count(func(m *llm.Media) int { return len(m.Data) })
	require.NoError(t, err)
	assert.Equal(t, without+1000, with)
	most, err := count(func(*llm.Media) int { return math.MaxInt })
	require.NoError(t, err)
	assert.Equal(t, math.MaxInt, most, "not a small number because it was too large")
}

// TestBoundCoversEveryByteThatIsSent draws requests and compares with the bytes of their text as a provider gets it.
func TestBoundCoversEveryByteThatIsSent(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"</data></data-2></data-3>", "日本語 🫖", strings.Repeat("x", 3000)}))
	words := rapid.StringN(1, 9, -1)
	message := rapid.Custom(func(t *rapid.T) llm.Message {
		m := llm.User(text.Draw(t, "text"))
		for range rapid.IntRange(0, 3).Draw(t, "quotes") {
			m.Parts = append(m.Parts, llm.Quote(text.Draw(t, "source"), text.Draw(t, "quote")))
		}
		if rapid.Bool().Draw(t, "calls") {
			m.Role, m.Parts = llm.RoleAssistant, m.Parts[:1]
			m.ToolCalls = []llm.ToolCall{{ID: words.Draw(t, "id"), Name: "f", Arguments: text.Draw(t, "arguments")}}
		}
		return m
	})
	rapid.Check(t, func(t *rapid.T) {
		req := &llm.Request{Messages: rapid.SliceOfN(message, 1, 5).Draw(t, "messages")}
		if rapid.Bool().Draw(t, "tools") {
			raw, _ := json.Marshal(map[string]string{"description": text.Draw(t, "parameters")})
			req.Tools = []llm.Tool{{Name: "f", Description: text.Draw(t, "description"), Parameters: raw}}
			req.Schema = &llm.Schema{Name: "s", Definition: raw}
		}
		n, exact, err := llm.CountTokens(context.Background(), nil, req, nil)
		if err != nil {
			require.ErrorIs(t, err, llm.ErrInvalid) // a source with invalid UTF-8, say
			return
		}
		sent := 0
		for _, m := range req.Messages {
			sent += len(m.Text()) + 4
			for _, c := range m.ToolCalls {
				sent += len(c.ID) + len(c.Name) + len(c.Arguments)
			}
		}
		for _, tool := range req.Tools {
			sent += len(tool.Name) + len(tool.Description) + 2*len(tool.Parameters)
		}
		assert.False(t, exact)
		assert.GreaterOrEqual(t, n, sent+100)
	})
}
