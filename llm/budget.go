package llm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Budget keeps what models spend within limits, whatever they answer and however many calls run at once. Before a call it
// reserves the most that the call can cost, in every limit that the call counts to; a call that does not fit is refused
// with [ErrBudget] and nothing is sent. After the call it settles with what the provider counted.
//
// The reservation is the input bound of [CountTokens] and the request's MaxTokens of output. What the provider did not
// count stays charged as it was reserved; so does all of a call that failed or was broken off without a count, for its
// provider may have done the work. Only failures that certainly cost nothing are given back, if no text arrived before
// them and they did not come under a status of success:
//
//   - [ErrRateLimited], [ErrInvalid], [ErrUnauthorized], [ErrQuota]: refused at the door. All is given back.
//   - [ErrUnavailable] without a connection (a dial that failed), or with status 503 or 529, by which a server says that
//     it takes no requests: all is given back. Other faults of a server may come after the work and stay charged.
//   - [ErrTooLong]: the output is given back. Providers may charge for the input that they measured.
//   - Everything else, [ErrTimeout], [ErrCanceled], [ErrTruncated], [ErrRefused] and errors of other types among them,
//     stays charged, unless Error.Usage says what it cost.
//
// A provider that ignores MaxTokens, or counts more input than the bound, breaks the reservation: such a call is charged
// in full and counted as an overrun, and one that also does not count is charged as it was reserved.
//
// A Budget is shared by all models that spend from it and safe for concurrent use. It belongs next to the provider,
// inside of [Retry] and its like, so that each attempt is reserved; outside of a cache it would charge for answers that
// cost nothing. Budgets may stand inside one another, one of the whole around the provider and one of customers around
// that.
//
// It keeps one sum for each tenant, customer, session and purpose that a limit is kept by and that was let through at
// least once, 100 to 150 bytes and the length of their names; refused calls add none. Sums of a day are dropped with the
// day. Sums of limits with the window Forever stay until [Budget.Forget].
type Budget struct {
	prices Prices
	o      BudgetOptions

	mu       sync.Mutex
	ledger   ledger
	expenses map[expenseKey]*Expense
}

// BudgetOptions are settings of a [Budget].
type BudgetOptions struct {
	// Location whose midnight ends the day. Default: UTC.
	Location *time.Location
	// MaxOutput is the number of output tokens that are reserved for a request without MaxTokens, and sent as its
	// MaxTokens, so that the reservation holds. Default: 1024.
	MaxOutput int
	// Tokens says what the bound of the input cannot see. A request with media is refused without it.
	Tokens *CountOptions
	// Exact asks models that are a [TokenCounter] for the number of input tokens, which reserves less than the bound but
	// may cost a call to the provider. Where that fails the bound is taken. Default: the bound.
	Exact bool
}

// NewBudget makes a budget of models with the given prices, in any currency, under all of the limits. A call that breaks
// several fails with the first of them. It is an error when a price or a limit is negative, or when a limit limits
// nothing.
func NewBudget(prices Prices, limits []Limit, opts *BudgetOptions) (*Budget, error) {
	b := &Budget{prices: maps.Clone(prices), expenses: map[expenseKey]*Expense{}}
	if opts != nil {
		b.o = *opts
	}
	b.o.MaxOutput = cmp.Or(max(b.o.MaxOutput, 0), 1024)
	b.o.Location = cmp.Or(b.o.Location, time.UTC)
	for name, p := range prices {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("llm: budget: model %q: %w", name, err)
		}
	}
	for _, l := range limits {
		if err := l.check(); err != nil {
			return nil, fmt.Errorf("llm: budget: %w", err)
		}
	}
	b.ledger = newLedger(limits, b.o.Location)
	return b, nil
}

// price of a model that the budget knows.
func (b *Budget) price(model string) (Price, error) {
	p, ok := b.prices[model]
	if !ok {
		return Price{}, fmt.Errorf("llm: budget: no price for model %q", model)
	}
	return p, nil
}

// Model is m, charged at the price of the given name. It is an error when there is no such price.
func (b *Budget) Model(name string, m Model) (Model, error) {
	p, err := b.price(name)
	if err != nil {
		return nil, err
	}
	c := &charged{b: b, name: name, price: p, inner: m}
	return &layer{inner: m, generate: c.generate, stream: c.stream}, nil
}

