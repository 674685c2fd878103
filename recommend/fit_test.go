package recommend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
)

func TestWhatComesLaterChangesNothing(t *testing.T) {
	events, catalogue := shop(1)
	before := everything(t, mustFit(t, events, catalogue, nil))
	later := slices.Clone(events)
	for i, e := range events {
		e.ID = fmt.Sprintf("later-%d", i)
		e.Time = now.Add(time.Duration(i) * time.Hour)
		e.Customer = clm.CustomerID(fmt.Sprintf("c%02d", (i*7)%90))
		later = append(later, e)
	}
	again := events[0] // of the same id as an event that counts
	again.Time = now.Add(time.Hour)
	later = append(later, again, order("future", "c00", -1, "not yet sold"))
	slices.Reverse(later)
	assert.Equal(t, before, everything(t, mustFit(t, later, catalogue, nil)))
}

func TestTheControlOfTheTestAboveDoesChangeSomething(t *testing.T) {
	events, catalogue := shop(1)
	before := everything(t, mustFit(t, events, catalogue, nil))
	events = append(events, order("just before", "c00", 0, "i39", "i01"))
	events[len(events)-1].Time = now.Add(-time.Nanosecond)
	assert.NotEqual(t, before, everything(t, mustFit(t, events, catalogue, nil)))
}

func TestTheSameBytesWhateverTheOrderTheRepeatsAndTheProcessors(t *testing.T) {
	events, catalogue := shop(2)
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	want := everything(t, mustFit(t, events, catalogue, nil))
	runtime.GOMAXPROCS(4)
	assert.Equal(t, want, everything(t, mustFit(t, events, catalogue, nil)))
	shuffled := append(slices.Clone(events), events[:50]...)
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(shuffled), func(i, j int) {
		shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
	})
	assert.Equal(t, want, everything(t, mustFit(t, shuffled, catalogue, nil)))
}

func TestOfEventsWithTheSameIDTheEarliestCounts(t *testing.T) {
	a, b := order("o", "ann", 9, "mug"), order("o", "ann", 2, "tea")
	for _, events := range [][]clm.Event{{a, b}, {b, a}} {
		m := mustFit(t, events, nil, nil)
		assert.Equal(t, []clm.ItemID{"mug"}, ids(mustRecommend(t, m, Request{Unlisted: true})))
	}
}

func TestAModelIsSharedByGoroutines(t *testing.T) {
	events, catalogue := shop(1)
	m := mustFit(t, events, catalogue, nil)
	want := mustRecommend(t, m, Request{Customer: "c07", Session: []clm.Event{viewed("s", "c07", -1, "i03")}})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				r, err := m.Recommend(context.Background(), Request{Customer: "c07", Session: []clm.Event{viewed("s", "c07", -1, "i03")}})
				assert.NoError(t, err)
				assert.Equal(t, want, r)
			}
		})
	}
	group.Wait()
}

func TestFitsOfHardlyAnything(t *testing.T) {
	mug, err := clm.NewCatalogue(clm.Item{ID: "mug", Title: "Red mug"})
	require.NoError(t, err)
	for _, c := range []struct {
		name      string
		events    []clm.Event
		catalogue *clm.Catalogue
		request   Request
		want      []clm.ItemID
	}{
		{"no events and no catalogue", nil, nil, Request{Customer: "ann", Unlisted: true}, nil},
		{"no events", nil, mug, Request{Customer: "ann"}, []clm.ItemID{"mug"}},
		{"one customer who has bought the only item", []clm.Event{order("o", "ann", 1, "mug")}, mug, Request{Customer: "ann"}, nil},
		{"the same for the next basket", []clm.Event{order("o", "ann", 1, "mug")}, mug, Request{Customer: "ann", Task: NextBasket}, []clm.ItemID{"mug"}},
		{"one item, another customer", []clm.Event{order("o", "ann", 1, "mug")}, mug, Request{Customer: "ben"}, []clm.ItemID{"mug"}},
		{"no catalogue lists nothing", []clm.Event{order("o", "ann", 1, "mug")}, nil, Request{}, nil},
		{"no catalogue, unlisted items wanted", []clm.Event{order("o", "ann", 1, "mug")}, nil, Request{Unlisted: true}, []clm.ItemID{"mug"}},
		{"an item that the catalogue does not have", []clm.Event{order("o", "ann", 1, "mug", "gone")}, mug, Request{}, []clm.ItemID{"mug"}},
		{"an item without a word in its text", []clm.Event{order("o", "ann", 1, "mug")}, punctuation(t), Request{}, []clm.ItemID{"mug"}},
		{"only what came later", []clm.Event{order("o", "ann", -1, "mug")}, mug, Request{}, []clm.ItemID{"mug"}},
		{"only views", []clm.Event{viewed("v", "ann", 1, "mug")}, mug, Request{Customer: "ann"}, []clm.ItemID{"mug"}},
		{"a view of an unknown item", []clm.Event{viewed("v", "ann", 1, "gone")}, mug, Request{Customer: "ann", Unlisted: true}, []clm.ItemID{"mug"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := mustFit(t, c.events, c.catalogue, nil)
			assert.Equal(t, c.want, ids(mustRecommend(t, m, c.request)))
		})
	}
}

