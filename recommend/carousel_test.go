package recommend

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
)

func mustCarousels(t testing.TB, m *Model, r Request, o *CarouselOptions) []Carousel {
	t.Helper()
	all, err := m.Carousels(context.Background(), r, o)
	require.NoError(t, err)
	return all
}

func kindsOf(all []Carousel) map[ThemeKind]int {
	kinds := map[ThemeKind]int{}
	for _, c := range all {
		kinds[c.Theme.Kind]++
	}
	return kinds
}

// plantedModel returns a simulated shop and a model of all that happened in it.
func plantedModel(t *testing.T, seed uint64) (*planted, *Model) {
	t.Helper()
	p := plant(t, seed, 300)
	blend := Blend{Weights: map[string]float64{ItemKNN: 1, Content: 0.5}}
	return p, mustFit(t, p.Events, p.Catalogue, &Options{Ranker: RankerOptions{Off: true}, Blend: BlendOptions{Use: Blends{NewItems: blend, NextBasket: {Weights: map[string]float64{Repeat: 1, ItemKNN: 0.5}}}}})
}

func TestCarouselsHoldWhatTheySay(t *testing.T) {
	p, m := plantedModel(t, 704)
	kinds := map[ThemeKind]int{}
	for n := range 60 {
		id := p.Customers[n]
		r := Request{Customer: id, Filter: where(t, "price <= 40 EUR")}
		o := &CarouselOptions{Least: 3, Most: 6}
		if n >= 24 { // each kind alone
			o.Kinds = themeKinds[n%len(themeKinds):][:1]
			o.Least = 1
		}
		seen := map[clm.ItemID]bool{}
		last := math.Inf(1)
		all := mustCarousels(t, m, r, o)
		if n < 24 {
			require.NotEmpty(t, all)
		}
		require.LessOrEqual(t, len(all), 5)
		for _, c := range all {
			assert.LessOrEqual(t, c.Affinity(), last, "the best first")
			last = c.Affinity()
			assert.True(t, len(c.Items) >= o.Least && len(c.Items) <= 6)
			kinds[c.Theme.Kind]++
			assert.NotEmpty(t, c.Title)
			assert.Equal(t, AuthorTemplate, c.TitledBy)
			require.NoError(t, func() error { e := c.Exposure(id, now, "home", "test"); return e.Validate() }())
			for i, item := range c.Items {
				assert.False(t, seen[item.ID], "%s is in two carousels of %s", item.ID, id)
				seen[item.ID] = true
				assert.Equal(t, i+1, item.Rank)
				listed := p.Catalogue.Item(item.ID)
				assert.True(t, listed.Available() && listed.Price.Minor <= 4000, "the filter holds for %s", item.ID)
				checkTheme(t, p, id, &c.Theme, &item)
			}
		}
		if n < 5 {
			assert.Equal(t, all, mustCarousels(t, m, r, o), "the same request gives the same carousels")
		}
	}
	assert.Len(t, kinds, len(themeKinds)-1, "every kind was checked but for what is on the rise, which nothing here is: %v", kinds)
}

func TestACarouselOfWhatIsOnTheRise(t *testing.T) {
	events, catalogue := tea(t)
	for i := range 30 {
		customer := clm.CustomerID(fmt.Sprint("s", i))
		events = append(events, order(fmt.Sprint("s", i), customer, 1+i%10, "pot", "cup", "rug", "mat"), order(fmt.Sprint("e", i), customer, 15+i%10, "pot", "cup"))
	}
	m := mustFit(t, events, catalogue, quick)
	all := mustCarousels(t, m, Request{Impersonal: true}, &CarouselOptions{Kinds: []ThemeKind{ThemeTrending}, Least: 2})
	require.Len(t, all, 1)
	assert.Equal(t, "Trending now", all[0].Title)
	for _, item := range all[0].Items {
		assert.Contains(t, []clm.ItemID{"rug", "mat"}, item.ID)
		assert.Equal(t, Rising, item.Reason.Kind)
	}
	assert.Empty(t, mustCarousels(t, m, Request{Impersonal: true}, &CarouselOptions{Kinds: []ThemeKind{ThemeTrending}, Least: 3}))
}

