package llm

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/http"
)

// charged is a model whose calls a budget pays for.
type charged struct {
	b     *Budget
	name  string
	price Price
	inner Model
}

// chargedCall is a call under way and the request that it sends.
type chargedCall struct {
	reservation
	ask     Request
	most    int  // what MaxTokens points to when
	limited bool // it is the budget's
	arrived bool // some text has
}

// open reserves a call of req.
func (c *charged) open(ctx context.Context, req *Request) (*chargedCall, error) {
	if req == nil || req.MaxTokens != nil && *req.MaxTokens < 1 {
		return nil, req.Validate()
	}
	input, err := c.count(ctx, req)
	if err != nil {
		return nil, err
	}
	call := &chargedCall{ask: *req, limited: req.MaxTokens == nil}
	if call.limited {
		call.most = c.b.o.MaxOutput
		call.ask.MaxTokens = &call.most
	}
	call.reservation = reservation{
		purpose: req.Purpose, scope: req.Scope, model: c.name, price: c.price,
		input: input, output: *call.ask.MaxTokens,
	}
	return call, c.b.reserve(ctx, &call.reservation)
}

func (c *charged) count(ctx context.Context, req *Request) (int, error) {
	if c.b.o.Exact && counterIn(c.inner) != nil {
		if n, exact, err := CountTokens(ctx, c.inner, req, c.b.o.Tokens); err == nil && exact {
			return n, nil
		}
	}
	return boundTokens(req, c.b.o.Tokens)
}

func (c *charged) generate(ctx context.Context, req *Request) (*Response, error) {
	call, err := c.open(ctx, req)
	if err != nil {
		return nil, err
	}
	defer call.keep()
	resp, err := c.inner.Generate(ctx, &call.ask)
	if err != nil {
		return nil, call.failed(err)
	}
	call.done(resp.Usage)
	return resp, nil
}

func (c *charged) stream(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
	return func(yield func(Delta, error) bool) {
		call, err := c.open(ctx, req)
		if err != nil {
			yield(Delta{}, err)
			return
		}
		defer call.keep() // of one that is broken off
		for d, err := range Stream(ctx, c.inner, &call.ask) {
			call.arrived = call.arrived || d.Text != ""
			switch {
			case err != nil:
				err = call.failed(err)
			case d.Done != nil:
				call.done(d.Done.Usage)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// failed settles a call that failed. Where the answer met a token limit that the budget set, the error says so.
func (c *chargedCall) failed(err error) error {
	c.fail(err, c.arrived)
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != ErrLength || !c.limited {
		return err
	}
	told := *e
	told.Err = fmt.Errorf("max tokens %d, set by the budget", c.output)
	if e.Err != nil {
		told.Err = fmt.Errorf("%w: %w", told.Err, e.Err)
	}
	return &told
}

// costsNothing reports whether a call that failed like this, before any text arrived, certainly costs nothing. See
// [Budget].
func costsNothing(e *Error) bool {
	if e.Status/100 == 2 {
		return false // the call was let in, and then an error came in its body
	}
	switch e.Kind {
	case ErrRateLimited, ErrInvalid, ErrUnauthorized, ErrQuota, ErrBudget:
		return true
	case ErrUnavailable:
		const overloaded = 529 // Anthropic
		dial, ok := errors.AsType[*net.OpError](e.Err)
		unconnected := ok && (dial.Op == "dial" || dial.Op == "proxyconnect")
		return unconnected || e.Status == http.StatusServiceUnavailable || e.Status == overloaded
	}
	return false
}

// Embedder is e, charged at the price of the model's name to calls of the purpose and scope. It reserves a token for each
// byte of the texts and 8 for each text. A wrapper costs nothing to make, so that there may be one for each customer.
func (b *Budget) Embedder(name string, e Embedder, p Purpose, s Scope) (Embedder, error) {
	price, err := b.price(name)
	if err != nil {
		return nil, err
	}
	return EmbedderFunc(func(ctx context.Context, texts []string) (*Embeddings, error) {
		if len(texts) == 0 {
			return e.Embed(ctx, texts)
		}
		r := reservation{purpose: p, scope: s, model: name, price: price, input: boundTexts(0, texts)}
		return pay(ctx, b, &r, func() (*Embeddings, Usage, error) {
			got, err := e.Embed(ctx, texts)
			if err != nil {
				return nil, Usage{}, err
			}
			return got, got.Usage, nil
		})
	}), nil
}

// Reranker is r, charged as [Budget.Embedder] is. It reserves the query anew for each document, since the model reads
// both together.
func (b *Budget) Reranker(name string, r Reranker, p Purpose, s Scope) (Reranker, error) {
	price, err := b.price(name)
	if err != nil {
		return nil, err
	}
	return RerankerFunc(func(ctx context.Context, query string, documents []string) (*Relevances, error) {
		if len(documents) == 0 {
			return r.Rerank(ctx, query, documents)
		}
		held := reservation{purpose: p, scope: s, model: name, price: price, input: boundTexts(len(query)+textTokens, documents)}
		return pay(ctx, b, &held, func() (*Relevances, Usage, error) {
			got, err := r.Rerank(ctx, query, documents)
			if err != nil {
				return nil, Usage{}, err
			}
			return got, got.Usage, nil
		})
	}), nil
}

// Scorer is s, charged as [Budget.Embedder] is. It reserves the prefix anew for each continuation, and a token of output,
// which servers insist to write.
func (b *Budget) Scorer(name string, s Scorer, p Purpose, scope Scope) (Scorer, error) {
	price, err := b.price(name)
	if err != nil {
		return nil, err
	}
	return ScorerFunc(func(ctx context.Context, prefix string, continuations []string) (*Likelihoods, error) {
		n := len(continuations)
		if n == 0 {
			return s.LogLikelihood(ctx, prefix, continuations)
		}
		r := reservation{purpose: p, scope: scope, model: name, price: price, input: boundTexts(len(prefix)+textTokens, continuations), output: n}
		return pay(ctx, b, &r, func() (*Likelihoods, Usage, error) {
			got, err := s.LogLikelihood(ctx, prefix, continuations)
			if err != nil {
				return nil, Usage{}, err
			}
			return got, got.Usage, nil
		})
	}), nil
}

// pay makes a call that is not a model's.
func pay[T any](ctx context.Context, b *Budget, r *reservation, call func() (*T, Usage, error)) (*T, error) {
	if err := b.reserve(ctx, r); err != nil {
		return nil, err
	}
	defer r.keep()
	got, usage, err := call()
	if err != nil {
		r.fail(err, false)
		return nil, err
	}
	r.done(usage)
	return got, nil
}
