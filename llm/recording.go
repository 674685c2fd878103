package llm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"
)

// recordingVersion is the version of lines that are written, and the only one that is read.
const recordingVersion = 1

// Recording is one call of a model as [Record] wrote it. Either Response or Error is set.
type Recording struct {
	// Version of the line: 1.
	Version int `json:"version"`
	// Time when the call began, UTC.
	Time time.Time `json:"time"`
	// Model is RecordOptions.Model.
	Model string `json:"model,omitempty"`
	// Key of the request as it was made, whatever Redact did to it: KeyOf("", request).
	Key Key `json:"key"`
	// Purpose of the request.
	Purpose Purpose `json:"purpose,omitempty"`
	// Scope of the request.
	Scope Scope `json:"scope,omitzero"`
	// Request that was made. Nil when it was redacted, or when JSON cannot hold it.
	Request *Request `json:"request,omitempty"`
	// Response of the model.
	Response *Response `json:"response,omitempty"`
	// Error of the model. Of a stream that was broken off it is ErrTruncated with what had come by then.
	Error *RecordedError `json:"error,omitempty"`
	// Duration of the call, in nanoseconds; of a stream, with the time that its reader took.
	Duration time.Duration `json:"duration_ns"`
	// Stream says that the answer was streamed.
	Stream bool `json:"stream,omitempty"`
	// Deltas are the lengths of the pieces of text that a stream gave, in bytes.
	Deltas []int `json:"deltas,omitempty"`
	// BrokenOff says that the reader of the stream did not want the rest.
	BrokenOff bool `json:"broken_off,omitempty"`
}

func (r *Recording) clone() *Recording {
	c := *r
	c.Deltas = slices.Clone(r.Deltas)
	if r.Request != nil {
		c.Request = r.Request.Clone()
	}
	if r.Response != nil {
		c.Response = r.Response.Clone()
	}
	return &c
}

// pieces is text in the pieces in which it was streamed; in one, when the lengths are not those of the text.
func (r *Recording) pieces(text string) []string {
	var pieces []string
	rest := text
	for _, n := range r.Deltas {
		if n > len(rest) {
			return []string{text}
		}
		pieces = append(pieces, rest[:n])
		rest = rest[n:]
	}
	if rest != "" || r.Error == nil && len(pieces) == 0 {
		return []string{text}
	}
	return pieces
}

// Recordings reads the lines that [Record] wrote, in order; blank lines are passed over. A line that is damaged, cut off,
// of an unknown version or longer than 64 MiB ends the sequence with an error that names its number, counted from 1. The
// error quotes no text of a call.
func Recordings(r io.Reader) iter.Seq2[*Recording, error] {
	return func(yield func(*Recording, error) bool) {
		for line, err := range recordingLines(r) {
			if !yield(line.recording, err) {
				return
			}
		}
	}
}

// numbered is a recording and the number of its line.
type numbered struct {
	number    int
	recording *Recording
}

func recordingLines(r io.Reader) iter.Seq2[numbered, error] {
	return func(yield func(numbered, error) bool) {
		lines := bufio.NewReader(r)
		for n := 1; ; n++ {
			raw, err := readLine(lines)
			last := errors.Is(err, io.EOF)
			if last {
				err = nil
			}
			var rec *Recording
			if raw = bytes.TrimSpace(raw); err == nil && len(raw) > 0 {
				rec, err = decodeRecording(raw)
			}
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = cutOff(last)
			}
			if err != nil {
				yield(numbered{}, fmt.Errorf("llm: recording: line %d: %w", n, err))
				return
			}
			if rec != nil && !yield(numbered{n, rec}, nil) || last {
				return
			}
		}
	}
}

// cutOff is the error of a line that ends too early.
func cutOff(last bool) error {
	if last {
		return errors.New("cut off: the recording ends within it")
	}
	return errors.New("cut off, and others follow")
}

// readLine reads up to a line break, or the end with io.EOF.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		chunk, err := r.ReadSlice('\n')
		line = append(line, chunk...)
		if len(line) > maxLine {
			return nil, fmt.Errorf("more than %d bytes", maxLine)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// decodeRecording reads one line; io.ErrUnexpectedEOF says that it ends too early.
func decodeRecording(raw []byte) (*Recording, error) {
	var rec Recording
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&rec); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	if err := rec.check(); err != nil {
		return nil, err
	}
	if rec.Request != nil {
		rec.Request.Purpose, rec.Request.Scope = rec.Purpose, rec.Scope
	}
	return &rec, nil
}

func (r *Recording) check() error {
	switch {
	case r.Version != recordingVersion:
		return fmt.Errorf("version %d, want %d", r.Version, recordingVersion)
	case (r.Response == nil) == (r.Error == nil):
		return errors.New("want either a response or an error")
	case slices.ContainsFunc(r.Deltas, func(n int) bool { return n < 0 }):
		return errors.New("delta of negative length")
	case r.Response != nil:
		if _, err := Complete("", r.Response.Clone()); err != nil {
			return fmt.Errorf("response: %w", err)
		}
	}
	return nil
}
