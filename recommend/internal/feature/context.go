package feature

import (
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// contexts are how items sell in a channel and in a season, against how they
// sell in all: by item the logarithm of how much larger its share is there. They
// are nil where nothing is known.
type contexts struct {
	channels map[uint8][]float32
	season   []float32 // the same weeks of the years before
}

// lines are order lines, by item and in all.
type lines struct {
	of  []float32
	sum float32
}

func (l *lines) add(item int32, items int) {
	if l.of == nil {
		l.of = make([]float32, items)
	}
	l.of[item]++
	l.sum++
}

// seasonSpan is how many days before and after the same day of an earlier year
// belong to the season.
const seasonSpan = 21

// contextsOf costs one pass over the signals.
func contextsOf(p *interaction.Past) *contexts {
	var all, season lines
	var channels [math.MaxUint8 + 1]lines
	for customer := range p.Customers {
		for _, s := range p.History(int32(customer)).Signals {
			all.add(s.Item, len(p.Items))
			if s.Channel != 0 {
				channels[s.Channel].add(s.Item, len(p.Items))
			}
			if inSeason(p.At, s.Time) {
				season.add(s.Item, len(p.Items))
			}
		}
	}
	c := &contexts{channels: map[uint8][]float32{}, season: season.lifts(&all)}
	for channel := range channels {
		if lifts := channels[channel].lifts(&all); lifts != nil {
			c.channels[uint8(channel)] = lifts
		}
	}
	return c
}

// inSeason reports whether a moment is near the same day of a year before now.
func inSeason(now time.Time, t int64) bool {
	const year = 365.2425
	days := float64(interaction.Nano(now)-t) / float64(day)
	years := math.Round(days / year)
	return years >= 1 && math.Abs(days-years*year) <= seasonSpan
}

// fewLines are added to the lines of a context, with the shares that items have
// in all, so that few lines say little.
const fewLines = 1000

// lifts returns, by item, the logarithm of how much larger its share is than in
// all lines, or nil without a line.
func (l *lines) lifts(all *lines) []float32 {
	if l.sum == 0 {
		return nil
	}
	lifts := make([]float32, len(l.of))
	for item, n := range l.of {
		usual := (all.of[item] + 1) / (all.sum + 1)
		here := (n + fewLines*usual) / (l.sum + fewLines)
		lifts[item] = float32(math.Log(float64(here / usual)))
	}
	return lifts
}

// contextNames are the names of what context appends.
var contextNames = []string{"channel", "season"}

// context appends how the item sells where and when the list is for.
func (l *look) context(item int32, dst []float32) []float32 {
	channel, season := missing, missing
	if l.channel != nil {
		channel = l.channel[item]
	}
	if l.m.contexts.season != nil {
		season = l.m.contexts.season[item]
	}
	return append(dst, channel, season)
}
