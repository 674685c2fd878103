package sim

import (
	"fmt"
	"math"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// live makes all events of the customer.
func (l *life) live() {
	joined := 0
	if !l.chance(0.3) { // the others were there before
		joined = l.IntN(max(1, l.opts.Days*3/4))
	}
	at := l.at(joined)
	l.truth.Joined = at
	if l.chance(1.0 / 12) {
		l.once(joined, at)
		return
	}
	l.join(at)
	for day := joined + 1; day < l.opts.Days; day++ {
		switch {
		case l.gone:
		case l.due == day || l.chance(1-math.Exp(-l.truth.Rate)):
			l.order(day)
		case l.chance(1 - math.Exp(-1.5*l.truth.Rate)):
			l.browse(day)
		}
		if day%28 == 0 { // after the visit, so that who left on this day is silent
			l.contact(day)
		}
	}
}

// once is a customer who comes a single time.
func (l *life) once(day int, at time.Time) {
	l.gone, l.truth.AliveUntil = true, at
	if n, ok := l.want(day); ok && l.chance(0.5) {
		l.add(at, clm.Event{Kind: clm.Viewed, Item: l.goods[n].item.ID, Channel: l.truth.Channel})
		return
	}
	l.add(at, clm.Event{Kind: clm.SignedUp, Channel: l.truth.Channel})
}

func (l *life) join(at time.Time) {
	l.reached = l.chance(0.75)
	l.add(at, clm.Event{Kind: clm.SignedUp, Channel: l.truth.Channel})
	l.add(at.Add(20*time.Second), clm.Event{Kind: clm.Consented, Purpose: "marketing", Granted: l.reached, Channel: l.truth.Channel})
}

// at returns a time on that day at which the customer would visit.
func (l *life) at(day int) time.Time {
	hour := l.truth.Hour + 1.5*l.NormFloat64()
	return l.opts.Start.Add(days(day, min(max(hour, 6), 22.5)))
}

// add appends an event, unless it is after the end.
func (l *life) add(at time.Time, e clm.Event) (id string) {
	if !at.Before(l.opts.Start.Add(days(l.opts.Days, 0))) {
		return ""
	}
	e.ID = fmt.Sprintf("%s/%d", l.id, len(l.events)+1)
	e.Customer, e.Time = l.id, at
	l.events = append(l.events, e)
	return e.ID
}

// contact is the shop's message of that day, which a coin decides about.
func (l *life) contact(day int) {
	if !l.chance(0.5) || !l.reached {
		return
	}
	decision := fmt.Sprintf("news-%d/%s", day/28, l.id)
	at := l.opts.Start.Add(days(day, 10))
	l.add(at, clm.Event{Kind: clm.Contacted, Channel: "email", Purpose: "marketing", Decision: decision})
	if l.gone {
		return
	}
	seen := at.Add(days(0, 0.1+3*l.Float64()))
	if l.chance(0.4) {
		l.add(seen, clm.Event{Kind: clm.Opened, Channel: "email", Decision: decision})
		if n, ok := l.want(day); ok && l.chance(0.4) {
			l.add(seen.Add(time.Minute), clm.Event{Kind: clm.Clicked, Channel: "email", Decision: decision, Item: l.goods[n].item.ID})
		}
	}
	l.respond(day, seen.Add(2*time.Minute), decision)
}

func (l *life) respond(day int, at time.Time, decision string) {
	if !l.chance(1.0 / 3) {
		return
	}
	switch l.truth.Response {
	case Persuadable:
		l.due, l.cause = day+l.between(1, 6), decision
	case Averse:
		l.reached = false
		l.add(at, clm.Event{Kind: clm.Unsubscribed, Channel: "email", Decision: decision})
	}
}
