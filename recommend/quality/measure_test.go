package quality

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
)

func ids(names string) []clm.ItemID {
	var all []clm.ItemID
	for _, name := range strings.Fields(names) {
		all = append(all, clm.ItemID(name))
	}
	return all
}

func measure(t require.TestingT, o *Options, lists ...List) *Report {
	r, err := Measure(slices.Values(lists), o)
	require.NoError(t, err)
	return r
}

// values returns the metrics without their intervals.
func values(m Measures) map[string]float64 {
	all := map[string]float64{}
	for name, e := range m.Metrics {
		all[name] = e.Value
	}
	return all
}

// The golden vectors are the worked examples of the documentation of Amazon
// Personalize's offline metrics.
func TestGoldenVectorsUnderTheirNames(t *testing.T) {
	at := func(customer clm.CustomerID, ranks ...int) List {
		l := List{Customer: customer}
		for rank := range 25 {
			l.Items = append(l.Items, clm.ItemID(fmt.Sprint(rank+1)))
		}
		for _, rank := range ranks {
			l.Relevant = append(l.Relevant, clm.ItemID(fmt.Sprint(rank)))
		}
		return l
	}
	three := measure(t, nil, at("1", 4, 10), at("2", 2, 4, 12), at("3", 6))
	assert.InDelta(t, 0.3056, three.Metrics["mean_reciprocal_rank_at_25"].Value, 5e-5)
	one := measure(t, nil, at("1", 2, 5))
	assert.InDelta(t, 0.6241, one.Metrics["normalized_discounted_cumulative_gain_at_5"].Value, 5e-5)
	assert.InDelta(t, 0.4, one.Metrics["precision_at_5"].Value, 1e-15)
	assert.InDelta(t, 0.5, one.Metrics["mean_reciprocal_rank_at_5"].Value, 1e-15)
	assert.InDelta(t, 0.3, measure(t, nil, at("1", 1, 2, 3)).Metrics["precision_at_10"].Value, 1e-15)
	for _, name := range []string{
		"mean_reciprocal_rank_at_25", "normalized_discounted_cumulative_gain_at_5", "normalized_discounted_cumulative_gain_at_10",
		"normalized_discounted_cumulative_gain_at_25", "precision_at_5", "precision_at_10", "precision_at_25",
	} {
		assert.Contains(t, one.Metrics, name)
	}
}

// The numbers are those of an evaluator in numpy, written by others for the
// comparison of recommenders (full ranking, gain 1/log2(1+rank), ideal of
// min(relevant, k) hits), on the same lists: item j of customer u is (11u +
// j(1+u%6)) mod 41, and so many of (3u² + t(5+u%3)) mod 41 are relevant.
func TestAnotherEvaluatorAgrees(t *testing.T) {
	item := func(n int) clm.ItemID { return clm.ItemID(fmt.Sprint(n % 41)) }
	var lists []List
	for u := range 30 {
		l := List{Customer: clm.CustomerID(fmt.Sprint(u))}
		for j := range 10 {
			l.Items = append(l.Items, item(11*u+j*(1+u%6)))
		}
		for t := range 1 + u%12 {
			l.Relevant = append(l.Relevant, item(3*u*u+t*(5+u%3)))
		}
		lists = append(lists, l)
	}
	got := values(measure(t, &Options{Ks: []int{5, 10}, Items: 41}, lists...).Measures)
	for name, want := range map[string]float64{
		"normalized_discounted_cumulative_gain_at_10": 0.22532735975240026,
		"hit_rate_at_10":             0.8,
		"recall_at_10":               0.24725468975468975,
		"mean_reciprocal_rank_at_10": 0.40207671957671953,
		"coverage":                   1,
		"normalized_discounted_cumulative_gain_at_5": 0.19262367800645402,
		"hit_rate_at_5": 0.6333333333333333,
	} {
		assert.InDelta(t, want, got[name], 1e-9, name)
	}
}

