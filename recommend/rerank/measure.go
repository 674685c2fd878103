package rerank

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/clmkit/clmkit/llm"
)

// MeasureOptions are the settings of [Measure].
type MeasureOptions struct {
	// Stage names what is measured, for the record: the model, its version and
	// the share of a [Blend], say. Optional.
	Stage string
	// At is when it is measured, for the record. Optional.
	At time.Time
	// Options bound the stage, in the measurement and behind the gate.
	Options Options
	// K is how many ranks of a list count in its NDCG. Default: 10.
	K int
	// Alpha is the probability that any segment's interval misses the true gain,
	// and so the most that a stage which helps nowhere is switched on anywhere.
	// In (0, 1). Default: 0.05. For several stages there is [MeasureEach].
	Alpha float64
	// Gain is what the stage has to add to NDCG, at least, to be worth its
	// while. In [0, 1). Default: 0.
	Gain float64
	// Least is how many lists of a segment the stage orders before anything is
	// decided, so that latency and cost are known. Default: 30.
	Least int
	// Most is how many lists of a segment the stage orders at most. A segment
	// that is undecided by then stays off. Default: 500.
	Most int
	// Parallel is how many lists are asked for at once. Default: 1, so that
	// latency is what a customer alone sees.
	Parallel int
	// Latency is the most that 95 % of lists may take. 0: no limit but
	// Options.Timeout.
	Latency time.Duration
	// Price is that of the model, the dearest where there are several.
	Price llm.Price
	// PerList is the most that a list may cost on average. 0: no limit.
	PerList llm.Micros
	// Budget is what the measurement may cost: no list is begun after that much
	// has been spent. The lists under way come on top; an [llm.Budget] around
	// the model is a hard limit. 0: no limit.
	Budget llm.Micros
	// Seed of the order in which cases are drawn.
	Seed uint64
}

func (o *MeasureOptions) defaults() (MeasureOptions, error) {
	var d MeasureOptions
	if o != nil {
		d = *o
	}
	d.Options = d.Options.defaults()
	d.K, d.Least, d.Most, d.Parallel = positive(d.K, 10), positive(d.Least, 30), positive(d.Most, 500), positive(d.Parallel, 1)
	d.Alpha = cmp.Or(d.Alpha, 0.05)
	switch {
	case !(d.Alpha > 0 && d.Alpha < 1):
		return d, fmt.Errorf("rerank: alpha %v: want more than 0 and less than 1", d.Alpha)
	case !(d.Gain >= 0 && d.Gain < 1):
		return d, fmt.Errorf("rerank: gain %v: want at least 0 and less than 1", d.Gain)
	case min(d.PerList, d.Budget) < 0 || d.Latency < 0:
		return d, errors.New("rerank: negative limit")
	case max(d.PerList, d.Budget) > 0 && d.Price == llm.Price{}:
		return d, errors.New("rerank: a limit of money without a price")
	}
	return d, nil
}

// Measure finds out whether a stage makes lists better, and gives a verdict for
// each segment of the cases: on where it surely does, within its limits of
// latency and money, and off everywhere else.
//
// Each case is ordered by the stage as [Apply] does it, failures and all, and its
// NDCG compared with that of the list as it was. The gain is decided on by a
// confidence sequence, which holds at every moment, so Measure looks after each
// list and stops with a segment as soon as the stage surely helps there, or
// surely does not. A gain of 0.4 takes some 20 lists, 0.06 some 110, 0.03 some 230
// (TestHowManyListsAGainTakes), and more where several segments share alpha, which
// they do evenly. Cases whose quality no order can change count, and cost nothing.
//
// What it cannot see is a model that knows the hold-out: public data sets are in
// the training texts of large models, so measure on orders of your own.
//
// The same cases, seed and answers give the same verdict, but for its times. The
// errors are those of options that make no sense, and that of a ctx that ended.
func Measure(ctx context.Context, stage Stage, cases []Case, o *MeasureOptions) (*Verdict, error) {
	d, err := o.defaults()
	if err != nil {
		return nil, err
	}
	drawn := draw(cases, d.Seed)
	segments := segmentsOf(drawn)
	m := &measurement{o: d, stage: stage, trials: map[Segment]*trial{}}
	for _, s := range segments {
		m.trials[s] = newTrial(s, d, d.Alpha/float64(len(segments)))
	}
	if err := m.run(ctx, drawn); err != nil {
		return nil, err
	}
	return m.verdict(segments), nil
}

// MeasureEach measures stages, each under its name and in the order of the names,
// for [NewBest] to choose from. They share what o says once: each has an even part
// of Alpha, so that trying many things does not find one by chance, and what one
// leaves of Budget is there for the next.
func MeasureEach(ctx context.Context, stages map[string]Stage, cases []Case, o *MeasureOptions) ([]*Verdict, error) {
	d, err := o.defaults()
	if err != nil {
		return nil, err
	}
	d.Alpha /= float64(max(len(stages), 1))
	var verdicts []*Verdict
	left := d.Budget
	for _, name := range slices.Sorted(maps.Keys(stages)) {
		if o := d; d.Budget == 0 || left > 0 {
			o.Stage, o.Budget = name, left
			v, err := Measure(ctx, stages[name], cases, &o)
			if err != nil {
				return nil, err
			}
			left = max(left-v.Spent, 0)
			verdicts = append(verdicts, v)
		}
	}
	return verdicts, nil
}

// measurement is a Measure under way.
type measurement struct {
	o      MeasureOptions
	stage  Stage
	trials map[Segment]*trial
	spent  llm.Micros
	ended  string // why it ended before its cases did
}

func (m *measurement) run(ctx context.Context, cases []*Case) error {
	for len(cases) > 0 && m.ended == "" {
		var batch []*Case
		batch, cases = m.batch(cases)
		results, err := m.apply(ctx, batch)
		if err != nil {
			return err
		}
		for i, r := range results {
			m.take(batch[i], r)
		}
	}
	return nil
}

// batch takes the next cases to ask about off the list, and counts those on the
// way that need no asking.
func (m *measurement) batch(cases []*Case) (batch, rest []*Case) {
	for len(cases) > 0 && len(batch) < m.o.Parallel {
		c := cases[0]
		cases = cases[1:]
		t := m.trials[c.Query.Segment]
		switch {
		case !t.wants():
		case c.open(m.o.Options.Top):
			batch = append(batch, c)
			t.began++
		default:
			t.skip(c)
		}
	}
	return batch, cases
}

// apply orders the lists of a batch, at the same time.
func (m *measurement) apply(ctx context.Context, batch []*Case) ([]*Result, error) {
	results := make([]*Result, len(batch))
	var group errgroup.Group
	for i, c := range batch {
		group.Go(func() error {
			results[i] = Apply(ctx, m.stage, c.Query, c.Items, &m.o.Options)
			return nil
		})
	}
	_ = group.Wait()
	return results, ctx.Err()
}

// take counts one result. A budget that is used up ends the measurement: what
// comes after it would say nothing about the stage.
func (m *measurement) take(c *Case, r *Result) {
	m.spent = plus(m.spent, r.Cost.Micros(m.o.Price))
	if r.Kept == Broke {
		m.ended = r.Why
		return
	}
	m.trials[c.Query.Segment].take(c, r)
	if m.o.Budget > 0 && m.spent >= m.o.Budget {
		m.ended = fmt.Sprintf("the measurement has spent %s of %s", money(m.spent), money(m.o.Budget))
	}
}
