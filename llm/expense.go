package llm

import "time"

// Expense is what calls of one purpose to one model have come to since the budget was made, for metrics. Its numbers only
// grow, but for Open and Reserved. They are not part of a snapshot.
type Expense struct {
	Purpose  Purpose
	Model    string
	Calls    int64  // that were sent, or are under way
	Open     int64  // of them under way
	Failed   int64  // of them failed; some of these cost something
	Refused  int64  // calls that no limit let through
	Bounded  int64  // calls that were charged in part or in whole as reserved, since the provider did not count
	Overruns int64  // calls that cost more than was reserved
	Usage    Usage  // that providers counted
	Spent    Amount // by calls that have ended
	Reserved Amount // for calls under way
}

type expenseKey struct {
	purpose Purpose
	model   string
}

// expense is the one that a call counts to. There are as many as purposes times models, which a program fixes.
func (b *Budget) expense(p Purpose, model string) *Expense {
	key := expenseKey{p, model}
	x := b.expenses[key]
	if x == nil {
		x = &Expense{Purpose: p, Model: model}
		b.expenses[key] = x
	}
	return x
}

// settle counts a call that has ended.
func (x *Expense) settle(r *reservation, counted Usage, spent Amount) {
	x.Open--
	x.Reserved = x.Reserved.minus(r.held)
	x.Spent = x.Spent.plus(spent)
	x.Usage = x.Usage.Add(Usage{max(0, counted.Input), max(0, counted.Output), max(0, counted.Cached), max(0, counted.Reasoning)})
	if r.failed {
		x.Failed++
	}
	if spent != (Amount{}) && (counted.Input <= 0 || counted.Output <= 0 && r.output > 0) {
		x.Bounded++
	}
	if spent.Micros > r.held.Micros || spent.Tokens > r.held.Tokens {
		x.Overruns++
	}
}

// Report is what was spent by purpose and model, in their order. It names no customers.
func (b *Budget) Report() []Expense {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]Expense, 0, len(b.expenses))
	for _, x := range b.expenses {
		all = append(all, *x)
	}
	return sortedExpenses(all)
}

// Balance is how much of a limit is used up.
type Balance struct {
	Limit    Limit
	Spent    Amount    // by calls that have ended
	Reserved Amount    // for calls under way
	Until    time.Time // when the sum begins anew; zero: never
}

// Spent is the state of each limit that a call of the purpose and scope counts to, but for those of single calls, in the
// order of the limits' kinds. It is also what the budget holds about a customer.
func (b *Budget) Spent(p Purpose, s Scope) []Balance {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ledger.roll(time.Now())
	var all []Balance
	for i, c := range b.ledger.counters {
		a, ok := b.ledger.account(i, p, s)
		if !ok {
			continue
		}
		balance := Balance{}
		if found := b.ledger.sums(c.window)[a]; found != nil {
			balance.Spent, balance.Reserved = found.spent, found.reserved
		}
		if c.window == Daily {
			balance.Until = b.ledger.until
		}
		for _, balance.Limit = range c.limits {
			all = append(all, balance)
		}
	}
	return all
}
