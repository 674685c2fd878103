package llm

import (
	"context"
	"fmt"
	"time"
)

// tries are the attempts of one call.
type tries struct {
	*retrier
	failed int
	cost   int64 // of the retry that is under way
	spent  Usage // by the attempts that failed
}

// again takes in a failure, and returns nil when it is time for the next attempt; else the error to return.
func (t *tries) again(ctx context.Context, err error) error {
	earlier := t.spent
	t.failed, t.spent = t.failed+1, earlier.Add(usageOf(err))
	switch {
	case !Retryable(err):
		return withUsage(err, earlier)
	case ctx.Err() != nil:
		return endedAfter(ctx, err, t.spent)
	case t.failed >= t.attempts:
		return withUsage(err, earlier)
	}
	wait := t.wait(t.failed, err)
	if deadline, ok := ctx.Deadline(); wait > t.maxWait || ok && time.Until(deadline) <= wait {
		return withUsage(err, earlier)
	}
	cost := costOf(kindOf(err))
	if !t.bucket.take(cost) {
		return withUsage(err, earlier)
	}
	t.cost = cost
	if sleep(ctx, wait) {
		return nil
	}
	t.refund() // the retry was not made
	return endedAfter(ctx, err, t.spent)
}

// sleep waits, and reports whether it did so to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// succeed gives tokens for a success.
func (t *tries) succeed() {
	if t.failed == 0 {
		t.bucket.give(firstTryGain)
		return
	}
	t.refund()
}

// refund gives back what the last retry cost.
func (t *tries) refund() {
	t.bucket.give(t.cost)
	t.cost = 0
}

// answer is the response of the attempt that succeeded.
func (t *tries) answer(r *Response) *Response {
	t.succeed()
	if t.failed == 0 {
		return r
	}
	return credit(r, fmt.Sprintf("retry: %d attempts", t.failed+1), t.spent)
}
