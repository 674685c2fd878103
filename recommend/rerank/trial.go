package rerank

import (
	"maps"
	"slices"
	"time"

	"github.com/clmkit/clmkit/llm"
)

// A trial is the measurement of one segment.
type trial struct {
	o       MeasureOptions
	alpha   float64 // of this segment
	finding Finding

	began         int // lists put to the stage, answered or not
	differences   []float64
	times         []time.Duration
	before, after float64 // sums
	more, less    wager   // against a gain of at most, and of at least, Options.Gain
}

func newTrial(s Segment, o MeasureOptions, alpha float64) *trial {
	return &trial{
		o: o, alpha: alpha, finding: Finding{Segment: s, Kept: map[Cause]int{}},
		more: wager{m: o.Gain}, less: wager{m: -o.Gain},
	}
}

// open reports whether the segment is undecided.
func (t *trial) open() bool { return t.finding.Decision == "" }

// wants reports whether another list may be put to the stage.
func (t *trial) wants() bool { return t.open() && t.began < t.o.Most }

// skip counts a case whose quality no order can change.
func (t *trial) skip(c *Case) {
	q := c.quality(upTo(len(c.Items)), t.o.K)
	t.count(q, q)
}

// take counts the result of a case. One that was asked about before the segment
// was decided, and answered after, adds to the cost only: the decision and the
// interval are those of the moment.
func (t *trial) take(c *Case, r *Result) {
	f := &t.finding
	f.Asked++
	f.Cost = f.Cost.Add(r.Cost)
	f.Repairs.add(r.Repairs)
	t.times = append(t.times, r.Elapsed)
	if r.Kept != "" {
		f.Kept[r.Kept]++
	}
	if t.open() {
		t.count(c.quality(upTo(len(c.Items)), t.o.K), c.quality(r.Order, t.o.K))
		t.decide()
	}
}

// count adds a list's quality before and after.
func (t *trial) count(before, after float64) {
	t.before, t.after = t.before+before, t.after+after
	d := after - before
	t.differences = append(t.differences, d)
	t.more.add(d)
	t.less.add(-d)
}

// decide looks whether the gain is clear by now.
func (t *trial) decide() {
	f := &t.finding
	switch {
	case f.Asked < t.o.Least:
	case f.ordered() == 0:
		f.Decision = Fails
	case t.more.beaten(t.alpha / 2):
		f.Decision = Helps
	case t.less.beaten(t.alpha / 2):
		f.Decision = Useless
	case f.Asked >= t.o.Most:
		f.Decision = Undecided
	}
}

// done is the finding, with what there is to say in the end.
func (t *trial) done() Finding {
	f := t.finding
	if f.Kept = maps.Clone(f.Kept); len(f.Kept) == 0 {
		f.Kept = nil // as JSON gives it back
	}
	f.Lists = len(t.differences)
	f.Before, f.After = mean(t.before, f.Lists), mean(t.after, f.Lists)
	f.Gain = f.After - f.Before
	f.Low, f.High = interval(t.differences, t.alpha)
	slices.Sort(t.times)
	f.P50, f.P95 = quantile(t.times, 50), quantile(t.times, 95)
	f.PerList = perList(f.Cost.Micros(t.o.Price), f.Asked)
	f.conclude(&t.o)
	return f
}

func mean(sum float64, n int) float64 {
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// perList is the mean cost, rounded up.
func perList(sum llm.Micros, n int) llm.Micros {
	if n == 0 {
		return 0
	}
	share := sum / llm.Micros(n)
	if sum%llm.Micros(n) > 0 {
		share++
	}
	return share
}

// quantile is the smallest of the sorted times that percent of them do not
// exceed; 0 of none.
func quantile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}
