package rules_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/recommend/rules"
)

// tally counts the items of each kind by what their fields say, independently of
// the package.
func tally(kind rules.Kind, places []rules.Place) map[string]int {
	counts := map[string]int{}
	for _, p := range places {
		item := p.Item
		var values []string
		switch kind {
		case rules.Brand:
			values = []string{item.Brand}
		case rules.Category:
			values = item.Categories[max(0, len(item.Categories)-1):]
		case rules.Department:
			values = item.Categories[:min(1, len(item.Categories))]
		case rules.Categories:
			values = slices.Compact(slices.Sorted(slices.Values(item.Categories)))
		case rules.PriceBand:
			band := -1.0
			if item.Price.Minor > 0 {
				band = math.Floor(2 * math.Log2(float64(item.Price.Minor)))
			}
			values = []string{fmt.Sprint(item.Price.Currency, band)}
		default:
			values = []string{item.Attributes["colour"]}
		}
		for _, v := range values {
			counts[v]++
		}
	}
	delete(counts, "")
	return counts
}

func TestListsKeepEveryRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, l := genRules(t), genList(t)
		a := arrange(t, r, l)

		require.LessOrEqual(t, len(a.Places), l.K)
		require.Equal(t, l.K-len(a.Places), a.Missing)
		known := map[int]*clm.Item{}
		for _, c := range l.Candidates {
			known[c.Key] = c.Item
		}
		if l.Pool != nil {
			for c := range l.Pool("") {
				known[c.Key] = c.Item
			}
		}
		seen := map[clm.ItemID]bool{}
		for _, p := range a.Places {
			require.Same(t, known[p.Key], p.Item, "only what was given comes in")
			require.False(t, seen[p.Item.ID], "an item is there once")
			seen[p.Item.ID] = true
			if p.Was > 0 {
				require.Equal(t, l.Candidates[p.Was-1].Key, p.Key)
			}
		}
		for _, c := range r.Caps {
			for kind, n := range tally(c.By, a.Places) {
				require.LessOrEqual(t, n, c.Most, "%s %s", c.By, kind)
			}
		}
		short := map[string]int{}
		for _, s := range a.Short {
			short[s.Rule] = s.Wanted - s.Filled
		}
		for _, p := range r.Promotions {
			f, err := filter.Compile(p.Where, filter.ItemSchema(), moment, nil)
			require.NoError(t, err)
			want := int(math.Floor(p.Share*float64(l.K) + 0.5 + 1e-9))
			if p.Most > 0 {
				want = min(want, p.Most)
			}
			matching := 0
			for _, place := range a.Places {
				match := f.Match((*filter.Item)(place.Item))
				require.True(t, match || place.Promotion != p.Name, "what is promoted matches")
				if match {
					matching++
				}
			}
			if p.AtLeast {
				require.Equal(t, max(0, want-matching), short[p.Name], "%s: lacks what is told", p.Name)
			} else {
				require.Equal(t, want-short[p.Name], len(promoted(a, p.Name)), "%s has its places but for what is told", p.Name)
			}
		}
		again := arrange(t, r, l)
		require.Equal(t, a, again, "the same input gives the same list")
	})
}

// TestNothingIsShortThatCouldBeFilled compares with what is there: without caps and
// promotions that compete, a promotion is short only when no more items match.
func TestNothingIsShortThatCouldBeFilled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := genList(t)
		p := rules.Promotion{Name: "p", Where: where(t, rapid.SampledFrom(conditions).Draw(t, "condition")), Share: rapid.Float64Range(0, 1).Draw(t, "share"), AtLeast: rapid.Bool().Draw(t, "at least")}
		f, err := filter.Compile(p.Where, filter.ItemSchema(), moment, nil)
		require.NoError(t, err)
		all := slices.Clone(l.Candidates)
		if l.Pool != nil {
			all = slices.AppendSeq(all, l.Pool("p"))
		}
		distinct := map[clm.ItemID]bool{}
		matching := map[clm.ItemID]bool{}
		for _, c := range all {
			if f.Match((*filter.Item)(c.Item)) {
				matching[c.Item.ID] = true
			}
			distinct[c.Item.ID] = true
		}
		a := arrange(t, rules.Rules{Promotions: []rules.Promotion{p}, Diversity: 0.3}, l)
		want := int(math.Floor(p.Share*float64(l.K) + 0.5 + 1e-9))
		if !p.AtLeast {
			require.Len(t, promoted(a, "p"), min(want, len(matching)))
		}
		if len(matching) >= want && len(distinct) == len(all) {
			require.Empty(t, a.Short)
		}
	})
}

func TestZeroRulesKeepTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := genList(t)
		var want []int
		seen := map[clm.ItemID]bool{}
		for _, c := range l.Candidates {
			if !seen[c.Item.ID] && len(want) < l.K {
				want = append(want, c.Key)
				seen[c.Item.ID] = true
			}
		}
		require.Equal(t, append([]int{}, want...), keys(arrange(t, rules.Rules{}, l)))
		require.Equal(t, append([]int{}, want...), keys(arrange(t, rules.Rules{Objective: rules.Objective{By: rules.Price}, Relax: true}, l)), "a weight of 0 is no objective")
	})
}

