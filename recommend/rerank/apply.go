package rerank

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/clmkit/clmkit/llm"
)

// Options bound what a stage may do to a list.
type Options struct {
	// Top is how many items of the head of a list are ordered anew. The rest
	// stays where it is. Default: 20.
	Top int `json:"top"`
	// Timeout is how long a list waits for the stage. Default: 2 seconds.
	Timeout time.Duration `json:"timeout_ns"`
}

func (o *Options) defaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	d.Top = positive(d.Top, 20)
	if d.Timeout <= 0 {
		d.Timeout = 2 * time.Second
	}
	return d
}

// Cause says why a list was left in its order.
type Cause string

// The causes. An empty cause is a list that the stage has ordered.
const (
	Off      Cause = "off"           // the gate keeps the stage from such lists
	Short    Cause = "short"         // fewer than two items
	Unknown  Cause = "nothing known" // neither a portrait nor a search
	TimedOut Cause = "timed out"     // by Options.Timeout, or by the client of the model
	Broke    Cause = "budget"        // an [llm.Budget] or the provider's quota is used up
	Canceled Cause = "canceled"      // the caller's ctx ended
	Failed   Cause = "failed"        // anything else: see Result.Err
)

// Result is a list in its new order, or in its old one with the reason.
type Result struct {
	// Order has the index of every item of the list once, the best first.
	Order []int
	// Scores are the stage's own, of the first len(Scores) items of Order.
	Scores []float64
	// Kept says why the order is the old one. Empty: it is the stage's.
	Kept Cause
	// Why says in words what Kept says, and Err is the error behind it, if any.
	Why string
	Err error
	// Stage is the name under which the stage was measured, behind a gate.
	Stage string
	// Repairs are what was wrong with the order that the model gave, Failures
	// the calls that failed beside others that did not.
	Repairs  Repairs
	Failures []error
	// Cost is that of the calls, also when they failed.
	Cost Cost
	// Elapsed is how long the stage took.
	Elapsed time.Duration
}

// Apply orders the head of a list, best first, by a stage that may fail, take too
// long or be wrong: each item is in the result once, whatever comes back, and
// where nothing usable comes the list is as it was, which Kept says.
//
// It blocks until the stage returns; a stage that heeds its ctx does so within
// the timeout. An answer that comes late all the same is taken: it has been
// waited for. Nil options are the defaults.
func Apply(ctx context.Context, stage Stage, q Query, items []Item, o *Options) *Result {
	d := o.defaults()
	n := min(len(items), d.Top)
	if n < 2 {
		return kept(len(items), Short, nil)
	}
	limited, cancel := context.WithTimeout(ctx, d.Timeout)
	defer cancel()
	start := time.Now()
	ranking, err := stage.Rank(limited, q, slices.Clone(items[:n]))
	elapsed := time.Since(start)
	if err == nil && ranking == nil {
		err = errors.New("rerank: the stage gave no order")
	}
	var r *Result
	if err != nil {
		r = kept(len(items), causeOf(ctx, err), err)
	} else {
		r = ranking.result(len(items), n)
	}
	r.Elapsed = elapsed
	return r
}

// kept is a list of n items in its old order.
func kept(n int, cause Cause, err error) *Result {
	r := &Result{Order: upTo(n), Kept: cause, Why: string(cause), Err: err}
	if err != nil {
		r.Why = fmt.Sprintf("%s: %v", cause, err)
	}
	if e, ok := errors.AsType[*Error](err); ok {
		r.Cost = e.Cost
	}
	return r
}

// result is a ranking of the first n of all items.
func (r *Ranking) result(all, n int) *Result {
	head, named, wrong := Repair(r.Order, n)
	out := &Result{Order: upTo(all), Repairs: r.Repairs, Failures: r.Failures, Cost: r.Cost}
	out.Repairs.add(wrong)
	if named == 0 {
		out.Kept, out.Err = Failed, errors.New("rerank: the stage's order names no item")
		out.Why = fmt.Sprintf("%s: %v", out.Kept, out.Err)
		return out
	}
	copy(out.Order, head)
	if wrong == (Repairs{}) { // else they may be those of other items
		out.Scores = r.Scores[:min(len(r.Scores), n)]
	}
	return out
}

// causeOf is why a stage failed under ctx.
func causeOf(ctx context.Context, err error) Cause {
	switch {
	case ctx.Err() != nil:
		return Canceled
	case errors.Is(err, ErrUnknown):
		return Unknown
	case errors.Is(err, llm.ErrBudget), errors.Is(err, llm.ErrQuota):
		return Broke
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, llm.ErrTimeout):
		return TimedOut
	}
	return Failed
}

// Reorder is items in an order of theirs, such as Result.Order.
func Reorder[T any](items []T, order []int) []T {
	out := make([]T, len(order))
	for place, i := range order {
		out[place] = items[i]
	}
	return out
}
