package llm

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Limit is the most that some calls may spend together: money, tokens, or both.
type Limit struct {
	// Per says which calls share the limit. Default: all of the budget.
	Per Per
	// Purpose that the calls have. Empty: any.
	Purpose Purpose
	// Window after which the sum begins anew. Default: the calendar day.
	Window Window
	// Micros is the money, in millionths. 0: no limit of money.
	Micros Micros
	// Tokens of requests and answers together. 0: no limit of tokens.
	Tokens int64
}

// Per says which calls share a [Limit].
type Per string

// What limits are kept by. A call that names no tenant, customer, session or purpose shares one sum with all others that
// name none: who forgets the scope meets a limit earlier, not never.
const (
	InTotal     Per = ""         // all calls
	PerCall     Per = "call"     // each call by itself
	PerTenant   Per = "tenant"   // those of one Scope.Tenant
	PerCustomer Per = "customer" // those of one Scope.Customer of one tenant
	PerSession  Per = "session"  // those of one Scope.Session of one tenant
	PerPurpose  Per = "purpose"  // those of one Request.Purpose
)

// Window says when the sum of a [Limit] begins anew. There is no rolling window: it would need a record of every call.
type Window string

// The windows. A call counts to the day on which it began.
const (
	Daily   Window = ""        // at midnight of BudgetOptions.Location
	Forever Window = "forever" // never, as for the whole of a session or a campaign
)

// Amount is what was spent or kept for spending.
type Amount struct {
	Micros Micros `json:"micros"`
	Tokens int64  `json:"tokens"` // of requests and answers together
}

func (a Amount) plus(b Amount) Amount {
	return Amount{plus(a.Micros, b.Micros), plus(a.Tokens, b.Tokens)}
}

// minus is a less a part of it.
func (a Amount) minus(b Amount) Amount {
	return Amount{max(0, a.Micros-b.Micros), max(0, a.Tokens-b.Tokens)}
}

// within reports whether a is no more than the limit.
func (a Amount) within(l Limit) bool {
	return (l.Micros == 0 || a.Micros <= l.Micros) && (l.Tokens == 0 || a.Tokens <= l.Tokens)
}

// Overdraft is the cause of an [ErrBudget]: the limit that stood in the way, what was counted against it, and what the
// call might have spent. It names neither tenant nor customer nor session.
type Overdraft struct {
	Limit    Limit
	Spent    Amount // by calls that have ended
	Reserved Amount // for calls under way
	Needed   Amount // by the call that was refused
}

// Error says which limit it was.
func (o *Overdraft) Error() string {
	l := o.Limit
	return fmt.Sprintf("%v: spent %s, reserved %s, needed %s", l, o.Spent.in(l), o.Reserved.in(l), o.Needed.in(l))
}

// String is the limit in words, such as "limit of 5000 tokens per customer and day".
func (l Limit) String() string {
	s := "limit of " + Amount{l.Micros, l.Tokens}.in(l)
	switch {
	case l.Per == PerCall:
		s += " per call"
	case l.Per != InTotal:
		s += " per " + string(l.Per)
	}
	switch {
	case l.Per == PerCall:
	case l.Window != Daily:
		s += ", " + string(l.Window)
	case l.Per == InTotal:
		s += " per day"
	default:
		s += " and day"
	}
	if l.Purpose != "" {
		s += fmt.Sprintf(", purpose %q", l.Purpose)
	}
	return s
}

// in is a in the units of the limit.
func (a Amount) in(l Limit) string {
	var s []string
	if l.Micros != 0 {
		s = append(s, fmt.Sprintf("%d micros", a.Micros))
	}
	if l.Tokens != 0 {
		s = append(s, fmt.Sprintf("%d tokens", a.Tokens))
	}
	return strings.Join(s, " and ")
}

func (l Limit) check() error {
	switch {
	case !slices.Contains([]Per{InTotal, PerCall, PerTenant, PerCustomer, PerSession, PerPurpose}, l.Per):
		return fmt.Errorf("limit per %q: want one of the constants of Per", l.Per)
	case l.Window != Daily && l.Window != Forever:
		return fmt.Errorf("limit with window %q: want Daily or Forever", l.Window)
	case l.Per == PerCall && l.Window != Daily:
		return fmt.Errorf("limit per call with window %q: a call has none", l.Window)
	case l.Micros < 0 || l.Tokens < 0:
		return fmt.Errorf("negative limit of %d micros and %d tokens", l.Micros, l.Tokens)
	case l.Micros == 0 && l.Tokens == 0:
		return errors.New("limit of neither money nor tokens")
	}
	return nil
}
