package sim_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/sim"
)

func shop(t testing.TB, o *sim.Options) *sim.Shop {
	t.Helper()
	if o == nil {
		s, err := standard()
		require.NoError(t, err)
		return s
	}
	s, err := sim.New(o)
	require.NoError(t, err)
	return s
}

// standard is the shop of the defaults, made once: it is immutable.
var standard = sync.OnceValues(func() (*sim.Shop, error) { return sim.New(nil) })

// bytesOf returns all of a shop that can be seen.
func bytesOf(t *testing.T, s *sim.Shop) string {
	t.Helper()
	var items []clm.Item
	for item := range s.Catalogue.All {
		items = append(items, *item)
	}
	var truths []sim.Truth
	for _, c := range s.Customers {
		truth, ok := s.Truth(c)
		require.True(t, ok)
		truths = append(truths, truth)
	}
	b, err := json.Marshal([]any{items, s.Events, s.Documents, truths})
	require.NoError(t, err)
	return string(b)
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	small := sim.Options{Seed: 7, Customers: 200, Items: 100, Days: 200}
	a := bytesOf(t, shop(t, &small))
	assert.True(t, a == bytesOf(t, shop(t, &small)))
	small.Seed++
	assert.False(t, a == bytesOf(t, shop(t, &small)))
}

func TestMoreCustomersLeaveTheOthersAsTheyWere(t *testing.T) {
	few := shop(t, &sim.Options{Seed: 7, Customers: 20})
	many := shop(t, &sim.Options{Seed: 7, Customers: 40})
	var kept []clm.Event
	for _, e := range many.Events {
		if _, ok := few.Truth(e.Customer); ok {
			kept = append(kept, e)
		}
	}
	assert.Equal(t, few.Events, kept)
}

func TestEveryEventIsValidAndInOrder(t *testing.T) {
	s := shop(t, nil)
	end := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 400)
	ids := map[string]bool{}
	kinds := map[clm.Kind]int{}
	for i, e := range s.Events {
		require.NoError(t, e.Validate(e.Time))
		require.True(t, e.Time.Before(end))
		require.False(t, ids[e.ID], "%s occurs twice", e.ID)
		ids[e.ID] = true
		kinds[e.Kind]++
		if i > 0 {
			require.False(t, e.Time.Before(s.Events[i-1].Time))
		}
		for id := range e.Items {
			item := s.Catalogue.Item(id)
			require.NotNil(t, item)
			require.False(t, item.Added.After(e.Time), "%s is seen before it is there", id)
		}
	}
	derived := []clm.Kind{clm.StageChanged, clm.Inferred, clm.Corrected, clm.Identified}
	for _, k := range clm.Kinds() {
		if slices.Contains(derived, k) {
			assert.Zero(t, kinds[k], "%s is what others make of the events", k)
			continue
		}
		assert.Greater(t, kinds[k], 20, "%s", k)
	}
}

func TestOddSizesWork(t *testing.T) {
	for name, o := range map[string]sim.Options{
		"one of each":         {Customers: 1, Items: 1, Days: 1},
		"one item":            {Customers: 50, Items: 1},
		"one day":             {Customers: 50, Days: 1},
		"more items than ids": {Customers: 5, Items: 3000, Days: 30},
		"yen":                 {Customers: 20, Currency: "JPY"},
	} {
		t.Run(name, func(t *testing.T) {
			s := shop(t, &o)
			assert.Len(t, s.Customers, o.Customers)
			for _, e := range s.Events {
				require.NoError(t, e.Validate(e.Time))
			}
		})
	}
	_, err := sim.New(&sim.Options{Currency: "coins"})
	assert.ErrorContains(t, err, "coins")
	_, ok := shop(t, &sim.Options{Customers: 1, Days: 1}).Truth("nobody")
	assert.False(t, ok)
}

func TestTheMessIsAsDocumented(t *testing.T) {
	s := shop(t, &sim.Options{Items: 2000})
	var text, brand, tracked, unseen int
	seen := map[clm.ItemID]bool{}
	events := map[clm.CustomerID]int{}
	for _, e := range s.Events {
		events[e.Customer]++
		for id := range e.Items {
			seen[id] = true
		}
	}
	last := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 400-7)
	for item := range s.Catalogue.All {
		text += count(item.Text == "")
		brand += count(item.Brand == "")
		tracked += count(item.Stock == nil)
		if item.Added.Before(last) {
			continue
		}
		unseen += count(!seen[item.ID])
	}
	assert.InDelta(t, 0.25, float64(text)/2000, 0.04)
	assert.InDelta(t, 0.05, float64(brand)/2000, 0.02)
	assert.InDelta(t, 0.10, float64(tracked)/2000, 0.03)
	assert.GreaterOrEqual(t, unseen, 100)
	single := 0
	for _, n := range events {
		single += count(n == 1)
	}
	assert.InDelta(t, 1.0/12, float64(single)/2000, 0.02)
	for _, d := range s.Documents {
		assert.NotEmpty(t, d.Title)
		assert.Greater(t, len(strings.Fields(d.Text)), 25, d.ID)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s := shop(b, &sim.Options{})
		b.ReportMetric(float64(len(s.Events)), "events")
	}
}
