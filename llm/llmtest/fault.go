package llmtest

import (
	"net/http"
	"slices"
	"time"

	"github.com/clmkit/clmkit/llm"
)

// Fault is a way in which a provider fails, or answers in a way that few expect. It is an error, so that an embedder, a
// scorer or a reranker behind a [Server] can return one to have it played.
type Fault string

// The faults that stand in place of an answer: what a [Server] sends, and what a model has to report.
const (
	RateLimited    Fault = "rate limited"    // status 429 with Retry-After: 2; ErrRateLimited with that wait
	QuotaUsed      Fault = "quota used up"   // status 429 with the code insufficient_quota and no Retry-After; ErrQuota
	Unavailable    Fault = "unavailable"     // status 503 with an HTML page; ErrUnavailable
	Unauthorized   Fault = "unauthorized"    // status 401 with the code invalid_api_key; ErrUnauthorized
	TooLong        Fault = "context length"  // status 400 with the code context_length_exceeded; ErrTooLong
	PromptFiltered Fault = "prompt filtered" // status 400 with the code content_filter; ErrRefused
	NoChoices      Fault = "no choices"      // status 200 and an empty list of choices; ErrEmpty
	NoAnswer       Fault = "no answer"       // status 200 and no bytes, in a stream [DONE] alone; ErrEmpty or ErrMalformed
)

// The faults in the midst of an answer. Half of the text comes before them, and is Error.Partial of a stream; before a
// refusal there is none, and before NoFinish there is all.
const (
	BrokenJSON     Fault = "broken JSON"      // a body or a chunk that is no JSON; ErrMalformed
	MalformedChunk Fault = "malformed chunk"  // a body or a chunk that is JSON of another shape; ErrMalformed
	Cut            Fault = "cut connection"   // the connection is closed; ErrTruncated
	Reset          Fault = "reset connection" // the connection is reset (TCP RST); ErrTruncated or ErrUnavailable
	Stall          Fault = "stall"            // nothing more until the client gives up; ErrTimeout if it does so by itself
	NoFinish       Fault = "no finish"        // all in good order but for the finish reason; ErrTruncated
	ErrorInBody    Fault = "error in body"    // an error under status 200, in a stream as an event; ErrUnavailable
	Refusal        Fault = "refusal"          // the refusal field; ErrRefused
	Filtered       Fault = "content filter"   // the finish reason content_filter; ErrRefused
	LengthStop     Fault = "length"           // the finish reason length; ErrLength
)

// The oddities: answers that a model has to pass on, for its callers to deal with. Their Kind is empty.
const (
	// LongLine sends the text as one line of more than 1 MiB, most of it padding in a field that clients do not know. The
	// model receives the text as if nothing was.
	LongLine Fault = "long line"
	// WrongSchema sends valid JSON that does not fit the schema of the request. The model passes it on, and llm.Object
	// reports ErrSchema. Without a schema in the request the answer is as it is.
	WrongSchema Fault = "wrong schema"
	// HallucinatedTool calls a tool that was not offered. The model passes the call on; whoever runs tools has to answer it.
	HallucinatedTool Fault = "hallucinated tool"
	// DuplicateCall sends the first tool call twice, with the same ID; when the reply has none, a call of the request's
	// first tool without arguments. The model keeps it once, with a warning: see llm.Complete. Without a tool in the reply
	// and the request the answer is as it is.
	DuplicateCall Fault = "duplicate call"
)

// Faults are all of them, in the order above.
func Faults() []Fault {
	return []Fault{
		RateLimited, QuotaUsed, Unavailable, Unauthorized, TooLong, PromptFiltered, NoChoices, NoAnswer,
		BrokenJSON, MalformedChunk, Cut, Reset, Stall, NoFinish, ErrorInBody, Refusal, Filtered, LengthStop,
		LongLine, WrongSchema, HallucinatedTool, DuplicateCall,
	}
}

// Error is the fault in words.
func (f Fault) Error() string { return string(f) }

// Kind is how a model has to report the fault. It is empty for the oddities, which are no errors, and for a fault that
// is none of the constants.
//
// Two faults look different from the two ends of a connection, and [RunModel] allows a second kind for each: a body of no
// bytes (NoAnswer) may be ErrMalformed, and a reset that overtakes what was sent before it (Reset) may be ErrUnavailable.
// All four may be retried.
func (f Fault) Kind() llm.Kind {
	switch f {
	case RateLimited:
		return llm.ErrRateLimited
	case QuotaUsed:
		return llm.ErrQuota
	case Unavailable, ErrorInBody:
		return llm.ErrUnavailable
	case Unauthorized:
		return llm.ErrUnauthorized
	case TooLong:
		return llm.ErrTooLong
	case NoChoices, NoAnswer:
		return llm.ErrEmpty
	case BrokenJSON, MalformedChunk:
		return llm.ErrMalformed
	case Cut, Reset, NoFinish:
		return llm.ErrTruncated
	case Stall:
		return llm.ErrTimeout
	case Refusal, Filtered, PromptFiltered:
		return llm.ErrRefused
	case LengthStop:
		return llm.ErrLength
	}
	return ""
}

// failing are the faults that end by themselves in an error.
func failing() []Fault {
	return slices.DeleteFunc(Faults(), func(f Fault) bool { return f.Kind() == "" || f == Stall })
}

// kinds are those that a model may report.
func (f Fault) kinds() []llm.Kind {
	switch f {
	case NoAnswer:
		return []llm.Kind{f.Kind(), llm.ErrMalformed}
	case Reset:
		return []llm.Kind{f.Kind(), llm.ErrUnavailable}
	}
	return []llm.Kind{f.Kind()}
}

// status is the HTTP status of a fault in place of an answer, and its code; 0 for the others.
func (f Fault) status() (int, string) {
	switch f {
	case RateLimited:
		return http.StatusTooManyRequests, "rate_limit_exceeded"
	case QuotaUsed:
		return http.StatusTooManyRequests, "insufficient_quota"
	case Unavailable:
		return http.StatusServiceUnavailable, ""
	case Unauthorized:
		return http.StatusUnauthorized, "invalid_api_key"
	case TooLong:
		return http.StatusBadRequest, "context_length_exceeded"
	case PromptFiltered:
		return http.StatusBadRequest, "content_filter"
	}
	return 0, ""
}

// counts reports whether the provider gets as far as counting the tokens, and says so.
func (f Fault) counts() bool {
	return slices.Contains([]Fault{"", NoFinish, Refusal, Filtered, LengthStop, LongLine, WrongSchema, HallucinatedTool, DuplicateCall}, f)
}

// retryAfter is what a rate-limited provider asks for.
const retryAfter = 2 * time.Second

// err is the error of a model whose provider fails like this after part of its text.
func (f Fault) err(partial string, usage llm.Usage) error {
	e := &llm.Error{Kind: f.Kind(), Provider: "llmtest", Partial: partial, Err: f}
	e.Status, _ = f.status()
	if f == RateLimited {
		e.RetryAfter = retryAfter
	}
	if f.counts() {
		e.Usage = usage
	}
	return e
}
