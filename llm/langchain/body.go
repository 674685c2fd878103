package langchain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"strings"
	"time"

	"github.com/clmkit/clmkit/internal/httperr"
	"github.com/clmkit/clmkit/llm"
)

// body is the body of a response as a provider reads it, read along: how it ends, and what is said in it.
type body struct {
	x      *exchange
	ctx    context.Context
	cancel context.CancelCauseFunc
	inner  io.ReadCloser
	idle   time.Duration
	left   int64 // bytes that may still be read
	most   int64
	format string // the Content-Type

	pending []byte // of a line or value that is not whole
	read    bool   // some of it was
	ended   bool   // at its end
}

// Read reads on within the limits.
func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 {
		err := fmt.Errorf("response exceeds %d bytes", b.most)
		b.fail(llm.ErrMalformed, err)
		return 0, err
	}
	timer := b.after(b.idle, "idle timeout: nothing more of the response")
	n, err := b.inner.Read(p[:min(int64(len(p)), b.left)])
	timer.Stop()
	b.left -= int64(n)
	b.x.mu.Lock()
	b.see(p[:n], err == io.EOF)
	b.x.mu.Unlock()
	if err != nil && err != io.EOF {
		b.fail(llm.ErrTruncated, err)
	}
	return n, err
}

// Close ends the exchange.
func (b *body) Close() error {
	b.cancel(nil)
	return b.inner.Close()
}

// fail notes how the exchange failed: a limit when that was the cause, and kind otherwise.
func (b *body) fail(kind llm.Kind, err error) {
	e := &llm.Error{Kind: kind, Provider: b.x.provider, Err: errors.New(httperr.Clip(err.Error()))}
	slow, isNet := errors.AsType[net.Error](err)
	if met, ok := errors.AsType[*limit](context.Cause(b.ctx)); ok {
		e.Kind, e.Err = llm.ErrTimeout, met
	} else if isNet && slow.Timeout() {
		e.Kind = llm.ErrTimeout
	}
	b.x.note(e)
}

// see takes in what was read. The exchange is locked.
func (b *body) see(piece []byte, end bool) {
	b.read, b.ended = b.read || len(bytes.TrimSpace(piece)) > 0, b.ended || end
	kind, _, _ := mime.ParseMediaType(b.format)
	lines := kind == "text/event-stream" || kind == "application/x-ndjson" || kind == "application/stream+json"
	if !lines && !strings.Contains(kind, "json") {
		return
	}
	b.pending = append(b.pending, piece...)
	for lines {
		line, rest, ok := bytes.Cut(b.pending, []byte("\n"))
		if !ok {
			break
		}
		b.line(line, kind == "text/event-stream")
		b.pending = rest
	}
	switch {
	case lines && end:
		b.line(b.pending, kind == "text/event-stream")
		b.pending = nil
	case !lines && whole(b.pending): // though its reader may not ask for the end
		b.elements(b.pending)
		b.pending = nil
	case !lines && end && len(bytes.TrimSpace(b.pending)) > 0:
		b.values()
	}
}

// whole reports whether raw is a JSON value to its last bracket. It asks the parser once only.
func whole(raw []byte) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) > 0 && (raw[len(raw)-1] == '}' || raw[len(raw)-1] == ']') && json.Valid(raw)
}

// elements reads a value, or the values of a list, which is how Google streams.
func (b *body) elements(raw []byte) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		b.value(raw)
		return
	}
	for _, element := range list {
		b.value(element)
	}
}

// values reads a body that is not one value: several, one to a line, or none.
func (b *body) values() {
	for line := range bytes.Lines(b.pending) {
		b.line(line, false)
	}
	b.pending = nil
}

// line reads a line of a stream.
func (b *body) line(line []byte, events bool) {
	line = bytes.TrimSpace(line)
	if events {
		data, ok := bytes.CutPrefix(line, []byte("data:"))
		line = bytes.TrimSpace(data)
		if done := string(line) == "[DONE]"; !ok || done {
			b.x.said.none = b.x.said.none || done
			return
		}
	}
	if len(line) > 0 {
		b.value(line)
	}
}

// value reads one JSON value.
func (b *body) value(raw []byte) {
	if e, ok := httperr.InBody(b.x.provider, b.x.response, raw); ok {
		b.x.noteLocked(e)
		return
	}
	var w wire
	if err := json.Unmarshal(raw, &w); err != nil {
		b.x.noteLocked(&llm.Error{Kind: llm.ErrMalformed, Provider: b.x.provider, Err: fmt.Errorf("response: %w", err)})
		return
	}
	b.x.said.add(w)
}
