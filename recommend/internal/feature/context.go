package feature

import (
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// contexts are how items sell in a channel and in a season, against how they
// sell in all.
type contexts struct {
	lines    []float32           // order lines by item
	total    float32             // of all items
	channels map[uint8][]float32 // order lines by item, by channel
	sums     map[uint8]float32
	season   []float32 // order lines by item, of the same weeks of the years before
	seasons  float32
}

// seasonSpan is how many days before and after the same day of an earlier year
// belong to the season.
const seasonSpan = 21

// contextsOf costs one pass over the signals.
func contextsOf(p *interaction.Past) *contexts {
	c := &contexts{lines: make([]float32, len(p.Items)), channels: map[uint8][]float32{}, sums: map[uint8]float32{}, season: make([]float32, len(p.Items))}
	for customer := range p.Customers {
		for _, s := range p.History(int32(customer)).Signals {
			c.lines[s.Item]++
			c.total++
			if s.Channel != 0 {
				if c.channels[s.Channel] == nil {
					c.channels[s.Channel] = make([]float32, len(p.Items))
				}
				c.channels[s.Channel][s.Item]++
				c.sums[s.Channel]++
			}
			if inSeason(p.At, s.Time) {
				c.season[s.Item]++
				c.seasons++
			}
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

// lift returns the logarithm of how much larger an item's share is in a context.
func (c *contexts) lift(item int32, lines []float32, sum float32) float32 {
	if sum == 0 || c.total == 0 {
		return missing
	}
	usual := (c.lines[item] + 1) / (c.total + 1)
	here := (lines[item] + fewLines*usual) / (sum + fewLines)
	return float32(math.Log(float64(here / usual)))
}

// contextNames are the names of what context appends.
var contextNames = []string{"channel", "season"}

// context appends how the item sells where and when the list is for.
func (l *look) context(item int32, dst []float32) []float32 {
	c := l.m.contexts
	return append(dst,
		c.lift(item, c.channels[l.h.Channel], c.sums[l.h.Channel]),
		c.lift(item, c.season, c.seasons))
}
