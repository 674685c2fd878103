package recommend

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/sim"
)

// planted is a simulated shop that ends now, with the hidden tastes of its
// customers to compare lists with.
type planted struct {
	*sim.Shop
	items   []*clm.Item                // that can be sold
	queries map[clm.CustomerID]string  // the first search of each customer who searched
	orders  map[clm.CustomerID]float64 // how many each has made
	seen    map[clm.ItemID]bool        // that anybody looked at or bought
}

func plant(t *testing.T, seed uint64, customers int) *planted {
	t.Helper()
	shop, err := sim.New(&sim.Options{Seed: seed, Customers: customers, Start: now.AddDate(0, 0, -400)})
	require.NoError(t, err)
	p := &planted{Shop: shop, queries: map[clm.CustomerID]string{}, orders: map[clm.CustomerID]float64{}, seen: map[clm.ItemID]bool{}}
	for item := range shop.Catalogue.All {
		if item.Available() {
			p.items = append(p.items, item)
		}
	}
	for i := range shop.Events {
		e := &shop.Events[i]
		if _, ok := p.queries[e.Customer]; !ok && e.Kind == clm.Searched {
			p.queries[e.Customer] = e.Query
		}
		p.seen[e.Item] = true
		for _, line := range e.Lines {
			p.seen[line.Item] = true
		}
		if e.Kind == clm.Ordered {
			p.orders[e.Customer]++
		}
	}
	return p
}

// drawn is how many times as often as an item that nothing draws the customer to
// an item of that category, brand and style is drawn: what [sim.Truth] says.
func drawn(truth *sim.Truth, item *clm.Item) float64 {
	times := 1.0
	if item.Categories[0] == truth.Category {
		times *= 8
	}
	if item.Brand == truth.Brand {
		times *= 3
	}
	if item.Attributes["style"] == truth.Style {
		times *= 3
	}
	return times
}

// ndcg returns the NDCG@10 of a list, with what draws the customer as the gain.
func (p *planted) ndcg(truth *sim.Truth, list *Result) float64 {
	var ideal []float64
	for _, item := range p.items {
		ideal = append(ideal, drawn(truth, item))
	}
	slices.SortFunc(ideal, func(a, b float64) int { return cmp.Compare(b, a) })
	got, best := 0.0, 0.0
	for i := range 10 {
		best += ideal[i] / math.Log2(float64(2+i))
		if i < len(list.Items) {
			got += drawn(truth, p.Catalogue.Item(list.Items[i].ID)) / math.Log2(float64(2+i))
		}
	}
	return got / best
}

// A contest is the mean of what a list or an audience reaches, and of what its
// baseline does, against the truth and, for a control, against the truth of
// others.
type contest struct{ ours, baseline, oursShuffled, baselineShuffled, n float64 }

func (c *contest) add(ours, baseline, oursShuffled, baselineShuffled float64) {
	c.ours += ours
	c.baseline += baseline
	c.oursShuffled += oursShuffled
	c.baselineShuffled += baselineShuffled
	c.n++
}

func (c *contest) ratio() float64   { return c.ours / c.baseline }
func (c *contest) control() float64 { return c.oursShuffled / c.baselineShuffled }

func (c *contest) log(t *testing.T, name string) {
	t.Logf("%s: %.0f cases, %.3f against %.3f, %.2f times; with shuffled truth %.3f against %.3f, %.2f times",
		name, c.n, c.ours/c.n, c.baseline/c.n, c.ratio(), c.oursShuffled/c.n, c.baselineShuffled/c.n, c.control())
}

// A baseline is a model that shows everybody the same, and the contest that it is
// in.
type baseline struct {
	model   *Model
	contest *contest
}

// guests adds a list from one search for every second customer whom the log does
// not know and who searched, and beside it what the baselines show everybody.
func (p *planted) guests(t *testing.T, searches *Model, baselines ...baseline) {
	same := make([]*Result, len(baselines))
	for n, b := range baselines {
		same[n] = mustRecommend(t, b.model, Request{Impersonal: true})
	}
	for i, id := range p.Customers {
		query, ok := p.queries[id]
		if !ok || i%4 != 1 {
			continue
		}
		list := mustRecommend(t, searches, Request{Session: []clm.Event{{Kind: clm.Searched, Query: query}}})
		truth, _ := p.Truth(id)
		other, _ := p.Truth(p.Customers[(i+len(p.Customers)/2)%len(p.Customers)])
		for n, b := range baselines {
			b.contest.add(p.ndcg(&truth, list), p.ndcg(&truth, same[n]), p.ndcg(&other, list), p.ndcg(&other, same[n]))
		}
	}
}

// isKnown reports whether the n-th customer is in the log: every second is.
func isKnown(n int) bool { return n%2 == 0 }

// log returns the events of the customers who are known, and these.
func (p *planted) log() (events []clm.Event, known []clm.CustomerID) {
	set := map[clm.CustomerID]bool{}
	for i, id := range p.Customers {
		if isKnown(i) {
			known, set[id] = append(known, id), true
		}
	}
	for _, e := range p.Events {
		if set[e.Customer] {
			events = append(events, e)
		}
	}
	return events, known
}

