package openai

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/clmkit/clmkit/llm"
)

// provider is the name in errors.
const provider = "openai"

// maxErrorBody is how much of an error's body is read, in bytes; maxErrorText is how much of it is told, in runes.
const (
	maxErrorBody = 64 << 10
	maxErrorText = 300
)

// fault is what a server says about an error, in whatever shape.
type fault struct {
	message, kind, code string
}

// readFault reads the error shapes of OpenAI ({"error": {…}}), Ollama ({"error": "…"}), vLLM ({"object": "error", …} and
// {"detail": …}) and of proxies (text, HTML). It reports false when the body is not an error of these JSON shapes; the
// message is then the text of the body.
func readFault(body []byte) (fault, bool) {
	var shape struct {
		Error   json.RawMessage `json:"error"`
		Detail  json.RawMessage `json:"detail"`
		Object  string          `json:"object"`
		Message string          `json:"message"`
		Type    string          `json:"type"`
		Code    any             `json:"code"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return fault{message: plainText(body)}, false
	}
	switch {
	case given(shape.Error):
		return readInner(shape.Error), true
	case given(shape.Detail):
		return readInner(shape.Detail), true
	case shape.Object == "error":
		return fault{clip(shape.Message), shape.Type, codeText(shape.Code)}, true
	}
	return fault{message: clip(string(body))}, false
}

func given(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// readInner reads what stands under "error" or "detail": an object, a string, or a list of what is invalid.
func readInner(raw json.RawMessage) fault {
	var inner struct {
		Message string `json:"message"`
		Type    string `json:"type"`
		Code    any    `json:"code"`
	}
	var text string
	switch {
	case json.Unmarshal(raw, &text) == nil:
		return fault{message: clip(text)}
	case json.Unmarshal(raw, &inner) == nil:
		return fault{clip(inner.Message), inner.Type, codeText(inner.Code)}
	}
	return fault{message: clip(string(raw))}
}

// codeText is a code as text; servers send strings and numbers.
func codeText(code any) string {
	switch c := code.(type) {
	case string:
		return c
	case float64:
		return strconv.FormatFloat(c, 'f', -1, 64)
	}
	return ""
}

// statusError is the error of a response with a status other than 2xx.
func statusError(resp *http.Response, body []byte) *llm.Error {
	f, _ := readFault(body)
	return &llm.Error{
		Kind: f.errorKind(resp.StatusCode), Provider: provider, Status: resp.StatusCode,
		RetryAfter: retryAfter(resp.Header), RequestID: requestID(resp), Err: f.err(),
	}
}

// bodyError is the error that a server sends under status 200; its code may be the status that it could not send.
func bodyError(resp *http.Response, f fault) *llm.Error {
	status, err := strconv.Atoi(f.code)
	if err != nil || status < 400 || status > 599 {
		status = http.StatusInternalServerError
	}
	return &llm.Error{
		Kind: f.errorKind(status), Provider: provider, Status: resp.StatusCode,
		RetryAfter: retryAfter(resp.Header), RequestID: requestID(resp), Err: f.err(),
	}
}

// err is the message; nil when there is none.
func (f fault) err() error {
	if f.message == "" {
		return nil
	}
	return errors.New(f.message)
}

// errorKind goes by the machine-readable code where there is one, and by the status. It never reads the message.
func (f fault) errorKind(status int) llm.Kind {
	for _, code := range []string{f.code, f.kind} {
		switch code {
		case "insufficient_quota":
			return llm.ErrQuota
		case "context_length_exceeded", "exceed_context_size_error": // OpenAI; llama.cpp
			return llm.ErrTooLong
		case "content_filter", "content_policy_violation": // Azure; OpenAI
			return llm.ErrRefused
		case "rate_limit_exceeded":
			return llm.ErrRateLimited
		case "invalid_request_error":
			if status >= 500 { // an error in a body, whose status is not known
				return llm.ErrInvalid
			}
		}
	}
	return statusKind(status)
}

func statusKind(status int) llm.Kind {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return llm.ErrUnauthorized
	case http.StatusPaymentRequired:
		return llm.ErrQuota
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return llm.ErrTimeout
	case http.StatusTooManyRequests:
		return llm.ErrRateLimited
	}
	if status >= 400 && status < 500 || status == http.StatusNotImplemented {
		return llm.ErrInvalid
	}
	return llm.ErrUnavailable
}

// retryAfter reads Retry-After, in seconds or as a date. A date counts from the server's own Date header, so that no
// clock of ours is asked; without that header it says nothing. Negative and unreadable values are 0.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		const longest = 366 * 24 * 3600
		if !(seconds > 0) {
			return 0
		}
		return time.Duration(min(seconds, longest) * float64(time.Second))
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return max(0, until.Sub(now))
}

func requestID(resp *http.Response) string { return resp.Header.Get("X-Request-Id") }

// plainText is the text of a body that is no JSON; of an HTML page, its title.
func plainText(body []byte) string {
	lower := bytes.ToLower(body)
	if !bytes.Contains(lower, []byte("<html")) && !bytes.Contains(lower, []byte("<!doctype html")) {
		return clip(string(body))
	}
	start, end := bytes.Index(lower, []byte("<title>")), bytes.Index(lower, []byte("</title>"))
	if len(lower) != len(body) || start < 0 || end < start {
		return "an HTML page"
	}
	return "an HTML page: " + clip(string(body[start+len("<title>"):end]))
}

// clip is s on one line, as valid UTF-8 and not too long.
func clip(s string) string {
	runes := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " "))
	if len(runes) > maxErrorText {
		return string(runes[:maxErrorText]) + "…"
	}
	return string(runes)
}
