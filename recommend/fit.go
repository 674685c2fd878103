package recommend

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A Task is what is to be recommended.
type Task int

// The tasks. The zero Task is NewItems.
const (
	NewItems   Task = iota // items that the customer has never bought
	NextBasket             // what the customer buys next, also again
)

// String returns "new" or "next".
func (t Task) String() string {
	if t == NextBasket {
		return "next"
	}
	return "new"
}

// MarshalText returns the text of String, so that tasks are named in JSON.
func (t Task) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads "new" or "next".
func (t *Task) UnmarshalText(text []byte) error {
	for _, known := range []Task{NewItems, NextBasket} {
		if known.String() == string(text) {
			*t = known
			return nil
		}
	}
	return fmt.Errorf("recommend: no task is called %q", text)
}

func (t Task) valid() bool { return t == NewItems || t == NextBasket }

// A Model recommends items by what was known at one moment. It is immutable
// and safe for concurrent use; to take in new events or a new catalogue, or to
// forget a customer, fit another.
type Model struct {
	past    *interaction.Past
	kinds   interaction.Weights
	names   []string
	sources []candidate.Source
	// personal says of each source whether it depends on the history.
	personal []bool
	weights  [2][]float64 // by task
	blends   Blends
}

// Fit learns from the events before the moment at; later ones change nothing.
// Events may come in any order, and of events with the same id the earliest
// counts. A nil catalogue is an empty one: see [Request.Unlisted].
//
// The sources are fitted twice: on what was known before the hold-out window,
// to choose the weights of the blend by what was bought in it, and then on
// everything. Without events the model is valid and recommends nothing.
//
// Fit fails with the error of the events or of ctx, with one that wraps
// [clm.ErrInvalid] for an event that is not valid, and for options out of
// range. The same events, catalogue and options give the same model, whatever
// the number of processors. See [EASEOptions.MaxItems] for its cost.
func Fit(ctx context.Context, events iter.Seq2[clm.Event, error], catalogue *clm.Catalogue, at time.Time, o *Options) (*Model, error) {
	opts, err := o.defaults()
	if err != nil {
		return nil, err
	}
	opts.Progress("read")
	records, err := interaction.Read(events, opts.Weights, at)
	if err != nil {
		return nil, err
	}
	return fit(ctx, records, catalogue, at, &opts)
}

func fit(ctx context.Context, records *interaction.Records, catalogue *clm.Catalogue, at time.Time, o *Options) (*Model, error) {
	if at.IsZero() {
		return nil, errors.New("recommend: the moment of the fit is missing")
	}
	past, err := records.Before(ctx, at, catalogue)
	if err != nil {
		return nil, err
	}
	all, err := recipes(ctx, past.Vocabulary, o)
	if err != nil {
		return nil, err
	}
	m := &Model{past: past, kinds: o.Weights}
	for _, r := range all {
		m.names = append(m.names, r.name)
		m.personal = append(m.personal, r.personal)
	}
	if err := m.blend(ctx, all, o); err != nil {
		return nil, err
	}
	m.sources, err = train(ctx, all, past, o)
	return m, err
}

// blend sets the weights of the sources for both tasks.
func (m *Model) blend(ctx context.Context, all []recipe, o *Options) error {
	tasks := []Task{NewItems, NextBasket}
	m.blends = o.Blend.Use.clone()
	if m.blends != nil {
		for _, task := range tasks {
			m.weights[task] = numbered(m.names, m.blends[task].Weights)
		}
		return nil
	}
	past, err := m.past.Before(ctx, m.past.At.Add(-holdOut(m.past, o.Blend.HoldOut)))
	if err != nil {
		return err
	}
	sources, err := train(ctx, all, past, o)
	if err != nil {
		return err
	}
	o.Progress("blend")
	trials, err := newTrials(ctx, past, m.past, sources, o.Blend.MaxCustomers)
	if err != nil {
		return err
	}
	var chosen [2]Blend
	var group sync.WaitGroup
	for _, task := range tasks {
		group.Go(func() { m.weights[task], chosen[task] = chooseBlend(task, m.names, trials[task]) })
	}
	group.Wait()
	m.blends = Blends{NewItems: chosen[NewItems], NextBasket: chosen[NextBasket]}
	return nil
}

// At returns the moment of the fit: the model knows what was before it.
func (m *Model) At() time.Time { return m.past.At }

// Blends returns how the model adds up its sources.
func (m *Model) Blends() Blends { return m.blends.clone() }
