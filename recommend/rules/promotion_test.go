package rules_test

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/rules"
)

// one returns rules of one promotion, of brand b0, with changes.
func one(t *testing.T, change func(*rules.Promotion)) rules.Rules {
	p := rules.Promotion{Name: "p", Where: where(t, `brand = "b0"`), Share: 0.3}
	change(&p)
	return rules.Rules{Promotions: []rules.Promotion{p}}
}

func TestPlacements(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*rules.Promotion)
		k      int
		keys   []int // of brand b0 are 0, 3, 6, 9, ...
		places []int
	}{
		{"first", func(p *rules.Promotion) { p.Placement = rules.First }, 10, []int{0, 3, 6, 1, 2, 4, 5, 7, 8, 9}, []int{1, 2, 3}},
		{"spread, in the middle of each third", func(p *rules.Promotion) { p.Placement = rules.Spread }, 10, []int{1, 0, 2, 4, 5, 3, 7, 8, 6, 9}, []int{2, 6, 9}},
		{"one alone stands in the middle", func(p *rules.Promotion) { p.Placement, p.Share = rules.Spread, 0.1 }, 10, nil, []int{6}},
		{"at given places", func(p *rules.Promotion) { p.Placement, p.Share, p.Places = rules.Fixed, 0, []int{7, 2} }, 10, []int{1, 0, 2, 4, 5, 6, 3, 7, 8, 9}, []int{2, 7}},
		{"places beyond the list are not used", func(p *rules.Promotion) { p.Placement, p.Share, p.Places = rules.Fixed, 0, []int{20, 4} }, 5, []int{1, 2, 3, 0, 4}, []int{4}},
		{"halves are rounded up", func(p *rules.Promotion) { p.Placement, p.Share = rules.First, 0.25 }, 10, nil, []int{1, 2, 3}},
		{"what binary fractions cannot hold, too", func(p *rules.Promotion) { p.Placement, p.Share = rules.First, 0.145 }, 100, nil, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
		{"less than half a place is none", func(p *rules.Promotion) { p.Share = 0.04 }, 10, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, nil},
		{"all places", func(p *rules.Promotion) { p.Share = 1 }, 4, []int{0, 3, 6, 9}, []int{1, 2, 3, 4}},
		{"no more than its cap", func(p *rules.Promotion) { p.Placement, p.Most = rules.First, 1 }, 10, nil, []int{1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := arrange(t, one(t, c.change), rules.List{Candidates: candidates(60), K: c.k})
			if c.keys != nil {
				require.Equal(t, c.keys, keys(a))
			}
			require.Equal(t, c.places, promoted(a, "p"))
			require.Empty(t, a.Short)
		})
	}
}

// TestRandomPlaces draws many lists: every set of places comes about as often, and
// promoted items keep their order.
func TestRandomPlaces(t *testing.T) {
	plan, err := (&rules.Rules{Promotions: []rules.Promotion{{Name: "p", Where: where(t, `brand = "b0"`), Share: 0.5}}}).Compile(moment)
	require.NoError(t, err)
	sets := map[string]int{}
	for seed := range uint64(6000) {
		l := rules.List{Candidates: candidates(20), K: 4, Seed: seed}
		a, err := plan.Arrange(&l)
		require.NoError(t, err)
		places := promoted(a, "p")
		require.Equal(t, []int{0, 3}, []int{a.Places[places[0]-1].Key, a.Places[places[1]-1].Key})
		sets[fmt.Sprint(places)]++
		if seed < 10 {
			again, err := plan.Arrange(&l)
			require.NoError(t, err)
			require.Equal(t, a, again, "the same seed gives the same list")
		}
	}
	require.Len(t, sets, 6)
	for set, n := range sets {
		require.InDelta(t, 1000, n, 130, set) // 4.5 standard deviations
	}
}

func TestPromotionsDoNotStealFromEachOther(t *testing.T) {
	all := candidates(12)
	r := rules.Rules{Promotions: []rules.Promotion{
		{Name: "wide", Where: where(t, `brand IN ("b0", "b1")`), Share: 0.5, Placement: rules.First},
		{Name: "narrow", Where: where(t, `id IN ("i000", "i001")`), Share: 0.5, Placement: rules.First},
	}}
	a := arrange(t, r, rules.List{Candidates: all, K: 4})
	require.Empty(t, a.Short)
	require.Equal(t, []int{3, 4, 0, 1}, keys(a), "the wide one gives way, because it can")
	require.Equal(t, []int{1, 2}, promoted(a, "wide"))
	require.Equal(t, []int{3, 4}, promoted(a, "narrow"))

	a = arrange(t, r, rules.List{Candidates: all[:4], K: 4})
	require.Equal(t, []rules.Shortfall{{Rule: "narrow", Wanted: 2, Filled: 1}}, a.Short, "where there is not enough for both, the earlier one is filled")
	require.Equal(t, []int{1, 3, 0, 2}, keys(a), "what is not filled goes to the others")
}

