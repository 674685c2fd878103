package candidate

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// RhythmOptions are the settings of [Rhythm].
type RhythmOptions struct {
	Shrink   float64       // customers of an average item that are added to those of each item
	Prior    time.Duration // for how long a customer is thought to have bought at the item's pace before
	HalfLife time.Duration // time since the last order at which a score is half; 0 is never
}

// Rhythm scores an item that the customer ordered by the rate at which that
// customer will order it again, by the modified Poisson-Gamma model of Bhagat,
// Muralidharan, Lobzhanidze and Vishwanath (Buy It Again, KDD 2018, §3.4): a
// customer's rate has a Gamma distribution with the item's mean, so that after k
// repeats in the time t it is (k + α)/(t + β). It is modified in that the time
// since the last order counts as what it is off the customer's own interval, as
// long as it is less than two of those: an item is due when its time has come,
// not right after it was bought. The rate is multiplied by the item's share of
// customers who come back (equation 1), and fades with the time since the last
// order.
//
// The items' paces, intervals and shares of returning customers are drawn to
// those of all items, because most items are bought again by few.
type Rhythm struct {
	past   *interaction.Past
	o      RhythmOptions
	habits []habit // by item
}

// habit is how an item is bought again.
type habit struct {
	returning float64 // share of customers who order it again
	pace      float64 // repeats per day since the first order
	interval  float64 // days between two orders, the geometric mean
}

// ownIntervals is how many intervals of the item a customer's own are joined to.
const ownIntervals = 3

// TrainRhythm costs one pass over the signals.
func TrainRhythm(p *interaction.Past, o RhythmOptions) *Rhythm {
	var all rhythms
	items := make([]rhythms, len(p.Items))
	for c := range p.Customers {
		h := p.History(int32(c))
		for _, run := range runsOf(h) {
			items[run.item].add(run)
			all.add(run)
		}
	}
	r := &Rhythm{past: p, o: o, habits: make([]habit, len(p.Items))}
	for i := range items {
		r.habits[i] = items[i].joined(&all, o.Shrink)
	}
	return r
}

// rhythms are sums over customers of one item, or of all.
type rhythms struct {
	customers, returning float64
	repeats, days        float64 // days since the first order
	logs                 float64 // of the days of the intervals
}

func (r *rhythms) add(run run) {
	r.customers++
	r.days += run.span + run.idle
	if run.orders > 1 {
		r.returning++
		r.repeats += float64(run.orders - 1)
		r.logs += run.logs
	}
}

// rarely is how rarely things are bought again at least: that nothing was yet
// does not say that nothing ever will be.
const rarely = 1e-4

// joined returns the habit of an item with n average customers added.
func (r *rhythms) joined(all *rhythms, n float64) habit {
	if all.customers == 0 {
		return habit{}
	}
	n /= all.customers
	return habit{
		returning: max(rarely, (r.returning+n*all.returning)/(r.customers+n*all.customers)),
		pace:      max(rarely, (r.repeats+n*all.repeats)/max(1, r.days+n*all.days)),
		interval:  math.Exp((r.logs + n*all.logs) / max(1e-9, r.repeats+n*all.repeats)),
	}
}

// run is what a customer ordered of one item: in how many orders, in how many
// days from the first to the last, and how many days ago that was.
type run struct {
	item       int32
	orders     int
	span, idle float64
	logs       float64 // of the days of the intervals, each at least one
}

const nanosPerDay = float64(24 * time.Hour)

// runsOf returns the runs of the history's orders, in the order of the items.
func runsOf(h *interaction.History) []run {
	bought := make([]interaction.Signal, 0, len(h.Signals))
	for i := range h.Signals {
		if h.Signals[i].Bought {
			bought = append(bought, h.Signals[i])
		}
	}
	slices.SortStableFunc(bought, func(a, b interaction.Signal) int { return cmp.Compare(a.Item, b.Item) })
	var runs []run
	for i, s := range bought {
		idle := float64(h.Now-s.Time) / nanosPerDay
		if i == 0 || s.Item != bought[i-1].Item {
			runs = append(runs, run{item: s.Item, orders: 1, idle: idle})
			continue
		}
		r := &runs[len(runs)-1]
		gap := float64(s.Time-bought[i-1].Time) / nanosPerDay
		r.orders, r.span, r.idle = r.orders+1, r.span+gap, idle
		r.logs += math.Log(max(1, gap))
	}
	return runs
}

// Score implements [Source].
func (r *Rhythm) Score(_ context.Context, h *interaction.History, s *Scores) error {
	for _, run := range runsOf(h) {
		popularity := float64(len(r.past.Columns.Row(int(run.item)))) / float64(len(r.past.Customers)+1)
		s.Add(run.item, r.rate(run)*(1+tieBreak*popularity))
	}
	return nil
}

// rate returns how often per day a run is expected to go on.
func (r *Rhythm) rate(run run) float64 {
	habit, repeats := r.habits[run.item], float64(run.orders-1)
	interval := (run.span + ownIntervals*habit.interval) / (repeats + ownIntervals)
	off := run.idle
	if off < 2*interval {
		off = math.Abs(off - interval)
	}
	prior := float64(r.o.Prior) / nanosPerDay
	rate := (repeats + habit.pace*prior) / (run.span + off + prior)
	if r.o.HalfLife > 0 {
		rate *= math.Exp2(-run.idle * nanosPerDay / float64(r.o.HalfLife))
	}
	return habit.returning * rate
}

// Cause implements [Source].
func (r *Rhythm) Cause(h *interaction.History, item int32) (Cause, bool) {
	return NewRepeat(r.past, 0).Cause(h, item)
}
