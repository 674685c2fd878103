package rules_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/rules"
)

// shelf returns candidates a, b, c, ... with the scores.
func shelf(scores ...float64) []rules.Candidate {
	all := make([]rules.Candidate, len(scores))
	for i, s := range scores {
		all[i] = rules.Candidate{Score: s, Key: i, Item: &clm.Item{ID: clm.ItemID('a' + rune(i))}}
	}
	return all
}

// ids returns the order as a word.
func ids(a *rules.Arrangement) (word string) {
	for _, p := range a.Places {
		word += string(p.Item.ID)
	}
	return word
}

func TestWhatTheObjectiveLooksAt(t *testing.T) {
	euro := func(minor int64) clm.Money { return clm.Money{Minor: minor, Currency: "EUR"} }
	stock := func(n int) *int { return &n }
	for _, c := range []struct {
		name   string
		by     rules.Value
		change func(all []rules.Candidate)
		order  string
	}{
		{"prices, and one that is not known counts as the least", rules.Price, func(all []rules.Candidate) {
			all[0].Item.Price, all[1].Item.Price, all[3].Item.Price = euro(100), euro(300), euro(200)
		}, "bdac"},
		{"prices of another currency are not known", rules.Price, func(all []rules.Candidate) {
			all[1].Item.Price, all[2].Item.Price, all[3].Item.Price = euro(100), clm.Money{Minor: 900_000, Currency: "JPY"}, euro(200)
		}, "dabc"},
		{"days of stock, at most a year", rules.Cover, func(all []rules.Candidate) {
			all[0].Item.Stock, all[0].Daily = stock(30), 10 // three days
			all[1].Item.Stock, all[1].Daily = stock(30), 1  // a month
			all[2].Item.Stock = stock(5)                    // for ever
			all[3].Item.Stock, all[3].Daily = stock(10), 0.001
		}, "cdba"},
		{"stock that is not tracked is not known, and none is no days", rules.Cover, func(all []rules.Candidate) {
			all[1].Item.Stock, all[1].Daily = stock(2), 1
			all[2].Item.Stock, all[2].Daily = stock(0), 1
			all[3].Item.Stock = stock(0)
		}, "bacd"},
		{"an attribute, where it is a number", "attribute.margin", func(all []rules.Candidate) {
			for i, text := range []string{"-3", "much", " 2.5 ", "NaN"} {
				all[i].Item.Attributes = map[string]string{"margin": text}
			}
		}, "cabd"},
		{"what the caller gives, losses included", rules.Given, func(all []rules.Candidate) {
			all[0].Value, all[1].Value, all[2].Value, all[3].Value = -5, -1, 0, -3
		}, "cbda"},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := shelf(4, 3, 2, 1)
			c.change(all)
			r := rules.Rules{Objective: rules.Objective{By: c.by, Weight: 1}}
			require.Equal(t, c.order, ids(arrange(t, r, rules.List{Candidates: all, K: 4})))
		})
	}
}

// TestHalfAWeightIsTheExpectedValue compares with relevance times value.
func TestHalfAWeightIsTheExpectedValue(t *testing.T) {
	all := shelf(0.9, 0.5, 0.3, 0.2)
	for i, v := range []float64{10, 20, 25, 50} { // 9, 10, 7.5, 10 + a little
		all[i].Value = v
	}
	all[3].Value = 50.5
	half, _ := rules.Sensitivity("high")
	r := rules.Rules{Objective: rules.Objective{By: rules.Given, Weight: half}}
	require.Equal(t, "dbac", ids(arrange(t, r, rules.List{Candidates: all, K: 4})))
	for i := range all {
		all[i].Value *= 1e6
		all[i].Score *= 1e-6
	}
	require.Equal(t, "dbac", ids(arrange(t, r, rules.List{Candidates: all, K: 4})), "units do not matter")
}

func TestSensitivities(t *testing.T) {
	last := -1.0
	for _, name := range []string{"OFF", "low", "Medium", "HIGH"} {
		w, ok := rules.Sensitivity(name)
		require.True(t, ok)
		require.Greater(t, w, last, name)
		last = w
	}
	_, ok := rules.Sensitivity("extreme")
	require.False(t, ok)
}

