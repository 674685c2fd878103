package openai

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// echoed is an answer with tokens in OpenAI's shape; the first has no value, and each other one -1, -2, …
func echoed(tokens ...string) string {
	values := make([]any, len(tokens))
	for i := range values {
		if i > 0 {
			values[i] = -i
		}
	}
	raw, _ := json.Marshal(map[string]any{
		"choices": []any{map[string]any{"index": 0, "logprobs": map[string]any{"tokens": tokens, "token_logprobs": values}}},
	})
	return string(raw)
}

func scorer(t *testing.T, rt http.RoundTripper, shape Shape) *Client {
	t.Helper()
	return client(t, rt, Options{ScoreModel: "s", ScoreShape: shape})
}

func TestTokensAreThoseOfTheContinuation(t *testing.T) {
	for name, c := range map[string]struct {
		prefix, continuation string
		tokens               []string
		sum                  float64
		count                int
	}{
		"that begin where it does":              {"the cat", " sat down", []string{"the", " cat", " sat", " down"}, -5, 2},
		"that reach into it":                    {"the c", "at", []string{"the", " cat"}, -1, 1},
		"but the first, which has no value":     {"", "the cat", []string{"the", " cat"}, -1, 1},
		"after a start token":                   {"", "the cat", []string{"<s>", "the", " cat"}, -3, 2},
		"cut within a letter, as OpenAI writes": {"a", "“b", []string{"a", `bytes:\xe2\x80`, `bytes:\x9c`, "b"}, -6, 3},
		"cut after a space":                     {"a", " 🎁", []string{"a", `bytes: \xf0\x9f`, `bytes:\x8e\x81`}, -3, 2},
		"cut, with the prefix":                  {"“", "b", []string{`bytes:\xe2\x80`, `bytes:\x9c`, "b"}, -2, 1},
		"shown as U+FFFD":                       {"a", " 🎁 b", []string{"a", " \uFFFD", "\uFFFD\uFFFD", " b"}, -6, 3},
		"shown as U+FFFD before it":             {"🎁🎁", " b", []string{"\uFFFD", "\uFFFD", "🎁", " b"}, -3, 1},
		"shown as U+FFFD after a start token":   {"", "🎁b", []string{"<s>", "\uFFFD", "\uFFFD", "b"}, -6, 3},
		"that show U+FFFD which is in the text": {"a", "\uFFFDb", []string{"a", "\uFFFD", "b"}, -3, 2},
		"shown with the last part of a letter":  {"a", "🎁b", []string{"a", "", "", "🎁", "b"}, -10, 4},
		"shown without their spaces":            {"the cat", " sat down", []string{"the", "cat", "sat", "down"}, -5, 2},
		"whose text only looks like bytes":      {"a", " bytes:", []string{"a", " bytes:"}, -1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := scorer(t, says("application/json", echoed(c.tokens...)), "").LogLikelihood(t.Context(), c.prefix, []string{c.continuation})
			require.NoError(t, err)
			assert.Equal(t, []llm.Likelihood{{LogProb: c.sum, Tokens: c.count}}, got.Values)
			assert.Equal(t, "s", got.Model)
		})
	}
}

