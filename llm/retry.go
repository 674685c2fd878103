package llm

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"sync"
	"time"
)

// RetryOptions say how often and how patiently a failed call is made again.
type RetryOptions struct {
	// Attempts is how often a call is made at most, the first time included. 1: never again. Default: 3.
	Attempts int
	// Backoff is the longest wait before the first retry; before each further one it doubles, up to MaxWait. The wait
	// itself is drawn from 0 to that. Default: 500 ms.
	Backoff time.Duration
	// MaxWait is the longest wait that is put up with: an error whose RetryAfter asks for more comes back at once.
	// Default: 20 s, the longest backoff of the AWS SDKs.
	MaxWait time.Duration
	// Bucket pays for the retries. Share one between the models of one provider. Default: one of 500 tokens for each
	// Retry.
	Bucket *RetryBucket
	// Source draws the waits. It is guarded within one Retry; do not give it to two. Default: a freshly seeded PCG.
	Source rand.Source
}

// Retry makes a model that calls m again when it failed in a way that may pass: an error that is [Retryable]. It waits
// before each retry, as long as the provider asks in Error.RetryAfter, and on top of it a random part of a backoff that
// doubles, so that callers that failed together do not come back together (full jitter: Marc Brooker, "Exponential Backoff
// And Jitter", AWS Architecture Blog, 2015).
//
// The last error comes back as it is when the attempts are used up or the bucket is empty, and at once, without waiting,
// when the wait would be longer than MaxWait or end after ctx does. When ctx ends during a wait the error is ErrCanceled,
// and errors.Is reaches the end of ctx and the last failure. What failed attempts cost is added to the usage of the
// response or of the last error. An answer of a later attempt says so in Via: "retry: 2 attempts".
//
// A stream is retried only while no text has been handed out; what fails after that is passed on.
//
// Retry stands near the provider, within [Breaker] and [Fallback], so that these see what retries could not mend, and
// around a budget, so that each attempt is paid for. It holds no goroutine, and costs nothing when the first attempt
// succeeds.
func Retry(m Model, opts *RetryOptions) Model {
	r := newRetrier(opts)
	return &layer{
		inner: m,
		generate: func(ctx context.Context, req *Request) (*Response, error) {
			return r.generate(ctx, m, req)
		},
		stream: func(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
			return func(yield func(Delta, error) bool) { r.stream(ctx, m, req, yield) }
		},
	}
}

// RetryEmbedder makes an embedder that calls e again as [Retry] does. What failed attempts cost is in Embeddings.Usage.
func RetryEmbedder(e Embedder, opts *RetryOptions) Embedder {
	r := newRetrier(opts)
	return EmbedderFunc(func(ctx context.Context, texts []string) (*Embeddings, error) {
		return r.embed(ctx, e, texts)
	})
}

// retrier is what the calls through one Retry share.
type retrier struct {
	attempts         int
	backoff, maxWait time.Duration
	bucket           *RetryBucket

	mu     sync.Mutex
	random *rand.Rand
}

func newRetrier(opts *RetryOptions) *retrier {
	var o RetryOptions
	if opts != nil {
		o = *opts
	}
	if o.Source == nil {
		o.Source = rand.NewPCG(rand.Uint64(), rand.Uint64())
	}
	if o.Bucket == nil {
		o.Bucket = new(RetryBucket)
	}
	return &retrier{
		attempts: cmp.Or(max(0, o.Attempts), 3),
		backoff:  cmp.Or(max(0, o.Backoff), 500*time.Millisecond),
		maxWait:  cmp.Or(max(0, o.MaxWait), 20*time.Second),
		bucket:   o.Bucket,
		random:   rand.New(o.Source),
	}
}

func (r *retrier) generate(ctx context.Context, m Model, req *Request) (*Response, error) {
	t := tries{retrier: r}
	for {
		resp, err := m.Generate(ctx, req)
		if err == nil {
			return t.answer(resp), nil
		}
		if err := t.again(ctx, err); err != nil {
			return nil, err
		}
	}
}

func (r *retrier) stream(ctx context.Context, m Model, req *Request, yield func(Delta, error) bool) {
	t := tries{retrier: r}
	for {
		p := pass(Stream(ctx, m, req), yield, t.answer, nil)
		switch {
		case p.done:
			return
		case p.stopped:
			t.refund()
			return
		case p.text:
			yield(p.last, withUsage(p.err, t.spent))
			return
		}
		if err := t.again(ctx, p.err); err != nil {
			yield(p.last, err)
			return
		}
	}
}

func (r *retrier) embed(ctx context.Context, e Embedder, texts []string) (*Embeddings, error) {
	t := tries{retrier: r}
	for {
		got, err := e.Embed(ctx, texts)
		if err == nil {
			t.succeed()
			if t.failed == 0 {
				return got, nil
			}
			c := *got
			c.Usage = c.Usage.Add(t.spent)
			return &c, nil
		}
		if err := t.again(ctx, err); err != nil {
			return nil, err
		}
	}
}

// wait draws how long to wait after the given number of failures.
func (r *retrier) wait(failed int, err error) time.Duration {
	most := min(r.backoff, r.maxWait)
	for i := 1; i < failed && most < r.maxWait; i++ {
		most += min(most, r.maxWait-most)
	}
	r.mu.Lock()
	jitter := time.Duration(r.random.Int64N(int64(most) + 1))
	r.mu.Unlock()
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok || e.RetryAfter <= 0:
		return jitter
	case e.RetryAfter > r.maxWait:
		return e.RetryAfter
	}
	return e.RetryAfter + min(jitter, r.maxWait-e.RetryAfter)
}
