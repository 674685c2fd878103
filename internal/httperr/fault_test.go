package httperr

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

func TestErrorBodiesInEveryShape(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   llm.Kind
		text   string
	}{
		"OpenAI": {401, `{"error":{"message":"Incorrect API key","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`,
			llm.ErrUnauthorized, "Incorrect API key"},
		"OpenAI, quota used up":          {429, `{"error":{"message":"check your plan","code":"insufficient_quota"}}`, llm.ErrQuota, "check your plan"},
		"OpenAI, too long":               {400, `{"error":{"message":"too many tokens","code":"context_length_exceeded"}}`, llm.ErrTooLong, "too many tokens"},
		"llama.cpp, too long":            {400, `{"error":{"code":400,"message":"exceeds","type":"exceed_context_size_error"}}`, llm.ErrTooLong, "exceeds"},
		"Azure, filtered":                {400, `{"error":{"message":"policy","code":"content_filter"}}`, llm.ErrRefused, "policy"},
		"vLLM, object":                   {400, `{"object":"error","message":"unknown model","type":"NotFoundError","param":null,"code":404}`, llm.ErrInvalid, "unknown model"},
		"vLLM, detail":                   {404, `{"detail":"Not Found"}`, llm.ErrInvalid, "Not Found"},
		"FastAPI, list of details":       {422, `{"detail":[{"loc":["body","model"],"msg":"Field required"}]}`, llm.ErrInvalid, `[{"loc":["body","model"],"msg":"Field required"}]`},
		"Ollama, string":                 {404, `{"error":"model 'x' not found"}`, llm.ErrInvalid, "model 'x' not found"},
		"plain string":                   {500, "out of memory\n", llm.ErrUnavailable, "out of memory"},
		"JSON string":                    {500, `"out of memory"`, llm.ErrUnavailable, `"out of memory"`},
		"other JSON":                     {503, `{"reason":"overloaded"}`, llm.ErrUnavailable, `{"reason":"overloaded"}`},
		"HTML with a title":              {502, "<!DOCTYPE html><HTML><head><Title>Bad\n gateway</title></head></html>", llm.ErrUnavailable, "an HTML page: Bad gateway"},
		"HTML without":                   {502, "<html><body>oops</body></html>", llm.ErrUnavailable, "an HTML page"},
		"no body":                        {529, "", llm.ErrUnavailable, ""},
		"invalid UTF-8":                  {500, "a\xffb", llm.ErrUnavailable, "a\uFFFDb"},
		"a novel":                        {500, strings.Repeat("é", 301), llm.ErrUnavailable, strings.Repeat("é", 300) + "…"},
		"payment":                        {402, "pay", llm.ErrQuota, "pay"},
		"gateway timeout":                {504, "slow", llm.ErrTimeout, "slow"},
		"not implemented":                {501, "no", llm.ErrInvalid, "no"},
		"too many":                       {429, "slow down", llm.ErrRateLimited, "slow down"},
		"Azure, filtered, inner code":    {400, `{"error":{"message":"policy","code":null,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}`, llm.ErrRefused, "policy"},
		"TGI, overloaded":                {429, `{"error":"Model is overloaded","error_type":"overloaded"}`, llm.ErrRateLimited, "Model is overloaded"},
		"TGI, failed":                    {424, `{"error":"Request failed during generation","error_type":"generation"}`, llm.ErrUnavailable, "Request failed during generation"},
		"TGI, invalid":                   {422, `{"error":"Input validation error","error_type":"validation"}`, llm.ErrInvalid, "Input validation error"},
		"Cohere":                         {422, `{"message":"no documents"}`, llm.ErrInvalid, "no documents"},
		"vLLM, too long":                 {400, `{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.","type":"BadRequestError","code":400}`, llm.ErrTooLong, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."},
		"Ollama, too long":               {400, `{"error":"the input length exceeds the context length"}`, llm.ErrTooLong, "the input length exceeds the context length"},
		"old llama.cpp, too long":        {400, `{"error":{"code":400,"message":"the request exceeds the available context size","type":"invalid_request_error"}}`, llm.ErrTooLong, "the request exceeds the available context size"},
		"TEI, too long":                  {413, "{\"error\":\"`inputs` must have less than 512 tokens. Given: 600\",\"error_type\":\"Validation\"}", llm.ErrTooLong, "`inputs` must have less than 512 tokens. Given: 600"},
		"too large in another way":       {413, "batch size 64 > maximum allowed batch size 32", llm.ErrInvalid, "batch size 64 > maximum allowed batch size 32"},
		"the words under another status": {422, `{"detail":"value: maximum context length"}`, llm.ErrInvalid, "value: maximum context length"},
		"a redirect without a place":     {301, "moved", llm.ErrInvalid, "moved"},
	} {
		t.Run(name, func(t *testing.T) {
			resp := &http.Response{StatusCode: c.status, Header: http.Header{"X-Request-Id": {"req-1"}}}
			e := New("test", resp, []byte(c.body))
			assert.ErrorIs(t, e, c.kind)
			assert.Equal(t, c.status, e.Status)
			assert.Equal(t, "req-1", e.RequestID)
			if c.text == "" {
				assert.NoError(t, e.Err)
			} else {
				assert.EqualError(t, e.Err, c.text)
			}
		})
	}
}

