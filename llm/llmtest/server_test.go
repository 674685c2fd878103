package llmtest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/llm/openai"
)

func fine(context.Context, *llm.Request) llmtest.Reply { return llmtest.Reply{Text: "fine"} }

// all is a server of everything.
func all(t *testing.T, h llmtest.Handler) *llmtest.Server {
	server := llmtest.Serve(llmtest.Backend{
		Chat: h, Embedder: llm.EmbedderFunc(letters), Scorer: llmtest.NewBigram("a b c"), Reranker: llmtest.Overlap{},
	})
	t.Cleanup(server.Close)
	return server
}

// send posts a body as JSON and reads the answer.
func send(t *testing.T, url, body string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(raw)
}

func TestServerIsStrict(t *testing.T) {
	server := all(t, fine)
	root := strings.TrimSuffix(server.URL, "/v1")
	const hi = `"messages":[{"role":"user","content":"hi"}]`
	call := func(id string) string {
		return `{"role":"assistant","content":null,"tool_calls":[{"id":"` + id + `","type":"function","function":{"name":"f","arguments":"{}"}}]}`
	}
	const result = `{"role":"tool","tool_call_id":"a","content":"1"}`
	parts := func(parts string) string {
		return `{"model":"m","messages":[{"role":"user","content":[` + parts + `]}]}`
	}
	tools := func(tool string) string { return `{"model":"m",` + hi + `,"tools":[` + tool + `]}` }
	loose := `{"type":"object","properties":{"a":{"type":"string"}}}`
	strict := `{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`
	format := func(schema string) string {
		return `{"model":"m",` + hi + `,"response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":` + schema + `}}}`
	}
	for name, c := range map[string]struct {
		url, body string
		want      string // empty: it is answered
	}{
		"a chat":                      {"/v1/chat/completions", `{"model":"m",` + hi + `}`, ""},
		"a field with a typo":         {"/v1/chat/completions", `{"model":"m","temprature":1,` + hi + `}`, "temprature"},
		"no JSON":                     {"/v1/chat/completions", `{`, "unexpected EOF"},
		"two values":                  {"/v1/chat/completions", `{"model":"m",` + hi + `}{}`, "after the JSON value"},
		"no model":                    {"/v1/chat/completions", `{` + hi + `}`, "no model"},
		"no messages":                 {"/v1/chat/completions", `{"model":"m"}`, "without messages"},
		"two choices":                 {"/v1/chat/completions", `{"model":"m","n":2,` + hi + `}`, "n is 2"},
		"a temperature of 3":          {"/v1/chat/completions", `{"model":"m","temperature":3,` + hi + `}`, "temperature 3"},
		"options without a stream":    {"/v1/chat/completions", `{"model":"m","stream_options":{"include_usage":true},` + hi + `}`, "without stream"},
		"two limits":                  {"/v1/chat/completions", `{"model":"m","max_tokens":1,"max_completion_tokens":1,` + hi + `}`, "both"},
		"five stop texts":             {"/v1/chat/completions", `{"model":"m","stop":["a","b","c","d","e"],` + hi + `}`, "at most 4"},
		"one stop text":               {"/v1/chat/completions", `{"model":"m","stop":"a",` + hi + `}`, ""},
		"what vLLM knows":             {"/v1/chat/completions", `{"model":"m","top_k":5,"parallel_tool_calls":false,` + hi + `}`, ""},
		"the developer's role":        {"/v1/chat/completions", `{"model":"m","messages":[{"role":"developer","content":"be brief"},{"role":"user","content":"hi"}]}`, ""},
		"an unknown role":             {"/v1/chat/completions", `{"model":"m","messages":[{"role":"customer","content":"hi"}]}`, "unknown role"},
		"no tools":                    {"/v1/chat/completions", tools(``), "an empty list"},
		"a tool of another type":      {"/v1/chat/completions", tools(`{"type":"custom","function":{"name":"f"}}`), `of type "custom"`},
		"a strict tool":               {"/v1/chat/completions", tools(`{"type":"function","function":{"name":"f","strict":true,"parameters":` + strict + `}}`), ""},
		"a strict tool that is loose": {"/v1/chat/completions", tools(`{"type":"function","function":{"name":"f","strict":true,"parameters":` + loose + `}}`), "additionalProperties"},
		"a strict schema":             {"/v1/chat/completions", format(strict), ""},
		"a strict schema, loose":      {"/v1/chat/completions", format(`{"anyOf":[` + loose + `]}`), "additionalProperties"},
		"a strict schema, optional":   {"/v1/chat/completions", format(`{"type":"object","properties":{"a":{}},"required":[],"additionalProperties":false}`), `require \"a\"`},
		"JSON mode":                   {"/v1/chat/completions", `{"model":"m","response_format":{"type":"json_object"},` + hi + `}`, ""},
		"an unknown format":           {"/v1/chat/completions", `{"model":"m","response_format":{"type":"xml"},` + hi + `}`, `type \"xml\"`},
		"a call and its result":       {"/v1/chat/completions", `{"model":"m","messages":[` + call("a") + `,` + result + `]}`, ""},
		"a result without its call":   {"/v1/chat/completions", `{"model":"m","messages":[` + result + `]}`, "no call"},
		"a call without its result":   {"/v1/chat/completions", `{"model":"m","messages":[` + call("a") + `]}`, "no result"},
		"a call that is overtaken":    {"/v1/chat/completions", `{"model":"m","messages":[` + call("a") + `,{"role":"user","content":"hi"},` + result + `]}`, "no result"},
		"a call without an id":        {"/v1/chat/completions", `{"model":"m","messages":[` + call("") + `]}`, "tool call without"},
		"a part of no type":           {"/v1/chat/completions", parts(`{"text":"hi"}`), "does not say"},
		"a part with another's field": {"/v1/chat/completions", parts(`{"type":"text","image_url":{"url":"https://a.example"}}`), "does not say"},
		"a part with a typo":          {"/v1/chat/completions", parts(`{"type":"text","txt":"hi"}`), "txt"},
		"an image that is no base64":  {"/v1/chat/completions", parts(`{"type":"image_url","image_url":{"url":"data:image/png;base64,*"}}`), "illegal base64"},
		"an image in plain text":      {"/v1/chat/completions", parts(`{"type":"image_url","image_url":{"url":"data:image/png,abc"}}`), "without ;base64,"},
		"an image in a file":          {"/v1/chat/completions", parts(`{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}`), "http or https"},
		"a recording in ogg":          {"/v1/chat/completions", parts(`{"type":"input_audio","input_audio":{"format":"ogg","data":"AAAA"}}`), "want wav or mp3"},
		"vectors":                     {"/v1/embeddings", `{"model":"m","input":"a","encoding_format":"base64","dimensions":3}`, ""},
		"vectors of nothing":          {"/v1/embeddings", `{"model":"m","input":[]}`, "no input"},
		"vectors of too much":         {"/v1/embeddings", `{"model":"m","input":["a"` + strings.Repeat(`,"a"`, 2048) + `]}`, "at most 2048"},
		"vectors in hex":              {"/v1/embeddings", `{"model":"m","input":["a"],"encoding_format":"hex"}`, "hex"},
		"a score of nothing":          {"/v1/completions", `{"model":"m","prompt":[""],"echo":true,"max_tokens":0}`, "empty"},
		"a score with 9 alternatives": {"/v1/completions", `{"model":"m","prompt":"a","echo":true,"logprobs":9}`, "0 to 5"},
		"nothing to say":              {"/v1/completions", `{"model":"m","prompt":"a","max_tokens":0}`, "max_tokens 0"},
		"too much to say":             {"/v1/completions", `{"model":"m","prompt":"a","max_tokens":1000000000}`, "context is 4096"},
		"generate too much":           {"/generate", `{"text":"a","sampling_params":{"max_new_tokens":1000000000}}`, "0 to 4096"},
		"generate nothing":            {"/generate", `{"text":[]}`, "no text"},
		"generate with a typo":        {"/generate", `{"text":"a","return_logprobs":true}`, "return_logprobs"},
		"a rank of nothing":           {"/v1/rerank", `{"model":"m","query":"a","documents":[]}`, "no documents"},
		"a rank in the other shape":   {"/v1/rerank", `{"query":"a","texts":["b"]}`, "texts"},
		"the best one":                {"/v1/rerank", `{"model":"m","query":"a","documents":["b","a"],"top_n":1,"return_documents":true}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body := send(t, root+c.url, c.body)
			assert.Contains(t, resp.Header.Get("X-Request-Id"), "req-llmtest-")
			if c.want == "" {
				assert.Equal(t, http.StatusOK, resp.StatusCode, body)
				return
			}
			assert.Equal(t, http.StatusBadRequest, resp.StatusCode, body)
			assert.Contains(t, strings.ReplaceAll(body, `\"`, `"`), strings.ReplaceAll(c.want, `\"`, `"`))
		})
	}
}

func TestServerReadsMediaAsItWasSent(t *testing.T) {
	script := llmtest.NewScript(llmtest.Reply{Text: "fine"})
	send(t, all(t, script.Next).URL+"/chat/completions", `{"model":"m","messages":[{"role":"user","content":[
		{"type":"text","text":"What is it?"},
		{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID","detail":"low"}},
		{"type":"image_url","image_url":{"url":"https://shop.example/a.jpg"}},
		{"type":"input_audio","input_audio":{"format":"mp3","data":"BAU="}}]}]}`)
	require.Len(t, script.Requests(), 1)
	assert.Equal(t, []llm.Part{
		{Text: "What is it?"}, llm.Image("", "image/png", []byte{1, 2, 3}), llm.ImageAt("", "https://shop.example/a.jpg"),
		llm.Audio("", "audio/mpeg", []byte{4, 5}),
	}, script.Requests()[0].Messages[0].Parts)
}

func TestServerAsksForItsKeyAndForJSON(t *testing.T) {
	server := llmtest.Serve(llmtest.Backend{Chat: fine, APIKey: "secret"})
	defer server.Close()
	for key, want := range map[string]error{"secret": nil, "wrong": llm.ErrUnauthorized, "": llm.ErrUnauthorized} {
		client, err := openai.New(server.URL, &openai.Options{Model: "m", APIKey: key})
		require.NoError(t, err)
		_, err = client.Generate(t.Context(), attacked(1))
		assert.ErrorIs(t, err, want)
	}
	resp, err := http.Post(all(t, fine).URL+"/chat/completions", "text/plain", strings.NewReader("{}"))
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusUnsupportedMediaType, resp.StatusCode)
}

func TestServerSendsErrorsUnderTheStatusOfTheirKind(t *testing.T) {
	for kind, status := range map[llm.Kind]int{
		llm.ErrRateLimited: 429, llm.ErrQuota: 429, llm.ErrUnavailable: 500, llm.ErrTimeout: 504, llm.ErrTooLong: 400,
		llm.ErrRefused: 400, llm.ErrUnauthorized: 401, llm.ErrInvalid: 400, llm.ErrBudget: 400, llm.ErrTruncated: 500,
	} {
		server := all(t, func(context.Context, *llm.Request) llmtest.Reply {
			return llmtest.Reply{Err: &llm.Error{Kind: kind, RetryAfter: 3 * time.Second}}
		})
		resp, _ := send(t, server.URL+"/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}]}`)
		assert.Equal(t, status, resp.StatusCode, kind)
		assert.Equal(t, "3", resp.Header.Get("Retry-After"), kind)
	}
}

func TestServerPlaysTheFaultThatAnEmbedderReturns(t *testing.T) {
	for _, f := range []llmtest.Fault{llmtest.RateLimited, llmtest.Cut, llmtest.BrokenJSON, llmtest.ErrorInBody, llmtest.Refusal} {
		server := llmtest.NewServer(nil, llm.EmbedderFunc(func(context.Context, []string) (*llm.Embeddings, error) { return nil, f }))
		client, err := openai.New(server.URL, &openai.Options{EmbeddingModel: "e"})
		require.NoError(t, err)
		_, err = client.Embed(t.Context(), []string{"a"})
		assert.ErrorIs(t, err, f.Kind(), string(f))
		server.Close()
	}
}

func TestAnUnknownFaultIsAnError(t *testing.T) {
	h := llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply { return llmtest.Reply{Text: "a", Fault: "typo"} })
	_, err := h.Generate(t.Context(), attacked(1))
	require.EqualError(t, err, `llmtest: unknown fault "typo"`)
	resp, _ := send(t, all(t, h).URL+"/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}]}`)
	assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
}

// TestAResetIsOne reads a response that is reset to its end: the connection says so.
func TestAResetIsOne(t *testing.T) {
	for f, want := range map[llmtest.Fault]error{llmtest.Reset: syscall.ECONNRESET, llmtest.Cut: io.ErrUnexpectedEOF} {
		server := all(t, func(context.Context, *llm.Request) llmtest.Reply {
			return llmtest.Reply{Text: "one two three", Fault: f}
		})
		for _, stream := range []string{"true", "false"} {
			resp, err := http.Post(server.URL+"/chat/completions", "application/json",
				strings.NewReader(`{"model":"m","stream":`+stream+`,"messages":[{"role":"user","content":"hi"}]}`))
			require.NoError(t, err)
			_, err = io.ReadAll(resp.Body)
			resp.Body.Close()
			assert.ErrorIs(t, err, want, string(f))
		}
	}
}

// TestCloseEndsWhatStalls has one client that waits for ever when the server is closed.
func TestCloseEndsWhatStalls(t *testing.T) {
	server := all(t, func(context.Context, *llm.Request) llmtest.Reply {
		return llmtest.Reply{Text: "one two", Fault: llmtest.Stall}
	})
	resp, err := http.Post(server.URL+"/chat/completions", "application/json",
		strings.NewReader(`{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}`))
	require.NoError(t, err)
	defer resp.Body.Close()
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "data: ")
	server.Close()
	server.Close()
	_, err = io.ReadAll(resp.Body)
	assert.Error(t, err)
}