func TestAModelWithoutSourcesRecommendsNothing(t *testing.T) {
	events, _ := shop(1)
	for _, sources := range [][]string{{}, {Content}} {
		m := mustFit(t, events, nil, &Options{Sources: sources})
		assert.Empty(t, mustRecommend(t, m, Request{Customer: "c01", Unlisted: true}).Items)
	}
}

func punctuation(t *testing.T) *clm.Catalogue {
	c, err := clm.NewCatalogue(clm.Item{ID: "mug", Title: "!?"})
	require.NoError(t, err)
	return c
}

func TestWhatFitRefuses(t *testing.T) {
	broken := errors.New("the disk is gone")
	one := []clm.Event{order("o", "ann", 1, "mug")}
	failing := func(yield func(clm.Event, error) bool) { yield(clm.Event{}, broken) }
	invalid := order("e-17", "", 1, "mug")
	deaf := llm.EmbedderFunc(func(context.Context, []string) (*llm.Embeddings, error) { return nil, broken })
	short := llm.EmbedderFunc(func(context.Context, []string) (*llm.Embeddings, error) { return &llm.Embeddings{}, nil })
	_, catalogue := shop(1)
	for _, c := range []struct {
		name   string
		events iter.Seq2[clm.Event, error]
		at     time.Time
		o      *Options
		is     error
		says   string
	}{
		{"events that cannot be read", failing, now, nil, broken, "recommend: reading events"},
		{"an event without a customer", clm.Sequence([]clm.Event{invalid}), now, nil, clm.ErrInvalid, "event e-17: customer"},
		{"no moment", clm.Sequence(one), time.Time{}, nil, nil, "the moment of the fit is missing"},
		{"a source that is none", clm.Sequence(one), now, &Options{Sources: []string{"oracle"}}, nil, `no source is called "oracle"`},
		{"a negative penalty", clm.Sequence(one), now, &Options{EASE: EASEOptions{Lambda: -1}}, nil, "EASE.Lambda"},
		{"a penalty that is no number", clm.Sequence(one), now, &Options{EASE: EASEOptions{Lambda: math.NaN()}}, nil, "EASE.Lambda"},
		{"a negative weight", clm.Sequence(one), now, &Options{Weights: map[clm.Kind]float64{clm.Viewed: -1}}, nil, `option Weights["viewed"]: -1`},
		{"a blend that is infinite", clm.Sequence(one), now, &Options{Blend: BlendOptions{Use: Blends{NewItems: {Weights: map[string]float64{EASE: math.Inf(1)}}}}}, nil, `option Blend.Use[NewItems].Weights["ease"]: +Inf`},
		{"an embedder that fails", clm.Sequence(one), now, &Options{Content: ContentOptions{Embedder: deaf}}, broken, "recommend: content"},
		{"an embedder that forgets", clm.Sequence(one), now, &Options{Content: ContentOptions{Embedder: short}}, nil, "0 vectors for 20 texts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Fit(t.Context(), c.events, catalogue, c.at, c.o)
			require.ErrorContains(t, err, c.says)
			if c.is != nil {
				assert.ErrorIs(t, err, c.is)
			}
		})
	}
}

func TestFitEndsWithItsContext(t *testing.T) {
	events, catalogue := shop(1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Fit(ctx, clm.Sequence(events), catalogue, now, nil)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestAnItemThatComesLaterIsNotKnown(t *testing.T) {
	catalogue, err := clm.NewCatalogue(
		clm.Item{ID: "new", Title: "red mug", Added: now},
		clm.Item{ID: "old", Title: "red mug", Added: now.Add(-time.Hour)},
	)
	require.NoError(t, err)
	m := mustFit(t, nil, catalogue, nil)
	r := mustRecommend(t, m, Request{Session: []clm.Event{{Kind: clm.Searched, Query: "mug"}}})
	assert.Equal(t, []clm.ItemID{"old"}, ids(r))
	_, err = m.Recommend(t.Context(), Request{SimilarTo: "new"})
	assert.ErrorIs(t, err, ErrUnknownItem)
}

func TestProgressNamesTheSteps(t *testing.T) {
	events, catalogue := shop(1)
	var steps []string
	o := &Options{Sources: []string{EASE, Popularity}, Ranker: RankerOptions{Off: true}, Progress: func(s string) { steps = append(steps, s) }}
	m := mustFit(t, events, catalogue, o)
	assert.Equal(t, []string{"read", EASE, Popularity, "blend", EASE, Popularity}, steps)
	steps = nil
	o.Blend.Use = m.Blends()
	assert.Equal(t, everything(t, m), everything(t, mustFit(t, events, catalogue, o)))
	assert.Equal(t, []string{"read", EASE, Popularity}, steps)
}

func BenchmarkFit(b *testing.B) {
	events, catalogue := largeShop()
	for b.Loop() {
		if _, err := Fit(b.Context(), clm.Sequence(events), catalogue, now, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTasksAreNamedInText(t *testing.T) {
	raw, err := json.Marshal(Blends{NextBasket: {Best: EASE}})
	require.NoError(t, err)
	require.Contains(t, string(raw), `{"next":`)
	var back Blends
	require.NoError(t, json.Unmarshal(raw, &back))
	require.Equal(t, EASE, back[NextBasket].Best)
	require.ErrorContains(t, new(Task).UnmarshalText([]byte("last")), `no task is called "last"`)
}
