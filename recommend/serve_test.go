package recommend

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/recommend/explore"
	"github.com/clmkit/clmkit/recommend/rerank"
	"github.com/clmkit/clmkit/recommend/rules"
)

// quick leaves the order to the blend.
var quick = &Options{Ranker: RankerOptions{Off: true}}

// plan compiles rules.
func plan(t testing.TB, r rules.Rules) *rules.Plan {
	t.Helper()
	p, err := r.Compile(now)
	require.NoError(t, err)
	return p
}

func expression(t testing.TB, text string) *filter.Expr {
	t.Helper()
	e, err := filter.Parse(text)
	require.NoError(t, err)
	return e
}

func TestNothingForbiddenIsEverRecommended(t *testing.T) {
	events, catalogue := shop(3)
	m := mustFit(t, events, catalogue, quick)
	own := rules.Promotion{Name: "own", Where: expression(t, `title MATCHES "tea"`), Share: 0.5}
	arranged := plan(t, rules.Rules{Promotions: []rules.Promotion{own}, Diversity: 0.5, Freshness: rules.Freshness{Share: 0.2}})
	rapid.Check(t, func(t *rapid.T) {
		forbidden := rapid.SliceOfNDistinct(rapid.IntRange(0, 39), 0, 39, rapid.ID).Draw(t, "forbidden")
		r := Request{
			Customer: clm.CustomerID(fmt.Sprintf("c%02d", rapid.IntRange(0, 70).Draw(t, "customer"))),
			Task:     rapid.SampledFrom([]Task{NewItems, NextBasket}).Draw(t, "task"),
			K:        rapid.IntRange(1, 50).Draw(t, "k"),
			Seed:     rapid.Uint64().Draw(t, "seed"),
			Keep: func(item *clm.Item) bool {
				return !slices.ContainsFunc(forbidden, func(n int) bool { return string(item.ID) == fmt.Sprintf("i%02d", n) })
			},
		}
		if rapid.Bool().Draw(t, "rules") {
			r.Rules = arranged
		}
		if rapid.Bool().Draw(t, "policy") {
			r.Policy = explore.EpsilonGreedy{Epsilon: 0.5, Slots: 3}
		}
		result, err := m.Recommend(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[clm.ItemID]bool{}
		for _, item := range result.Items {
			if seen[item.ID] || !r.Keep(catalogue.Item(item.ID)) {
				t.Fatalf("%s is twice in the list, or forbidden", item.ID)
			}
			seen[item.ID] = true
		}
		left := 40 - len(forbidden)
		if r.Task == NextBasket && len(result.Items) != min(r.K, left) {
			t.Fatalf("%d items of the %d that are allowed, %d wanted", len(result.Items), left, r.K)
		}
		again, err := m.Recommend(context.Background(), r)
		if err != nil || !assert.ObjectsAreEqual(result, again) {
			t.Fatalf("the same request twice gives %v and %v, %v", result, again, err)
		}
	})
}

func TestPromotionsFillTheirShare(t *testing.T) {
	events, catalogue := shop(3)
	m := mustFit(t, events, catalogue, quick)
	for _, c := range []struct {
		where  string
		share  float64
		filled int
		short  int
	}{
		{`title MATCHES "garden"`, 0.3, 3, 0},
		{`title MATCHES "garden"`, 0.5, 5, 0},
		{`id IN ("i01", "i05")`, 0.4, 2, 1},
		{`title MATCHES "gold"`, 0.4, 0, 1},
	} {
		t.Run(fmt.Sprint(c.where, c.share), func(t *testing.T) {
			p := plan(t, rules.Rules{Promotions: []rules.Promotion{{Name: "p", Where: expression(t, c.where), Share: c.share}}})
			r := mustRecommend(t, m, Request{Rules: p, Impersonal: true})
			promoted := 0
			for _, item := range r.Items {
				if item.Promotion == "p" {
					promoted++
				}
			}
			assert.Len(t, r.Items, 10)
			assert.Equal(t, c.filled, promoted)
			assert.Len(t, r.Short, c.short)
		})
	}
}

func TestAPolicyPutsPropensitiesOnPlaces(t *testing.T) {
	events, catalogue := shop(3)
	m := mustFit(t, events, catalogue, quick)
	r := Request{Customer: "c01", Policy: explore.EpsilonGreedy{Epsilon: 0.5, Slots: 2, Enough: 1000}}
	explored := 0
	for seed := range uint64(200) {
		r.Seed = seed
		list := mustRecommend(t, m, r)
		for i, item := range list.Items {
			assert.True(t, item.Propensity > 0 && item.Propensity <= 1, "propensity %v", item.Propensity)
			if i < 8 {
				assert.False(t, item.Explored)
				assert.Equal(t, 1.0, item.Propensity)
			} else if item.Explored {
				explored++
			}
		}
		exposure := list.Exposure(now, "home", "test")
		require.NoError(t, exposure.Validate())
		assert.Len(t, exposure.Shown, 10)
	}
	assert.InDelta(t, 200, explored, 60, "half of two places in 200 lists")
	r.Policy = nil
	for _, item := range mustRecommend(t, m, r).Items {
		assert.False(t, item.Explored, "the control")
	}
}

func TestABatchThatWasCutShortGoesOn(t *testing.T) {
	events, catalogue := shop(1)
	m := mustFit(t, events, catalogue, quick)
	var whole []*Result
	for r, err := range m.Batch(t.Context(), Request{K: 3}, nil) {
		require.NoError(t, err)
		whole = append(whole, r)
	}
	require.Len(t, whole, 60)
	assert.Equal(t, mustRecommend(t, m, Request{Customer: "c07", K: 3}), whole[7])
	var rest []*Result
	var done []int
	o := BatchOptions{After: whole[41].Customer, Progress: func(n, total int) { done = append(done, n, total) }}
	for r, err := range m.Batch(t.Context(), Request{K: 3}, &o) {
		require.NoError(t, err)
		rest = append(rest, r)
	}
	assert.Equal(t, whole[42:], rest)
	assert.Equal(t, []int{60, 60}, done)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range m.Batch(ctx, Request{}, nil) {
		assert.ErrorIs(t, err, context.Canceled)
	}
}

func TestAnAudienceWantsWhatItsLikeBought(t *testing.T) {
	events, catalogue := shop(4)
	m := mustFit(t, events, catalogue, quick)
	taste := func(c clm.CustomerID) int {
		var n int
		_, err := fmt.Sscanf(string(c), "c%d", &n)
		require.NoError(t, err)
		return n % 4
	}
	right := func(audience []Prospect) float64 {
		n := 0
		for i, p := range audience {
			if taste(p.Customer) == 1 {
				n++
			}
			assert.NotEmpty(t, p.Items)
			if i > 0 {
				assert.LessOrEqual(t, p.Score, audience[i-1].Score)
			}
		}
		return float64(n) / float64(len(audience))
	}
	for _, c := range []struct {
		name string
		r    AudienceRequest
	}{
		{"of an item", AudienceRequest{Items: []clm.ItemID{"i01"}, K: 8, Owners: true}},
		{"of what a filter holds", AudienceRequest{Filter: where(t, `title MATCHES "garden"`), K: 8, Owners: true}},
		{"like some customers", AudienceRequest{Seeds: []clm.CustomerID{"c01", "c05", "c09"}, K: 8}},
	} {
		t.Run(c.name, func(t *testing.T) {
			audience, err := m.Audience(t.Context(), c.r)
			require.NoError(t, err)
			require.Len(t, audience, 8)
			assert.GreaterOrEqual(t, right(audience), 0.75, "one customer in four has that taste")
			kept, err := m.Audience(t.Context(), AudienceRequest{Items: c.r.Items, Filter: c.r.Filter, Seeds: c.r.Seeds, K: 60, Owners: true,
				Keep: func(id clm.CustomerID) bool { return id != audience[0].Customer }})
			require.NoError(t, err)
			for _, p := range kept {
				assert.NotEqual(t, audience[0].Customer, p.Customer)
			}
		})
	}
	_, err := m.Audience(t.Context(), AudienceRequest{Items: []clm.ItemID{"gone"}})
	assert.ErrorIs(t, err, ErrUnknownItem)
	_, err = m.Audience(t.Context(), AudienceRequest{})
	assert.ErrorContains(t, err, "an audience needs")
}

func TestAGivenListKeepsAllThatMayBeShown(t *testing.T) {
	events, catalogue := tea(t)
	m := mustFit(t, events, catalogue, quick)
	r := mustRecommend(t, m, Request{Customer: "ben", Task: NextBasket, Among: []clm.ItemID{"mat", "jar", "rug", "nowhere", "cup"}})
	assert.ElementsMatch(t, []clm.ItemID{"mat", "rug", "cup"}, ids(r), "the jar is out of stock")
	assert.Equal(t, clm.ItemID("cup"), r.Items[0].ID, "ben has bought it")
}

func TestSourcesCanBeAskedAlone(t *testing.T) {
	events, catalogue := tea(t)
	for i := range 5 {
		events = append(events, order(fmt.Sprint("s", i), clm.CustomerID(fmt.Sprint("s", i)), 3+i, "rug", "mat"))
	}
	m := mustFit(t, events, catalogue, quick)
	r := mustRecommend(t, m, Request{SimilarTo: "rug", Sources: []string{Together}})
	require.Equal(t, []clm.ItemID{"mat"}, ids(r))
	assert.Equal(t, Reason{Kind: BoughtTogether, Items: []clm.ItemID{"rug"}, Count: 5}, r.Items[0].Reason)
	assert.Equal(t, "bought together with Woven rug in 5 orders", r.Items[0].Reason.English(catalogue))
	assert.Equal(t, "in 5 Bestellungen zusammen mit Woven rug gekauft", r.Items[0].Reason.Text("de-AT", catalogue))
	assert.Equal(t, BySource, r.Path)
	_, err := m.Recommend(t.Context(), Request{Sources: []string{"oracle"}})
	assert.ErrorContains(t, err, `no source "oracle"`)
}

func TestAShopWithoutEventsShowsItsCatalogue(t *testing.T) {
	item := func(id clm.ItemID, category string, daysAgo int) clm.Item {
		return clm.Item{ID: id, Title: string(id), Categories: []string{category}, Added: now.AddDate(0, 0, -daysAgo)}
	}
	catalogue, err := clm.NewCatalogue(item("a", "mugs", 400), item("b", "mugs", 300), item("c", "rugs", 500), item("d", "mugs", 200), item("e", "rugs", 100))
	require.NoError(t, err)
	r := mustRecommend(t, mustFit(t, nil, catalogue, nil), Request{})
	assert.Equal(t, []clm.ItemID{"e", "d", "b", "c", "a"}, ids(r), "of each category in turn the newest")
	assert.Equal(t, ByCatalogue, r.Path)
}

func TestWhatWasBroughtBackIsNotRecommended(t *testing.T) {
	events, catalogue := tea(t)
	back := clm.Event{ID: "r", Customer: "fay", Kind: clm.Returned, Time: now.AddDate(0, 0, -2), Lines: []clm.Line{{Item: "pot", Quantity: 1, Amount: clm.Money{Minor: 500, Currency: "EUR"}}}}
	m := mustFit(t, append(slices.Clone(events), back), catalogue, quick)
	assert.NotContains(t, ids(mustRecommend(t, m, Request{Customer: "fay", Task: NextBasket})), clm.ItemID("pot"))
	assert.Contains(t, ids(mustRecommend(t, m, Request{Customer: "fay", Task: NextBasket, Returned: true})), clm.ItemID("pot"))
	m = mustFit(t, append(slices.Clone(events), back, order("again", "fay", 1, "pot")), catalogue, quick)
	assert.Contains(t, ids(mustRecommend(t, m, Request{Customer: "fay", Task: NextBasket})), clm.ItemID("pot"), "bought again after")
}

// reversed is a model that turns lists around.
var reversed = rerank.StageFunc(func(_ context.Context, _ rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
	order := make([]int, len(items))
	for i := range order {
		order[i] = len(items) - 1 - i
	}
	return &rerank.Ranking{Order: order}, nil
})

func TestAModelOrdersListsOnlyWhereItWasMeasuredToHelp(t *testing.T) {
	events, catalogue := shop(6)
	cases, err := HoldOut(t.Context(), clm.Sequence(events), catalogue, now, &HoldOutOptions{Fit: quick})
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	verdict, err := rerank.Measure(t.Context(), reversed, cases, nil)
	require.NoError(t, err)
	gated := rerank.NewGated(reversed, verdict)
	assert.Empty(t, gated.On(), "turning lists around helps nobody")
	m := mustFit(t, events, catalogue, quick)
	plain := mustRecommend(t, m, Request{Customer: "c01"})
	asked := mustRecommend(t, m, Request{Customer: "c01", Model: gated, Portrait: "likes tea"})
	assert.Equal(t, ids(plain), ids(asked))
	assert.Equal(t, RankedByScore, asked.Ranked)
	assert.NotEmpty(t, asked.Model.Why)
}

func TestHeldOutListsKnowNothingOfTheirWindow(t *testing.T) {
	events, catalogue := shop(6)
	start := now.Add(-30 * day)
	o := &HoldOutOptions{Window: 30 * day, Fit: quick, Portrait: func(_ clm.CustomerID, at time.Time) string { return at.Format(time.DateOnly) }}
	cases, err := HoldOut(t.Context(), clm.Sequence(events), catalogue, now, o)
	require.NoError(t, err)
	m, err := Fit(t.Context(), clm.Sequence(events), catalogue, start, quick)
	require.NoError(t, err)
	for _, c := range cases {
		assert.Equal(t, start.Format(time.DateOnly), c.Query.Customer)
		if c.Query.Segment != rerank.Warm {
			continue
		}
		list := mustRecommend(t, m, Request{Customer: clm.CustomerID(c.Query.Scope.Customer), K: 20})
		for i := range min(len(c.Items), len(list.Items)) {
			assert.Equal(t, list.Items[i].ID, c.Items[i].ID)
		}
	}
	_, err = HoldOut(t.Context(), clm.Sequence(nil), catalogue, now, o)
	assert.ErrorIs(t, err, ErrNothingToEvaluate)
}

// What a promotion is about is remembered for its first 2,000 items only; a
// request that forbids all of them still gets its promotion filled.
func TestAPromotionIsFilledFromTheEndOfALargeCatalogue(t *testing.T) {
	var items []clm.Item
	for i := range 2*maxPool + 10 {
		items = append(items, clm.Item{ID: clm.ItemID(fmt.Sprintf("i%05d", i)), Title: "tea"})
	}
	catalogue, err := clm.NewCatalogue(items...)
	require.NoError(t, err)
	m := mustFit(t, []clm.Event{order("1", "ann", 1, "i00001"), order("2", "ben", 1, "i00001")}, catalogue, &Options{Sources: []string{Popularity}, Ranker: quick.Ranker})
	p := plan(t, rules.Rules{Promotions: []rules.Promotion{{Name: "tea", Where: expression(t, `title MATCHES "tea"`), Share: 0.5}}})
	last := items[2*maxPool].ID
	for range 2 {
		r := mustRecommend(t, m, Request{Rules: p, Sources: []string{Popularity}, K: 4, Keep: func(i *clm.Item) bool { return i.ID >= last }})
		assert.Len(t, r.Items, 2)
		assert.Equal(t, last, r.Items[0].ID)
		assert.Empty(t, r.Short)
	}
}

func TestTheWholeOrderOfASourceIsReached(t *testing.T) {
	var events []clm.Event
	var items []clm.Item
	for i := range 2100 {
		id := clm.ItemID(fmt.Sprintf("i%05d", i))
		items = append(items, clm.Item{ID: id, Title: "tea"})
		events = append(events, order(fmt.Sprint(i), "ann", 1, id))
	}
	catalogue, err := clm.NewCatalogue(items...)
	require.NoError(t, err)
	m := mustFit(t, events, catalogue, &Options{Sources: []string{Popularity}, Ranker: quick.Ranker})
	r := mustRecommend(t, m, Request{Sources: []string{Popularity}, K: 1, Keep: func(i *clm.Item) bool { return i.ID == "i02099" }})
	assert.Equal(t, []clm.ItemID{"i02099"}, ids(r), "a source proposes 2,000 of them")
}

func TestAModelIsToldNothingOfWhoRefusesAProfile(t *testing.T) {
	events, catalogue := shop(6)
	m := mustFit(t, events, catalogue, quick)
	var told []string
	listens := rerank.StageFunc(func(_ context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		told = append(told, q.Customer)
		order := make([]int, len(items))
		for i := range order {
			order[i] = i
		}
		return &rerank.Ranking{Order: order}, nil
	})
	on := rerank.NewGated(listens, &rerank.Verdict{Findings: []rerank.Finding{{Segment: rerank.Warm, On: true}, {Segment: rerank.ColdCustomer, On: true}}})
	mustRecommend(t, m, Request{Customer: "c01", Model: on, Portrait: "likes tea"})
	require.Equal(t, []string{"likes tea"}, told, "the control")
	mustRecommend(t, m, Request{Customer: "c01", Model: on, Portrait: "likes tea", Impersonal: true})
	assert.NotContains(t, told[1:], "likes tea")
}

// Whether a model helps is measured for warm customers, cold customers and cold
// items apart; a list is of the segment that it was measured for.
func TestAListOfColdItemsIsASegmentOfItsOwn(t *testing.T) {
	events, catalogue := shop(6)
	var fresh []clm.ItemID
	items := slices.Collect(func(yield func(clm.Item) bool) {
		for item := range catalogue.All {
			if !yield(*item) {
				return
			}
		}
	})
	for _, id := range []clm.ItemID{"new1", "new2", "new3"} {
		fresh = append(fresh, id)
		items = append(items, clm.Item{ID: id, Title: "a new tea pot", Added: now.AddDate(0, 0, -1)})
	}
	catalogue, err := clm.NewCatalogue(items...)
	require.NoError(t, err)
	m := mustFit(t, events, catalogue, quick)
	on := rerank.NewGated(reversed, &rerank.Verdict{Findings: []rerank.Finding{{Segment: rerank.ColdItem, On: true}}})
	cold := mustRecommend(t, m, Request{Customer: "c01", Among: fresh, Model: on})
	assert.Equal(t, RankedByModel, cold.Ranked)
	plain := ids(mustRecommend(t, m, Request{Customer: "c01", Among: fresh}))
	slices.Reverse(plain)
	assert.Equal(t, plain, ids(cold))
	assert.Equal(t, RankedByScore, mustRecommend(t, m, Request{Customer: "c01", Model: on}).Ranked, "the model is off for what sells")
	assert.NotEqual(t, RankedByModel, mustRecommend(t, m, Request{Among: fresh, Model: on}).Ranked, "and for somebody unknown")
}