func TestToolCallsComeInTurnsOnDemand(t *testing.T) {
	calls := []llm.ToolCall{{ID: "a", Name: "f", Arguments: "12"}, {ID: "b", Name: "g", Arguments: "3"}}
	for name, c := range map[string]struct {
		reply llmtest.Reply
		want  []string
	}{
		"one after the other": {llmtest.Reply{ToolCalls: calls}, []string{"0 a function ", "0   1", "0   2", "1 b function ", "1   3"}},
		"in turns":            {llmtest.Reply{ToolCalls: calls, Interleave: true}, []string{"0 a function ", "1 b function ", "0   1", "1   3", "0   2"}},
		"with their type":     {llmtest.Reply{ToolCalls: calls[:1], RepeatType: true}, []string{"0 a function ", "0  function 1", "0  function 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := all(t, func(context.Context, *llm.Request) llmtest.Reply { return c.reply })
			_, body := send(t, server.URL+"/chat/completions", `{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}`)
			assert.Equal(t, c.want, callPieces(t, body))
			assert.True(t, strings.HasSuffix(body, "data: [DONE]\n\n"))
		})
	}
}

// callPieces are the pieces of tool calls in a stream: index, id, type and arguments.
func callPieces(t *testing.T, stream string) []string {
	var pieces []string
	for line := range strings.SplitSeq(stream, "\n") {
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		var chunk struct {
			Choices []struct {
				Delta struct {
					Calls []struct {
						Index    json.Number
						ID, Type string
						Function struct{ Arguments string }
					} `json:"tool_calls"`
				}
			}
		}
		require.NoError(t, json.Unmarshal([]byte(data), &chunk))
		for _, choice := range chunk.Choices {
			for _, c := range choice.Delta.Calls {
				pieces = append(pieces, strings.Join([]string{c.Index.String(), c.ID, c.Type, c.Function.Arguments}, " "))
			}
		}
	}
	return pieces
}

