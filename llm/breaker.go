package llm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"
)

// ErrBreakerOpen is the cause of the error of a call that a [Breaker] did not make.
var ErrBreakerOpen = errors.New("breaker is open")

// BreakerState says whether a breaker lets calls through.
type BreakerState string

// The states of a breaker.
const (
	BreakerClosed   BreakerState = "closed"    // all calls are made
	BreakerOpen     BreakerState = "open"      // none is
	BreakerHalfOpen BreakerState = "half-open" // a few are, to see whether the provider is back
)

// BreakerOptions say when a breaker opens and for how long. The defaults of MinCalls, FailureRate and OpenTime are those
// of Netflix's Hystrix; its window of 10 s is longer here, since answers of models take seconds.
type BreakerOptions struct {
	// Window is how far back calls count. Default: 30 s.
	Window time.Duration
	// MinCalls is how many calls have to have ended in the window before it may open. Default: 20.
	MinCalls int
	// FailureRate is the share of failures in the window that opens it, in (0, 1]. Default: 0.5.
	FailureRate float64
	// OpenTime is how long it stays open at first. Each probe that fails doubles it. Default: 5 s.
	OpenTime time.Duration
	// MaxOpenTime bounds the doubling. Default: 2 min, or OpenTime when that is longer.
	MaxOpenTime time.Duration
	// Probes is how many calls are let through at one time when it is half-open. Default: 1.
	Probes int
	// OnChange is told of each change of state, for metrics. It is called by the call that made the change, outside of all
	// locks, and from several goroutines at once when changes follow closely. Nil: nobody is told.
	OnChange func(from, to BreakerState)
}

// Breaker makes a model that stops calling m while m's provider is down. It opens when enough calls in a rolling window
// failed; then calls fail at once with ErrUnavailable, the time that is left in Error.RetryAfter, and [ErrBreakerOpen] as
// the cause. After OpenTime it is half-open: one call at a time is made as a probe, and the others go on failing, with
// RetryAfter 0. A probe that succeeds closes the breaker; one that fails opens it again for twice as long.
//
// Failures are those that speak of the provider's health: ErrUnavailable, ErrTimeout, ErrTruncated and ErrMalformed. An
// answer is a success, and so is what only a provider that is up can say: ErrEmpty, ErrLength and ErrRefused are the
// model's doing; ErrUnauthorized, ErrQuota and ErrRateLimited concern the account, and to open on a rate limit would waste
// the share that is still granted. All else counts as neither, since it may come about without the provider: ErrInvalid
// and ErrTooLong (found before sending), ErrBudget, ErrLimit, ErrSchema, ErrCanceled, errors of no kind, and streams that
// the consumer breaks off. How long a caller waits says nothing of the provider either, unless its ctx ended with the cause
// ErrTimeout, as that of an attempt of [Fallback] does, or one made by context.WithTimeoutCause(ctx, d, llm.ErrTimeout).
//
// A probe that counts as neither leaves the breaker half-open for the next call to probe; one that does not end keeps
// others from probing only as long as the breaker was open before. A stream counts at its end.
//
// Breaker stands around [Retry], so that one call counts once however often it was retried, and within [Fallback], which
// takes the next model at once while it is open. Use one Breaker for one provider: a Breaker around a Fallback sees only
// failures of all. Breaker panics when FailureRate is not in [0, 1].
func Breaker(m Model, opts *BreakerOptions) Model {
	b := newBreaker(opts)
	return &layer{
		inner: m,
		generate: func(ctx context.Context, req *Request) (*Response, error) {
			return b.generate(ctx, m, req)
		},
		stream: func(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
			return func(yield func(Delta, error) bool) { b.stream(ctx, m, req, yield) }
		},
	}
}

// breaker is the state of one Breaker.
type breaker struct {
	o BreakerOptions

	mu     sync.Mutex
	state  BreakerState
	term   int           // counts the changes of state: what began in an earlier term does not count
	window window        // of the calls since it closed
	open   time.Duration // how long it was open last; 0 when it was closed since
	until  time.Time     // open: when it ends; half-open: when probes that are under way no longer hold others back
	probes int           // under way
}