// reserve reserves the most that a call can cost. The caller settles r exactly once.
func (b *Budget) reserve(ctx context.Context, r *reservation) error {
	if err := ctx.Err(); err != nil {
		return &Error{Kind: ErrCanceled, Err: err}
	}
	tokens := plus(int64(r.input), int64(r.output))
	r.b, r.held = b, Amount{r.price.bound(r.input, r.output), tokens}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.ledger.roll(now)
	x := b.expense(r.purpose, r.model)
	held, overdraft := b.ledger.hold(r.purpose, r.scope, r.held, r.room[:0])
	if overdraft != nil {
		x.Refused++
		return &Error{Kind: ErrBudget, RetryAfter: b.ledger.wait(overdraft, now), Err: overdraft}
	}
	r.sums, r.expense, r.open = held, x, true
	x.Calls++
	x.Open++
	x.Reserved = x.Reserved.plus(r.held)
	return nil
}

// reservation is what is kept for a call under way. One goroutine uses it.
type reservation struct {
	purpose       Purpose
	scope         Scope
	model         string
	price         Price
	input, output int // tokens

	b       *Budget
	held    Amount
	sums    []*sum
	room    [maxHeld]*sum
	expense *Expense
	open    bool // not settled
	failed  bool
}

// done settles with what the provider counted; parts that it did not count are charged as reserved.
func (r *reservation) done(u Usage) { r.charge(u, r.cost(u)) }

// keep settles with the reservation, unless it is settled: what a call comes to that was broken off or panicked.
func (r *reservation) keep() { r.done(Usage{}) }

// fail settles a call that failed; arrived says that there was part of an answer.
func (r *reservation) fail(err error, arrived bool) {
	e, ok := errors.AsType[*Error](err)
	if ok {
		arrived = arrived || e.Partial != ""
	}
	r.failed = true
	switch {
	case ok && e.Usage != (Usage{}):
		r.done(e.Usage)
	case ok && !arrived && costsNothing(e):
		r.charge(Usage{}, Amount{})
	case ok && !arrived && e.Kind == ErrTooLong:
		r.charge(Usage{}, Amount{r.price.bound(r.input, 0), int64(r.input)})
	default:
		r.keep()
	}
}

// charge settles with amount.
func (r *reservation) charge(counted Usage, amount Amount) {
	if !r.open {
		return
	}
	r.open = false
	r.b.mu.Lock()
	defer r.b.mu.Unlock()
	settle(r.sums, r.held, amount)
	r.expense.settle(r, counted, amount)
}

// cost of a call: of each part what the provider counted, or else what was reserved.
func (r *reservation) cost(u Usage) Amount {
	if u.Input <= 0 && u.Output <= 0 {
		return r.held
	}
	price := r.price
	if u.Input <= 0 {
		u.Input, price.Input = r.input, max(price.Input, price.CachedInput)
		u.Cached = 0
	}
	if u.Output <= 0 {
		u.Output = r.output
	}
	return Amount{price.Cost(u), plus(int64(u.Input), int64(u.Output))}
}

// Forget drops the sums of a scope: of a customer or a session of its tenant, of both where it names both, and of all of
// a tenant where it names neither. Their limits begin anew. It is how a customer's data is erased; sums that are kept by
// the tenant, by purpose or in total stay, as they name no customer. O(sums).
func (b *Budget) Forget(s Scope) {
	s = Scope{valid(s.Tenant), valid(s.Customer), valid(s.Session)}
	whole := s.Customer == "" && s.Session == ""
	gone := func(a account, _ *sum) bool {
		if a.tenant != s.Tenant {
			return false
		}
		switch b.ledger.counters[a.counter].per {
		case PerTenant:
			return whole
		case PerCustomer:
			return whole || s.Customer != "" && a.id == s.Customer
		case PerSession:
			return whole || s.Session != "" && a.id == s.Session
		}
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.ledger.days, gone)
	maps.DeleteFunc(b.ledger.forever, gone)
}

// sortedExpenses orders by purpose and then by model.
func sortedExpenses(all []Expense) []Expense {
	slices.SortFunc(all, func(x, y Expense) int {
		return cmp.Or(cmp.Compare(x.Purpose, y.Purpose), cmp.Compare(x.Model, y.Model))
	})
	return all
}
