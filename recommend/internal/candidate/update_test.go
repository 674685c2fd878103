package candidate

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// grown is a past that grew in steps.
type grown struct {
	early, now *interaction.Past
	changes    []*interaction.Change
	steps      []*interaction.Past
}

// grow returns what was known of events some days before now, and in steps up to
// now.
func grow(t testing.TB, events []clm.Event, catalogue *clm.Catalogue, daysAgo, step int) grown {
	t.Helper()
	weights := interaction.Weights{clm.Ordered: 1}
	at := func(daysAgo int) time.Time { return now.AddDate(0, 0, -daysAgo) }
	read := func(until time.Time) *interaction.Records {
		r, err := interaction.Read(clm.Sequence(events), weights, until)
		require.NoError(t, err)
		return r
	}
	early, err := read(at(daysAgo)).Before(t.Context(), at(daysAgo), catalogue)
	require.NoError(t, err)
	g := grown{early: early, now: early}
	for daysAgo > 0 {
		daysAgo = max(0, daysAgo-step)
		// Records of all events: what is in the past already is passed over.
		p, change, err := g.now.With(t.Context(), read(at(daysAgo)), at(daysAgo), catalogue)
		require.NoError(t, err)
		g.now, g.changes, g.steps = p, append(g.changes, change), append(g.steps, p)
	}
	return g
}

func (g *grown) update(t testing.TB, s Source) Source {
	t.Helper()
	for i, p := range g.steps {
		var err error
		s, err = Update(t.Context(), s, p, g.changes[i])
		require.NoError(t, err)
	}
	return s
}

// mostAreLeft checks that there is something that need not be learned again.
func mostAreLeft(t testing.TB, g *grown) {
	t.Helper()
	last := g.early
	require.Equal(t, g.early.Items, g.now.Items, "items keep their numbers")
	for i, p := range g.steps {
		stale := 0
		for _, is := range renewWanted(last, p, g.changes[i]).stale {
			if is {
				stale++
			}
		}
		require.Less(t, stale, len(p.Items)/2)
		require.Positive(t, stale)
		last = p
	}
}

func TestUpdatedSourcesAreTrainedAnew(t *testing.T) {
	g := grow(t, mall(13), nil, 4, 1)
	mostAreLeft(t, &g)
	before, after := trained(t, g.early), trained(t, g.now)
	tolerance := map[string]float64{
		"ease": 0, "alike": 0, "lately": 0, "repeat": 0, "rhythm": 0, "popularity": 0, "trending": 0, "looks": 0, "arrivals": 0,
		"itemknn": 1e-6, "viewed": 1e-6, // rounding of float32
	}
	for name, delta := range tolerance {
		t.Run(name, func(t *testing.T) {
			want := allScores(t, g.now, after[name])
			changed := false
			for c, got := range allScores(t, g.now, g.update(t, before[name])) {
				require.InDeltaSlice(t, want[c], got, delta)
				old := scoresOf(t, before[name], g.now.History(int32(c)), len(g.now.Items))
				changed = changed || !assert.ObjectsAreEqual(want[c], old)
			}
			if name != "arrivals" { // of which there are none
				assert.True(t, changed, "the source of the earlier past is another")
			}
		})
	}
}

// overlap returns the share of the best items of all customers that two sources
// have in common.
func overlap(t testing.TB, p *interaction.Past, a, b Source, n int) float64 {
	t.Helper()
	common, all := 0, 0
	for c := range p.Customers {
		x, y := best(t, p, a, p.History(int32(c)), n), best(t, p, b, p.History(int32(c)), n)
		all += len(x)
		for _, item := range x {
			for _, other := range y {
				if item == other {
					common++
				}
			}
		}
	}
	return float64(common) / float64(all)
}

