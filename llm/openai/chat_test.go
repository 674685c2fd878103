package openai

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

var hello = &llm.Request{Messages: []llm.Message{llm.User("hello")}}

// records is a server that keeps what it was sent.
func records(into *http.Request, body *string) transport {
	return func(r *http.Request) (*http.Response, error) {
		raw, err := io.ReadAll(r.Body)
		*into, *body = *r, string(raw)
		if err != nil {
			return nil, err
		}
		return says("application/json", `{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}`)(r)
	}
}

func TestWhatIsSent(t *testing.T) {
	strict := json.RawMessage(`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`)
	for name, c := range map[string]struct {
		req   *llm.Request
		field string
		want  string
	}{
		"only what was asked for": {hello, "", `{"model":"m","messages":[{"role":"user","content":"hello"}]}`},
		"a setting of zero is sent": {&llm.Request{Messages: hello.Messages, Temperature: new(0.0), Seed: new(int64(0))}, "",
			`{"model":"m","messages":[{"role":"user","content":"hello"}],"temperature":0,"seed":0}`},
		"the token limit": {&llm.Request{Messages: hello.Messages, MaxTokens: new(5)}, "", `{"max_tokens":5,"model":"m","messages":[{"role":"user","content":"hello"}]}`},
		"the token limit under its other name": {&llm.Request{Messages: hello.Messages, MaxTokens: new(5)}, "max_completion_tokens",
			`{"max_completion_tokens":5,"model":"m","messages":[{"role":"user","content":"hello"}]}`},
		"a schema": {&llm.Request{Messages: hello.Messages, Schema: &llm.Schema{Name: "s", Definition: strict}}, "",
			`{"model":"m","messages":[{"role":"user","content":"hello"}],"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":` + string(strict) + `,"strict":true}}}`},
		"a turn with tools": {&llm.Request{
			Messages: []llm.Message{
				{Role: llm.RoleAssistant, ToolCalls: []llm.ToolCall{{ID: "1", Name: "f", Arguments: "{}"}}}, llm.ToolResult("1", "done")},
			Tools: []llm.Tool{{Name: "f"}}}, "",
			`{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},` +
				`{"role":"tool","content":"done","tool_call_id":"1"}],"tools":[{"type":"function","function":{"name":"f"}}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			var sent http.Request
			var body string
			_, err := client(t, records(&sent, &body), Options{TokenLimitField: c.field, APIKey: "key"}).Generate(t.Context(), c.req)
			require.NoError(t, err)
			assert.Equal(t, c.want, body)
			assert.Equal(t, "http://localhost/v1/chat/completions", sent.URL.String())
			assert.Equal(t, "Bearer key", sent.Header.Get("Authorization"))
		})
	}
}

func TestWhatServersAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want *llm.Response
		err  llm.Kind
	}{
		"text and usage": {`{"model":"m-1","choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],
			"usage":{"prompt_tokens":7,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":2}}}`,
			&llm.Response{Text: "hi", Finish: llm.FinishStop, Model: "m-1", Usage: llm.Usage{Input: 7, Output: 5, Cached: 3, Reasoning: 2}}, ""},
		"null for what is not there": {`{"choices":[{"message":{"content":"hi","tool_calls":null,"refusal":null},"finish_reason":"stop"}],"usage":null}`,
			&llm.Response{Text: "hi", Finish: llm.FinishStop}, ""},
		"tools that stopped, without IDs": {`{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}]}`,
			&llm.Response{Finish: llm.FinishToolCalls, ToolCalls: []llm.ToolCall{{ID: "call-0", Name: "f", Arguments: "{}"}}}, ""},
		"thoughts beside the text": {`{"choices":[{"message":{"content":"hi","reasoning_content":"hm","reasoning":"hm"},"finish_reason":"stop"}]}`,
			&llm.Response{Text: "hi", Finish: llm.FinishStop}, ""},
		"thoughts alone":           {`{"choices":[{"message":{"content":null,"reasoning_content":"hm"},"finish_reason":"stop"}]}`, nil, llm.ErrEmpty},
		"a list of texts":          {`{"choices":[{"message":{"content":[{"type":"text","text":"hi"}]},"finish_reason":"stop"}]}`, &llm.Response{Text: "hi", Finish: llm.FinishStop}, ""},
		"a list of something else": {`{"choices":[{"message":{"content":[{"type":"image"}]},"finish_reason":"stop"}]}`, nil, llm.ErrMalformed},
		"eos_token":                {`{"choices":[{"message":{"content":"hi"},"finish_reason":"eos_token"}]}`, &llm.Response{Text: "hi", Finish: llm.FinishStop}, ""},
		"unknown finish reason":    {`{"choices":[{"message":{"content":"hi"},"finish_reason":"abort"}]}`, nil, llm.ErrTruncated},
		"blank text":               {`{"choices":[{"message":{"content":" \n"},"finish_reason":"stop"}]}`, nil, llm.ErrEmpty},
		"refusal that stopped":     {`{"choices":[{"message":{"content":"","refusal":"no"},"finish_reason":"stop"}]}`, nil, llm.ErrRefused},
		"no choices":               {`{"choices":[]}`, nil, llm.ErrEmpty},
		"nothing":                  {``, nil, llm.ErrEmpty},
		"HTML":                     {`<html>welcome</html>`, nil, llm.ErrMalformed},
		"another type of answer":   {`{"choices":"hi"}`, nil, llm.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := client(t, says("application/json", c.body), Options{}).Generate(t.Context(), hello)
			if c.err != "" {
				require.ErrorIs(t, err, c.err)
				assert.Nil(t, resp)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, resp)
		})
	}
}

func TestAServerThatCannotBeReachedIsUnavailable(t *testing.T) {
	down := transport(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
	_, err := client(t, down, Options{}).Generate(t.Context(), hello)
	require.ErrorIs(t, err, llm.ErrUnavailable)
	assert.True(t, llm.Retryable(err))
}

func TestAClientWithoutAModelSaysSo(t *testing.T) {
	c, err := New("http://localhost/v1", nil)
	require.NoError(t, err)
	_, err = c.Generate(t.Context(), hello)
	assert.EqualError(t, err, "llm: openai: invalid request: client without a model")
	_, err = c.Embed(t.Context(), []string{"a"})
	assert.EqualError(t, err, "llm: openai: invalid request: client without an embedding model")
}

func TestNewNamesWhatIsWrong(t *testing.T) {
	for _, bad := range []string{"", "localhost:8080", "ftp://host/v1", "http://", "http://user:secret@host/v1", "http://host/v1?key=1", "http://host\n"} {
		_, err := New(bad, nil)
		require.ErrorContains(t, err, "openai: base URL", "%q", bad)
		assert.NotContains(t, err.Error(), "secret")
	}
	_, err := New("http://host/v1", &Options{IdleTimeout: -1})
	assert.ErrorContains(t, err, "negative")
	c, err := New("http://host/v1/", nil)
	require.NoError(t, err)
	assert.Equal(t, "http://host/v1", c.base)
}

func TestWhatServersStream(t *testing.T) {
	call := func(delta string) string {
		return `data: {"choices":[{"delta":{"tool_calls":[` + delta + `]}}]}` + "\n\n"
	}
	const done = "data: [DONE]\n\n"
	for name, c := range map[string]struct {
		stream  string
		partial string
		want    *llm.Response
		err     llm.Kind
	}{
		"text, usage, end": {chunk("a") + chunk("b") + stop + `data: {"model":"m-1","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}` + "\n\n" + done, "ab",
			&llm.Response{Text: "ab", Finish: llm.FinishStop, Model: "m-1", Usage: llm.Usage{Input: 1, Output: 2}}, ""},
		"a finish reason without [DONE]": {chunk("a") + stop, "a",
			&llm.Response{Text: "a", Finish: llm.FinishStop, Warnings: []string{"stream ended without [DONE]: its usage may be missing"}}, ""},
		"tool calls that interleave": {
			call(`{"index":1,"id":"y","function":{"name":"g","arguments":"{\"n\""}}`) + call(`{"index":0,"id":"x","function":{"name":"f","arguments":""}}`) +
				call(`{"index":1,"function":{"arguments":":1}"}},{"index":0,"function":{"arguments":"{}"}}`) + stop + done, "",
			&llm.Response{Finish: llm.FinishToolCalls, ToolCalls: []llm.ToolCall{{ID: "x", Name: "f", Arguments: "{}"}, {ID: "y", Name: "g", Arguments: `{"n":1}`}}}, ""},
		"tool calls without index": {
			call(`{"id":"x","function":{"name":"f","arguments":"{"}}`) + call(`{"function":{"arguments":"}"}}`) + call(`{"id":"y","function":{"name":"g","arguments":"{}"}}`) + stop + done, "",
			&llm.Response{Finish: llm.FinishToolCalls, ToolCalls: []llm.ToolCall{{ID: "x", Name: "f", Arguments: "{}"}, {ID: "y", Name: "g", Arguments: "{}"}}}, ""},
		"thoughts and lists of texts": {`data: {"choices":[{"delta":{"content":null,"reasoning_content":"hm"}}]}` + "\n\n" + `data: {"choices":[{"delta":{"content":[{"type":"text","text":"a"}]}}]}` + "\n\n" + stop + done, "a",
			&llm.Response{Text: "a", Finish: llm.FinishStop}, ""},
		"neither finish reason nor [DONE]":  {chunk("a"), "a", nil, llm.ErrTruncated},
		"[DONE] without finish reason":      {chunk("a") + done, "a", nil, llm.ErrTruncated},
		"nothing":                           {"", "", nil, llm.ErrTruncated},
		"[DONE] alone":                      {done, "", nil, llm.ErrEmpty},
		"an error after some text":          {chunk("a") + `data: {"error":{"message":"overloaded","code":503}}` + "\n\n", "a", nil, llm.ErrUnavailable},
		"an error as its own event":         {chunk("a") + "event: error\n" + `data: {"object":"error","message":"slow down","code":429}` + "\n\n", "a", nil, llm.ErrRateLimited},
		"a chunk that is no JSON":           {chunk("a") + "data: {\"choices\": [\n\n" + done, "a", nil, llm.ErrMalformed},
		"a chunk of the wrong type":         {chunk("a") + "data: [1]\n\n", "a", nil, llm.ErrMalformed},
		"a tool call with a huge index":     {call(`{"index":1000000000,"id":"x"}`), "", nil, llm.ErrMalformed},
		"a tool call with a negative index": {call(`{"index":-1,"id":"x"}`), "", nil, llm.ErrMalformed},
		"a refusal in pieces":               {`data: {"choices":[{"delta":{"refusal":"I "}}]}` + "\n\n" + `data: {"choices":[{"delta":{"refusal":"won't"},"finish_reason":"stop"}]}` + "\n\n" + done, "", nil, llm.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			text, resp, err := collect(t.Context(), client(t, says("text/event-stream; charset=utf-8", c.stream), Options{}))
			assert.Equal(t, c.partial, text)
			assert.Equal(t, c.want, resp)
			if c.err == "" {
				require.NoError(t, err)
				return
			}
			var e *llm.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.err, e.Kind)
			assert.Equal(t, c.partial, e.Partial)
			assert.Equal(t, "req-1", e.RequestID)
		})
	}
}