// TestScoresGoOnBehindThePrompt checks what a client has to leave out: tokens that the model adds.
func TestScoresGoOnBehindThePrompt(t *testing.T) {
	server := llmtest.Serve(llmtest.Backend{Scorer: llmtest.NewBigram("the parcel left. the parcel left.")})
	defer server.Close()
	_, body := send(t, server.URL+"/completions", `{"model":"m","prompt":"the","echo":true,"logprobs":1,"max_tokens":2}`)
	assert.Contains(t, body, `"tokens":["the"," parc","el"]`)
	assert.Contains(t, body, `"token_logprobs":[null,-`)
	_, body = send(t, server.URL+"/completions", `{"model":"m","prompt":["the parcel"],"prompt_logprobs":1,"max_tokens":1}`)
	assert.Contains(t, body, `"prompt_logprobs":[null,{"`)
	_, body = send(t, strings.TrimSuffix(server.URL, "/v1")+"/generate", `{"text":"the parcel","return_logprob":true,"sampling_params":{"max_new_tokens":1}}`)
	assert.Contains(t, body, `"input_token_logprobs":[]`, "without logprob_start_len there are none")
}

// TestHostileBehindAServer has a client whose answers are responses or typed errors, whatever comes.
func TestHostileBehindAServer(t *testing.T) {
	server := llmtest.NewServer(llmtest.Flaky(llmtest.Hostile(11), 0.3, 12), nil)
	defer server.Close()
	client, err := openai.New(server.URL, &openai.Options{Model: "m"})
	require.NoError(t, err)
	for i := range 200 {
		resp, err := client.Generate(t.Context(), attacked(i))
		require.NotEqual(t, resp == nil, err == nil)
		if i >= 20 {
			continue // a huge answer is thousands of events
		}
		for d, err := range client.Stream(t.Context(), attacked(i)) {
			if err != nil {
				_, ok := errors.AsType[*llm.Error](err)
				require.True(t, ok, "want an *llm.Error, got %v", err)
				require.Nil(t, d.Done)
			}
		}
	}
}

