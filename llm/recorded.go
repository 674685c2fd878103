package llm

import (
	"context"
	"errors"
	"time"
)

// RecordedError is an error as [Record] writes it, with what it wraps. A replay makes an error of it that says the same,
// is an [*Error] with the same fields where that one was, and matches the same kinds and errors of package context.
type RecordedError struct {
	// Text is Error().
	Text string `json:"text"`
	// Sentinel is set when the error is a bare Kind, context.Canceled or context.DeadlineExceeded: its text.
	Sentinel string `json:"sentinel,omitempty"`
	// Fields of an *Error. Kind is empty for other errors.
	Kind       Kind          `json:"kind,omitempty"`
	Provider   string        `json:"provider,omitempty"`
	Status     int           `json:"status,omitempty"`
	RetryAfter time.Duration `json:"retry_after_ns,omitempty"`
	RequestID  string        `json:"request_id,omitempty"`
	Partial    string        `json:"partial,omitempty"`
	Usage      Usage         `json:"usage,omitzero"`
	// Causes are what the error wraps.
	Causes []*RecordedError `json:"causes,omitempty"`
}

// recordError describes err, which is not nil.
func recordError(err error) *RecordedError {
	r := &RecordedError{Text: err.Error()}
	switch e := err.(type) {
	case *Error:
		r.Kind, r.Provider, r.Status, r.RetryAfter = e.Kind, e.Provider, e.Status, e.RetryAfter
		r.RequestID, r.Partial, r.Usage = e.RequestID, e.Partial, e.Usage
		if e.Err != nil {
			r.Causes = []*RecordedError{recordError(e.Err)}
		}
	case Kind:
		r.Sentinel = string(e)
	case interface{ Unwrap() []error }:
		for _, cause := range e.Unwrap() {
			r.Causes = append(r.Causes, recordError(cause))
		}
	default:
		if cause := errors.Unwrap(err); cause != nil {
			r.Causes = []*RecordedError{recordError(cause)}
		} else {
			r.Sentinel = contextEnd(err)
		}
	}
	return r
}

// contextEnd is the text of the error of package context that err is, or stands for; empty when it is none.
func contextEnd(err error) string {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			return end.Error()
		}
	}
	return ""
}

// err is the error that was recorded.
func (r *RecordedError) err() error {
	var causes []error
	for _, c := range r.Causes {
		if c != nil {
			causes = append(causes, c.err())
		}
	}
	if s := r.sentinel(); s != nil && s.Error() == r.Text {
		return s
	} else if s != nil {
		causes = append(causes, s)
	}
	if r.Kind == "" {
		return &replayedError{r.Text, causes}
	}
	e := &Error{
		Kind: r.Kind, Provider: r.Provider, Status: r.Status, RetryAfter: r.RetryAfter,
		RequestID: r.RequestID, Partial: r.Partial, Usage: r.Usage,
	}
	if len(causes) > 0 {
		e.Err = causes[0]
	}
	return e
}

func (r *RecordedError) sentinel() error {
	switch r.Sentinel {
	case "":
		return nil
	case context.Canceled.Error():
		return context.Canceled
	case context.DeadlineExceeded.Error():
		return context.DeadlineExceeded
	}
	return Kind(r.Sentinel)
}

// replayedError is an error of a type that replays do not know.
type replayedError struct {
	text   string
	causes []error
}

func (e *replayedError) Error() string   { return e.text }
func (e *replayedError) Unwrap() []error { return e.causes }
