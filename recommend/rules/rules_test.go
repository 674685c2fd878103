package rules_test

import (
	"encoding/json"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/rules"
)

func TestWhatIsWrongIsNamed(t *testing.T) {
	p := func(p rules.Promotion) rules.Rules { return rules.Rules{Promotions: []rules.Promotion{p}} }
	for _, c := range []struct {
		name  string
		rules rules.Rules
		text  string
	}{
		{"a penalty above 1", rules.Rules{Popularity: 1.5}, "rules: popularity: 1.5 is not in [0, 1]"},
		{"a diversity that is none", rules.Rules{Diversity: math.NaN()}, "rules: diversity: NaN is not in [0, 1]"},
		{"a negative weight", rules.Rules{Objective: rules.Objective{By: rules.Price, Weight: -1}}, "rules: objective.weight: -1 is not in [0, 1]"},
		{"a weight of nothing", rules.Rules{Objective: rules.Objective{Weight: 1}}, "rules: objective.by: the weight is 1 of nothing"},
		{"an unknown value", rules.Rules{Objective: rules.Objective{By: "profit"}}, `rules: objective.by: "profit" is none of ["price" "cover" "given"], and no attribute`},
		{"an attribute without a name", rules.Rules{Objective: rules.Objective{By: "attribute."}}, `rules: objective.by: "attribute." is none of ["price" "cover" "given"], and no attribute`},
		{"an unknown currency", rules.Rules{Objective: rules.Objective{By: rules.Price, Currency: "XXQ"}}, `rules: objective.currency: unknown currency "XXQ"`},
		{"an infinite boost", rules.Rules{Freshness: rules.Freshness{Boost: math.Inf(1)}}, "rules: freshness.boost: +Inf is not a number from 0 on"},
		{"a negative half-life", rules.Rules{Freshness: rules.Freshness{HalfLife: -1}}, "rules: freshness.half_life: -1ns is negative"},
		{"a negative age", rules.Rules{Freshness: rules.Freshness{Within: -1}}, "rules: freshness.within: -1ns is negative"},
		{"a share of new items above 1", rules.Rules{Freshness: rules.Freshness{Share: 2}}, "rules: freshness.share: 2 is not in [0, 1]"},
		{"a cap on nothing", rules.Rules{Caps: []rules.Cap{{Most: 1}}}, "rules: caps[0].by: neither by nor where is given"},
		{"a cap by an unknown kind", rules.Rules{Caps: []rules.Cap{{By: rules.Brand, Most: 1}, {By: "size", Most: 1}}}, `rules: caps[1].by: "size" is no kind of items`},
		{"a cap of none", rules.Rules{Caps: []rules.Cap{{By: rules.Brand}}}, "rules: caps[0].most: 0 of a kind: use a filter to exclude items"},
		{"a cap of less than none", rules.Rules{Caps: []rules.Cap{{By: rules.Brand, Most: -2}}}, "rules: caps[0].most: -2 of a kind: use a filter to exclude items"},
		{"a cap's share above 1", rules.Rules{Caps: []rules.Cap{{By: rules.Brand, Share: 1.1}}}, "rules: caps[0].share: 1.1 is not in [0, 1]"},
		{"a promotion without a name", p(rules.Promotion{}), `rules: promotions[0].name: "": a name other than "new" is needed`},
		{"a promotion with the name of new items", p(rules.Promotion{Name: "new"}), `rules: promotions[0].name: "new": a name other than "new" is needed`},
		{"two of one name", rules.Rules{Promotions: []rules.Promotion{{Name: "a"}, {Name: "a"}}}, `rules: promotions[1].name: "a" is there twice`},
		{"a share above 1", p(rules.Promotion{Name: "a", Share: 1.5}), "rules: promotions[0].share: 1.5 is not in [0, 1]"},
		{"shares above 1 together", rules.Rules{Promotions: []rules.Promotion{{Name: "a", Share: 0.6}, {Name: "b", Share: 0.6}}}, "rules: promotions[1].share: promotions that run at the same time have shares of 1.2 together, more than 1"},
		{"a negative cap", p(rules.Promotion{Name: "a", Most: -1}), "rules: promotions[0].most: -1 is negative"},
		{"an unknown placement", p(rules.Promotion{Name: "a", Placement: "last"}), `rules: promotions[0].placement: "last" is none of ["fixed" "first" "spread" "random"]`},
		{"a window that ends before it begins", p(rules.Promotion{Name: "a", From: moment, Until: moment}), "rules: promotions[0].until: 2026-03-01 00:00:00 +0000 UTC is not after 2026-03-01 00:00:00 +0000 UTC"},
		{"places without the placement", p(rules.Promotion{Name: "a", Places: []int{1}}), `rules: promotions[0].places: places and the placement "fixed" belong together`},
		{"the placement without places", p(rules.Promotion{Name: "a", Placement: rules.Fixed}), `rules: promotions[0].places: places and the placement "fixed" belong together`},
		{"places and a share", p(rules.Promotion{Name: "a", Placement: rules.Fixed, Places: []int{1}, Share: 0.1}), "rules: promotions[0].places: fixed places and a share exclude each other"},
		{"a place twice", p(rules.Promotion{Name: "a", Placement: rules.Fixed, Places: []int{2, 2}}), "rules: promotions[0].places: 2: places count from 1, each once"},
		{"a place of two promotions", rules.Rules{Promotions: []rules.Promotion{{Name: "a", Placement: rules.Fixed, Places: []int{1, 2}}, {Name: "b", Placement: rules.Fixed, Places: []int{2}}}}, `rules: promotions[1].places: [2] and those of "a" overlap`},
		{"fixed places for at least", p(rules.Promotion{Name: "a", Placement: rules.Fixed, Places: []int{1}, AtLeast: true}), "rules: promotions[0].places: at_least takes no fixed places"},
		{"an unknown field in a condition", p(rules.Promotion{Name: "a", Where: where(t, `margin > 3`)}), "rules: promotions[0].where: filter: 1:1: expected a field of the schema (added, attribute.*, available, brand, categories, id, price, stock, text, title), found margin"},
		{"a parameter that has no value", p(rules.Promotion{Name: "a", Where: where(t, `brand = $B`)}), "rules: promotions[0].where: filter: 1:9: expected a value for $B, found nothing"},
		{"a value that cannot be read", p(rules.Promotion{Name: "a", Values: map[string]string{"B": "x"}}), `rules: promotions[0].values: filter: parameter B: filter: 1:1: expected a value (a number, a string in quotation marks, true, false, a duration, an amount, a time), found x`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.rules.Validate()
			require.ErrorIs(t, err, clm.ErrInvalid)
			if c.name == "a value that cannot be read" || c.name == "a parameter that has no value" { // the rest is the filter's own text
				require.Contains(t, err.Error(), strings.SplitAfter(c.text, ": ")[1])
				return
			}
			require.EqualError(t, err, c.text)
		})
	}
}

func TestRulesSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, l := genRules(t), genList(t)
		r.Caps = append(r.Caps, rules.Cap{Where: where(t, `price > 5 EUR`), Most: 3, Share: 0.5})
		if len(r.Promotions) > 0 {
			r.Promotions[0].From, r.Promotions[0].Values = moment.Add(-day), map[string]string{"X": "1"}
		}
		text, err := json.Marshal(r)
		require.NoError(t, err)
		var back rules.Rules
		require.NoError(t, json.Unmarshal(text, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.JSONEq(t, string(text), string(again))
		require.Equal(t, arrange(t, r, l), arrange(t, back, l), "and mean the same")
	})
}

func TestTheStoredForm(t *testing.T) {
	r := rules.Rules{
		Promotions: []rules.Promotion{{Name: "spring", Where: where(t, `brand = "Acme" AND added > now() - 30d`), Share: 0.2, Placement: rules.Spread, Until: moment}},
		Objective:  rules.Objective{By: "attribute.margin", Weight: 0.25},
		Freshness:  rules.Freshness{Boost: 0.5, HalfLife: 14 * day},
		Diversity:  0.3,
		Caps:       []rules.Cap{{By: rules.Brand, Most: 2}},
	}
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"promotions": [{"name": "spring", "where": "brand = \"Acme\" AND added > now() - 30d", "share": 0.2, "placement": "spread", "until": "2026-03-01T00:00:00Z"}],
		"objective": {"by": "attribute.margin", "weight": 0.25},
		"freshness": {"boost": 0.5, "half_life": "336h0m0s"},
		"diversity": 0.3,
		"caps": [{"by": "brand", "most": 2}]
	}`, string(text))
	text, err = json.Marshal(rules.Rules{})
	require.NoError(t, err)
	require.Equal(t, "{}", string(text))
	var f rules.Freshness
	require.EqualError(t, json.Unmarshal([]byte(`{"within": "a week"}`), &f), `rules: freshness.within: time: invalid duration "a week"`)
}

// FuzzRules reads rules from anything: they are refused, or say the same after
// they were written, and arrange a list without breaking their caps.
func FuzzRules(f *testing.F) {
	f.Add(`{"promotions":[{"name":"a","where":"brand = \"b1\"","share":0.4,"placement":"spread"}],"caps":[{"by":"brand","most":2}],"diversity":0.5}`)
	f.Add(`{"freshness":{"boost":2,"half_life":"24h","share":0.5,"within":"1h"},"objective":{"by":"price","weight":0.5},"relax":true}`)
	f.Add(`{"promotions":[{"name":"a","placement":"fixed","places":[3,1]},{"name":"b","at_least":true,"share":1}],"popularity":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		var r rules.Rules
		if json.Unmarshal([]byte(text), &r) != nil {
			return
		}
		plan, err := r.Compile(moment)
		if err != nil {
			require.ErrorIs(t, err, clm.ErrInvalid)
			return
		}
		written, err := json.Marshal(r)
		require.NoError(t, err)
		var back rules.Rules
		require.NoError(t, json.Unmarshal(written, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again))
		a, err := plan.Arrange(&rules.List{Candidates: candidates(20), K: 7})
		require.NoError(t, err)
		require.LessOrEqual(t, len(a.Places), 7)
		for _, c := range r.Caps {
			if c.By == "" || c.Where != nil || r.Relax || c.Most == 0 || strings.HasPrefix(string(c.By), "attribute.") {
				continue
			}
			for _, n := range tally(c.By, a.Places) {
				require.LessOrEqual(t, n, c.Most)
			}
		}
	})
}

