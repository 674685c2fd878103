package llm

import "sync/atomic"

// What retries cost, and how many tokens there are, as in the standard retry mode of the AWS SDKs ("Retry behavior" in the
// AWS SDKs and Tools Reference Guide; DefaultRetryRateTokens and its neighbours in aws-sdk-go-v2, package aws/retry).
const (
	bucketTokens = 500
	retryCost    = 5
	timeoutCost  = 10 // of a retry after ErrTimeout: the call that timed out held the provider's machine for long
	firstTryGain = 1
)

// RetryBucket holds the tokens that retries are paid with, so that an outage is not multiplied by them. A retry takes 5
// tokens, 10 after [ErrTimeout]; one that succeeds gives back what it took, and a call that succeeds at once gives back 1.
// When there are too few, calls are made once.
//
// Of n calls, then, at most (tokens + n)/5 retries fail. In a full outage nothing comes back: 500 tokens are at most 100
// retries, after which each call is made once, so 1,000 calls become at most 1,100 and 10,000 at most 10,100. In short
// outages of fewer calls, [RetryOptions].Attempts is the bound.
//
// The zero value is a full bucket of 500 tokens. It is safe for concurrent use, and must not be copied.
type RetryBucket struct {
	capacity int64 // 0: bucketTokens
	spent    atomic.Int64
}

// NewRetryBucket makes a full bucket. Default, when tokens is 0 or less: 500.
func NewRetryBucket(tokens int) *RetryBucket { return &RetryBucket{capacity: int64(max(0, tokens))} }

// Tokens is how many are left.
func (b *RetryBucket) Tokens() int { return int(b.size() - b.spent.Load()) }

func (b *RetryBucket) size() int64 {
	if b.capacity == 0 {
		return bucketTokens
	}
	return b.capacity
}

// take pays for a retry, and reports whether there were enough tokens.
func (b *RetryBucket) take(cost int64) bool {
	for {
		spent := b.spent.Load()
		if spent+cost > b.size() {
			return false
		}
		if b.spent.CompareAndSwap(spent, spent+cost) {
			return true
		}
	}
}

// give puts tokens back, up to the capacity.
func (b *RetryBucket) give(tokens int64) {
	for spent := b.spent.Load(); spent > 0; spent = b.spent.Load() {
		if b.spent.CompareAndSwap(spent, max(0, spent-tokens)) {
			return
		}
	}
}

// costOf is the price of a retry after a failure of the given kind.
func costOf(kind Kind) int64 {
	if kind == ErrTimeout {
		return timeoutCost
	}
	return retryCost
}