// checkTheme looks a theme up in the catalogue and in the events.
func checkTheme(t *testing.T, p *planted, customer clm.CustomerID, theme *Theme, item *Item) {
	t.Helper()
	listed := p.Catalogue.Item(item.ID)
	switch theme.Kind {
	case ThemeCategory:
		assert.Contains(t, listed.Categories, theme.Value)
	case ThemeBrand:
		assert.Equal(t, theme.Value, listed.Brand)
	case ThemeAttribute:
		assert.Equal(t, theme.Value, listed.Attributes[theme.Name])
	case ThemeBecause:
		assert.True(t, p.did(customer, clm.Ordered, theme.Item), "%s bought %s", customer, theme.Item)
		assert.Contains(t, item.Reason.Items, theme.Item)
	case ThemeViewed:
		assert.False(t, p.did(customer, clm.Ordered, theme.Item))
		assert.Contains(t, item.Reason.Items, theme.Item)
	case ThemeBuyAgain:
		assert.True(t, p.did(customer, clm.Ordered, item.ID))
	case ThemeNew:
		assert.Equal(t, Arrived, item.Reason.Kind)
	case ThemeTrending:
		assert.Equal(t, Rising, item.Reason.Kind)
	}
}

// did reports whether a customer has an event of a kind with an item.
func (p *planted) did(customer clm.CustomerID, kind clm.Kind, item clm.ItemID) bool {
	for i := range p.Events {
		e := &p.Events[i]
		if e.Customer != customer || e.Kind != kind {
			continue
		}
		for _, line := range e.Lines {
			if line.Item == item {
				return true
			}
		}
	}
	return false
}

// The weight of ranks was chosen on the shop of seed 100.
func TestTheFirstCategoryOfCarouselsIsThePlantedTaste(t *testing.T) {
	p, m := plantedModel(t, 705)
	right, shuffled, n := 0.0, 0.0, 0.0
	for i, id := range p.Customers {
		if p.orders[id] < 3 {
			continue
		}
		truth, _ := p.Truth(id)
		other, _ := p.Truth(p.Customers[(i+len(p.Customers)/2)%len(p.Customers)])
		n++
		for _, c := range mustCarousels(t, m, Request{Customer: id}, &CarouselOptions{Kinds: []ThemeKind{ThemeCategory}, N: 1}) {
			if c.Theme.Value == truth.Category {
				right++
			}
			if c.Theme.Value == other.Category {
				shuffled++
			}
		}
	}
	t.Logf("%.0f customers with 3 orders or more: the first theme is the planted category for %.2f, somebody else's for %.2f", n, right/n, shuffled/n)
	assert.Greater(t, n, 80.0)
	assert.GreaterOrEqual(t, right/n, 0.7)
	assert.Less(t, shuffled/n, 0.25, "the control: one in eight by chance")
}

func TestWhoRefusesProfilingGetsTheSameCarouselsAsEverybody(t *testing.T) {
	p, m := plantedModel(t, 704)
	session := []clm.Event{{Kind: clm.Searched, Query: "vintage mug"}}
	stranger := mustCarousels(t, m, Request{Impersonal: true}, nil)
	require.NotEmpty(t, stranger)
	for kind := range kindsOf(stranger) {
		assert.Contains(t, []ThemeKind{ThemeCategory, ThemeNew, ThemeTrending, ThemePopular}, kind)
	}
	personal := map[ThemeKind]int{}
	for _, id := range p.Customers[:12] {
		refused := mustCarousels(t, m, Request{Customer: id, Impersonal: true, Session: session}, nil)
		require.Len(t, refused, len(stranger))
		for i := range refused {
			assert.Equal(t, stranger[i].Theme, refused[i].Theme)
			assert.Equal(t, stranger[i].Items, refused[i].Items)
		}
		for kind, n := range kindsOf(mustCarousels(t, m, Request{Customer: id}, nil)) {
			personal[kind] += n
		}
	}
	assert.Positive(t, personal[ThemeBecause], "the control: who does not refuse gets other themes")
	assert.Positive(t, personal[ThemeBuyAgain])
}

