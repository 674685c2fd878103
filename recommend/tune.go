package recommend

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// TuneOptions are the settings of [Tune].
type TuneOptions struct {
	// Task is what the settings should be good for. Default: [NewItems].
	Task Task
	// Budget is for how long settings are tried; the one that is being tried when
	// it ends is finished. Default: 1 minute.
	Budget time.Duration
	// Now is the clock. Default: time.Now.
	Now func() time.Time
	// Fit holds the settings to begin with: their sources, their hold-out window
	// and its customers are those that are tuned, and on.
	Fit *Options
	// Tried, if not nil, is called after each setting that was tried.
	Tried func(Trial)
}

// A Trial is a setting of a source that was tried.
type Trial struct {
	Source string `json:"source"`
	Option string `json:"option"` // such as "EASE.Lambda"
	Value  string `json:"value"`
	// NDCG is what the source alone reached with it at 10, on the customers on
	// whom settings are chosen.
	NDCG float64 `json:"ndcg"`
	Kept bool    `json:"kept"` // better than what there was before
}

// A Tuning says what was found.
type Tuning struct {
	// Options are those of the beginning with the settings that were kept.
	Options *Options `json:"-"`
	Trials  []Trial  `json:"trials"`
	// Sources says of each source that was tuned what it reached before and
	// after, on the customers on whom nothing was chosen.
	Sources map[string]Gain `json:"sources"`
	// Done is false where the budget ended first.
	Done bool `json:"done"`
}