func TestTokensThatDoNotFitAreMalformed(t *testing.T) {
	choice := func(logprobs string) string { return `{"choices":[{"index":0,"logprobs":` + logprobs + `}]}` }
	prompt := func(tokens string) string { return `{"choices":[{"index":0,"prompt_logprobs":` + tokens + `}]}` }
	input := func(tokens string) string { return `[{"meta_info":{"input_token_logprobs":` + tokens + `}}]` }
	for name, c := range map[string]struct {
		shape Shape
		body  string
		want  string
	}{
		"of another text":           {"", echoed("the", " dog"), "text 0: tokens that are not those of the text"},
		"fewer than the text":       {"", echoed("t"), "text 0: tokens are missing"},
		"none":                      {"", echoed(), "text 0: tokens are missing"},
		"no values":                 {"", choice(`{"tokens":["the"," cat"]}`), "2 tokens and 0 values"},
		"no tokens at all":          {"", choice(`null`), "text 0: tokens are missing"},
		"a value above 0":           {"", choice(`{"tokens":["the"," cat"],"token_logprobs":[null,0.5]}`), "token without a value of at most 0"},
		"a value that is none":      {"", choice(`{"tokens":["the"," cat"],"token_logprobs":[null,null]}`), "token without a value of at most 0"},
		"NaN, as Python writes it":  {"", choice(`{"tokens":["the"," cat"],"token_logprobs":[null,NaN]}`), "invalid character"},
		"a value beyond all":        {"", choice(`{"tokens":["the"," cat"],"token_logprobs":[null,-1e999]}`), "cannot unmarshal"},
		"U+FFFD for whole words":    {"", echoed("x", "\uFFFD"), "not those of the text"},
		"no choice":                 {"", `{"choices":[]}`, "choice 0 is missing"},
		"a choice too many":         {"", `{"choices":[{"index":0},{"index":1}]}`, "choice 1 of 1 texts"},
		"two values for a token":    {ShapeVLLM, prompt(`[null,{"1":{"logprob":-1,"decoded_token":" cat"},"2":{"logprob":-2,"decoded_token":" dog"}}]`), "2 values for token 1"},
		"null in the middle":        {ShapeVLLM, prompt(`[null,null]`), "0 values for token 1"},
		"a token without logprob":   {ShapeVLLM, prompt(`[null,{"1":{"decoded_token":" cat"}}]`), "token without a value of at most 0"},
		"no prompt_logprobs":        {ShapeVLLM, prompt(`null`), "tokens are missing"},
		"no text of a token":        {ShapeSGLang, input(`[[null,1,"the"],[-1,2,null]]`), "token that is not [logprob, id, text]"},
		"a token of two":            {ShapeSGLang, input(`[[-1,2]]`), "token that is not [logprob, id, text]"},
		"an answer too many":        {ShapeSGLang, `[{},{}]`, "2 answers to 1 texts"},
		"only a part of the tokens": {ShapeSGLang, input(`[[null,2," cat"]]`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := scorer(t, says("application/json", c.body), c.shape).LogLikelihood(t.Context(), "the", []string{" cat"})
			if c.want == "" { // the token is whole and the first, and so without value
				require.NoError(t, err)
				assert.Equal(t, llm.Likelihood{}, got.Values[0])
				return
			}
			require.ErrorIs(t, err, llm.ErrMalformed)
			assert.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "cat", "an error's text must not carry the text")
			assert.Nil(t, got)
		})
	}
}

func TestWhereTokensCannotBeToldApart(t *testing.T) {
	body := echoed("a", "\uFFFD", "\uFFFD", "\uFFFD", "\uFFFD")
	_, err := scorer(t, says("application/json", body), "").LogLikelihood(t.Context(), "a🎁", []string{"🎁"})
	require.ErrorIs(t, err, llm.ErrMalformed)
	assert.ErrorContains(t, err, "no whole letters where the continuation begins")
}

// refusesZero is a server that wants to generate at least one token, and counts the calls.
func refusesZero(calls *[]string, status int) transport {
	return func(r *http.Request) (*http.Response, error) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		*calls = append(*calls, string(raw))
		if strings.Contains(string(raw), `"max_tokens":0`) {
			resp, err := says("application/json", `{"error":{"message":"max_tokens must be at least 1"}}`)(r)
			resp.StatusCode = status
			return resp, err
		}
		return says("application/json", echoed("the", " cat", " sat"))(r)
	}
}

func TestAServerThatRefusesZeroTokensIsAskedForOne(t *testing.T) {
	var calls []string
	c := client(t, refusesZero(&calls, 400), Options{ScoreModel: "s", BatchSize: 1})
	got, err := c.LogLikelihood(t.Context(), "the", []string{" cat", " cat"})
	require.NoError(t, err)
	assert.Equal(t, []llm.Likelihood{{LogProb: -1, Tokens: 1}, {LogProb: -1, Tokens: 1}}, got.Values)
	zero := `{"model":"s","prompt":["the cat"],"max_tokens":0,"echo":true,"logprobs":1}`
	one := strings.Replace(zero, ":0", ":1", 1)
	assert.Equal(t, []string{zero, one, one}, calls, "what was learnt holds for the later batches")
}

