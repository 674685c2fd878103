package llm

import "time"

// Transcript is what happened in a [Run]. Two runs in which the model and the functions say the same have the same one,
// durations aside, however many calls were made at once.
type Transcript struct {
	// Answer of the model; nil when the run ended without one.
	Answer *Response `json:"answer,omitempty"`
	// Messages are those of the request and the turns that were added. Every tool call in them has its result, so they can
	// be sent again, after an answer or after an error.
	Messages []Message `json:"messages"`
	// Steps are the model calls that were answered, oldest first.
	Steps []Step `json:"steps,omitempty"`
	// Usage is the sum of all model calls, those that failed included as far as it is known.
	Usage Usage `json:"usage,omitzero"`
	// Micros is what Usage costs by RunOptions.Price; 0 without one.
	Micros Micros `json:"micros,omitempty"`
	// End says why the run ended.
	End End `json:"end"`
}

// End says why a run ended.
type End string

// Why runs end. Those between the first and the last are the run's own limits, and their error is [ErrLimit].
const (
	EndAnswer End = "answer"
	EndSteps  End = "limit of steps"
	EndCalls  End = "limit of calls"
	EndFaults End = "limit of faults"
	EndTokens End = "limit of tokens"
	EndCost   End = "limit of cost"
	EndTime   End = "limit of time"
	EndError  End = "error" // of the model, of the request, or of the caller's ctx
)

// Step is one call of the model and what became of the tool calls in its answer.
type Step struct {
	// Response of the model.
	Response *Response `json:"response"`
	// Duration of the model call.
	Duration time.Duration `json:"duration"`
	// Calls are the tool calls of the response, in their order.
	Calls []Call `json:"calls,omitempty"`
}

// Call is what became of a tool call.
type Call struct {
	ToolCall
	// Outcome of the call.
	Outcome Outcome `json:"outcome"`
	// Result of the function as the model was shown it, cut to its limit; empty when there is none.
	Result string `json:"result,omitempty"`
	// Err is why there is no result; nil when there is one. The model was shown no more of it than a [ToolError] says, or
	// what is wrong with its arguments.
	Err error `json:"-"`
	// Duration of the function; 0 when it was not called.
	Duration time.Duration `json:"duration,omitempty"`

	cut int // the length of a result that was cut
}

// Outcome is what became of a tool call.
type Outcome string

// What becomes of tool calls. The function was called in the first two only.
const (
	CallMade     Outcome = "made"
	CallFailed   Outcome = "failed"               // the function returned an error, panicked, or ran out of time
	CallUnknown  Outcome = "no such tool"         // a fault
	CallUnfit    Outcome = "arguments do not fit" // a fault
	CallRepeated Outcome = "repeated"             // a fault: made as often as MaxRepeats allows
	CallExceeded Outcome = "over its limit"       // a fault: made as often as MaxCalls allows
	CallRefused  Outcome = "refused"              // by RunOptions.Approve
	CallDropped  Outcome = "dropped"              // the run was at its end
)