func TestFailedCallsTellWhatTheyCost(t *testing.T) {
	const counted = `"usage":{"prompt_tokens":7,"completion_tokens":5}`
	for name, c := range map[string]struct {
		choice string
		err    llm.Kind
	}{
		"a refusal":       {`"%s":{"refusal":"no"},"finish_reason":"stop"`, llm.ErrRefused},
		"a filter":        {`"%s":{"content":"a"},"finish_reason":"content_filter"`, llm.ErrRefused},
		"a token limit":   {`"%s":{"content":"a"},"finish_reason":"length"`, llm.ErrLength},
		"nothing said":    {`"%s":{"content":""},"finish_reason":"stop"`, llm.ErrEmpty},
		"no reason given": {`"%s":{"content":"a"}`, llm.ErrTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			whole := `{"choices":[{` + strings.Replace(c.choice, "%s", "message", 1) + `}],` + counted + `}`
			_, err := client(t, says("application/json", whole), Options{}).Generate(t.Context(), hello)
			pieces := `data: {"choices":[{` + strings.Replace(c.choice, "%s", "delta", 1) + "}]}\n\ndata: {\"choices\":[]," + counted + "}\n\ndata: [DONE]\n\n"
			_, _, streamed := collect(t.Context(), client(t, says("text/event-stream", pieces), Options{}))
			for _, err := range []error{err, streamed} {
				var e *llm.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, c.err, e.Kind)
				assert.Equal(t, llm.Usage{Input: 7, Output: 5}, e.Usage)
			}
		})
	}
}