// audienceOf is how many customers are looked for: one in ten.
const audienceOf = 60

// audiences adds the audience of each item that came in the last week and that
// nobody has seen, and beside it the most active customers.
func (p *planted) audiences(t *testing.T, c *contest, m *Model, known []clm.CustomerID) {
	active := slices.Clone(known)
	slices.SortStableFunc(active, func(a, b clm.CustomerID) int { return cmp.Compare(p.orders[b], p.orders[a]) })
	for i, item := range p.items {
		if item.Added.Before(now.AddDate(0, 0, -7)) || p.seen[item.ID] {
			continue
		}
		prospects, err := m.Audience(t.Context(), AudienceRequest{Items: []clm.ItemID{item.ID}, K: audienceOf})
		require.NoError(t, err)
		var found []clm.CustomerID
		for _, prospect := range prospects {
			found = append(found, prospect.Customer)
		}
		other := p.items[(i+len(p.items)/2)%len(p.items)]
		c.add(p.recall(found, known, item), p.recall(active[:audienceOf], known, item), p.recall(found, known, other), p.recall(active[:audienceOf], known, other))
	}
}

// recall returns the part of the known customers who like the category of an
// item best that was found.
func (p *planted) recall(found, known []clm.CustomerID, item *clm.Item) float64 {
	hits, all := 0.0, 0.0
	for _, id := range known {
		if truth, _ := p.Truth(id); truth.Category != item.Categories[0] {
			continue
		}
		all++
		if slices.Contains(found, id) {
			hits++
		}
	}
	return hits / all
}

// plantedSeeds were not looked at before. The settings of audiences were chosen
// on the shops of 100 and 101.
var plantedSeeds = []uint64{700, 701, 702, 703}

func TestOneSearchAndAColdItemFindThePlantedTaste(t *testing.T) {
	var bare, strict, logged, cold contest
	// The weights of the blend are for who has bought, so they need no choosing.
	o := &Options{Ranker: RankerOptions{Off: true}, Blend: BlendOptions{Use: Blends{NewItems: {Weights: map[string]float64{ItemKNN: 1}}}}}
	for _, seed := range plantedSeeds {
		p := plant(t, seed, 1200)
		events, known := p.log()
		empty, full := mustFit(t, nil, p.Catalogue, o), mustFit(t, events, p.Catalogue, o)
		p.guests(t, empty, baseline{empty, &bare}, baseline{full, &strict})
		p.guests(t, full, baseline{full, &logged})
		p.audiences(t, &cold, full, known)
	}
	for _, c := range []struct {
		name  string
		of    *contest
		times float64
	}{
		{"one search and no events, against what everybody is shown without events", &bare, 2},
		{"one search and no events, against popularity in the log of 600 others", &strict, 2},
		{"one search and the log of 600 others, against popularity in it", &logged, 2},
		{"audience of an item that nobody has seen, against the most active customers", &cold, 3},
	} {
		c.of.log(t, c.name)
		assert.GreaterOrEqual(t, c.of.ratio(), c.times, c.name)
		assert.InDelta(t, 1, c.of.control(), 0.2, "the control: %s", c.name)
	}
}

func TestAMisspeltSearchFindsWhatWasMeant(t *testing.T) {
	events, catalogue := tea(t)
	m := mustFit(t, events, catalogue, quick)
	meant := mustRecommend(t, m, Request{Session: []clm.Event{{Kind: clm.Searched, Query: "woven"}}})
	r := mustRecommend(t, m, Request{Session: []clm.Event{{Kind: clm.Searched, Query: "wovne"}}})
	assert.Equal(t, ByContent, r.Path)
	assert.Equal(t, ids(meant), ids(r))
	assert.Equal(t, Reason{Kind: SimilarText, Query: "wovne"}, r.Items[0].Reason, "the reason has the words that were typed")
	r = mustRecommend(t, m, Request{Session: []clm.Event{{Kind: clm.Searched, Query: "wvoon"}}})
	assert.Equal(t, ByPopularity, r.Path, "the control: more than a slip")
}

func TestAnAudienceHasWhoLookedAndNotWhoOwns(t *testing.T) {
	events, catalogue := tea(t)
	m := mustFit(t, append(events, viewed("9", "fay", 1, "pot"), viewed("10", "zoe", 1, "pot")), catalogue, quick)
	audience := func(owners bool) map[clm.CustomerID][]clm.ItemID {
		prospects, err := m.Audience(t.Context(), AudienceRequest{Items: []clm.ItemID{"pot"}, Owners: owners})
		require.NoError(t, err)
		because := map[clm.CustomerID][]clm.ItemID{}
		for _, p := range prospects {
			because[p.Customer] = p.Items
		}
		return because
	}
	assert.Equal(t, []clm.ItemID{"pot"}, audience(false)["zoe"], "who only looked")
	assert.NotContains(t, audience(false), clm.CustomerID("fay"), "who bought it, and looked at it again")
	assert.Equal(t, clm.ItemID("pot"), audience(true)["fay"][0])
}
