package langchain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/tmc/langchaingo/llms"

	"github.com/clmkit/clmkit/internal/httperr"
	"github.com/clmkit/clmkit/llm"
)

// outcome is what a call came to: what the wire shows goes before what langchaingo says.
func (m *model) outcome(ctx context.Context, req *llm.Request, x *exchange, resp *llms.ContentResponse, err error) (*llm.Response, error) {
	r := m.response(x, resp)
	fail := func(kind llm.Kind, cause error) (*llm.Response, error) {
		return nil, &llm.Error{Kind: kind, Provider: m.o.Provider, RequestID: x.requestID(), Partial: r.Text, Usage: r.Usage, Err: cause}
	}
	failure := x.failed()
	switch {
	case ctx.Err() != nil:
		return fail(llm.ErrCanceled, ctx.Err())
	case failure != nil:
		e := *failure
		e.Partial, e.Usage = r.Text, r.Usage
		return nil, &e
	case err != nil && !x.empty():
		return fail(errorKind(err, x), told(err))
	case resp == nil || len(resp.Choices) == 0 || resp.Choices[0] == nil || x.empty():
		return fail(llm.ErrEmpty, errors.New("no choices"))
	case x.refused():
		return fail(llm.ErrRefused, errors.New("the model declined"))
	}
	r.Warnings = append(r.Warnings, x.unsent(req)...)
	if r.Finish == "" && m.o.NoStopReason {
		r.Finish = llm.FinishStop
		r.Warnings = append(r.Warnings, "the provider gives no stop reason: that the answer is whole is not certain")
	}
	done, err := llm.Complete(m.o.Provider, r)
	if e, ok := errors.AsType[*llm.Error](err); ok {
		e.RequestID = x.requestID()
	}
	return done, err
}

// told is what an error says, and no more: an error of the provider's HTTP client must not pass for the end of the caller's
// context, and a URL may hold a key.
func told(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return errors.New(httperr.Clip(err.Error()))
}

// response is the first choice in neutral form.
func (m *model) response(x *exchange, resp *llms.ContentResponse) *llm.Response {
	r := &llm.Response{Model: m.o.Model}
	if name := x.model(); name != "" {
		r.Model = name
	}
	if resp == nil || len(resp.Choices) == 0 || resp.Choices[0] == nil {
		return r
	}
	choice := resp.Choices[0]
	r.Text, r.Finish, r.Usage = choice.Content, finish(choice.StopReason), usage(choice.GenerationInfo)
	if seen := x.finish(); seen != "" {
		r.Finish = finish(seen)
	}
	for i, c := range choice.ToolCalls {
		call := llm.ToolCall{ID: c.ID}
		if call.ID == "" {
			call.ID = fmt.Sprintf("call-%d", i)
		}
		if c.FunctionCall != nil {
			call.Name, call.Arguments = c.FunctionCall.Name, c.FunctionCall.Arguments
		}
		r.ToolCalls = append(r.ToolCalls, call)
	}
	return r
}

// finish is a stop reason in neutral words; one that is not known comes back as it is, and does not pass as complete.
func finish(reason string) llm.Finish {
	switch strings.ToLower(strings.TrimPrefix(reason, "FinishReason")) {
	case "stop", "end_turn", "stop_sequence", "eos", "eos_token", "complete", "completed", "finish":
		return llm.FinishStop
	case "tool_calls", "tool_use", "function_call":
		return llm.FinishToolCalls
	case "length", "max_tokens", "maxtokens", "model_length", "max_length":
		return llm.FinishLength
	case "content_filter", "content_filtered", "refusal", "safety", "recitation", "error_toxic", "guardrail_intervened",
		"blocklist", "prohibited_content", "spii":
		return llm.FinishFilter
	case "null":
		return ""
	}
	return llm.Finish(reason)
}

// usage reads the names that langchaingo's providers give their counts.
func usage(info map[string]any) llm.Usage {
	count := func(names ...string) int {
		for _, name := range names {
			switch n := info[name].(type) {
			case int:
				return n
			case int32:
				return int(n)
			case int64:
				return int(n)
			case float64:
				return int(n)
			}
		}
		return 0
	}
	return llm.Usage{
		Input:     count("PromptTokens", "InputTokens", "input_tokens"),
		Output:    count("CompletionTokens", "OutputTokens", "output_tokens"),
		Cached:    count("PromptCachedTokens", "CacheReadInputTokens", "CachedTokens"),
		Reasoning: count("ReasoningTokens", "ThinkingTokens"),
	}
}

// errorKind is the kind of an error that neither the context nor the wire explains.
func errorKind(err error, x *exchange) llm.Kind {
	if e, ok := errors.AsType[*llms.Error](err); ok {
		return codeKind(e.Code)
	}
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return llm.ErrTimeout
	}
	if errors.Is(err, io.ErrUnexpectedEOF) && !x.whole() {
		return llm.ErrTruncated
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return llm.ErrUnavailable
	}
	if x.answered() { // under a good status, so that what is wrong is the body
		return llm.ErrMalformed
	}
	return llm.ErrUnavailable
}

// codeKind is the kind of an error that langchaingo gave a code.
func codeKind(code llms.ErrorCode) llm.Kind {
	switch code {
	case llms.ErrCodeAuthentication:
		return llm.ErrUnauthorized
	case llms.ErrCodeRateLimit:
		return llm.ErrRateLimited
	case llms.ErrCodeInvalidRequest, llms.ErrCodeResourceNotFound, llms.ErrCodeNotImplemented:
		return llm.ErrInvalid
	case llms.ErrCodeTimeout:
		return llm.ErrTimeout
	case llms.ErrCodeQuotaExceeded:
		return llm.ErrQuota
	case llms.ErrCodeContentFilter:
		return llm.ErrRefused
	case llms.ErrCodeTokenLimit:
		return llm.ErrTooLong
	}
	return llm.ErrUnavailable
}