func shop(t require.TestingT) *clm.Catalogue {
	c, err := clm.NewCatalogue(
		clm.Item{ID: "tea", Title: "Tea", Categories: []string{"food", "drink"}, Brand: "Acme"},
		clm.Item{ID: "oil", Title: "Oil", Categories: []string{"food"}, Attributes: map[string]string{"kind": "olive"}},
		clm.Item{ID: "cup", Title: "Cup", Categories: []string{"table"}, Brand: "Acme"},
		clm.Item{ID: "pot", Title: "Pot", Categories: []string{"table"}, Brand: "Acme"},
		clm.Item{ID: "jar", Title: "Jar"},
	)
	require.NoError(t, err)
	return c
}

func TestMetricsByHand(t *testing.T) {
	price := map[clm.ItemID]float64{"tea": 4, "oil": 8, "cup": 2, "pot": 20, "jar": 1}
	o := &Options{
		Ks: []int{2}, Catalogue: shop(t),
		Popularity: &Popularity{Customers: 8, Items: map[clm.ItemID]int{"tea": 8, "oil": 4, "cup": 2}},
		Reward:     func(item clm.ItemID) float64 { return price[item] },
		Increase:   map[clm.ItemID]float64{"tea": 6, "cup": -1},
	}
	r := measure(t, o,
		List{
			Customer: "ann", Items: ids("tea cup pot"), Relevant: ids("cup pot jar"), Gains: []float64{1, 3, 1},
			History: ids("cup cup pot oil"), Segments: []string{"old"},
		},
		List{Customer: "bob", Items: ids("cup"), Relevant: ids("tea"), History: ids("jar"), Segments: []string{"old", "new"}},
		List{Customer: "cat", Items: ids("tea oil")},
	)
	log2 := math.Log2
	ndcg := (1 / log2(3)) / (1 + 1/log2(3))
	calibrated := 0.75*math.Log(0.75/(0.99*0.5+0.01*0.75)) + 0.25*math.Log(0.25/(0.99*0.25+0.01*0.25)) // of table and food
	want := map[string]float64{
		"precision_at_2": 0.25, "hit_rate_at_2": 0.5, "mean_reciprocal_rank_at_2": 0.25, "recall_at_2": 1.0 / 6,
		"normalized_discounted_cumulative_gain_at_2":                    ndcg / 2,
		"mean_average_precision_at_2":                                   0.125,
		"normalized_discounted_cumulative_gain_with_event_weights_at_2": (1 / log2(3)) / (3 + 1/log2(3)),
		"reward_at_2":          1,
		"average_rewards_at_k": 20.0 / 22, // ann's two dearest are pot, a hit, and tea
		// ann 6-1 of 6, bob -1, cat 6
		"trend_prediction_accuracy":         (5.0/6 + 0 + 1) / 3,
		"novelty":                           ((0+2)/2.0 + 2 + (0+1)/2.0) / 3,
		"average_recommendation_popularity": (5.0 + 2 + 6) / 3,
		"intra_list_diversity":              (1 - 1.0/4 + 1 - 1.0/4) / 2, // brand of 4 labels, food of 4 labels
		"miscalibration":                    calibrated,
		"coverage":                          3.0 / 5,
		"gini":                              (1.0/4*0 + (2*3-6)*1 + (2*4.5-6)*4) / (4 * 5),
		"personalisation":                   1 - (1/math.Sqrt2+0.5+0)/3,
		"precision":                         (0 + 0.5) / 2, // of tea and cup, in lists with something relevant
		"recall":                            (0 + 0 + 1.0 + 0) / 4,
	}
	got := values(r.Measures)
	for name, value := range want {
		assert.InDelta(t, value, got[name], 1e-12, name)
		delete(got, name)
	}
	assert.Empty(t, got, "not expected")
	assert.Equal(t, 3, r.Lists)
	assert.Equal(t, 2, r.Metrics["precision_at_2"].Lists, "who wanted nothing has no accuracy")
	assert.Equal(t, 1, r.Metrics["average_rewards_at_k"].Lists)
	assert.Equal(t, 2, r.Segments["old"].Lists)
	assert.InDelta(t, 2.0/5, r.Segments["old"].Metrics["coverage"].Value, 1e-12)
	assert.NotContains(t, r.Segments["new"].Metrics, "miscalibration", "the history has no category")
}