func TestFreshnessAndPopularity(t *testing.T) {
	all := shelf(1, 0.9, 0.8, 0.7)
	for i, days := range []int{300, 60, 30, 0} {
		all[i].Item.Added = moment.AddDate(0, 0, -days)
		all[i].Popularity = []float64{0.2, 0.05, 0.01, 0}[i]
	}
	order := func(r rules.Rules) string { return ids(arrange(t, r, rules.List{Candidates: all, K: 4})) }
	require.Equal(t, "abcd", order(rules.Rules{}))
	require.Equal(t, "dcba", order(rules.Rules{Freshness: rules.Freshness{Boost: 1}}), "1.4, 1.2, 1.125, 1.001")
	require.Equal(t, "dabc", order(rules.Rules{Freshness: rules.Freshness{Boost: 1, HalfLife: day}}), "1.4, 1, 0.9, 0.8")
	require.Equal(t, "abcd", order(rules.Rules{Popularity: 0.01}))
	require.Equal(t, "dcba", order(rules.Rules{Popularity: 1}))

	all[0].Since, all[3].Since = moment.Add(time.Hour), moment.AddDate(-1, 0, 0)
	require.Equal(t, "acbd", order(rules.Rules{Freshness: rules.Freshness{Boost: 1}}), "the first sale goes before the catalogue, and what comes tomorrow is new")
	all[0].Since, all[0].Item.Added = time.Time{}, time.Time{}
	require.Equal(t, "cbad", order(rules.Rules{Freshness: rules.Freshness{Boost: 1}}), "what has no age is not new")

	a := arrange(t, rules.Rules{Freshness: rules.Freshness{Boost: 1}, Popularity: 0.5}, rules.List{Candidates: all, K: 4})
	for _, p := range a.Places {
		if p.Key == 2 {
			require.InDelta(t, 1.5, p.Why.Freshness, 1e-12)
			require.InDelta(t, 0.3015, p.Why.Popularity, 1e-4) // √(0.001/0.011)
		}
	}
}

func TestWhatIsToComeIsAsNewAsCanBe(t *testing.T) {
	all := shelf(1)
	all[0].Item.Added = moment.Add(60 * day)
	a := arrange(t, rules.Rules{Freshness: rules.Freshness{Boost: 1, HalfLife: day}}, rules.List{Candidates: all, K: 1})
	require.InDelta(t, 2, a.Places[0].Why.Freshness, 1e-12)
}

// TestWhatIsTrueOfAllChangesNothing lifts every candidate alike.
func TestWhatIsTrueOfAllChangesNothing(t *testing.T) {
	all := candidates(20)
	for i := range all {
		all[i].Since, all[i].Popularity = moment, 0.1
	}
	r := rules.Rules{Objective: rules.Objective{By: rules.Price, Weight: 0.3}}
	want := arrange(t, r, rules.List{Candidates: all, K: 20})
	r.Freshness.Boost, r.Popularity = 3, 0.5
	got := arrange(t, r, rules.List{Candidates: all, K: 20})
	require.Equal(t, keys(want), keys(got))
	for i := range got.Places {
		require.InDelta(t, want.Places[i].Adjusted, got.Places[i].Adjusted, 1e-9)
	}
}

func TestNewItemsAreThereAtLeast(t *testing.T) {
	all := candidates(20)
	for i := range all {
		all[i].Since = moment.AddDate(0, 0, -100)
	}
	all[4].Since, all[15].Since = moment, moment.AddDate(0, 0, -7)
	r := rules.Rules{Freshness: rules.Freshness{Share: 0.2, Within: 7 * day}}
	a := arrange(t, r, rules.List{Candidates: all, K: 10})
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 15}, keys(a))
	require.Equal(t, []int{10}, promoted(a, rules.NewItems))

	r.Freshness.Share = 0.4
	a = arrange(t, r, rules.List{Candidates: all, K: 10})
	require.Equal(t, []rules.Shortfall{{Rule: rules.NewItems, Wanted: 4, Filled: 2}}, a.Short)
	require.Len(t, a.Places, 10, "the places go to others")

	pool := candidates(40)[30:]
	for i := range pool {
		pool[i].Since = moment
	}
	a = arrange(t, r, rules.List{Candidates: all, K: 10, Pool: poolOf(pool)})
	require.Empty(t, a.Short)
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 15, 30, 31}, keys(a))
}

func TestCaps(t *testing.T) {
	for _, c := range []struct {
		name string
		cap  rules.Cap
		keys []int // of a list of 6
	}{
		{"of a brand", rules.Cap{By: rules.Brand, Most: 1}, []int{0, 1, 2}},
		{"of the narrowest category", rules.Cap{By: rules.Category, Most: 1}, []int{0, 1, 2, 3}},
		{"of the widest category", rules.Cap{By: rules.Department, Most: 2}, []int{0, 1}},
		{"of every category", rules.Cap{By: rules.Categories, Most: 2}, []int{0, 1}},
		{"of an attribute", rules.Cap{By: "attribute.colour", Most: 1}, []int{0, 1, 2, 3, 4}},
		{"of an attribute that none has", rules.Cap{By: "attribute.size", Most: 1}, []int{0, 1, 2, 3, 4, 5}},
		{"of a band of prices", rules.Cap{By: rules.PriceBand, Most: 1}, []int{0, 1, 2, 3, 5}}, // 1, 2, 3, 4, 5, 6, 7 EUR: bands 13, 15, 16, 17, 17, 18, 18
		{"of what meets a condition", rules.Cap{Where: where(t, `price >= 3 EUR`), Most: 1}, []int{0, 1, 2, 7, 8, 14}},
		{"of a brand among what meets a condition", rules.Cap{By: rules.Brand, Where: where(t, `brand != "b0"`), Most: 1}, []int{0, 1, 2, 3, 6, 9}},
		{"a share, rounded down", rules.Cap{By: rules.Brand, Share: 0.3}, []int{0, 1, 2}},
		{"a share, but not below one", rules.Cap{By: rules.Brand, Share: 0.01}, []int{0, 1, 2}},
		{"the smaller of both", rules.Cap{By: rules.Brand, Share: 0.5, Most: 1}, []int{0, 1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rules.Rules{Caps: []rules.Cap{c.cap}}
			a := arrange(t, r, rules.List{Candidates: candidates(40), K: 6})
			require.Equal(t, c.keys, keys(a))
			require.Equal(t, 6-len(c.keys), a.Missing)
			r.Relax = true
			a = arrange(t, r, rules.List{Candidates: candidates(40), K: 6})
			require.Len(t, a.Places, 6)
			for _, p := range a.Places[len(c.keys):] {
				require.NotEmpty(t, p.Broken)
			}
		})
	}
}

