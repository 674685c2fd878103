package llmtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clmkit/clmkit/llm"
)

// exchange is one request to a server and its response.
type exchange struct {
	w       http.ResponseWriter
	r       *http.Request
	closing <-chan struct{} // of the server
	cuts    int             // writes that cut a letter so far
}

// maxCuts bounds the writes that cut a letter in one response, for the sake of long ones.
const maxCuts = 64

// read reads the body into v. A field that the server does not know is an error, as it is at OpenAI, and so is anything
// after the value.
func (x *exchange) read(v any) error {
	raw, err := io.ReadAll(x.r.Body)
	if err != nil {
		return err
	}
	return strictly(raw, v)
}

func strictly(raw []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("something after the JSON value")
	}
	return nil
}

// readOrRefuse is read; false: the client has been told what is wrong.
func (x *exchange) readOrRefuse(v interface{ check() error }) bool {
	err := x.read(v)
	if err == nil {
		err = v.check()
	}
	if err != nil {
		x.refuse(http.StatusBadRequest, "invalid_request_error", fmt.Sprintf("llmtest: %s: %v", x.r.URL.Path, err))
	}
	return err == nil
}

// refuse sends an error in place of an answer.
func (x *exchange) refuse(status int, code, message string) {
	x.sendStatus(status, errorBody(code, message))
}

func (x *exchange) sendStatus(status int, body any) {
	x.w.Header().Set("Content-Type", "application/json")
	x.w.WriteHeader(status)
	x.w.Write(encode(body))
}

// fail sends err: a fault as it is played, an error of a model under the status of its kind, any other under status 400.
// A fault that sends an answer without anything in it sends empty.
func (x *exchange) fail(err error, empty any) {
	f, isFault := errors.AsType[Fault](err)
	e, isModel := errors.AsType[*llm.Error](err)
	switch {
	case isFault && f.breaksBody():
		x.send(f, empty)
	case isFault:
		status, code := statusOf(f.Kind())
		x.refuse(status, code, string(f))
	case isModel:
		if e.RetryAfter > 0 {
			x.w.Header().Set("Retry-After", fmt.Sprint(e.RetryAfter.Seconds()))
		}
		status, code := statusOf(e.Kind)
		x.refuse(status, code, err.Error())
	default:
		x.refuse(http.StatusBadRequest, "invalid_request_error", err.Error())
	}
}

// breaksBody reports whether any endpoint can show the fault, not chats alone.
func (f Fault) breaksBody() bool {
	status, _ := f.status()
	return status != 0 || slices.Contains([]Fault{NoChoices, NoAnswer, BrokenJSON, MalformedChunk, Cut, Reset, Stall, ErrorInBody}, f)
}

// statusOf is the status and code under which a provider reports the kind.
func statusOf(k llm.Kind) (int, string) {
	for _, f := range Faults() {
		if status, code := f.status(); status != 0 && f.Kind() == k && f != Unavailable {
			return status, code
		}
	}
	switch k {
	case llm.ErrTimeout:
		return http.StatusGatewayTimeout, "timeout"
	case llm.ErrInvalid, llm.ErrLength, llm.ErrSchema, llm.ErrBudget, llm.ErrLimit:
		return http.StatusBadRequest, "invalid_request_error"
	}
	return http.StatusInternalServerError, "server_error"
}

// play sends a fault in place of an answer.
func (x *exchange) play(f Fault) {
	status, code := f.status()
	if f == RateLimited {
		x.w.Header().Set("Retry-After", fmt.Sprint(retryAfter.Seconds()))
	}
	if f != Unavailable {
		x.refuse(status, code, "llmtest: "+string(f))
		return
	}
	x.w.Header().Set("Content-Type", "text/html")
	x.w.WriteHeader(status)
	io.WriteString(x.w, "<html><head><title>503 Service Unavailable</title></head><body>down for maintenance</body></html>")
}

// otherShape is JSON that is no answer of any endpoint.
const otherShape = `{"choices":"none","data":"none","results":"none","meta_info":"none"}`

// send sends an answer in one body, or as far as the fault lets it.
func (x *exchange) send(f Fault, answer any) {
	if status, _ := f.status(); status != 0 {
		x.play(f)
		return
	}
	raw := encode(answer)
	switch f {
	case NoChoices:
		raw = encode(emptied(answer))
	case NoAnswer:
		raw = nil
	case BrokenJSON:
		raw = append(raw[:len(raw)/2], "\x00"...)
	case MalformedChunk:
		raw = []byte(otherShape)
	case ErrorInBody:
		raw = encode(errorBody("server_error", "the model crashed"))
	case LongLine:
		raw = padded(raw)
	}
	x.w.Header().Set("Content-Type", "application/json")
	x.w.Header().Set("Content-Length", fmt.Sprint(len(raw)))
	if f == Cut || f == Reset || f == Stall {
		x.write(raw[:len(raw)/2])
		x.abandon(f)
		return
	}
	x.write(raw)
}

// emptied is an answer without the list that is the point of it.
func emptied(answer any) any {
	body, ok := answer.(map[string]any)
	if !ok {
		return []any{}
	}
	for _, list := range []string{"choices", "data", "results"} {
		if _, ok := body[list]; ok {
			body[list] = []any{}
		}
	}
	return body
}

// padded is a JSON object with a field of 1 MiB in front, under the name that OpenAI pads with.
func padded(object []byte) []byte {
	field := `{"obfuscation":"` + strings.Repeat("x", 1<<20) + `",`
	return append([]byte(field), object[1:]...)
}

// write sends raw at once, but for the first letter that is not ASCII: its bytes go in two writes.
func (x *exchange) write(raw []byte) {
	flush := http.NewResponseController(x.w).Flush
	for i, b := range raw {
		if x.cuts >= maxCuts {
			break
		}
		if b >= utf8.RuneSelf {
			x.cuts++
			x.w.Write(raw[:i+1])
			flush()
			raw = raw[i+1:]
			break
		}
	}
	x.w.Write(raw)
}

// abandon ends a response in the middle: cut, reset, or never.
func (x *exchange) abandon(f Fault) {
	control := http.NewResponseController(x.w)
	control.Flush()
	switch f {
	case Stall:
		select {
		case <-x.r.Context().Done():
		case <-x.closing:
		}
	case Reset:
		conn, _, err := control.Hijack()
		if err != nil {
			break
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			tcp.SetLinger(0)
		}
		conn.Close()
		return
	}
	panic(http.ErrAbortHandler)
}

func errorBody(code, message string) map[string]any {
	return map[string]any{"error": map[string]any{"message": message, "type": code, "code": code}}
}

// encode is v as JSON; v is made of what JSON can hold.
func encode(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("llmtest: " + err.Error())
	}
	return raw
}