func TestMetricsThatNothingSaysAreLeftOut(t *testing.T) {
	names := func(m Measures) []string {
		var all []string
		for name := range m.Metrics {
			all = append(all, name)
		}
		slices.Sort(all)
		return all
	}
	o := &Options{Ks: []int{1}}
	assert.Empty(t, names(measure(t, o).Measures), "no lists")
	assert.Empty(t, names(measure(t, o, List{Customer: "ann", Items: ids("tea")}).Measures), "one list, nothing relevant")
	assert.Equal(t, []string{"personalisation"}, names(measure(t, o, List{Customer: "ann"}, List{Customer: "bob"}).Measures))
	assert.Equal(t, []string{
		"hit_rate_at_1", "mean_average_precision_at_1", "mean_reciprocal_rank_at_1", "normalized_discounted_cumulative_gain_at_1",
		"precision_at_1", "recall", "recall_at_1",
	}, names(measure(t, o, List{Customer: "ann", Relevant: ids("tea")}).Measures), "an empty list misses")
}

func TestWhatCannotBeMeasured(t *testing.T) {
	ann := List{Customer: "ann", Items: ids("tea cup"), Relevant: ids("tea")}
	nan := func(clm.ItemID) float64 { return math.NaN() }
	for _, c := range []struct {
		name  string
		o     *Options
		lists []List
		want  string
	}{
		{"an item twice in a list", nil, []List{{Customer: "ann", Items: ids("tea cup tea")}}, `"ann" has item "tea" twice`},
		{"an item relevant twice", nil, []List{{Customer: "ann", Relevant: ids("tea tea")}}, `"ann": item "tea" is relevant twice`},
		{"a customer with two lists", nil, []List{ann, ann}, `customer "ann" has two lists`},
		{"a segment without a name", nil, []List{{Customer: "ann", Segments: []string{""}}}, `"ann": segment "" is empty`},
		{"a segment twice", nil, []List{{Customer: "ann", Segments: []string{"a", "a"}}}, `segment "a" is empty or named twice`},
		{"gains of other items", nil, []List{{Customer: "ann", Relevant: ids("tea"), Gains: []float64{1, 2}}}, `"ann": 2 gains for 1`},
		{"a gain below zero", nil, []List{{Customer: "ann", Relevant: ids("tea"), Gains: []float64{-1}}}, `gain -1 of item "tea"`},
		{"a rank of zero", &Options{Ks: []int{0, 5}}, nil, "ranks [0 5]: 0 is below 1"},
		{"a rank twice", &Options{Ks: []int{5, 5}}, nil, "ranks [5 5]: 5 is below 1 or named twice"},
		{"fewer items than were shown", &Options{Items: 1}, []List{ann}, "show 2 items of 1"},
		{"a popularity of nobody", &Options{Popularity: &Popularity{}}, nil, "among 0 customers"},
		{"more than all had it", &Options{Popularity: &Popularity{1, map[clm.ItemID]int{"tea": 2}}}, []List{ann}, `2 of 1 customers had item "tea"`},
		{"a reward that is no number", &Options{Reward: nan}, []List{ann}, `reward NaN of item "tea"`},
		{"a distance that is no number", &Options{Distance: func(a, b clm.ItemID) float64 { return math.NaN() }}, []List{ann}, "mean distance NaN"},
		{"an endless increase", &Options{Increase: map[clm.ItemID]float64{"tea": math.Inf(1)}}, nil, `increase +Inf of item "tea"`},
		{"resamples below zero", &Options{Resamples: -1}, nil, "-1 resamples"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Measure(slices.Values(c.lists), c.o)
			require.ErrorContains(t, err, c.want)
			assert.True(t, strings.HasPrefix(err.Error(), "quality: "), err)
		})
	}
}

