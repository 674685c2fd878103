package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"
	"time"
)

// RecordOptions are the settings of [Record].
type RecordOptions struct {
	// Model names the model in the lines, for [ReplayOptions]. May be empty.
	Model string
	// Redact changes a line before it is written: it may replace texts, or drop the request, whose key stays. It is given
	// copies, and called from several goroutines at once. Default: lines are written as they are.
	Redact func(*Recording)
	// OnError, if not nil, is told of each line that could not be written. It is called from several goroutines at once.
	OnError func(error)
}

// Record writes each call of m to w as a line of JSON, a [Recording], for [NewReplay] and for whoever has to account for
// what was asked and answered. A line is written with one Write when its call is over, by the caller's goroutine; a stream
// is recorded before its last delta is handed out, and when its reader breaks off. Writes of one recorded model do not
// overlap, and no lock is held during a call; models that share a writer need one that is safe for concurrent use, as
// [os.File] is.
//
// A line that cannot be written does not fail the call, which has been paid for: the answer says so in its Warnings, where
// nobody can overlook it, and RecordOptions.OnError is told also of the calls that failed. A line of more than 64 MiB is
// not written. Text that is no UTF-8 is written with U+FFFD in its place, as JSON demands, and a request that JSON cannot
// hold, an invalid one, is left out of its line.
//
// A recording is personal data, which the host keeps and erases. Record belongs inside of a [Shield], so that what is
// written is pseudonymous. Inside of a [Cache] it records the calls and not the hits; outside of retries, one line for all
// attempts.
func Record(m Model, w io.Writer, opts *RecordOptions) Model {
	r := &recorder{inner: m, w: w}
	if opts != nil {
		r.opts = *opts
	}
	return &layer{inner: m, generate: r.generate, stream: r.stream}
}

// maxLine bounds a line of a recording, in bytes.
const maxLine = 64 << 20

type recorder struct {
	inner Model
	opts  RecordOptions

	mu   sync.Mutex
	w    io.Writer
	torn bool // the last write left part of a line
}

func (r *recorder) generate(ctx context.Context, req *Request) (*Response, error) {
	line := r.begin(req)
	resp, err := r.inner.Generate(ctx, req)
	return r.end(line, resp, err)
}

func (r *recorder) stream(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
	return func(yield func(Delta, error) bool) {
		line := r.begin(req)
		line.Stream = true
		var text strings.Builder
		over := false
		defer func() {
			if !over {
				line.BrokenOff = true
				r.end(line, nil, &Error{Kind: ErrTruncated, Partial: text.String(), Err: errBrokenOff})
			}
		}()
		for d, err := range Stream(ctx, r.inner, req) {
			if over = err != nil || d.Done != nil; err == nil {
				text.WriteString(d.Text)
				line.Deltas = append(line.Deltas, len(d.Text))
			}
			if over {
				d.Done, err = r.end(line, d.Done, err)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// errBrokenOff is the cause of what a replay gives after a stream that its reader broke off.
var errBrokenOff = errors.New("the reader broke the stream off")

// begin is the line of a call that begins now.
func (r *recorder) begin(req *Request) *Recording {
	line := &Recording{Version: recordingVersion, Time: time.Now().UTC(), Model: r.opts.Model, Key: KeyOf("", req), Request: req}
	if req != nil {
		line.Purpose, line.Scope = req.Purpose, req.Scope
	}
	return line
}

// end writes the line, and gives back what the call came to.
func (r *recorder) end(line *Recording, resp *Response, err error) (*Response, error) {
	line.Duration = time.Since(line.Time)
	if err != nil {
		line.Error = recordError(err)
	} else {
		line.Response = resp
	}
	fault := r.write(line)
	if fault == nil {
		return resp, err
	}
	if r.opts.OnError != nil {
		r.opts.OnError(fault)
	}
	if err == nil && resp != nil {
		resp = resp.Clone()
		resp.Warnings = append(resp.Warnings, fault.Error())
	}
	return resp, err
}

func (r *recorder) write(line *Recording) error {
	if r.opts.Redact != nil {
		line = line.clone()
		r.opts.Redact(line)
	}
	raw, err := line.encode()
	if err != nil {
		return fmt.Errorf("llm: call not recorded: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.torn {
		raw = append([]byte("\n"), raw...)
	}
	n, err := r.w.Write(raw)
	if err == nil && n < len(raw) {
		err = io.ErrShortWrite
	}
	if err != nil {
		r.torn = r.torn && n == 0 || n > 0
		return fmt.Errorf("llm: call not recorded: %w", err)
	}
	r.torn = false
	return nil
}

// encode is the recording as a line.
func (r *Recording) encode() ([]byte, error) {
	line := *r
	if line.Request != nil {
		request := *line.Request
		request.Purpose, request.Scope = "", Scope{} // they stand in the line itself
		line.Request = &request
	}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	err := enc.Encode(&line)
	if err != nil && line.Request != nil {
		raw.Reset()
		line.Request = nil
		err = enc.Encode(&line)
	}
	if err == nil && raw.Len() > maxLine {
		err = fmt.Errorf("line of %d bytes, at most %d are written", raw.Len(), maxLine)
	}
	return raw.Bytes(), err
}
