package langchain

import (
	"encoding/json"
	"net/http"
	"sync"

	"github.com/clmkit/clmkit/internal/httperr"
	"github.com/clmkit/clmkit/llm"
)

// exchange is what the wire shows of one call. Its last HTTP exchange counts.
type exchange struct {
	provider string

	mu       sync.Mutex
	sent     []byte
	response *http.Response // its header
	body     *body
	failure  *llm.Error // the first
	said     said
}

// start forgets an earlier exchange of the call.
func (x *exchange) start(b *body, sent []byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sent, x.body, x.response, x.failure, x.said = sent, b, nil, nil, said{}
}

func (x *exchange) answer(resp *http.Response) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.response = &http.Response{StatusCode: resp.StatusCode, Header: resp.Header}
}

// note keeps the first failure.
func (x *exchange) note(e *llm.Error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.noteLocked(e)
}

func (x *exchange) noteLocked(e *llm.Error) {
	if x.failure == nil {
		x.failure = e
		if x.response != nil {
			e.RequestID = httperr.RequestID(x.response)
		}
	}
}

// replace puts a failure in the place of what was noted while it was read.
func (x *exchange) replace(e *llm.Error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.failure = e
}

// failed is how the exchange failed; nil when nothing is known to have.
func (x *exchange) failed() *llm.Error { return get(x, func() *llm.Error { return x.failure }) }

// finish, model and refused are what the server said.
func (x *exchange) finish() string { return get(x, func() string { return x.said.finish }) }
func (x *exchange) model() string  { return get(x, func() string { return x.said.model }) }
func (x *exchange) refused() bool  { return get(x, func() bool { return x.said.refused }) }

// answered reports a response under a good status; empty, that nothing was in it; whole, that it was read to its end.
func (x *exchange) answered() bool { return get(x, func() bool { return x.response != nil }) }
func (x *exchange) empty() bool {
	return get(x, func() bool { return x.said.empty() || x.body != nil && !x.body.read })
}
func (x *exchange) whole() bool { return get(x, func() bool { return x.body != nil && x.body.ended }) }

func (x *exchange) requestID() string {
	return get(x, func() string {
		if x.response == nil {
			return ""
		}
		return httperr.RequestID(x.response)
	})
}

// get reads under the lock.
func get[T any](x *exchange, read func() T) T {
	x.mu.Lock()
	defer x.mu.Unlock()
	return read()
}

// unsent are warnings of settings that were asked for and did not leave, or left unasked.
func (x *exchange) unsent(req *llm.Request) []string {
	sent := get(x, func() []byte { return x.sent })
	var warnings []string
	if req.Schema != nil {
		warnings = append(warnings, "schema is not passed: JSON mode and a last message stand in for it")
	}
	var fields map[string]any
	if json.Unmarshal(sent, &fields) != nil {
		if req.TopP != nil || req.Seed != nil {
			warnings = append(warnings, "whether top-p and seed were sent is not known without langchain.HTTPClient")
		}
		return warnings
	}
	for _, s := range settings(req) {
		if s.asked != has(fields, s.fields) && (s.asked || s.unasked) {
			warnings = append(warnings, s.warning())
		}
	}
	return warnings
}

// setting is a setting of a request and the names that providers give it.
type setting struct {
	name    string
	asked   bool
	unasked bool // worth a warning when it is sent without being asked for
	fields  []string
}

func (s setting) warning() string {
	if s.asked {
		return s.name + " was not sent"
	}
	return s.name + " was sent without being asked for"
}

func settings(req *llm.Request) []setting {
	return []setting{
		{"temperature", req.Temperature != nil, true, []string{"temperature"}},
		{"top-p", req.TopP != nil, false, []string{"top_p", "topP", "p"}},
		{"the token limit", req.MaxTokens != nil, false, []string{"max_tokens", "max_completion_tokens", "num_predict", "maxOutputTokens", "max_output_tokens"}},
		{"seed", req.Seed != nil, false, []string{"seed", "random_seed"}},
		{"stop", len(req.Stop) > 0, false, []string{"stop", "stop_sequences", "stopSequences"}},
		{"tools", len(req.Tools) > 0, false, []string{"tools"}},
	}
}

// has reports whether one of the names is in a request, or among the options within it.
func has(fields map[string]any, names []string) bool {
	for _, name := range names {
		if v, ok := fields[name]; ok && v != nil {
			return true
		}
	}
	for _, within := range []string{"options", "generationConfig", "generation_config"} {
		if inner, ok := fields[within].(map[string]any); ok && has(inner, names) {
			return true
		}
	}
	return false
}