func TestWhatIsLeftOfUpdatedSourcesIsAlmostTrainedAnew(t *testing.T) {
	g := grow(t, mall(13), nil, 4, 1)
	mostAreLeft(t, &g)
	for name, train := range map[string]func(context.Context, *interaction.Past) (Source, error){
		"together": func(ctx context.Context, p *interaction.Past) (Source, error) {
			return TrainTogether(ctx, p, TogetherOptions{Neighbours: 20, MinSupport: 2, Shrink: 5, HalfLife: 60 * day})
		},
		"next": func(ctx context.Context, p *interaction.Past) (Source, error) {
			return TrainNext(ctx, p, NextOptions{Neighbours: 20, Steps: 2, Shrink: 3, Last: 3, Rate: 0.8})
		},
		"sparse": func(ctx context.Context, p *interaction.Past) (Source, error) {
			return TrainSparse(ctx, p, SparseOptions{Neighbours: 15, Lambda: 5, HalfLife: 60 * day})
		},
	} {
		t.Run(name, func(t *testing.T) {
			before, err := train(t.Context(), g.early)
			require.NoError(t, err)
			anew, err := train(t.Context(), g.now)
			require.NoError(t, err)
			updated, old := overlap(t, g.now, anew, g.update(t, before), 10), overlap(t, g.now, anew, before, 10)
			t.Logf("of the ten best items of each customer %.3f are those of a training anew, without updates %.3f", updated, old)
			assert.Greater(t, updated, 0.98)
			assert.Greater(t, updated, old)
		})
	}
}

// A factorisation has many minima, so that lists differ between trainings; the
// loss does not.
func TestAnUpdatedFactorisationFitsAsWell(t *testing.T) {
	g := grow(t, mall(13), nil, 4, 1)
	train := func(p *interaction.Past) *ALS {
		a, err := TrainALS(t.Context(), p, alsOptions())
		require.NoError(t, err)
		return a
	}
	before := train(g.early)
	updated := loss(t, g.update(t, before).(*ALS), g.now)
	assert.Less(t, updated, 1.01*loss(t, train(g.now), g.now))
	old := newALS(g.now, before.o)
	old.items = before.items
	assert.Less(t, updated, loss(t, old, g.now))
}

// What is sold for the first time moves the weights of all customers a little,
// and the numbers of items a lot.
func TestItemsThatAreNewComeInByUpdates(t *testing.T) {
	events, _ := shop(14)
	for i := range events {
		if events[i].Kind == clm.Ordered && events[i].Time.After(now.AddDate(0, 0, -10)) {
			events[i].Lines = append(events[i].Lines, clm.Line{Item: "a new one", Quantity: 1, Amount: clm.Money{Minor: 1, Currency: "EUR"}})
		}
	}
	g := grow(t, events, nil, 12, 4)
	require.NotContains(t, g.early.Items, clm.ItemID("a new one"))
	for name, s := range trained(t, g.early) {
		t.Run(name, func(t *testing.T) {
			s := g.update(t, s)
			for c := range g.now.Customers {
				scoresOf(t, s, g.now.History(int32(c)), len(g.now.Items))
			}
		})
	}
	knn, err := TrainItemKNN(t.Context(), g.early, ItemKNNOptions{Neighbours: 10, Shrink: 2})
	require.NoError(t, err)
	anew, err := TrainItemKNN(t.Context(), g.now, ItemKNNOptions{Neighbours: 10, Shrink: 2})
	require.NoError(t, err)
	updated := g.update(t, knn)
	assert.Greater(t, overlap(t, g.now, anew, updated, 10), 0.97)
	found := 0
	for c := range g.now.Customers {
		for _, id := range best(t, g.now, updated, g.now.History(int32(c)), 10) {
			if id == "a new one" {
				found++
			}
		}
	}
	assert.Positive(t, found)
}

func TestWhatIsMadeOfTheCatalogueIsNotUpdated(t *testing.T) {
	_, err := Update(t.Context(), &Content{}, knownShop(t, 1), &interaction.Change{})
	assert.ErrorContains(t, err, "*candidate.Content")
}