func TestCandidatesThatAreNoneAreErrors(t *testing.T) {
	item := &clm.Item{ID: "a"}
	for _, c := range []struct {
		name string
		list rules.List
		text string
	}{
		{"no places", rules.List{}, "rules: a list of 0 places"},
		{"no item", rules.List{K: 1, Candidates: []rules.Candidate{{}}}, "rules: candidates[0]: no item"},
		{"a score that is none", rules.List{K: 1, Candidates: []rules.Candidate{{Item: item, Score: math.NaN()}}}, "rules: candidates[0]: item a: score NaN is not a number from 0 on"},
		{"a negative score", rules.List{K: 1, Candidates: []rules.Candidate{{Item: item, Score: -1}}}, "rules: candidates[0]: item a: score -1 is not a number from 0 on"},
		{"an infinite score", rules.List{K: 1, Candidates: []rules.Candidate{{Item: item, Score: math.Inf(1)}}}, "rules: candidates[0]: item a: score +Inf is not a number from 0 on"},
		{"the best not first", rules.List{K: 1, Candidates: []rules.Candidate{{Item: item}, {Item: item, Score: 1}}}, "rules: candidates[1]: item a: score 1 is above the one before it, 0"},
		{"a popularity above 1", rules.List{K: 1, Candidates: []rules.Candidate{{Item: item, Popularity: 2}}}, "rules: candidates[0]: item a: popularity 2 is not in [0, 1]"},
		{"a value that is none", rules.List{K: 1, Candidates: []rules.Candidate{{Item: item, Value: math.NaN()}}}, "rules: candidates[0]: item a: value NaN or daily sales 0 are no such numbers"},
		{"sales below 0", rules.List{K: 1, Candidates: []rules.Candidate{{Item: item, Daily: -1}}}, "rules: candidates[0]: item a: value 0 or daily sales -1 are no such numbers"},
		{"vectors of two lengths", rules.List{K: 1, Candidates: []rules.Candidate{{Item: item, Vector: []float32{1}}, {Item: item}, {Item: item, Vector: []float32{1, 0}}}}, "rules: candidates[2]: item a: a vector of 2 numbers among those of 1"},
		{"the same in the pool", rules.List{K: 1, Pool: poolOf([]rules.Candidate{{Item: item, Score: -1}})}, "rules: pool of p: item a: score -1 is not a number from 0 on"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, err := (&rules.Rules{Promotions: []rules.Promotion{{Name: "p", Share: 1}}}).Compile(moment)
			require.NoError(t, err)
			_, err = plan.Arrange(&c.list)
			require.EqualError(t, err, c.text)
			if c.list.Pool == nil {
				_, err = plan.Spare(&c.list, &rules.Arrangement{}, 1)
				require.EqualError(t, err, c.text)
			}
		})
	}
}

func TestAPlanIsSharedByGoroutines(t *testing.T) {
	r := merchant(t)
	plan, err := r.Compile(moment)
	require.NoError(t, err)
	var group sync.WaitGroup
	got := make([][]*rules.Arrangement, 4)
	for n := range got {
		group.Go(func() {
			for k := range 20 {
				a, err := plan.Arrange(&rules.List{Candidates: candidates(30 + k), K: 5 + k%3, Pool: poolOf(candidates(50))})
				if err == nil {
					got[n] = append(got[n], a)
				}
			}
		})
	}
	group.Wait()
	require.Len(t, got[0], 20)
	for n := range got {
		require.Equal(t, got[0], got[n])
	}
}

func TestAPlanKeepsNothingBetweenLists(t *testing.T) {
	r := merchant(t)
	plan, err := r.Compile(moment)
	require.NoError(t, err)
	long, short := rules.List{Candidates: candidates(100), K: 20}, rules.List{Candidates: candidates(7), K: 5}
	first, err := plan.Arrange(&short)
	require.NoError(t, err)
	for range 3 {
		_, err = plan.Arrange(&long)
		require.NoError(t, err)
		again, err := plan.Arrange(&short)
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}
