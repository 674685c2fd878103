package openai

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

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
		"OpenAI, quota used up":    {429, `{"error":{"message":"check your plan","code":"insufficient_quota"}}`, llm.ErrQuota, "check your plan"},
		"OpenAI, too long":         {400, `{"error":{"message":"too many tokens","code":"context_length_exceeded"}}`, llm.ErrTooLong, "too many tokens"},
		"llama.cpp, too long":      {400, `{"error":{"code":400,"message":"exceeds","type":"exceed_context_size_error"}}`, llm.ErrTooLong, "exceeds"},
		"Azure, filtered":          {400, `{"error":{"message":"policy","code":"content_filter"}}`, llm.ErrRefused, "policy"},
		"vLLM, object":             {400, `{"object":"error","message":"unknown model","type":"NotFoundError","param":null,"code":404}`, llm.ErrInvalid, "unknown model"},
		"vLLM, detail":             {404, `{"detail":"Not Found"}`, llm.ErrInvalid, "Not Found"},
		"FastAPI, list of details": {422, `{"detail":[{"loc":["body","model"],"msg":"Field required"}]}`, llm.ErrInvalid, `[{"loc":["body","model"],"msg":"Field required"}]`},
		"Ollama, string":           {404, `{"error":"model 'x' not found"}`, llm.ErrInvalid, "model 'x' not found"},
		"plain string":             {500, "out of memory\n", llm.ErrUnavailable, "out of memory"},
		"JSON string":              {500, `"out of memory"`, llm.ErrUnavailable, `"out of memory"`},
		"other JSON":               {503, `{"reason":"overloaded"}`, llm.ErrUnavailable, `{"reason":"overloaded"}`},
		"HTML with a title":        {502, "<!DOCTYPE html><HTML><head><Title>Bad\n gateway</title></head></html>", llm.ErrUnavailable, "an HTML page: Bad gateway"},
		"HTML without":             {502, "<html><body>oops</body></html>", llm.ErrUnavailable, "an HTML page"},
		"no body":                  {529, "", llm.ErrUnavailable, ""},
		"invalid UTF-8":            {500, "a\xffb", llm.ErrUnavailable, "a\uFFFDb"},
		"a novel":                  {500, strings.Repeat("é", 301), llm.ErrUnavailable, strings.Repeat("é", 300) + "…"},
		"payment":                  {402, "pay", llm.ErrQuota, "pay"},
		"gateway timeout":          {504, "slow", llm.ErrTimeout, "slow"},
		"not implemented":          {501, "no", llm.ErrInvalid, "no"},
		"too many":                 {429, "slow down", llm.ErrRateLimited, "slow down"},
	} {
		t.Run(name, func(t *testing.T) {
			resp := &http.Response{StatusCode: c.status, Header: http.Header{"X-Request-Id": {"req-1"}}}
			e := statusError(resp, []byte(c.body))
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
			f, ok := readFault([]byte(c.body))
			assert.True(t, ok)
			e := bodyError(&http.Response{StatusCode: 200}, f)
			assert.ErrorIs(t, e, c.kind)
			assert.Equal(t, 200, e.Status)
		})
	}
	for _, body := range []string{`{"choices":[]}`, `{"error":null,"choices":[]}`, `[]`, ``} {
		_, ok := readFault([]byte(body))
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
			h := http.Header{"Retry-After": {c.value}, "Date": {c.date}}
			assert.Equal(t, c.want, retryAfter(h))
		})
	}
}

func FuzzReadFault(f *testing.F) {
	for _, seed := range []string{`{"error":{"message":"m","code":1}}`, `{"detail":[{"msg":"x"}]}`, "<html><title>x</title>", `{"error":"\ud800"}`, "<title></TITLE><html>İ"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fault, _ := readFault(body)
		if n := len([]rune(fault.message)); n > maxErrorText+len("an HTML page: …") {
			t.Errorf("message of %d runes", n)
		}
		if statusError(&http.Response{StatusCode: 500}, body).Kind == "" {
			t.Error("an error without a kind")
		}
	})
}
