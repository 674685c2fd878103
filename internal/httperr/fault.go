package httperr

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/clmkit/clmkit/llm"
)

// MaxBody is how much of an error's body is worth reading, in bytes.
const MaxBody = 64 << 10

// New is the error of a response with a status other than 2xx.
func New(provider string, resp *http.Response, body []byte) *llm.Error {
	f, _ := read(body)
	f.message = cmp.Or(elsewhere(resp), f.message)
	return f.on(provider, resp, resp.StatusCode)
}

// InBody is the error that a server sent under status 200, as whole answer or as event of a stream; its code may be the
// status that it could not send. It reports false when the body is none.
func InBody(provider string, resp *http.Response, body []byte) (*llm.Error, bool) {
	f, ok := read(body)
	if !ok {
		return nil, false
	}
	status, err := strconv.Atoi(f.code)
	if err != nil || status < 400 || status > 599 {
		status = http.StatusInternalServerError
	}
	return f.on(provider, resp, status), true
}

// RequestID is the provider's name of the call. May be empty.
func RequestID(resp *http.Response) string {
	h := resp.Header
	return cmp.Or(h.Get("X-Request-Id"), h.Get("Apim-Request-Id"), h.Get("Request-Id")) // the second: Azure
}

// elsewhere names where a redirect leads; clients do not follow it, since key and messages would go there.
func elsewhere(resp *http.Response) string {
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || to.Host == "" || resp.StatusCode/100 != 3 {
		return ""
	}
	return "redirected to " + Clip(to.Scheme+"://"+to.Host) + ", which is not followed"
}

// fault is what a server says about an error, in whatever shape.
type fault struct {
	message, kind, code string
}

// on is the fault as the error of a response that means the status.
func (f fault) on(provider string, resp *http.Response, status int) *llm.Error {
	e := &llm.Error{
		Kind: f.errorKind(status), Provider: provider, Status: resp.StatusCode,
		RetryAfter: wait(resp), RequestID: RequestID(resp),
	}
	if f.message != "" {
		e.Err = errors.New(f.message)
	}
	return e
}

// read reads the error shapes of OpenAI and Azure ({"error": {…}}), Ollama and text-generation-inference
// ({"error": "…"}, the latter with error_type), vLLM ({"object": "error", …} and {"detail": …}), Cohere ({"message": …})
// and of proxies (text, HTML). It reports false when the body does not say by its shape that it is an error; the message
// is then what there is to read.
func read(body []byte) (fault, bool) {
	var shape struct {
		Error     json.RawMessage `json:"error"`
		ErrorType string          `json:"error_type"`
		Detail    json.RawMessage `json:"detail"`
		Object    string          `json:"object"`
		Message   string          `json:"message"`
		Type      string          `json:"type"`
		Code      any             `json:"code"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return fault{message: plainText(body)}, false
	}
	switch {
	case given(shape.Error):
		f := inner(shape.Error)
		f.kind = cmp.Or(f.kind, shape.ErrorType)
		return f, true
	case given(shape.Detail):
		return inner(shape.Detail), true
	case shape.Object == "error" || shape.Message != "":
		return fault{Clip(shape.Message), shape.Type, codeText(shape.Code)}, shape.Object == "error"
	}
	return fault{message: Clip(string(body))}, false
}

func given(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// inner reads what stands under "error" or "detail": an object, a string, or a list of what is invalid.
func inner(raw json.RawMessage) fault {
	var shape struct {
		Message string `json:"message"`
		Type    string `json:"type"`
		Code    any    `json:"code"`
		Inner   struct {
			Code string `json:"code"`
		} `json:"innererror"` // Azure, whose filter may leave out the outer code
	}
	var text string
	switch {
	case json.Unmarshal(raw, &text) == nil:
		return fault{message: Clip(text)}
	case json.Unmarshal(raw, &shape) == nil:
		return fault{Clip(shape.Message), shape.Type, cmp.Or(codeText(shape.Code), shape.Inner.Code)}
	}
	return fault{message: Clip(string(raw))}
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
