package llm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind is a way in which a call fails, one for each decision that a caller can take. It is an error itself, so that
// errors.Is(err, llm.ErrRefused) asks for it.
type Kind string

// Error is the kind in words.
func (k Kind) Error() string { return "llm: " + string(k) }

// The ways in which a call fails. [Retryable] is true of those in the first group.
const (
	ErrRateLimited Kind = "rate limited"                         // wait for Error.RetryAfter
	ErrUnavailable Kind = "provider unavailable"                 // no connection, or a fault of the server
	ErrTimeout     Kind = "timed out"                            // a limit of the client, named in the error; not the caller's ctx
	ErrTruncated   Kind = "answer cut off"                       // no finish reason: the connection broke, not the model
	ErrEmpty       Kind = "empty answer"                         // neither text nor tool calls
	ErrMalformed   Kind = "answer that breaks the wire protocol" // broken JSON, an event that is none, vectors that do not fit the texts

	ErrLength       Kind = "answer reached its token limit" // raise MaxTokens
	ErrRefused      Kind = "refused"                        // by the model or its provider's content filter
	ErrSchema       Kind = "answer does not fit its schema" // Object's second try failed; Error.Partial is that reply
	ErrInvalid      Kind = "invalid request"                // the same request will never succeed
	ErrTooLong      Kind = "request exceeds the context"    // shorten the messages
	ErrUnauthorized Kind = "unauthorized"                   // mend the key
	ErrQuota        Kind = "quota used up"                  // of the provider: pay
	ErrBudget       Kind = "budget used up"                 // of the program's own [Budget]: nothing was sent
	ErrLimit        Kind = "run reached its limit"          // of steps, calls, tokens, money or time; see [Run]
	ErrCanceled     Kind = "canceled"                       // the caller's ctx ended; Error.Err is why
)

// Error is a call that failed.
type Error struct {
	// Kind is the way it failed.
	Kind Kind
	// Provider that was called, such as "openai". May be empty.
	Provider string
	// Status is the HTTP status; 0 when there was none.
	Status int
	// RetryAfter is how long the provider asks to wait. 0: it did not say.
	RetryAfter time.Duration
	// RequestID is the provider's name of the call. May be empty.
	RequestID string
	// Partial is the text that arrived before the failure, or the reply that fits no schema. It is for records and
	// people, never a result, and not part of Error().
	Partial string
	// Usage that the failed call is known to have cost; zero when nobody counted.
	Usage Usage
	// Err is the cause. May be nil.
	Err error
}

// Error says what failed and why. Of the request and the answer it contains only what the provider put into its own error
// message, and with ErrSchema the value that does not fit, in at most 400 bytes.
func (e *Error) Error() string {
	var s strings.Builder
	s.WriteString("llm: ")
	if e.Provider != "" {
		s.WriteString(e.Provider + ": ")
	}
	s.WriteString(string(e.Kind))
	if e.Status != 0 {
		fmt.Fprintf(&s, " (status %d)", e.Status)
	}
	if e.Err != nil {
		fmt.Fprintf(&s, ": %v", e.Err)
	}
	return s.String()
}

// Unwrap gives errors.Is the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Retryable reports whether the same request may succeed when it is sent again: err is of a passing kind, and it was not
// the caller's context that ended.
func Retryable(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	for _, k := range []Kind{ErrRateLimited, ErrUnavailable, ErrTimeout, ErrTruncated, ErrEmpty, ErrMalformed} {
		if errors.Is(err, k) {
			return true
		}
	}
	return false
}
