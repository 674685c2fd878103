package candidate

import (
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// TrendingOptions are the settings of [Trending].
type TrendingOptions struct {
	Window       time.Duration // the recent one, and the one before it
	Significance float64       // standard deviations from which on an item is on the rise
}

// Trending scores an item by how surely more customers buy it in the window
// before the moment than in the one before that, given how much all items grew:
// for x and y customers, of which chance would put r times as many into the
// recent window, z = 2·(√(x+3/8) - √(r·(y+3/8)))/√(1+r) (Huffman, Applied
// Statistics 1984; Ng and Tang, Statistica Neerlandica 2005, W5). It is about
// normal, so that an item of few customers has to grow more than one of many.
type Trending struct {
	o TrendingOptions
	ranked
	recent, earlier []int // customers by item
}

// TrainTrending costs one pass over both windows.
func TrainTrending(p *interaction.Past, o TrendingOptions) *Trending {
	middle, start := interaction.Nano(p.At.Add(-o.Window)), interaction.Nano(p.At.Add(-2*o.Window))
	t := &Trending{
		o:      o,
		recent: buyersWithin(p, middle, math.MaxInt64), earlier: buyersWithin(p, start, middle),
	}
	growth := (float64(sum(t.recent)) + 1) / (float64(sum(t.earlier)) + 1)
	scores := make([]float64, len(p.Items))
	for i := range scores {
		if z := risen(float64(t.recent[i]), float64(t.earlier[i]), growth); t.recent[i] > 0 && z >= o.Significance {
			scores[i] = z
		}
	}
	t.ranked = rank(scores)
	return t
}

// risen returns how many standard deviations x is above what y says.
func risen(x, y, growth float64) float64 {
	return 2 * (math.Sqrt(x+3./8) - math.Sqrt(growth*(y+3./8))) / math.Sqrt(1+growth)
}

// buyersWithin returns how many customers bought each item from one moment on
// and before another.
func buyersWithin(p *interaction.Past, from, to int64) []int {
	n := make([]int, len(p.Items))
	last := make([]int32, len(p.Items)) // the customer that was counted last, from 1
	for c := range p.Customers {
		for _, s := range p.History(int32(c)).Since(from) {
			if s.Time >= to {
				break
			}
			if s.Bought && last[s.Item] != int32(c+1) {
				last[s.Item] = int32(c + 1)
				n[s.Item]++
			}
		}
	}
	return n
}

func sum(all []int) int {
	total := 0
	for _, n := range all {
		total += n
	}
	return total
}

// Cause implements [Source].
func (t *Trending) Cause(_ *interaction.History, item int32) (Cause, bool) {
	if t.Of(item) <= 0 {
		return Cause{}, false
	}
	return Cause{Kind: Rising, Count: t.recent[item], Before: t.earlier[item], Window: t.o.Window}, true
}