// randomLists returns lists of n customers over 30 items, low ones more often.
func randomLists(random *rand.Rand, n int) []List {
	draw := func(most int) []clm.ItemID {
		var items []clm.ItemID
		for range random.IntN(most + 1) {
			item := clm.ItemID(fmt.Sprint(int(30 * math.Pow(random.Float64(), 2))))
			if !slices.Contains(items, item) {
				items = append(items, item)
			}
		}
		return items
	}
	lists := make([]List, n)
	for i := range lists {
		lists[i] = List{
			Customer: clm.CustomerID(fmt.Sprintf("c%03d", i)), Items: draw(12), Relevant: draw(5),
			Segments: [][]string{nil, {"a"}, {"a", "b"}}[random.IntN(3)],
		}
	}
	return lists
}

func TestTheOrderOfTheListsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		lists := randomLists(random, rapid.IntRange(0, 40).Draw(t, "n"))
		o := &Options{Items: 30, Resamples: 20, Popularity: &Popularity{Customers: 9, Items: map[clm.ItemID]int{"1": 9, "2": 4}}}
		first, err := json.Marshal(measure(t, o, lists...))
		require.NoError(t, err)
		random.Shuffle(len(lists), func(i, j int) { lists[i], lists[j] = lists[j], lists[i] })
		again, err := json.Marshal(measure(t, o, lists...))
		require.NoError(t, err)
		assert.Equal(t, string(first), string(again))
	})
}

func TestASegmentIsMeasuredAsIfItWereAlone(t *testing.T) {
	lists := randomLists(rand.New(rand.NewPCG(1, 2)), 200)
	o := &Options{Items: 30}
	all := measure(t, o, lists...)
	for _, segment := range []string{"a", "b"} {
		alone := measure(t, o, slices.DeleteFunc(slices.Clone(lists), func(l List) bool { return !slices.Contains(l.Segments, segment) })...)
		assert.InDeltaMapValues(t, values(alone.Measures), values(all.Segments[segment]), 1e-12)
		for name, e := range alone.Metrics {
			assert.InDelta(t, e.Low, all.Segments[segment].Metrics[name].Low, 1e-12, name)
		}
		assert.Less(t, all.Segments[segment].Lists, 200)
	}
	assert.Len(t, all.Segments, 2)
}

func TestEveryValueIsInItsIntervalAndRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := randomLists(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), rapid.IntRange(1, 30).Draw(t, "n"))
		r := measure(t, &Options{Ks: []int{3, 8}, Items: 30, Resamples: 50}, lists...)
		for name, e := range r.Metrics {
			assert.True(t, 0 <= e.Low && e.Low <= e.Value && e.Value <= e.High && e.High <= 1+1e-12, "%s: %v", name, e)
			assert.True(t, 0 < e.Lists && e.Lists <= r.Lists, "%s: %v", name, e)
		}
	})
}

func TestMoreListsMakeIntervalsNarrower(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	few, many := measure(t, &Options{Items: 30}, randomLists(random, 100)...), measure(t, &Options{Items: 30}, randomLists(random, 1600)...)
	for _, name := range []string{"recall_at_5", "normalized_discounted_cumulative_gain_at_10", "gini", "personalisation", "precision"} {
		a, b := few.Metrics[name], many.Metrics[name]
		assert.InDelta(t, 4, (a.High-a.Low)/(b.High-b.Low), 1.6, "%s: the root of 16", name)
	}
}

func TestAReportReadsLikePersonalizes(t *testing.T) {
	text, err := json.Marshal(measure(t, &Options{Ks: []int{1}, Resamples: 1}, List{Customer: "ann", Items: ids("tea"), Relevant: ids("tea"), Segments: []string{"new"}}))
	require.NoError(t, err)
	assert.Contains(t, string(text), `{"lists":1,"metrics":{"hit_rate_at_1":{"value":1,"low":1,"high":1,"lists":1},"mean_average_precision_at_1":`)
	assert.Contains(t, string(text), `"segments":{"new":{"lists":1,"metrics":{`)
}

func BenchmarkMeasure(b *testing.B) {
	lists := randomLists(rand.New(rand.NewPCG(1, 2)), 1224)
	for b.Loop() {
		measure(b, &Options{Items: 30}, lists...)
	}
}
