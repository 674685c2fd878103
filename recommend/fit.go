package recommend

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/tree"
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
// and safe for concurrent use: [Model.Update] returns another, which knows later
// events or another catalogue. To forget a customer, fit another.
type Model struct {
	*scene
	o     *Options
	names []string
	// personal says of each source whether it depends on the history.
	personal []bool
	weights  [2][]float64   // by task
	rankers  [2]*tree.Model // by task; nil where the blend has the last word
	blends   Blends
	content  *candidate.Content // nil without texts
	sales    []sales            // by item
	shelf    []int32            // what nobody has bought, in the order of showing
	census   census             // of the labels, taken when carousels want it
	shown    *shown             // nil where no exposures are known
	pools    pools
	verdicts verdicts
}

// Fit learns from the events before the moment at; later ones change nothing.
// Events may come in any order, and of events with the same id the earliest
// counts. A nil catalogue is an empty one: see [Request.Unlisted].
//
// The sources are fitted several times: on what was known before the hold-out
// window, to choose the weights of the blend by what was bought in it; with a
// ranker on what was known at three more moments in the window; and then on
// everything. One moment after the other is in memory. Without events the model
// is valid and shows the catalogue.
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
	if o.Exposures != nil {
		if err := past.Show(o.Exposures); err != nil {
			return nil, err
		}
	}
	all, err := recipes(ctx, past.Vocabulary, o)
	if err != nil {
		return nil, err
	}
	c := course{now: past, all: all, o: o}
	m := &Model{}
	if o.Blend.Use == nil {
		m.blends, err = c.choose(ctx)
	} else {
		m.blends = o.Blend.Use.clone()
	}
	if err != nil {
		return nil, err
	}
	s, err := newScene(ctx, past, past.At, all, o)
	if err != nil {
		return nil, err
	}
	return m, m.complete(ctx, s, all, o)
}

// complete fills in what follows from the blends and from what was learned.
func (m *Model) complete(ctx context.Context, s *scene, all []recipe, o *Options) error {
	m.scene, m.o = s, o
	for i, r := range all {
		m.names = append(m.names, r.name)
		m.personal = append(m.personal, r.personal)
		if content, ok := s.sources[i].(*candidate.Content); ok {
			m.content = content
		}
	}
	for task := range m.weights {
		m.weights[task] = numbered(m.names, m.blends[Task(task)].Weights)
	}
	if err := s.describe(ctx, all, o); err != nil {
		return err
	}
	s.past.Occurrences() // which reasons are counted in
	m.shown = shownTo(s.past)
	m.sales = salesOf(s.past)
	m.shelf = m.shelfOf()
	return m.useRankers()
}

// useRankers takes the trees of the blends into use, if they were learned from
// features that the model has.
func (m *Model) useRankers() error {
	for task := range m.rankers {
		b := m.blends[Task(task)]
		if len(b.Trees) == 0 || m.maker == nil {
			continue
		}
		trees := new(tree.Model)
		if err := trees.UnmarshalBinary(b.Trees); err != nil {
			return fmt.Errorf("recommend: option Blend.Use[%s].Trees: %w", Task(task), err)
		}
		if trees.Features() != len(m.maker.Names()) {
			return fmt.Errorf("recommend: option Blend.Use[%s].Trees: they are for %d features, the model has %d", Task(task), trees.Features(), len(m.maker.Names()))
		}
		m.rankers[task] = trees
	}
	return nil
}

// At returns the moment of the fit: the model knows what was before it.
func (m *Model) At() time.Time { return m.past.At }

// Blends returns how the model adds up its sources.
func (m *Model) Blends() Blends { return m.blends.clone() }