// FuzzServer checks that whatever is sent to an endpoint is answered or refused, and never breaks the server.
func FuzzServer(f *testing.F) {
	paths := []string{"/v1/chat/completions", "/v1/embeddings", "/v1/completions", "/generate", "/v1/rerank", "/rerank"}
	f.Add(uint8(0), []byte(`{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"stream":true}`))
	f.Add(uint8(0), []byte(`{"model":"m","messages":[{"role":"tool","tool_call_id":"a"}],"tools":[{}]}`))
	f.Add(uint8(1), []byte(`{"model":"m","input":["a",""],"dimensions":1}`))
	f.Add(uint8(2), []byte(`{"model":"m","prompt":["a b"],"echo":true,"logprobs":5,"prompt_logprobs":2}`))
	f.Add(uint8(3), []byte(`{"text":["a"],"return_logprob":true,"logprob_start_len":7,"sampling_params":{"max_new_tokens":-1}}`))
	f.Add(uint8(4), []byte(`{"model":"m","query":"","documents":["",""],"top_n":9}`))
	f.Add(uint8(5), []byte(`{"query":"a","texts":["b"]}`))
	server := llmtest.Serve(llmtest.Backend{
		Chat: fine, Embedder: llm.EmbedderFunc(letters), Scorer: llmtest.NewBigram("a b"), Reranker: llmtest.Overlap{},
	})
	f.Cleanup(server.Close)
	root := strings.TrimSuffix(server.URL, "/v1")
	f.Fuzz(func(t *testing.T, at uint8, body []byte) {
		resp, answer := send(t, root+paths[int(at)%len(paths)], string(body))
		assert.Contains(t, []int{200, 400, 413}, resp.StatusCode, answer)
		assert.NotEmpty(t, answer)
	})
}