func TestWhereRoundingAsksForTooMuchTheEarlierComeFirst(t *testing.T) {
	r := rules.Rules{Promotions: []rules.Promotion{{Name: "a", Share: 0.5, Placement: rules.First}, {Name: "b", Share: 0.5}}}
	a := arrange(t, r, rules.List{Candidates: candidates(5), K: 3})
	require.Equal(t, []int{1, 2}, promoted(a, "a"))
	require.Equal(t, []rules.Shortfall{{Rule: "b", Wanted: 2, Filled: 1}}, a.Short)
}

// TestWhatMatchesAnyway compares the two meanings of a share.
func TestWhatMatchesAnyway(t *testing.T) {
	l := rules.List{Candidates: candidates(30), K: 10} // 0, 3, 6, 9 match anyway
	a := arrange(t, one(t, func(p *rules.Promotion) { p.Placement = rules.First }), l)
	require.Equal(t, []int{0, 3, 6, 1, 2, 4, 5, 7, 8, 9}, keys(a), "the best ones that match get the places, and others that match may stand elsewhere")
	require.Equal(t, []int{1, 2, 3}, promoted(a, "p"))

	a = arrange(t, one(t, func(p *rules.Promotion) { p.AtLeast = true }), l)
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, keys(a), "at least three: four are there")
	require.Empty(t, promoted(a, "p"))
	held := 0
	for _, p := range a.Places {
		if p.Held {
			require.Zero(t, p.Key%3)
			held++
		}
	}
	require.Equal(t, 3, held, "of the four, three have to stay")

	a = arrange(t, one(t, func(p *rules.Promotion) { p.AtLeast, p.Share = true, 0.6 }), l)
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 9, 12, 15}, keys(a), "at least six: two come in at the end")
	require.Equal(t, []int{8, 9, 10}, promoted(a, "p"), "9 came in before it would have")
	require.Empty(t, a.Short)
}

func TestAPromotionRunsInItsWindow(t *testing.T) {
	for _, c := range []struct {
		name        string
		from, until time.Time
		runs        bool
	}{
		{"without limits", time.Time{}, time.Time{}, true},
		{"from this moment on", moment, time.Time{}, true},
		{"from later on", moment.Add(1), time.Time{}, false},
		{"until this moment", time.Time{}, moment, false},
		{"until later", moment.Add(-1), moment.Add(1), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := arrange(t, one(t, func(p *rules.Promotion) { p.From, p.Until = c.from, c.until }), rules.List{Candidates: candidates(9), K: 9})
			require.Equal(t, c.runs, len(promoted(a, "p")) > 0)
			require.Empty(t, a.Short, "one that does not run wants nothing")
		})
	}
}

func TestSharesCountOnlyAtTheSameTime(t *testing.T) {
	week := func(n int) time.Time { return moment.AddDate(0, 0, 7*n) }
	r := rules.Rules{Promotions: []rules.Promotion{
		{Name: "first week", Share: 0.8, Until: week(1)},
		{Name: "second week", Share: 0.8, From: week(1), Until: week(2)},
		{Name: "both", Share: 0.2, Until: week(2)},
	}}
	require.NoError(t, r.Validate())
	r.Promotions[2].Share = 0.3
	require.EqualError(t, r.Validate(), "rules: promotions[2].share: promotions that run at the same time have shares of 1.1 together, more than 1")
}

func TestParametersOfAPromotion(t *testing.T) {
	r := one(t, func(p *rules.Promotion) {
		p.Where, p.Values, p.Placement = where(t, `brand IN ($BRANDS)`), map[string]string{"BRANDS": `"b1","b2"`}, rules.First
	})
	require.Equal(t, []int{1, 2, 4, 0, 3, 5, 6, 7, 8, 9}, keys(arrange(t, r, rules.List{Candidates: candidates(30), K: 10})))
}

