package httperr

import (
	"net/http"
	"strings"

	"github.com/clmkit/clmkit/llm"
)

// errorKind goes by the machine-readable code where there is one, and by the status.
func (f fault) errorKind(status int) llm.Kind {
	for _, code := range []string{f.code, f.kind} {
		switch code {
		case "insufficient_quota", "billing_hard_limit_reached", "billing_not_active":
			return llm.ErrQuota
		case "context_length_exceeded", "exceed_context_size_error": // OpenAI; llama.cpp
			return llm.ErrTooLong
		case "content_filter", "ResponsibleAIPolicyViolation", "content_policy_violation": // Azure, twice; OpenAI
			return llm.ErrRefused
		case "rate_limit_exceeded":
			return llm.ErrRateLimited
		case "invalid_request_error":
			if status >= 500 { // an error in a body, whose status is not known
				return llm.ErrInvalid
			}
		}
	}
	if tooLong(status, f.message) {
		return llm.ErrTooLong
	}
	return statusKind(status)
}

// contextWords are what servers without a code for it say of a request that is longer than the context, in lower case.
// They are from the servers' sources and documentation.
var contextWords = []string{
	"maximum context length",     // vLLM, SGLang, Mistral: "This model's maximum context length is 4096 tokens. However, …"
	"maximum model length",       // vLLM: "The decoder prompt (length 5000) is longer than the maximum model length of 4096."
	"context length is only",     // vLLM: "However, the model's context length is only 4096 tokens, …"
	"maximum allowed length",     // SGLang: "Input length (5000 tokens) exceeds the maximum allowed length (4096 tokens)."
	"available context size",     // llama.cpp: "the request exceeds the available context size"
	"exceeds the context length", // Ollama: "the input length exceeds the context length"
	"max context length",         // Ollama: "prompt too long; exceeded max context length by 12 tokens"
	"context length of only",     // LM Studio: "However, the model is loaded with context length of only 4096 tokens"
	"must have less than",        // text-embeddings-inference: "`inputs` must have less than 512 tokens. Given: 600"
}

// tooLong reads the message of statuses 400 and 413, and of no other: a message may quote the request, so that under
// another status the words need not be the server's.
func tooLong(status int, message string) bool {
	if status != http.StatusBadRequest && status != http.StatusRequestEntityTooLarge {
		return false
	}
	message = strings.ToLower(message)
	for _, words := range contextWords {
		if strings.Contains(message, words) {
			return true
		}
	}
	return false
}

func statusKind(status int) llm.Kind {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return llm.ErrUnauthorized
	case http.StatusPaymentRequired:
		return llm.ErrQuota
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return llm.ErrTimeout
	case http.StatusTooManyRequests:
		return llm.ErrRateLimited
	case http.StatusFailedDependency: // text-generation-inference: the model failed
		return llm.ErrUnavailable
	}
	if status >= 300 && status < 500 || status == http.StatusNotImplemented {
		return llm.ErrInvalid
	}
	return llm.ErrUnavailable
}
