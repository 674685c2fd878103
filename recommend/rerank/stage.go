package rerank

import (
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/llm"
)

// Segment says what kind of list a query asks for. A verdict is given for each.
type Segment string

// The segments in which models are known to differ. A host may have others.
const (
	Warm         Segment = "warm"          // a customer who has bought before
	ColdCustomer Segment = "cold customer" // one who has only looked, searched or told
	ColdItem     Segment = "cold item"     // a list of items that few have bought yet
)

// Query says for whom a list is ordered, and what is known.
type Query struct {
	// Customer is the portrait of the customer in words, such as
	// profile.Describe gives. Empty: nothing is known, or the customer has not
	// agreed to it being used.
	Customer string
	// Search is what the customer looks for, in the customer's words. Optional.
	Search string
	// Locale is where the customer reads, a BCP 47 tag. Optional.
	Locale string
	// Segment is the kind of list. Empty is a segment too.
	Segment Segment
	// Scope says for whom the model is called: budgets, caches and pseudonyms
	// are kept by it. It is not sent to a provider.
	Scope llm.Scope
	// Seed of whatever a stage draws at random.
	Seed uint64
}

// Stage orders a list anew.
//
// Rank blocks until it has an order, failed, or ctx ended. It neither changes
// items nor keeps them, is safe for concurrent use, and gives the same order for
// the same query and items where its model does. An error that matches
// [ErrUnknown] says that the query has nothing to go by; any other that the
// stage failed, and what that cost is in an [*Error] on its chain.
//
// Whoever calls it directly has to expect an order with holes; [Apply] does not
// trust it.
type Stage interface {
	Rank(ctx context.Context, q Query, items []Item) (*Ranking, error)
}

// StageFunc makes a Stage of a function.
type StageFunc func(ctx context.Context, q Query, items []Item) (*Ranking, error)

// Rank calls f.
func (f StageFunc) Rank(ctx context.Context, q Query, items []Item) (*Ranking, error) {
	return f(ctx, q, items)
}

// Ranking is a new order of a list.
type Ranking struct {
	// Order has the index of every item once, the best first. Those that the
	// model said nothing about come last, as they were.
	Order []int
	// Scores are those of the first len(Scores) items of Order, none greater
	// than the one before. What they mean is the stage's affair. Items without
	// one are those that the model said nothing about.
	Scores []float64
	// Repairs are what was wrong with the model's own order.
	Repairs Repairs
	// Failures are the calls that failed while others gave the order.
	Failures []error
	// Cost is that of all calls.
	Cost Cost
}

// ErrUnknown is a query with neither a portrait nor a search: a model has
// nothing to order by.
var ErrUnknown = errors.New("rerank: nothing is known of the customer")

// Error is a stage that failed after calls that may have cost something.
type Error struct {
	Cost Cost
	Err  error
}

// Error says what failed.
func (e *Error) Error() string { return fmt.Sprintf("rerank: %v", e.Err) }

// Unwrap is the failure without its cost.
func (e *Error) Unwrap() error { return e.Err }

// failed is an error with its cost.
func failed(c Cost, err error) error { return &Error{c, err} }

// known reports whether there is anything to order by: a word in either text.
func (q *Query) known() bool { return line(q.Customer+" "+q.Search, 8) != "" }

// Lists that a stage has nothing to say about.
var (
	errNoText  = errors.New("no item has a text")
	errNoScore = errors.New("no item has a score")
	errNoOrder = errors.New("the answer names no item")
)