func TestMaximalMarginalRelevanceByHand(t *testing.T) {
	all := shelf(1, 0.9, 0.8, 0.3)
	for i, v := range [][]float32{{1, 0}, {0.8, 0.6}, {0, 1}, {-1, 0}} {
		all[i].Vector = v
	}
	order := func(diversity float64) string {
		return ids(arrange(t, rules.Rules{Diversity: diversity}, rules.List{Candidates: all, K: 4}))
	}
	require.Equal(t, "abcd", order(0))
	require.Equal(t, "acbd", order(0.3)) // after a: b 0.63-0.24, c 0.56, d 0.21+0.3 -> c; b 0.63-0.24, d 0.21-0 -> b
	require.Equal(t, "adcb", order(0.5)) // after a: b 0.45-0.4, c 0.4, d 0.15+0.5 -> d; b 0.05, c 0.4-0 -> c
	require.Equal(t, "adcb", order(1))

	a := arrange(t, rules.Rules{Diversity: 0.3}, rules.List{Candidates: all, K: 3})
	require.Zero(t, a.Places[0].Why.Likeness)
	require.InDelta(t, 0, a.Places[1].Why.Likeness, 1e-6)
	require.InDelta(t, 0.8, a.Places[2].Why.Likeness, 1e-6)
}

func TestWithoutVectorsLabelsTellItemsApart(t *testing.T) {
	all := shelf(1, 0.95, 0.9, 0.85)
	for i, labels := range [][]string{{"home", "lamps"}, {"home", "lamps"}, {"home", "pots"}, {"garden"}} {
		all[i].Item.Categories = labels
		all[i].Item.Brand = []string{"x", "x", "x", ""}[i]
	}
	a := arrange(t, rules.Rules{Diversity: 0.5}, rules.List{Candidates: all, K: 4})
	require.Equal(t, "adcb", ids(a))
	likeness := fmt.Sprintf("%.2f %.2f %.2f", a.Places[1].Why.Likeness, a.Places[2].Why.Likeness, a.Places[3].Why.Likeness)
	require.Equal(t, "0.00 0.50 1.00", likeness) // nothing; home and x of home, lamps, pots and x; the same
}

func TestTradeOff(t *testing.T) {
	var lists []rules.List
	for n := range 3 {
		l := rules.List{Candidates: candidates(30), K: 5}
		for i := range l.Candidates {
			l.Candidates[i].Score *= float64(n + 1) // units do not matter
		}
		l.Candidates[n].Taken = true
		lists = append(lists, l)
	}
	r := rules.Rules{Objective: rules.Objective{By: rules.Price}, Caps: []rules.Cap{{By: rules.Brand, Most: 2}}}
	weights := []float64{0, 0.1, 0.25, 0.5, 0.75, 1}
	points, err := r.TradeOff(context.Background(), moment, lists, weights)
	require.NoError(t, err)
	require.Len(t, points, len(weights))
	first, last := points[0], points[len(points)-1]
	require.InDelta(t, 1, first.NDCG, 0.02, "the cap alone costs a little")
	require.InDelta(t, 1, first.Hits, 1e-9)
	require.InDelta(t, (1+2+3+4+5)*100, first.Value, 1e-9)
	require.InDelta(t, 100+200/2.+300/3.+400/4.+500/5., first.Expected, 1e-9)
	require.InDelta(t, 5*700-100, last.Value, 101, "the dearest that the cap allows")
	for i := 1; i < len(points); i++ {
		require.Equal(t, weights[i], points[i].Weight)
		require.LessOrEqual(t, points[i].NDCG, points[i-1].NDCG+1e-9, "value is paid for with relevance")
		require.GreaterOrEqual(t, points[i].Value, points[i-1].Value-1e-9)
	}
	for _, p := range points {
		require.LessOrEqual(t, p.Expected, points[3].Expected+1e-9, "nothing expects more than a weight of a half")
	}

	_, err = r.TradeOff(context.Background(), moment, lists, []float64{2})
	require.EqualError(t, err, "rules: objective.weight: 2 is not in [0, 1]")
	_, err = r.TradeOff(context.Background(), moment, []rules.List{{}}, []float64{0})
	require.EqualError(t, err, "rules: lists[0]: rules: a list of 0 places")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = r.TradeOff(ctx, moment, lists, weights)
	require.ErrorIs(t, err, context.Canceled)
}