func TestErrorsUnderStatus200(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		kind llm.Kind
	}{
		"no code":             {`{"error":{"message":"crashed"}}`, llm.ErrUnavailable},
		"a status as code":    {`{"error":{"message":"slow down","code":429}}`, llm.ErrRateLimited},
		"a status as text":    {`{"error":{"message":"who are you","code":"401"}}`, llm.ErrUnauthorized},
		"a code that is none": {`{"error":{"message":"odd","code":7}}`, llm.ErrUnavailable},
		"a word":              {`{"error":{"message":"bad","type":"invalid_request_error"}}`, llm.ErrInvalid},
		"vLLM":                {`{"object":"error","message":"bad","code":400}`, llm.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			e, ok := InBody("test", &http.Response{StatusCode: 200}, []byte(c.body))
			require.True(t, ok)
			assert.ErrorIs(t, e, c.kind)
			assert.Equal(t, 200, e.Status)
		})
	}
	for _, body := range []string{`{"choices":[]}`, `{"error":null,"choices":[]}`, `{"message":"hello"}`, `[]`, ``, `NaN`} {
		_, ok := InBody("test", &http.Response{StatusCode: 200}, []byte(body))
		assert.False(t, ok, "%q is no error", body)
	}
}

func TestRetryAfter(t *testing.T) {
	const now = "Tue, 01 Jul 2025 10:00:00 GMT"
	for name, c := range map[string]struct {
		value, date string
		want        time.Duration
	}{
		"none":                    {"", now, 0},
		"seconds":                 {"30", now, 30 * time.Second},
		"part of a second":        {"0.5", now, 500 * time.Millisecond},
		"negative":                {"-5", now, 0},
		"not a number":            {"NaN", now, 0},
		"for ever":                {"1e300", now, 366 * 24 * time.Hour},
		"date":                    {"Tue, 01 Jul 2025 10:01:30 GMT", now, 90 * time.Second},
		"date that has passed":    {"Tue, 01 Jul 2025 09:00:00 GMT", now, 0},
		"date without a clock":    {"Tue, 01 Jul 2025 10:01:30 GMT", "", 0},
		"neither number nor date": {"soon", now, 0},
	} {
		t.Run(name, func(t *testing.T) {
			resp := &http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {c.value}, "Date": {c.date}}}
			assert.Equal(t, c.want, New("test", resp, nil).RetryAfter)
		})
	}
}

func TestHowLongToWaitInTheHeadersOfOpenAI(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		header map[string]string
		want   time.Duration
	}{
		"milliseconds before seconds":    {429, map[string]string{"Retry-After-Ms": "1250.5", "Retry-After": "2"}, 1250500 * time.Microsecond},
		"milliseconds that are none":     {503, map[string]string{"Retry-After-Ms": "soon", "Retry-After": "2"}, 2 * time.Second},
		"the limit that is used up":      {429, map[string]string{"X-Ratelimit-Reset-Requests": "6m0s", "X-Ratelimit-Remaining-Requests": "0", "X-Ratelimit-Reset-Tokens": "20ms", "X-Ratelimit-Remaining-Tokens": "7"}, 6 * time.Minute},
		"both limits used up":            {429, map[string]string{"X-Ratelimit-Reset-Requests": "1s", "X-Ratelimit-Remaining-Requests": "0", "X-Ratelimit-Reset-Tokens": "7.66s", "X-Ratelimit-Remaining-Tokens": "0"}, 7660 * time.Millisecond},
		"none used up: the sooner one":   {429, map[string]string{"X-Ratelimit-Reset-Requests": "6m0s", "X-Ratelimit-Reset-Tokens": "20s"}, 20 * time.Second},
		"Retry-After goes before resets": {429, map[string]string{"Retry-After": "3", "X-Ratelimit-Reset-Tokens": "20s"}, 3 * time.Second},
		"resets of another status":       {500, map[string]string{"X-Ratelimit-Reset-Requests": "6m0s"}, 0},
		"a reset that is no duration":    {429, map[string]string{"X-Ratelimit-Reset-Requests": "1735689600"}, 0},
		"a reset for ever":               {429, map[string]string{"X-Ratelimit-Reset-Requests": "2000000h"}, 366 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			for k, v := range c.header {
				h.Set(k, v)
			}
			assert.Equal(t, c.want, New("test", &http.Response{StatusCode: c.status, Header: h}, nil).RetryAfter)
		})
	}
}

func TestARedirectNamesItsHostAndNothingElse(t *testing.T) {
	resp := &http.Response{StatusCode: 307, Header: http.Header{"Location": {"https://elsewhere.example/v1?token=secret"}}}
	e := New("test", resp, []byte("moved"))
	assert.ErrorIs(t, e, llm.ErrInvalid)
	assert.EqualError(t, e, "llm: test: invalid request (status 307): redirected to https://elsewhere.example, which is not followed")
}

func FuzzNew(f *testing.F) {
	for _, seed := range []string{`{"error":{"message":"m","code":1}}`, `{"detail":[{"msg":"x"}]}`, "<html><title>x</title>", `{"error":"\ud800"}`, "<title></TITLE><html>İ"} {
		f.Add(400, seed, "30", "1.5")
	}
	f.Fuzz(func(t *testing.T, status int, body, after, ms string) {
		resp := &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {after}, "Retry-After-Ms": {ms}}}
		e := New("test", resp, []byte(body))
		if e.Kind == "" {
			t.Error("an error without a kind")
		}
		if n := len([]rune(e.Error())); n > maxText+100 {
			t.Errorf("message of %d runes", n)
		}
		if e.RetryAfter < 0 || e.RetryAfter > longest {
			t.Errorf("to wait for %v", e.RetryAfter)
		}
	})
}
