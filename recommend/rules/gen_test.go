package rules_test

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/recommend/rules"
)

var moment = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// where returns a condition.
func where(t require.TestingT, text string) *filter.Expr {
	e, err := filter.Parse(text)
	require.NoError(t, err)
	return e
}

// candidates returns n items of falling scores: the brand, category and colour of
// item i are those of i modulo 3, 4 and 5.
func candidates(n int) []rules.Candidate {
	all := make([]rules.Candidate, n)
	for i := range all {
		all[i] = rules.Candidate{Key: i, Score: 1 / float64(i+1), Item: &clm.Item{
			ID: clm.ItemID(fmt.Sprintf("i%03d", i)), Brand: fmt.Sprint("b", i%3), Categories: []string{"all", fmt.Sprint("c", i%4)},
			Price: clm.Money{Minor: int64(100 * (1 + i%7)), Currency: "EUR"}, Attributes: map[string]string{"colour": fmt.Sprint(i % 5)},
		}}
	}
	return all
}

// arrange compiles and arranges.
func arrange(t require.TestingT, r rules.Rules, l rules.List) *rules.Arrangement {
	plan, err := r.Compile(moment)
	require.NoError(t, err)
	a, err := plan.Arrange(&l)
	require.NoError(t, err)
	return a
}

// keys returns the keys of a list in order.
func keys(a *rules.Arrangement) []int {
	keys := make([]int, len(a.Places))
	for i, p := range a.Places {
		keys[i] = p.Key
	}
	return keys
}

// promoted returns the places, from 1, of what came in by a rule.
func promoted(a *rules.Arrangement, rule string) []int {
	var places []int
	for i, p := range a.Places {
		if p.Promotion == rule {
			places = append(places, i+1)
		}
	}
	return places
}

// genCandidate draws an item; ids are from a few, so that some are there twice.
func genCandidate(t *rapid.T, key int, ids int) rules.Candidate {
	label := func(name string, n int) string {
		if i := rapid.IntRange(0, n).Draw(t, name); i > 0 {
			return fmt.Sprint(name, i)
		}
		return ""
	}
	item := &clm.Item{
		ID: clm.ItemID(fmt.Sprintf("i%d", rapid.IntRange(0, ids).Draw(t, "id"))), Brand: label("brand", 3),
		Price:      clm.Money{Minor: rapid.Int64Range(0, 2000).Draw(t, "price"), Currency: rapid.SampledFrom([]string{"EUR", "EUR", "USD"}).Draw(t, "currency")},
		Attributes: map[string]string{"colour": label("colour", 2)},
		Added:      moment.Add(-time.Duration(rapid.IntRange(0, 100).Draw(t, "days")) * day),
	}
	for _, c := range []string{label("cat", 3), label("cat", 3)} {
		if c != "" {
			item.Categories = append(item.Categories, c)
		}
	}
	c := rules.Candidate{Item: item, Key: key, Score: float64(rapid.IntRange(0, 8).Draw(t, "score")) / 8, Popularity: rapid.Float64Range(0, 1).Draw(t, "popularity")}
	if rapid.Bool().Draw(t, "vector") {
		c.Vector = [][]float32{{1, 0}, {0, 1}, {0.6, 0.8}, {-1, 0}}[rapid.IntRange(0, 3).Draw(t, "direction")]
	}
	return c
}

func genCandidates(t *rapid.T, most int) []rules.Candidate {
	n := rapid.IntRange(0, most).Draw(t, "candidates")
	all := make([]rules.Candidate, n)
	for i := range all {
		all[i] = genCandidate(t, i, rapid.SampledFrom([]int{most / 3, 1000}).Draw(t, "ids"))
	}
	slices.SortStableFunc(all, func(a, b rules.Candidate) int {
		return int(8 * (b.Score - a.Score))
	})
	return all
}

var conditions = []string{`brand = "brand1"`, `brand = "brand2"`, `categories CONTAINS "cat1"`, `price >= 10 EUR`, `attribute.colour = "colour1"`, `stock > 0`}

func genPromotions(t *rapid.T) []rules.Promotion {
	var all []rules.Promotion
	left := 100
	for i := range rapid.IntRange(0, 3).Draw(t, "promotions") {
		percent := rapid.IntRange(0, left).Draw(t, "percent")
		left -= percent
		all = append(all, rules.Promotion{
			Name: fmt.Sprint("p", i), Where: where(t, rapid.SampledFrom(conditions).Draw(t, "condition")), Share: float64(percent) / 100,
			Placement: rapid.SampledFrom([]rules.Placement{"", rules.Random, rules.First, rules.Spread}).Draw(t, "placement"),
			AtLeast:   rapid.Bool().Draw(t, "at least"), Most: rapid.IntRange(0, 4).Draw(t, "most"),
		})
	}
	return all
}

var kinds = []rules.Kind{rules.Brand, rules.Category, rules.Department, rules.Categories, rules.PriceBand, "attribute.colour"}

func genRules(t *rapid.T) rules.Rules {
	r := rules.Rules{
		Promotions: genPromotions(t),
		Freshness: rules.Freshness{
			Boost: rapid.Float64Range(0, 3).Draw(t, "boost"), Share: rapid.Float64Range(0, 0.5).Draw(t, "share of new"),
			HalfLife: time.Duration(rapid.IntRange(0, 40).Draw(t, "half-life")) * day,
		},
		Objective:  rules.Objective{By: rules.Price, Weight: rapid.Float64Range(0, 1).Draw(t, "weight")},
		Popularity: rapid.Float64Range(0, 1).Draw(t, "penalty"),
		Diversity:  rapid.Float64Range(0, 1).Draw(t, "diversity"),
	}
	for range rapid.IntRange(0, 3).Draw(t, "caps") {
		r.Caps = append(r.Caps, rules.Cap{By: rapid.SampledFrom(kinds).Draw(t, "kind"), Most: rapid.IntRange(1, 4).Draw(t, "of a kind")})
	}
	return r
}

// poolOf yields the candidates for every rule.
func poolOf(all []rules.Candidate) func(string) iter.Seq[rules.Candidate] {
	return func(string) iter.Seq[rules.Candidate] { return slices.Values(all) }
}

func genList(t *rapid.T) rules.List {
	l := rules.List{Candidates: genCandidates(t, 40), K: rapid.IntRange(1, 12).Draw(t, "k"), Seed: rapid.Uint64().Draw(t, "seed")}
	if rapid.Bool().Draw(t, "pool") {
		pool := genCandidates(t, 20)
		for i := range pool {
			pool[i].Key += 1000
		}
		l.Pool = poolOf(pool)
	}
	return l
}
