package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// after makes what follows from an order, also when it was the last one.
func (l *life) after(order *clm.Event, basket []int, at time.Time) {
	if l.chance(0.05) {
		l.ask(order.Order, at)
	}
	for i, n := range basket {
		opinion := l.opinion(n)
		switch {
		case opinion == Negative && l.chance(0.4):
			l.giveBack(order, i, at)
		case l.chance(0.15):
			l.review(order.Order, n, opinion, at)
		case l.chance(0.1):
			l.add(l.later(at, 5, 20), clm.Event{
				Kind: clm.Rated, Item: l.goods[n].item.ID, Order: order.Order, Rating: l.stars(opinion),
			})
		}
	}
}

// later returns a time that many days after an order at which the customer
// would be there.
func (l *life) later(at time.Time, fewest, most int) time.Time {
	return l.at(int(at.Sub(l.opts.Start)/(24*time.Hour)) + l.between(fewest, most))
}

// opinion is what the customer thinks of an item, by the item's quality.
func (l *life) opinion(n int) Sentiment {
	switch {
	case l.chance(l.goods[n].quality):
		return Positive
	case l.chance(0.3):
		return Neutral
	}
	return Negative
}

func (l *life) stars(opinion Sentiment) float64 {
	switch opinion {
	case Positive:
		return float64(l.between(4, 5))
	case Negative:
		return float64(l.between(1, 2))
	}
	return 3
}

// review puts one or two sentences of the sentiment around the item's kind.
func (l *life) review(order string, n int, opinion Sentiment, at time.Time) {
	item := &l.goods[n].item
	kind := strings.ToLower(item.Categories[1])
	text := fmt.Sprintf(pick(l.dice, verdicts[opinion]), kind)
	if l.chance(0.6) {
		text += " " + pick(l.dice, grounds[opinion])
	}
	e := clm.Event{Kind: clm.Reviewed, Item: item.ID, Order: order, Text: text}
	if l.chance(0.8) {
		e.Rating = l.stars(opinion)
	}
	if id := l.add(l.later(at, 5, 20), e); id != "" {
		l.truth.Reviews[id] = opinion
	}
}

// giveBack returns one line of an order whole.
func (l *life) giveBack(order *clm.Event, line int, at time.Time) {
	l.add(l.later(at, 4, 14), clm.Event{
		Kind: clm.Returned, Order: order.Order, Lines: []clm.Line{order.Lines[line]}, Channel: l.truth.Channel,
	})
}

// ask is a question to the shop about an order.
func (l *life) ask(order string, at time.Time) {
	l.add(l.later(at, 1, 5), clm.Event{
		Kind: clm.Messaged, Order: order, Channel: "email", Text: strings.ReplaceAll(pick(l.dice, questions), "ORDER", order),
	})
}
