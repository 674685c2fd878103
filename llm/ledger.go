package llm

import (
	"strings"
	"time"
)

// ledger holds the sums that limits bound. The budget's mutex guards it.
type ledger struct {
	calls    []Limit   // the limits of a call by itself
	counters []counter // of all others
	zone     *time.Location
	until    time.Time        // when the day ends
	days     map[account]*sum // of counters with the window Daily
	forever  map[account]*sum
}

// counter is a way of adding up calls, and the limits of what it comes to.
type counter struct {
	per     Per
	purpose Purpose
	window  Window
	limits  []Limit
}

// account is what one sum is kept by.
type account struct {
	counter    int
	tenant, id string
}

// sum is what the calls of an account have come to. It outlives its place in the ledger while calls are under way: they
// settle on the day on which they began.
type sum struct{ spent, reserved Amount }

// maxHeld is how many sums a call counts to without costing memory for the list.
const maxHeld = 6

func newLedger(limits []Limit, zone *time.Location) ledger {
	l := ledger{zone: zone, days: map[account]*sum{}, forever: map[account]*sum{}}
	for _, limit := range limits {
		if limit.Per == PerCall {
			l.calls = append(l.calls, limit)
			continue
		}
		i := l.counter(limit.Per, limit.Purpose, limit.Window)
		if i < 0 {
			i = len(l.counters)
			l.counters = append(l.counters, counter{per: limit.Per, purpose: limit.Purpose, window: limit.Window})
		}
		l.counters[i].limits = append(l.counters[i].limits, limit)
	}
	return l
}

// counter is the index of a counter; negative when there is none.
func (l *ledger) counter(per Per, purpose Purpose, window Window) int {
	for i, c := range l.counters {
		if c.per == per && c.purpose == purpose && c.window == window {
			return i
		}
	}
	return -1
}

// roll drops the sums of days that have ended. A clock that is set back does not bring a day back.
func (l *ledger) roll(now time.Time) {
	if now.Before(l.until) {
		return
	}
	l.until = dayEnd(now.In(l.zone))
	if len(l.days) > 0 {
		l.days = map[account]*sum{}
	}
}

// dayEnd is the first moment after now that is on another day, to the half hour. Where clocks are put forward at midnight
// there is no midnight, and time.Date may give the hour before.
func dayEnd(now time.Time) time.Time {
	y, m, d := now.Date()
	end := time.Date(y, m, d+1, 0, 0, 0, 0, now.Location())
	for end.Day() == d || !end.After(now) {
		end = end.Add(30 * time.Minute)
	}
	return end
}

func (l *ledger) sums(w Window) map[account]*sum {
	if w == Forever {
		return l.forever
	}
	return l.days
}

// account that a call counts to in counter i; false when it does not count there.
func (l *ledger) account(i int, purpose Purpose, s Scope) (account, bool) {
	c := &l.counters[i]
	if c.purpose != "" && c.purpose != purpose {
		return account{}, false
	}
	switch c.per {
	case PerTenant:
		return account{i, valid(s.Tenant), ""}, true
	case PerCustomer:
		return account{i, valid(s.Tenant), valid(s.Customer)}, true
	case PerSession:
		return account{i, valid(s.Tenant), valid(s.Session)}, true
	case PerPurpose:
		return account{i, "", valid(string(purpose))}, true
	}
	return account{counter: i}, true
}

// valid is a name as JSON keeps it, so that it is the same in a snapshot.
func valid(name string) string { return strings.ToValidUTF8(name, "\uFFFD") }

// hold reserves need in every sum that the call counts to and adds them to held, or in none and says which limit it
// would break. A call that is refused leaves nothing behind.
func (l *ledger) hold(purpose Purpose, s Scope, need Amount, held []*sum) ([]*sum, *Overdraft) {
	for _, limit := range l.calls {
		if (limit.Purpose == "" || limit.Purpose == purpose) && !need.within(limit) {
			return held, &Overdraft{Limit: limit, Needed: need}
		}
	}
	for i := range l.counters {
		a, ok := l.account(i, purpose, s)
		if !ok {
			continue
		}
		found := l.sums(l.counters[i].window)[a]
		if o := l.counters[i].overdraft(found, need); o != nil {
			return held, o
		}
		held = append(held, found)
	}
	return l.keep(purpose, s, need, held), nil
}

// overdraft is the first limit that would be broken; nil when none would.
func (c *counter) overdraft(s *sum, need Amount) *Overdraft {
	if s == nil {
		s = new(sum)
	}
	total := s.spent.plus(s.reserved).plus(need)
	for _, limit := range c.limits {
		if !total.within(limit) {
			return &Overdraft{limit, s.spent, s.reserved, need}
		}
	}
	return nil
}

// keep reserves in the sums that were found, and in new ones where there were none.
func (l *ledger) keep(purpose Purpose, s Scope, need Amount, held []*sum) []*sum {
	n := 0
	for i := range l.counters {
		a, ok := l.account(i, purpose, s)
		if !ok {
			continue
		}
		if held[n] == nil {
			held[n] = new(sum)
			l.sums(l.counters[i].window)[a] = held[n]
		}
		held[n].reserved = held[n].reserved.plus(need)
		n++
	}
	return held
}

// settle turns what was reserved into what was spent.
func settle(held []*sum, reserved, spent Amount) {
	for _, s := range held {
		s.reserved = s.reserved.minus(reserved)
		s.spent = s.spent.plus(spent)
	}
}

// wait is how long until a limit that refused a call may let it through: till the end of the day where the day's sum is
// used up, and 0 where the call alone is too large, the limit never ends, or it is calls under way that hold the rest.
func (l *ledger) wait(o *Overdraft, now time.Time) time.Duration {
	never := o.Limit.Window != Daily || !o.Needed.within(o.Limit)
	if never || o.Spent.plus(o.Needed).within(o.Limit) {
		return 0
	}
	return l.until.Sub(now)
}