func TestCarouselsOfAShopWithoutEvents(t *testing.T) {
	p := plant(t, 704, 10)
	m := mustFit(t, nil, p.Catalogue, quick)
	all := mustCarousels(t, m, Request{}, nil)
	require.Len(t, all, 5)
	assert.Positive(t, kindsOf(all)[ThemeCategory])
	found := mustCarousels(t, m, Request{Session: []clm.Event{{Kind: clm.Searched, Query: "vintage mug"}}}, nil)
	assert.Equal(t, Theme{Kind: ThemeAttribute, Name: "style", Value: "vintage"}, found[0].Theme)
	assert.Empty(t, mustCarousels(t, mustFit(t, nil, nil, quick), Request{}, nil), "no catalogue, no carousels")
}

func TestALabelThatSaysTheSameIsNoCarousel(t *testing.T) {
	var items []clm.Item
	for i := range 24 {
		room := []string{"kitchen", "garden", "bath"}[i%3]
		items = append(items, clm.Item{ID: clm.ItemID(fmt.Sprintf("i%02d", i)), Title: room + " thing", Categories: []string{room}, Brand: room + " & co", Attributes: map[string]string{"room": room, "size": []string{"small", "large"}[i/12]}})
	}
	catalogue, err := clm.NewCatalogue(items...)
	require.NoError(t, err)
	m := mustFit(t, nil, catalogue, quick)
	all := mustCarousels(t, m, Request{Session: []clm.Event{{Kind: clm.Viewed, Item: "i00"}}}, &CarouselOptions{N: 9, Least: 2, Most: 3, Kinds: []ThemeKind{ThemeCategory, ThemeBrand, ThemeAttribute}})
	seen := map[string]int{}
	for _, c := range all {
		room := m.past.Catalogue[m.past.Index[c.Items[0].ID]].Categories[0]
		if c.Theme.Name != "size" {
			seen[room]++
		}
	}
	assert.Equal(t, map[string]int{"kitchen": 1, "garden": 1, "bath": 1}, seen, "category, brand and room are the same")
}

func TestWhatAPathFilledInSaysNothingOfTheCustomer(t *testing.T) {
	s := newStanding(&Result{Path: ByBlend, Items: []Item{{ID: "a", Rank: 1, Path: ByBlend}, {ID: "b", Rank: 2, Path: ByRule}, {ID: "c", Rank: 3, Path: ByPopularity}}})
	assert.Len(t, s.share, 2)
	assert.InDelta(t, 1/(1+persistence), s.share["a"], 1e-12)
	assert.InDelta(t, persistence/(1+persistence), s.share["b"], 1e-12, "what a rule brought in is shown for the customer")
	assert.Equal(t, 3, s.place("c"))
	assert.Equal(t, 4, s.place("d"))
}

func TestPopularIsWhatSellsBest(t *testing.T) {
	events, catalogue := shop(2)
	m := mustFit(t, events, catalogue, quick)
	best := ids(mustRecommend(t, m, Request{Sources: []string{Popularity}, Impersonal: true, K: 4}))
	all := mustCarousels(t, m, Request{Customer: "c01", Task: NextBasket}, &CarouselOptions{Kinds: []ThemeKind{ThemePopular}, Least: 2, Most: 2})
	require.Len(t, all, 1)
	for _, item := range all[0].Items {
		assert.Contains(t, best, item.ID, "the customer's choice of the four best")
	}
}