func TestThePoolFillsWhatCandidatesDoNot(t *testing.T) {
	asked := map[string]int{}
	pool := candidates(40)[30:]
	read := 0
	l := rules.List{Candidates: candidates(4), K: 10, Pool: func(rule string) iter.Seq[rules.Candidate] {
		asked[rule]++
		return func(yield func(rules.Candidate) bool) {
			for _, c := range pool {
				if read++; !yield(c) {
					return
				}
			}
		}
	}}
	a := arrange(t, one(t, func(p *rules.Promotion) { p.Placement = rules.First }), l)
	require.Equal(t, []int{0, 3, 30, 1, 2}, keys(a), "what does not match stays in the pool")
	require.Equal(t, []int{1, 4, 0, 2, 3}, []int{a.Places[0].Was, a.Places[1].Was, a.Places[2].Was, a.Places[3].Was, a.Places[4].Was})
	require.Equal(t, 5, a.Missing)
	require.Equal(t, map[string]int{"p": 1}, asked)
	require.Equal(t, 1, read, "no more is read than is needed")

	full := rules.List{Candidates: candidates(30), K: 10, Pool: func(string) iter.Seq[rules.Candidate] { panic("not asked for") }}
	arrange(t, one(t, func(*rules.Promotion) {}), full)

	l.Pool = func(string) iter.Seq[rules.Candidate] {
		return func(yield func(rules.Candidate) bool) {
			for read = 1; yield(rules.Candidate{Item: &clm.Item{ID: "x"}}); read++ {
			}
		}
	}
	require.Equal(t, []rules.Shortfall{{Rule: "p", Wanted: 3, Filled: 2}}, arrange(t, one(t, func(*rules.Promotion) {}), l).Short)
	require.Equal(t, 10_000, read, "and no more than ten thousand")
}

func TestWhatIsWantedAtLeastComesFromThePoolToo(t *testing.T) {
	r := one(t, func(p *rules.Promotion) { p.AtLeast = true })
	l := rules.List{Candidates: candidates(3)[1:], K: 10, Pool: poolOf(candidates(40)[30:])}
	a := arrange(t, r, l)
	require.Equal(t, []int{1, 2, 30, 33, 36}, keys(a), "although there is room for more")
	require.Equal(t, []int{3, 4, 5}, promoted(a, "p"))
	l.Candidates = candidates(30)[:20]
	r.Caps = []rules.Cap{{By: rules.Brand, Most: 3}}
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, keys(arrange(t, r, l)))
}

func TestAPlanSaysWhatItWants(t *testing.T) {
	r := one(t, func(*rules.Promotion) {})
	r.Freshness.Share = 0.1
	r.Promotions = append(r.Promotions, rules.Promotion{Name: "over", Until: moment})
	plan, err := r.Compile(moment)
	require.NoError(t, err)
	require.Equal(t, []string{"p", rules.NewItems}, plan.Wants())
	all := candidates(2)
	all[1].Since = moment.Add(-day)
	for rule, want := range map[string][]bool{"p": {true, false}, rules.NewItems: {false, true}, "over": {false, false}} {
		require.Equal(t, want, []bool{plan.Matches(rule, &all[0]), plan.Matches(rule, &all[1])}, rule)
	}
}

func TestCapsHoldForPromotions(t *testing.T) {
	r := one(t, func(p *rules.Promotion) { p.Placement, p.Share = rules.First, 0.5 })
	r.Caps = []rules.Cap{{By: rules.Brand, Most: 2}}
	a := arrange(t, r, rules.List{Candidates: candidates(9), K: 6})
	require.Equal(t, []int{0, 3, 1, 2, 4, 5}, keys(a))
	require.Equal(t, []rules.Shortfall{{Rule: "p", Wanted: 3, Filled: 2, Capped: 1}}, a.Short)
	require.True(t, slices.ContainsFunc(a.Places, func(p rules.Place) bool { return p.Held }))
}

func TestSpareItemsFitBesideEachOther(t *testing.T) {
	r := rules.Rules{Caps: []rules.Cap{{By: rules.Brand, Most: 2}}}
	plan, err := r.Compile(moment)
	require.NoError(t, err)
	l := rules.List{Candidates: candidates(30), K: 2}
	a, err := plan.Arrange(&l)
	require.NoError(t, err)
	spare, err := plan.Spare(&l, a, 10)
	require.NoError(t, err)
	var keys []int
	for _, c := range spare {
		keys = append(keys, c.Key)
	}
	require.Equal(t, []int{2, 3, 4, 5}, keys, "two of each brand, with those of the list")
}