func TestOtherErrorsAreNotAskedTwice(t *testing.T) {
	for _, status := range []int{401, 429, 500} {
		var calls []string
		_, err := scorer(t, refusesZero(&calls, status), "").LogLikelihood(t.Context(), "the", []string{" cat"})
		require.Error(t, err)
		assert.Len(t, calls, 1, "status %d", status)
	}
}

func TestUsageOfScoresIsSummed(t *testing.T) {
	body := `{"model":"s-1","usage":{"prompt_tokens":2,"completion_tokens":1},` + echoed("the", " cat")[1:]
	c := client(t, says("application/json", body), Options{ScoreModel: "s", BatchSize: 1})
	got, err := c.LogLikelihood(t.Context(), "the", []string{" cat", " cat", " cat"})
	require.NoError(t, err)
	assert.Equal(t, llm.Usage{Input: 6, Output: 3}, got.Usage)
	assert.Equal(t, "s-1", got.Model)
}

func TestWhatCannotBeScoredIsNotSent(t *testing.T) {
	down := transport(func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("it was sent") })
	for _, bad := range []string{"", "\xff"} {
		_, err := scorer(t, down, "").LogLikelihood(t.Context(), "the", []string{" cat", bad})
		assert.EqualError(t, err, "llm: openai: invalid request: continuation 1 is empty, or invalid UTF-8")
	}
	_, err := client(t, down, Options{}).LogLikelihood(t.Context(), "", []string{"a"})
	assert.EqualError(t, err, "llm: openai: invalid request: client without a model to score with")
	got, err := scorer(t, down, "").LogLikelihood(t.Context(), "the", nil)
	require.NoError(t, err)
	assert.Empty(t, got.Values)
}

func TestTheRootIsBesideV1(t *testing.T) {
	for base, want := range map[string]string{
		"http://host:30000/v1/": "http://host:30000/generate", "http://host": "http://host/generate", "http://host/models/a/v1": "http://host/models/a/generate",
	} {
		var sent http.Request
		var body string
		c, err := New(base, &Options{ScoreModel: "s", ScoreShape: ShapeSGLang, HTTPClient: &http.Client{Transport: records(&sent, &body)}})
		require.NoError(t, err)
		_, err = c.LogLikelihood(t.Context(), "the", []string{" cat"})
		require.ErrorIs(t, err, llm.ErrMalformed)
		assert.Equal(t, want, sent.URL.String())
		assert.Equal(t, `{"text":["the cat"],"sampling_params":{"max_new_tokens":0},"return_logprob":true,"logprob_start_len":0,"return_text_in_logprobs":true}`, body)
	}
}

func TestShapesThatThereAreNot(t *testing.T) {
	_, err := New("http://host/v1", &Options{ScoreShape: ShapeTEI})
	assert.EqualError(t, err, `openai: options: no shape "tei" of log-likelihoods`)
	_, err = New("http://host/v1", &Options{RerankShape: "cohere"})
	assert.EqualError(t, err, `openai: options: no shape "cohere" of rerank`)
}

// FuzzScores checks that whatever tokens a server tells, there is either a likelihood of at most 0 or an error, and that
// tokens which are pieces of the text count as many as end after the prefix.
func FuzzScores(f *testing.F) {
	f.Add("the", " cat", `["the"," ca","t"]`)
	f.Add("a", "“b", `["a","bytes:\\xe2\\x80","bytes:\\x9c","b"]`)
	f.Add("", "🎁", `["\ufffd","\ufffd",""]`)
	f.Fuzz(func(t *testing.T, prefix, continuation, list string) {
		text := prefix + continuation
		var texts []string
		if json.Unmarshal([]byte(list), &texts) != nil {
			return
		}
		tokens := make([]token, len(texts))
		for i := range texts {
			tokens[i] = token{text: tokenText(texts[i]), logProb: new(-1.0)}
		}
		l, err := sumAfter(len(prefix), text, tokens)
		if err == nil {
			assert.LessOrEqual(t, l.LogProb, 0.0)
			assert.LessOrEqual(t, l.Tokens, len(tokens))
		}
		var bytewise []token
		for i := range len(text) {
			bytewise = append(bytewise, token{text: text[i : i+1], logProb: new(-1.0)})
		}
		l, err = sumAfter(len(prefix), text, bytewise)
		require.NoError(t, err)
		assert.Equal(t, len(continuation), l.Tokens)
	})
}
