package llmtest

import (
	"errors"
	"time"

	"github.com/clmkit/clmkit/llm"
)

// Fault is a way in which a provider fails.
type Fault string

// The faults, and what a [Server] sends for each.
const (
	RateLimited Fault = "rate limited"   // status 429 with Retry-After: 2
	Unavailable Fault = "unavailable"    // status 503 and an HTML page
	NoChoices   Fault = "no choices"     // an answer without a choice
	BrokenJSON  Fault = "broken JSON"    // half of the text, then a body or a chunk that is no JSON
	Cut         Fault = "cut connection" // half of the text, then the connection is closed
	NoFinish    Fault = "no finish"      // the text in good order, and no finish reason
	ErrorInBody Fault = "error in body"  // half of the text, then an error under status 200
	Refusal     Fault = "refusal"        // the model declines
	Filtered    Fault = "content filter" // half of the text, then the content filter
	LengthStop  Fault = "length"         // half of the text, then the token limit
)

// faults are all of them, in the order above.
func faults() []Fault {
	return []Fault{RateLimited, Unavailable, NoChoices, BrokenJSON, Cut, NoFinish, ErrorInBody, Refusal, Filtered, LengthStop}
}

// Kind is how a model has to report the fault. It is empty for a fault that is none of the constants.
func (f Fault) Kind() llm.Kind {
	switch f {
	case RateLimited:
		return llm.ErrRateLimited
	case Unavailable, ErrorInBody:
		return llm.ErrUnavailable
	case NoChoices:
		return llm.ErrEmpty
	case BrokenJSON:
		return llm.ErrMalformed
	case Cut, NoFinish:
		return llm.ErrTruncated
	case Refusal, Filtered:
		return llm.ErrRefused
	case LengthStop:
		return llm.ErrLength
	}
	return ""
}

// retryAfter is what a rate-limited provider asks for.
const retryAfter = 2 * time.Second

// err is the error of a model whose provider fails like this after part of its text.
func (f Fault) err(partial string) error {
	e := &llm.Error{Kind: f.Kind(), Provider: "llmtest", Partial: partial, Err: errors.New(string(f))}
	if f == RateLimited {
		e.RetryAfter = retryAfter
	}
	return e
}