func TestAServerThatDoesNotStreamAnswersInOneDelta(t *testing.T) {
	body := `{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}`
	text, resp, err := collect(t.Context(), client(t, says("application/json; charset=utf-8", body), Options{}))
	require.NoError(t, err)
	assert.Equal(t, "hi", text)
	assert.Equal(t, "hi", resp.Text)

	_, _, err = collect(t.Context(), client(t, says("application/json", `{"error":"no such model"}`), Options{}))
	assert.ErrorIs(t, err, llm.ErrUnavailable)
}

// FuzzStream checks that whatever a server streams ends in one response that is complete or in one typed error, and that
// the text before is that of either.
func FuzzStream(f *testing.F) {
	f.Add(chunk("a") + stop + "data: [DONE]\n\n")
	f.Add(chunk("a") + `data: {"error":{"message":"x","code":429}}` + "\n\n")
	f.Add(`data: {"choices":[{"delta":{"tool_calls":[{"index":3,"function":{"arguments":"{"}}]},"finish_reason":"tool_calls"}]}` + "\n\n")
	f.Add("data: {\"choices\":[{\"delta\":{\"refusal\":\"no\"},\"finish_reason\":\"length\"}],\"usage\":{}}\r\n\r\n")
	f.Fuzz(func(t *testing.T, stream string) {
		text, resp, err := collect(t.Context(), client(t, says("text/event-stream", stream), Options{}))
		var e *llm.Error
		switch {
		case err == nil:
			assert.Equal(t, text, resp.Text)
			assert.True(t, len(resp.ToolCalls) > 0 || strings.TrimSpace(resp.Text) != "")
			assert.Contains(t, []llm.Finish{llm.FinishStop, llm.FinishToolCalls}, resp.Finish)
		case assert.ErrorAs(t, err, &e):
			assert.Nil(t, resp)
			assert.NotEmpty(t, e.Kind)
			assert.Equal(t, text, e.Partial)
		}
	})
}
