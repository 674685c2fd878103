package segment_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/sim"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/segment"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// simulated returns a shop whose truth is known, and its profiles at the end.
func simulated(t *testing.T, customers int) (*sim.Shop, *profile.Memory, time.Time) {
	shop, err := sim.New(&sim.Options{Seed: 1, Customers: customers})
	require.NoError(t, err)
	log := clm.NewMemory(nil)
	require.NoError(t, log.Append(t.Context(), shop.Events...))
	var store profile.Memory
	_, err = clm.CatchUp(t.Context(), log, nil, profile.NewView(&store, profile.NewFolder(shop.Catalogue, nil)))
	require.NoError(t, err)
	return shop, &store, shop.Events[len(shop.Events)-1].Time
}

// tastes are the features that say how the interest is shared out.
func tastes(catalogue *clm.Catalogue) []string {
	var features []string
	seen := map[string]bool{}
	for item := range catalogue.All {
		if c := item.Categories[0]; !seen[c] {
			seen[c] = true
			features = append(features, "interest:"+c)
		}
	}
	return features
}

// Hidden tastes come out: of the customers with ten events or more, more than
// four in five have the taste that most of their segment have. Who guesses the
// commonest taste is right for one in seven. Run with -v for the figures.
func TestSegmentsOfASimulatedShopAreItsTastes(t *testing.T) {
	shop, store, at := simulated(t, 2000)
	features := tastes(shop.Catalogue)
	m, err := segment.Fit(t.Context(), store.All(t.Context()), at, rand.NewPCG(1, 1), &segment.Options{K: len(features), Features: features})
	require.NoError(t, err)
	within, all := map[segment.ID]map[string]int{}, map[string]int{}
	n := 0
	for p, err := range store.All(t.Context()) {
		require.NoError(t, err)
		if p.Sufficiency(at)[0].Have < 10 {
			continue
		}
		truth, ok := shop.Truth(p.Customer)
		require.True(t, ok)
		id, _ := m.Assign(p, at)
		if within[id] == nil {
			within[id] = map[string]int{}
		}
		within[id][truth.Category]++
		all[truth.Category]++
		n++
	}
	right := 0
	for _, counts := range within {
		right += most(counts)
	}
	purity, baseline := float64(right)/float64(n), float64(most(all))/float64(n)
	t.Logf("%d customers: %.3f, baseline %.3f", n, purity, baseline)
	assert.Greater(t, purity, 0.8)
	assert.Less(t, baseline, 0.2)
}

func most(counts map[string]int) int {
	n := 0
	for _, c := range counts {
		n = max(n, c)
	}
	return n
}

// The number of segments is chosen on a sample, which is the same for the same
// random numbers.
func TestTheChoiceOnASampleIsRepeated(t *testing.T) {
	_, store, at := simulated(t, 1200)
	var models []*segment.Model
	for range 2 {
		m, err := segment.Fit(t.Context(), store.All(t.Context()), at, rand.NewPCG(4, 4), nil)
		require.NoError(t, err)
		models = append(models, m)
	}
	require.Equal(t, models[0], models[1])
	require.GreaterOrEqual(t, len(models[0].Segments), 2)
	require.InDelta(t, 0, models[0].Silhouette, 0.25, "behaviour has no groups in this shop, and the silhouette says so")
}

// Quintiles of the simulated shop hold a fifth each, where values differ.
func TestQuintilesOfASimulatedShopAreFifths(t *testing.T) {
	_, store, at := simulated(t, 500)
	r, err := segment.FitRFM(store.All(t.Context()), at, nil)
	require.NoError(t, err)
	recency, groups := map[int]int{}, map[segment.Group]int{}
	for p, err := range store.All(t.Context()) {
		require.NoError(t, err)
		if s, ok := r.Score(p, at); ok {
			recency[s.R]++
			groups[s.Group()]++
		}
	}
	for score := 1; score <= 5; score++ {
		assert.InDelta(t, 0.2, float64(recency[score])/float64(r.Customers), 0.01)
	}
	assert.Len(t, groups, len(segment.Groups()), "nobody's group is never used")
}

// Week after week the segments of a simulated shop keep their ids, and nine in ten
// customers their segment, though its silhouette says that nothing keeps the
// segments apart. The control numbers the segments of each week by size, as a fit
// without the one before does. Run with -v for the figures.
func TestIDsOutliveTheWeeksOfASimulatedShop(t *testing.T) {
	shop, err := sim.New(&sim.Options{Seed: 2, Customers: 600})
	require.NoError(t, err)
	folder := profile.NewFolder(shop.Catalogue, nil)
	var last *segment.Model
	var kept, anew, customers int
	var before, controlBefore map[clm.CustomerID]segment.ID
	for week := range 5 {
		at := time.Date(2024, 11, 1+7*week, 0, 0, 0, 0, time.UTC)
		profiles, _, err := folder.AsOf(clm.Sequence(shop.Events), at)
		require.NoError(t, err)
		all := slices.Collect(maps.Values(profiles))
		fit := func(previous *segment.Model) (*segment.Model, map[clm.CustomerID]segment.ID) {
			m, err := segment.Fit(t.Context(), sequence(all), at, rand.NewPCG(uint64(week), 1), &segment.Options{K: 6, Previous: previous})
			require.NoError(t, err)
			of := map[clm.CustomerID]segment.ID{}
			for _, p := range all {
				of[p.Customer], _ = m.Assign(p, at)
			}
			return m, of
		}
		m, now := fit(last)
		_, control := fit(nil)
		for c, id := range before {
			customers++
			kept += count(now[c] == id)
			anew += count(control[c] == controlBefore[c])
		}
		last, before, controlBefore = m, now, control
	}
	require.Equal(t, segment.ID(7), last.Next, "no segment was taken for a new one")
	share, without := float64(kept)/float64(customers), float64(anew)/float64(customers)
	t.Logf("%.3f of %d stay in their segment from week to week; by size %.3f", share, customers, without)
	assert.Greater(t, share, 0.9)
	assert.Greater(t, share, without)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
