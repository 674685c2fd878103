package llm

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// TokenCounter is a Model that can say how many tokens a request is before it is sent, as its provider counts them.
//
// CountTokens neither changes the request nor keeps it, and is safe for concurrent use. It may cost a call to the
// provider. Its errors are those of [Model].
type TokenCounter interface {
	CountTokens(ctx context.Context, req *Request) (int, error)
}

// CountOptions say what the bound of [CountTokens] cannot see in a request.
type CountOptions struct {
	// Media is the most tokens that an image or a recording costs, by the rules of the model at hand. Nil: a request with
	// media has no bound and is refused with ErrInvalid.
	Media func(*Media) int
	// Overhead is the most tokens that the server adds to a request by itself, such as a system text of its own. Default:
	// 128, which covers the chat templates of Llama 3, Qwen and gpt-oss; a server that was given a system text needs more.
	Overhead int
}

// What a request costs beside its texts, in tokens. Providers publish few of these numbers; each is an allowance well
// above what is known.
const (
	overheadTokens = 128 // system text that chat templates write by themselves: 25 to 100
	messageTokens  = 16  // marks of a message's begin, role and end: 3 to 7
	textTokens     = 8   // marks at the begin and the end of a text: up to 3 in SentencePiece, BERT and its like
	toolsTokens    = 640 // what the server tells the model about tools as such: up to 530 at Anthropic
	toolTokens     = 32  // marks of a tool, a tool call or a schema
	quoteTokens    = 72  // the tags around quoted text, in bytes: 27 and twice the digits of their number
	sourceFactor   = 4   // bytes that %q writes at most for a byte of valid UTF-8
	jsonFactor     = 2   // JSON is indented and escaped by templates
)

// CountTokens is how many tokens req is for m. Where m, or a model within it (a method Unwrap() Model leads there), is a
// [TokenCounter], the count is exact: the provider's own, and the error is its error; a [Shield] on the way hides from it
// what it hides from the model. Everywhere else it is a bound from above: the number of bytes of all texts, as a token
// covers at least one byte, twice the bytes of tools, tool calls and the schema, and an allowance of 128 tokens for the
// request, 16 for each message, 8 for each part, 640 for having tools and 32 for each of them and for the schema.
//
// The bound holds for tokenizers whose tokens are bytes of the text (byte-level BPE, SentencePiece with byte fallback:
// GPT, Llama, Mistral, Qwen, Gemma). It does not for those that first rewrite the text by Unicode's compatibility forms
// (T5, XLM-R), where one rare sign can become eighteen. For English text it is about four times the count. It costs one
// pass over the messages and no memory.
func CountTokens(ctx context.Context, m Model, req *Request, opts *CountOptions) (tokens int, exact bool, err error) {
	if err := req.Validate(); err != nil {
		return 0, false, err
	}
	if counter := counterIn(m); counter != nil {
		ask, err := askedWithin(ctx, m, req)
		if err != nil {
			return 0, false, err
		}
		n, err := counter.CountTokens(ctx, ask)
		if err == nil && n < 0 {
			err = &Error{Kind: ErrMalformed, Err: fmt.Errorf("counted %d tokens", n)}
		}
		return max(n, 0), err == nil, err
	}
	n, err := boundTokens(req, opts)
	return n, false, err
}

// counterIn is the outermost token counter of m and the models within it; nil when there is none.
func counterIn(m Model) TokenCounter {
	for m != nil {
		if counter, ok := m.(TokenCounter); ok {
			return counter
		}
		wrapper, ok := m.(interface{ Unwrap() Model })
		if !ok {
			return nil
		}
		m = wrapper.Unwrap()
	}
	return nil
}

// askedWithin is what the token counter in m would be asked: a shield lets nothing past it, be it only to be counted.
func askedWithin(ctx context.Context, m Model, req *Request) (*Request, error) {
	for {
		if _, ok := m.(TokenCounter); ok {
			return req, nil
		}
		if l, ok := m.(*layer); ok && l.asks != nil {
			ask, err := l.asks(ctx, req)
			if err != nil {
				return nil, err
			}
			req = ask
		}
		m = m.(interface{ Unwrap() Model }).Unwrap()
	}
}

// boundTokens is the bound that [CountTokens] documents.
func boundTokens(req *Request, opts *CountOptions) (int, error) {
	n := int64(overheadTokens)
	if opts != nil && opts.Overhead > 0 {
		n = int64(opts.Overhead)
	}
	for i := range req.Messages {
		of, err := req.Messages[i].bound(opts)
		if err != nil {
			return 0, err
		}
		n = plus(n, of)
	}
	if len(req.Tools) > 0 {
		n = plus(n, toolsTokens)
	}
	for _, t := range req.Tools {
		n = plus(n, toolTokens+jsonFactor*sizes(len(t.Name), len(t.Description), len(t.Parameters)))
	}
	if req.Schema != nil {
		n = plus(n, toolTokens+jsonFactor*sizes(len(req.Schema.Name), len(req.Schema.Definition)))
	}
	return clamp(n), nil
}

func (m *Message) bound(opts *CountOptions) (int64, error) {
	n, quotes := messageTokens+int64(len(m.ToolCallID)), false
	for i := range m.Parts {
		of, err := m.Parts[i].bound(opts)
		if err != nil {
			return 0, err
		}
		n, quotes = plus(n, of), quotes || m.Parts[i].Source != ""
	}
	if quotes {
		n += int64(len(quoteRule))
	}
	for _, c := range m.ToolCalls {
		n = plus(n, toolTokens+jsonFactor*sizes(len(c.ID), len(c.Name), len(c.Arguments)))
	}
	return n, nil
}

func (p *Part) bound(opts *CountOptions) (int64, error) {
	n := textTokens + int64(len(p.Text))
	if p.Source != "" {
		n += quoteTokens + sourceFactor*int64(len(p.Source))
	}
	if p.Media == nil {
		return n, nil
	}
	if opts == nil || opts.Media == nil {
		return 0, &Error{Kind: ErrInvalid, Err: errors.New("media without a bound of its tokens: set CountOptions.Media")}
	}
	of := opts.Media(p.Media)
	if of < 0 {
		return 0, &Error{Kind: ErrInvalid, Err: fmt.Errorf("media of %d tokens", of)}
	}
	return plus(n, int64(of)), nil
}

// boundTexts is the most tokens that texts are when each is sent behind a text of the given bytes.
func boundTexts(before int, texts []string) int {
	n := int64(0)
	for _, t := range texts {
		n = plus(n, textTokens+sizes(before, len(t)))
	}
	return clamp(n)
}

func sizes(bytes ...int) int64 {
	n := int64(0)
	for _, b := range bytes {
		n += int64(b)
	}
	return n
}

func clamp(n int64) int { return int(min(n, math.MaxInt)) }