// A Gain is the NDCG at 10 of a source before and after it was tuned. After can
// be below Before: then what was chosen on half of the customers did not hold on
// the others, and Tune has given it up.
type Gain struct {
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// Tune tries settings of the sources, one after the other, on the hold-out window
// before the moment at: each source learns what was known before the window, and
// its list is compared with what customers bought in it. A setting is kept where
// it is better on every second customer, and all of a source's where they are not
// worse on the others. How sources are put together is not tuned: [Fit] chooses
// that by itself, with whatever settings.
//
// It fails as [Fit] does, and with [ErrNothingToEvaluate]. With the same clock the
// same events give the same settings.
func Tune(ctx context.Context, events iter.Seq2[clm.Event, error], catalogue *clm.Catalogue, at time.Time, o *TuneOptions) (*Tuning, error) {
	var opts TuneOptions
	if o != nil {
		opts = *o
	}
	fill(&opts.Budget, time.Minute)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Budget < 0 || !opts.Task.valid() {
		return nil, fmt.Errorf("recommend: tune for %s, task %d", opts.Budget, opts.Task)
	}
	fitting, err := opts.Fit.defaults()
	if err != nil {
		return nil, err
	}
	t, err := newTuner(ctx, events, catalogue, at, &opts, &fitting)
	if err != nil {
		return nil, err
	}
	return t.run(ctx)
}

// tuner tries settings.
type tuner struct {
	o     *TuneOptions
	fit   *Options
	past  *interaction.Past
	cases [2][]evaluationCase // to choose on, and to check on
	done  Tuning
	known *candidate.Known // vectors of the catalogue's texts
}

func newTuner(ctx context.Context, events iter.Seq2[clm.Event, error], catalogue *clm.Catalogue, at time.Time, o *TuneOptions, fit *Options) (*tuner, error) {
	if at.IsZero() {
		return nil, errors.New("recommend: the moment of the tuning is missing")
	}
	records, err := interaction.Read(events, fit.Weights, at)
	if err != nil {
		return nil, err
	}
	now, err := records.Before(ctx, at, catalogue)
	if err != nil {
		return nil, err
	}
	t := &tuner{o: o, fit: fit, done: Tuning{Options: fit, Sources: map[string]Gain{}}}
	if t.past, err = now.Before(ctx, at.Add(-holdOut(now, fit.Blend.HoldOut))); err != nil {
		return nil, err
	}
	var customers []int
	for c := range now.Customers {
		if len(targets(now.History(int32(c)), o.Task, t.past.History(int32(c)))) > 0 {
			customers = append(customers, c)
		}
	}
	for i, c := range spread(customers, fit.Blend.MaxCustomers) {
		past := t.past.History(int32(c))
		t.cases[i%2] = append(t.cases[i%2], evaluationCase{past, eligible(past, o.Task), targets(now.History(int32(c)), o.Task, past)})
	}
	if len(t.cases[1]) == 0 {
		return nil, fmt.Errorf("recommend: fewer than two customers bought before and after %s: %w", t.past.At.Format(time.RFC3339), ErrNothingToEvaluate)
	}
	return t, nil
}

// A knob is a setting of a source, with the values that are tried.
type knob struct {
	source, option string
	values         int
	// set sets value i, and returns it as text.
	set func(o *Options, i int) string
}

func knobOf[T any](source, option string, field func(*Options) *T, values ...T) knob {
	return knob{source, option, len(values), func(o *Options, i int) string {
		*field(o) = values[i]
		return fmt.Sprint(values[i])
	}}
}

// knobs are what is tried, the settings that matter most first.
var knobs = []knob{
	knobOf(EASE, "EASE.HalfLife", func(o *Options) *time.Duration { return &o.EASE.HalfLife }, 30*day, 60*day, 120*day, 365*day),
	knobOf(EASE, "EASE.Lambda", func(o *Options) *float64 { return &o.EASE.Lambda }, 50, 100, 300, 1000),
	knobOf(ItemKNN, "ItemKNN.HalfLife", func(o *Options) *time.Duration { return &o.ItemKNN.HalfLife }, 30*day, 60*day, 120*day, 365*day),
	knobOf(ItemKNN, "ItemKNN.Neighbours", func(o *Options) *int { return &o.ItemKNN.Neighbours }, 50, 100, 200),
	knobOf(ItemKNN, "ItemKNN.Shrink", func(o *Options) *float64 { return &o.ItemKNN.Shrink }, 5, 20, 50),
	knobOf(Popularity, "Popularity.Window", func(o *Options) *time.Duration { return &o.Popularity.Window }, 3*day, 7*day, 14*day, 30*day, 60*day),
	knobOf(Repeat, "Repeat.HalfLife", func(o *Options) *time.Duration { return &o.Repeat.HalfLife }, 60*day, 120*day, 240*day),
	knobOf(Repeat, "Repeat.Prior", func(o *Options) *time.Duration { return &o.Repeat.Prior }, 60*day, 240*day, 480*day),
	knobOf(Content, "Content.HalfLife", func(o *Options) *time.Duration { return &o.Content.HalfLife }, 14*day, 60*day, 180*day),
	knobOf(Trending, "Trending.Window", func(o *Options) *time.Duration { return &o.Trending.Window }, 3*day, 7*day, 14*day, 30*day),
}

func (t *tuner) run(ctx context.Context) (*Tuning, error) {
	start := t.o.Now()
	for _, source := range t.fit.Sources {
		if !slices.ContainsFunc(knobs, func(k knob) bool { return k.source == source }) {
			continue
		}
		if err := t.source(ctx, source, start.Add(t.o.Budget)); err != nil {
			return nil, err
		}
		if t.over(start.Add(t.o.Budget)) {
			return &t.done, nil
		}
	}
	t.done.Done = true
	return &t.done, nil
}

func (t *tuner) over(end time.Time) bool { return !t.o.Now().Before(end) }

// source tunes one source.
func (t *tuner) source(ctx context.Context, name string, end time.Time) error {
	before := *t.fit
	chosen, checked, err := t.measure(ctx, name, &before)
	if err != nil {
		return err
	}
	best, best0 := before, chosen
	for _, k := range knobs {
		for i := 0; i < k.values && k.source == name && !t.over(end); i++ {
			tried := best
			value := k.set(&tried, i)
			ndcg, _, err := t.measure(ctx, name, &tried)
			if err != nil {
				return err
			}
			trial := Trial{name, k.option, value, ndcg, ndcg > best0}
			if trial.Kept {
				best, best0 = tried, ndcg
			}
			t.done.Trials = append(t.done.Trials, trial)
			if t.o.Tried != nil {
				t.o.Tried(trial)
			}
		}
	}
	_, after, err := t.measure(ctx, name, &best)
	if err != nil {
		return err
	}
	t.done.Sources[name] = Gain{checked, after}
	if after >= checked {
		*t.fit = best
	}
	return nil
}

// measure returns the NDCG of a source with some settings, on both halves of
// the customers.
func (t *tuner) measure(ctx context.Context, name string, o *Options) (chosen, checked float64, err error) {
	one := *o
	one.Sources, one.Progress, one.known = []string{name}, func(string) {}, t.known
	all, err := recipes(ctx, t.past.Vocabulary, &one)
	if err != nil || len(all) == 0 {
		return 0, 0, err
	}
	source, err := all[0].train(ctx, t.past)
	if err != nil {
		return 0, 0, fmt.Errorf("recommend: source %s: %w", name, err)
	}
	if content, ok := source.(*candidate.Content); ok {
		t.known = content.Known() // the tries have their texts in common
	}
	if chosen, err = t.mean(ctx, source, t.cases[0]); err == nil {
		checked, err = t.mean(ctx, source, t.cases[1])
	}
	return chosen, checked, err
}

func (t *tuner) mean(ctx context.Context, source candidate.Source, cases []evaluationCase) (float64, error) {
	found := make([]float64, len(cases))
	failed := make([]error, len(cases))
	err := interaction.InBlocks(ctx, len(cases), func(from, to int) {
		for i := from; i < to; i++ {
			found[i], failed[i] = t.one(ctx, source, &cases[i])
		}
	})
	sum := 0.0
	for _, x := range found {
		sum += x
	}
	return sum / float64(len(cases)), errors.Join(append(failed, err)...)
}

func (t *tuner) one(ctx context.Context, source candidate.Source, c *evaluationCase) (float64, error) {
	scores := candidate.Scratch(len(t.past.Items))
	defer candidate.Release(scores)
	if err := source.Score(ctx, c.past, scores); err != nil {
		return 0, err
	}
	var hits []bool
	for _, s := range scores.Top(chosenAt, c.eligible) {
		hits = append(hits, c.targets[s.Item])
	}
	return metric.NDCG(hits, len(c.targets), chosenAt), nil
}