func TestTheCensusCountsWhatCanBeSold(t *testing.T) {
	events, catalogue := tea(t)
	assert.Equal(t, 4, mustFit(t, events, catalogue, quick).counted().items, "the jar is out of stock")
}

func TestTitlesByTemplate(t *testing.T) {
	events, catalogue := tea(t)
	m := mustFit(t, events, catalogue, quick)
	for _, c := range []struct {
		theme  Theme
		locale string
		want   string
	}{
		{Theme{Kind: ThemeBecause, Item: "rug"}, "", "Because you bought Woven rug"},
		{Theme{Kind: ThemeBecause, Item: "rug"}, "de-AT", "Weil Sie Woven rug gekauft haben"},
		{Theme{Kind: ThemeViewed, Item: "rug"}, "es", "Porque vio Woven rug"},
		{Theme{Kind: ThemeCategory, Value: "Cuisine"}, "fr_CA", "Sélection Cuisine"},
		{Theme{Kind: ThemeAttribute, Name: "öko", Value: "ja"}, "de", "Öko: ja"},
		{Theme{Kind: ThemeBrand, Value: "Acme {item}"}, "ja", "More from Acme {item}"},
	} {
		assert.Equal(t, c.want, m.title(&c.theme, c.locale))
	}
	for language, forms := range titleForms {
		for _, kind := range themeKinds {
			assert.NotEmpty(t, forms[kind], "%s in %s", kind, language)
		}
	}
}

func TestCarouselOptionsOutOfRange(t *testing.T) {
	events, catalogue := tea(t)
	m := mustFit(t, events, catalogue, quick)
	for want, o := range map[string]*CarouselOptions{
		"-1 carousels":                   {N: -1},
		"of 9 to 3 items":                {Least: 9, Most: 3},
		"pool of -1":                     {Pool: -1},
		`no kind of theme is called "x"`: {Kinds: []ThemeKind{"x"}},
	} {
		_, err := m.Carousels(t.Context(), Request{}, o)
		assert.ErrorContains(t, err, want)
	}
	_, err := m.Carousels(t.Context(), Request{SimilarTo: "nowhere"}, nil)
	assert.ErrorIs(t, err, ErrUnknownItem)
}

func TestCarouselsNeverRepeatAnItem(t *testing.T) {
	events, catalogue := shop(3)
	m := mustFit(t, events, catalogue, quick)
	rapid.Check(t, func(t *rapid.T) {
		r := Request{
			Customer:   clm.CustomerID(fmt.Sprintf("c%02d", rapid.IntRange(0, 70).Draw(t, "customer"))),
			Task:       rapid.SampledFrom([]Task{NewItems, NextBasket}).Draw(t, "task"),
			Impersonal: rapid.Bool().Draw(t, "impersonal"),
		}
		o := &CarouselOptions{N: rapid.IntRange(1, 8).Draw(t, "n"), Least: rapid.IntRange(1, 5).Draw(t, "least"), Pool: rapid.IntRange(1, 60).Draw(t, "pool")}
		all, err := m.Carousels(context.Background(), r, o)
		if err != nil || len(all) > o.N {
			t.Fatal(len(all), err)
		}
		seen := map[clm.ItemID]bool{}
		for _, c := range all {
			if len(c.Items) < o.Least || c.Share < 0 || c.Share > 1+1e-9 {
				t.Fatalf("%+v", c)
			}
			for _, item := range c.Items {
				if seen[item.ID] {
					t.Fatalf("%s is in two carousels", item.ID)
				}
				seen[item.ID] = true
			}
		}
	})
}

// BenchmarkCarousels makes the carousels of a customer of a shop of 1,000 items.
func BenchmarkCarousels(b *testing.B) {
	events, catalogue := largeShop()
	m := mustFit(b, events, catalogue, quick)
	for b.Loop() {
		mustCarousels(b, m, Request{Customer: "c0007"}, nil)
	}
}