func newBreaker(opts *BreakerOptions) *breaker {
	var o BreakerOptions
	if opts != nil {
		o = *opts
	}
	if !(o.FailureRate >= 0 && o.FailureRate <= 1) {
		panic(fmt.Sprintf("llm: failure rate %v: want 0 to 1", o.FailureRate))
	}
	o.Window = cmp.Or(max(0, o.Window), 30*time.Second)
	o.MinCalls = cmp.Or(max(0, o.MinCalls), 20)
	o.FailureRate = cmp.Or(o.FailureRate, 0.5)
	o.OpenTime = cmp.Or(max(0, o.OpenTime), 5*time.Second)
	o.MaxOpenTime = max(cmp.Or(max(0, o.MaxOpenTime), 2*time.Minute), o.OpenTime)
	o.Probes = cmp.Or(max(0, o.Probes), 1)
	return &breaker{o: o, state: BreakerClosed, window: newWindow(o.Window)}
}

func (b *breaker) generate(ctx context.Context, m Model, req *Request) (*Response, error) {
	term, err := b.admit(ctx)
	if err != nil {
		return nil, err
	}
	sign := silent
	defer func() { b.report(term, sign) }() // even when the model panics: a probe must not stay under way
	resp, err := m.Generate(ctx, req)
	sign = signOf(ctx, err)
	return resp, err
}

func (b *breaker) stream(ctx context.Context, m Model, req *Request, yield func(Delta, error) bool) {
	term, err := b.admit(ctx)
	if err != nil {
		yield(Delta{}, err)
		return
	}
	ended := false
	defer func() {
		if !ended {
			b.report(term, silent) // broken off, or a panic
		}
	}()
	for d, err := range Stream(ctx, m, req) {
		if err != nil || d.Done != nil {
			ended = true
			b.report(term, signOf(ctx, err)) // before the consumer goes on with what it got
		}
		if !yield(d, err) {
			return
		}
	}
}

// admit lets a call through, in the term that it returns, or says why not.
func (b *breaker) admit(ctx context.Context) (term int, err error) {
	if ctx.Err() != nil {
		return 0, &Error{Kind: ErrCanceled, Err: ctx.Err()}
	}
	b.mu.Lock()
	from := b.state
	term, left, ok := b.enter()
	to := b.state
	b.mu.Unlock()
	b.tell(from, to)
	if !ok {
		return 0, &Error{Kind: ErrUnavailable, RetryAfter: left, Err: ErrBreakerOpen}
	}
	return term, nil
}

// enter decides about a call. It is called with the lock held.
func (b *breaker) enter() (term int, left time.Duration, ok bool) {
	if b.state == BreakerClosed {
		return b.term, 0, true
	}
	now := time.Now()
	late := !now.Before(b.until)
	switch {
	case b.state == BreakerOpen && !late:
		return 0, b.until.Sub(now), false
	case b.state == BreakerOpen:
		b.change(BreakerHalfOpen)
	case b.probes >= b.o.Probes && !late:
		return 0, 0, false
	}
	b.probes++
	b.until = now.Add(b.open)
	return b.term, 0, true
}

// report takes in the end of a call that was let through.
func (b *breaker) report(term int, s sign) {
	b.mu.Lock()
	from := b.state
	if term == b.term {
		b.count(s)
	}
	to := b.state
	b.mu.Unlock()
	b.tell(from, to)
}

// count takes in a call of this term. It is called with the lock held.
func (b *breaker) count(s sign) {
	if b.state == BreakerHalfOpen {
		b.probes--
		switch s {
		case well:
			b.change(BreakerClosed)
		case ill:
			b.trip()
		}
		return
	}
	if s == silent {
		return
	}
	b.window.add(s == ill)
	if s == ill && b.window.failing(b.o.MinCalls, b.o.FailureRate) {
		b.trip()
	}
}

// trip opens the breaker, for twice as long as the last time when it has not closed since.
func (b *breaker) trip() {
	b.open = min(max(b.open+min(b.open, b.o.MaxOpenTime), b.o.OpenTime), b.o.MaxOpenTime)
	b.until = time.Now().Add(b.open)
	b.change(BreakerOpen)
}

// change begins a term.
func (b *breaker) change(to BreakerState) {
	b.state, b.probes = to, 0
	b.term++
	if to == BreakerClosed {
		b.open, b.window = 0, newWindow(b.o.Window)
	}
}

func (b *breaker) tell(from, to BreakerState) {
	if from != to && b.o.OnChange != nil {
		b.o.OnChange(from, to)
	}
}