// once removes candidates with an id that was there before.
func once(all []rules.Candidate) []rules.Candidate {
	seen := map[clm.ItemID]bool{}
	return slices.DeleteFunc(all, func(c rules.Candidate) bool {
		was := seen[c.Item.ID]
		seen[c.Item.ID] = true
		return was
	})
}

func TestAFullWeightIsTheOrderOfTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := genList(t)
		l.Candidates = once(l.Candidates)
		for i := range l.Candidates {
			l.Candidates[i].Value = rapid.Float64Range(-1e6, 1e6).Draw(t, "value")
		}
		r := rules.Rules{Objective: rules.Objective{By: rules.Given, Weight: 1}, Freshness: rules.Freshness{Boost: 2}, Popularity: 0.5}
		want := slices.Clone(l.Candidates)
		slices.SortStableFunc(want, func(a, b rules.Candidate) int { return cmp.Compare(b.Value, a.Value) })
		for i, p := range arrange(t, r, l).Places {
			require.Equal(t, want[i].Key, p.Key)
		}
	})
}

// TestTheObjectiveIsSteady moves the weight a little: no score moves by much. One
// item has a relevance and a value, because scores are relative to the best one.
func TestTheObjectiveIsSteady(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := rules.List{Candidates: once(genCandidates(t, 20)), K: 20}
		for i := range l.Candidates {
			l.Candidates[i].Value = rapid.Float64Range(-100, 100).Draw(t, "value")
		}
		if len(l.Candidates) > 0 {
			l.Candidates[0].Score, l.Candidates[0].Value = 1, 50
		}
		weight := rapid.Float64Range(0, 1-1e-6).Draw(t, "weight")
		scores := func(weight float64) map[int]float64 {
			scores := map[int]float64{}
			for _, p := range arrange(t, rules.Rules{Objective: rules.Objective{By: rules.Given, Weight: weight}}, l).Places {
				scores[p.Key] = p.Adjusted
			}
			return scores
		}
		before, after := scores(weight), scores(weight+1e-6)
		for key := range before {
			require.InDelta(t, before[key], after[key], 1e-3)
		}
	})
}

func TestWithoutDiversityOrderIsThatOfScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, l := genRules(t), genList(t)
		r.Promotions, r.Diversity, r.Freshness.Share = nil, 0, 0
		a := arrange(t, r, l)
		require.True(t, slices.IsSortedFunc(a.Places, func(a, b rules.Place) int {
			return cmp.Or(cmp.Compare(b.Adjusted, a.Adjusted), cmp.Compare(a.Was, b.Was))
		}))
	})
}

func TestRelaxedListsAreFull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, l := genRules(t), genList(t)
		r.Promotions, r.Freshness.Share, r.Relax = nil, 0, true
		a := arrange(t, r, l)
		require.Len(t, a.Places, min(l.K, len(once(slices.Clone(l.Candidates)))))
		strict := r
		strict.Relax = false
		n := len(arrange(t, strict, l).Places)
		for i, p := range a.Places {
			require.Equal(t, i >= n, p.Broken != "", "caps give way in places that would be empty, and only there")
		}
	})
}

func TestSpareItemsFitInAnyCombination(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, l := genRules(t), genList(t)
		plan, err := r.Compile(moment)
		require.NoError(t, err)
		a, err := plan.Arrange(&l)
		require.NoError(t, err)
		spare, err := plan.Spare(&l, a, 10)
		require.NoError(t, err)
		require.LessOrEqual(t, len(spare), 10)
		places := slices.Clone(a.Places)
		for i := range places {
			if len(spare) > 0 && !places[i].Held && rapid.Bool().Draw(t, "replace") {
				n := rapid.IntRange(0, len(spare)-1).Draw(t, "with")
				places[i].Candidate = spare[n]
				spare = slices.Delete(spare, n, n+1)
			}
		}
		seen := map[clm.ItemID]bool{}
		for _, p := range places {
			require.False(t, seen[p.Item.ID])
			seen[p.Item.ID] = true
		}
		for _, c := range r.Caps {
			for kind, n := range tally(c.By, places) {
				require.LessOrEqual(t, n, c.Most, "%s %s", c.By, kind)
			}
		}
		for _, p := range r.Promotions {
			f, err := filter.Compile(p.Where, filter.ItemSchema(), moment, nil)
			require.NoError(t, err)
			count := func(places []rules.Place) (n int) {
				for _, p := range places {
					if f.Match((*filter.Item)(p.Item)) {
						n++
					}
				}
				return n
			}
			want := int(math.Floor(p.Share*float64(l.K) + 0.5 + 1e-9))
			if p.Most > 0 {
				want = min(want, p.Most)
			}
			if p.AtLeast {
				require.GreaterOrEqual(t, count(places), min(want, count(a.Places)), "what had to be there still is")
			}
		}
	})
}
