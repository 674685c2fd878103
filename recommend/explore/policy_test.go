package explore_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/recommend/explore"
)

// shop returns a list of four arms, one of them held, and what stands behind it:
// certain and uncertain arms.
func shop() []explore.Arm {
	return []explore.Arm{
		{Score: 0.30, Expected: 90, Taken: 88},
		{Score: 0.25, Expected: 50, Taken: 55},
		{Score: 0.20, Expected: 60, Taken: 50, Held: true},
		{Score: 0.18, Expected: 4, Taken: 3},
		{Score: 0.17, Expected: 70, Taken: 72},
		{Score: 0.15},
		{Score: 0.14, Expected: 2, Taken: 3},
		{Score: 0.10, Expected: 8, Taken: 2},
		{Score: 0.12, Expected: 40, Taken: 30},
		{Score: 0.12},
	}
}

var policies = map[string]explore.Policy{
	"epsilon greedy":              explore.EpsilonGreedy{Epsilon: 0.3},
	"epsilon greedy, three slots": explore.EpsilonGreedy{Epsilon: 0.5, Slots: 3},
	"thompson":                    explore.Thompson{},
	"thompson, three slots":       explore.Thompson{Slots: 3, Weight: 3},
	"softmax":                     explore.Softmax{Temperature: 0.05},
	"softmax, three slots":        explore.Softmax{Slots: 3},
}

// surprise returns how improbable the frequencies of arms in places are if they
// are drawn with the propensities of a policy: the smallest p-value of Pearson's
// chi-square over the places.
func surprise(t *testing.T, drawn, said explore.Policy, arms []explore.Arm, k, draws int) float64 {
	random := rand.New(rand.NewPCG(11, 12))
	counts := make([][]float64, k)
	for place := range counts {
		counts[place] = make([]float64, len(arms))
	}
	for range draws {
		list, err := drawn.Choose(arms, k, random)
		require.NoError(t, err)
		for place, c := range list {
			counts[place][c.Arm]++
		}
	}
	least := 1.0
	for place := range counts {
		least = min(least, chiSquare(counts[place], func(arm int) float64 {
			return propensity(t, said, arms, k, place, arm) * float64(draws)
		}))
	}
	return least
}

// chiSquare returns the p-value of counts. Cells of which fewer than 5 are expected
// are put together.
func chiSquare(counts []float64, expected func(int) float64) float64 {
	chi, cells, rest, restWant := 0.0, 0, 0.0, 0.0
	add := func(n, want float64) { chi, cells = chi+(n-want)*(n-want)/want, cells+1 }
	for arm, n := range counts {
		if want := expected(arm); want >= 5 {
			add(n, want)
		} else {
			rest, restWant = rest+n, restWant+want
		}
	}
	if restWant > 1 {
		add(rest, restWant)
	} else if rest > 10 {
		return 0 // what hardly ever happens happened
	}
	if cells < 2 {
		return 1
	}
	return distuv.ChiSquared{K: float64(cells - 1)}.Survival(chi)
}

// propensity returns the probability of one arm in one place.
func propensity(t require.TestingT, p explore.Policy, arms []explore.Arm, k, place, arm int) float64 {
	list := make([]int, place+1)
	list[place] = arm
	all, err := p.Propensities(arms, k, list)
	require.NoError(t, err)
	return all[place]
}

func TestArmsAreDrawnAsOftenAsIsSaid(t *testing.T) {
	for name, p := range policies {
		require.Greater(t, surprise(t, p, p, shop(), 4, 4_000), 1e-4, name)
	}
}

// The control: propensities that are a little wrong are found out.
func TestWrongPropensitiesAreFound(t *testing.T) {
	for _, c := range []struct {
		name        string
		drawn, said explore.Policy
	}{
		{"of another epsilon", explore.EpsilonGreedy{Epsilon: 0.3}, explore.EpsilonGreedy{Epsilon: 0.36}},
		{"of another prior", explore.Thompson{}, explore.Thompson{Weight: 1.3}},
		{"of another temperature", explore.Softmax{Temperature: 0.05}, explore.Softmax{Temperature: 0.06}},
		{"of an uncertain arm taken for a certain one", explore.Thompson{}, explore.Thompson{Enough: 3}},
	} {
		require.Less(t, surprise(t, c.drawn, c.said, shop(), 4, 4_000), 1e-4, c.name)
	}
}

func genArms(t *rapid.T) []explore.Arm {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) explore.Arm {
		return explore.Arm{
			Score:    rapid.SampledFrom([]float64{0, 1e-12, 0.001, 0.1, 0.1, 0.2, 0.5, 1, 1e12}).Draw(t, "score"),
			Expected: rapid.SampledFrom([]float64{0, 0, 1, 5, 20, 30, 1000}).Draw(t, "expected"),
			Taken:    rapid.Float64Range(0, 40).Draw(t, "taken"),
			Held:     rapid.IntRange(0, 4).Draw(t, "held") == 0,
		}
	}), 0, 12).Draw(t, "arms")
}

func genPolicy(t *rapid.T) explore.Policy {
	slots := rapid.IntRange(0, 4).Draw(t, "slots")
	switch rapid.IntRange(0, 2).Draw(t, "policy") {
	case 0:
		return explore.EpsilonGreedy{Epsilon: rapid.Float64Range(0, 1).Draw(t, "epsilon"), Slots: slots}
	case 1:
		return explore.Thompson{Weight: rapid.SampledFrom([]float64{0, 0.01, 0.3, 1, 5, 1000}).Draw(t, "weight"), Slots: slots}
	}
	return explore.Softmax{Temperature: rapid.Float64Range(0, 2).Draw(t, "temperature"), Slots: slots}
}

func TestPoliciesKeepTheirLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arms, p, k, seed := genArms(t), genPolicy(t), rapid.IntRange(1, 6).Draw(t, "k"), rapid.Uint64().Draw(t, "seed")
		before := slices.Clone(arms)
		list, err := p.Choose(arms, k, rand.New(rand.NewPCG(seed, 1)))
		require.NoError(t, err)
		again, err := p.Choose(arms, k, rand.New(rand.NewPCG(seed, 1)))
		require.NoError(t, err)
		require.Equal(t, list, again, "the same seed gives the same list")
		require.Equal(t, before, arms, "arms are not changed")
		require.Len(t, list, min(k, len(arms)))

		var of []int
		seen := map[int]bool{}
		for place, c := range list {
			require.False(t, seen[c.Arm], "an arm is there once")
			seen[c.Arm] = true
			require.True(t, c.Propensity > 0 && c.Propensity <= 1)
			require.Equal(t, c.Arm != place, c.Explored)
			require.False(t, arms[place].Held && c.Explored, "what is held stays")
			of = append(of, c.Arm)
		}
		said, err := p.Propensities(arms, k, of)
		require.NoError(t, err)
		for place := range list {
			require.InDelta(t, list[place].Propensity, said[place], 1e-9)
			sum := 0.0
			for arm := range arms {
				sum += propensity(t, p, arms, k, place, arm)
			}
			require.InDelta(t, 1, sum, 1e-8, "something stands in place %d", place)
		}
	})
}

func TestOnlyTheLastPlacesThatNothingHoldsExplore(t *testing.T) {
	arms := shop()
	for name, c := range map[string]struct {
		policy explore.Policy
		places []int
	}{
		"two by default":        {explore.Softmax{Temperature: 10}, []int{1, 3}},
		"one":                   {explore.Softmax{Temperature: 10, Slots: 1}, []int{3}},
		"more than there are":   {explore.Softmax{Temperature: 10, Slots: 9}, []int{0, 1, 3}},
		"epsilon of 0":          {explore.EpsilonGreedy{}, nil},
		"a prior without doubt": {explore.Thompson{Weight: 1e12}, nil},
	} {
		changed := map[int]bool{}
		random := rand.New(rand.NewPCG(1, 1))
		for range 300 {
			list, err := c.policy.Choose(arms, 4, random)
			require.NoError(t, err)
			for place, choice := range list {
				if choice.Explored && choice.Propensity < 1 {
					changed[place] = true
				}
			}
		}
		require.Len(t, changed, len(c.places), name)
		for _, place := range c.places {
			require.True(t, changed[place], "%s: place %d", name, place)
		}
	}
}

// TestPlackettLuceByItsFormula compares the integral with sums over what can stand
// before.
func TestPlackettLuceByItsFormula(t *testing.T) {
	arms := []explore.Arm{{Score: 1}, {Score: 0.5}, {Score: 2}, {Score: 0}, {Score: 1.5}}
	p := explore.Softmax{Temperature: 0.5, Slots: 3}
	w := make([]float64, len(arms))
	total := 0.0
	for i, a := range arms {
		w[i] = math.Exp(a.Score / 0.5)
		total += w[i]
	}
	for i := range arms {
		second, third := 0.0, 0.0
		for j := range arms {
			if j == i {
				continue
			}
			second += w[j] / total * w[i] / (total - w[j])
			for l := range arms {
				if l != i && l != j {
					third += w[j] / total * w[l] / (total - w[j]) * w[i] / (total - w[j] - w[l])
				}
			}
		}
		require.InDelta(t, w[i]/total, propensity(t, p, arms, 3, 0, i), 1e-9)
		require.InDelta(t, second, propensity(t, p, arms, 3, 1, i), 1e-9)
		require.InDelta(t, third, propensity(t, p, arms, 3, 2, i), 1e-9)
	}
}

// TestThompsonByItsFormula compares with the chance that one normal draw is above
// another: Φ((m-n)/√(s²+r²)).
func TestThompsonByItsFormula(t *testing.T) {
	for _, arms := range [][]explore.Arm{
		{{Score: 0.2, Expected: 4, Taken: 3}, {Score: 0.1}},
		{{Score: 0.2, Expected: 24.9, Taken: 30}, {Score: 0.1}},
		{{Score: 0.001}, {Score: 0.1, Expected: 20, Taken: 1}},
		{{Score: 0.2, Expected: 30, Taken: 33}, {Score: 0.1, Expected: 1}},
	} {
		mean, variance := make([]float64, 2), 0.0
		for i, a := range arms {
			lift := (1 + a.Taken) / (1 + a.Expected)
			mean[i] = a.Score * lift
			if a.Expected < 25 {
				variance += a.Score * a.Score * lift / (1 + a.Expected)
			}
		}
		want := distuv.UnitNormal.CDF((mean[0] - mean[1]) / math.Sqrt(variance))
		require.InDelta(t, want, propensity(t, explore.Thompson{Slots: 1}, arms, 1, 0, 0), 1e-9)
	}
}

func TestWhatIsCertainHasNoChance(t *testing.T) {
	known := func(score float64) explore.Arm { return explore.Arm{Score: score, Expected: 100, Taken: 100} }
	for _, c := range []struct {
		name string
		arms []explore.Arm
		list []int
	}{
		{"the better ones come in", []explore.Arm{known(0.3), known(0.1), known(0.2), known(0.4), known(0.5)}, []int{4, 3}},
		{"what ties stays", []explore.Arm{known(0.2), known(0.2), known(0.2), known(0.2)}, []int{0, 1}},
		{"what is worth nothing stays", []explore.Arm{{}, {}, {}, {}}, []int{0, 1}},
	} {
		list, err := explore.Thompson{}.Choose(c.arms, 2, rand.New(rand.NewPCG(1, 1)))
		require.NoError(t, err)
		for place, choice := range list {
			require.Equal(t, explore.Choice{Arm: c.list[place], Propensity: 1, Explored: c.list[place] != place}, choice, c.name)
		}
	}
}

func TestFromEnoughOnAnArmIsCertain(t *testing.T) {
	arms := []explore.Arm{{Score: 1, Expected: 100}, {Expected: 24.9}, {Expected: 25}, {}}
	policy := explore.EpsilonGreedy{Epsilon: 0.2, Slots: 1}
	for arm, want := range []float64{0.8, 0.1, 0, 0.1} {
		require.InDelta(t, want, propensity(t, policy, arms, 1, 0, arm), 1e-12, "arm %d", arm)
	}
	policy.Enough = 10
	for arm, want := range []float64{0.8, 0, 0, 0.2} {
		require.InDelta(t, want, propensity(t, policy, arms, 1, 0, arm), 1e-12, "arm %d", arm)
	}
}

func TestSettingsAndArmsOutOfRangeAreErrors(t *testing.T) {
	ok := shop()
	for _, c := range []struct {
		name   string
		policy explore.Policy
		arms   []explore.Arm
		k      int
		text   string
	}{
		{"an epsilon above 1", explore.EpsilonGreedy{Epsilon: 2}, ok, 3, "explore: epsilon: 2 is not in [0, 1]"},
		{"an epsilon that is none", explore.EpsilonGreedy{Epsilon: math.NaN()}, ok, 3, "explore: epsilon: NaN is not in [0, 1]"},
		{"negative enough", explore.EpsilonGreedy{Enough: -1}, ok, 3, "explore: enough: -1 is not a number from 0 on"},
		{"enough that is none", explore.Thompson{Enough: math.NaN()}, ok, 3, "explore: enough: NaN is not a number from 0 on"},
		{"a negative weight", explore.Thompson{Weight: -1}, ok, 3, "explore: weight: -1 is not in [0.01, 1e+12]"},
		{"an infinite temperature", explore.Softmax{Temperature: math.Inf(1)}, ok, 3, "explore: temperature: +Inf is not in [0, 1e+12]"},
		{"no places", explore.Softmax{}, ok, 0, "explore: a list of 0 places, 0 of which explore"},
		{"negative slots", explore.Thompson{Slots: -1}, ok, 3, "explore: a list of 3 places, -1 of which explore"},
		{"a score that is none", explore.Thompson{}, []explore.Arm{{}, {Score: math.NaN()}}, 3, "explore: arms[1]: score NaN, expected 0, taken 0: not numbers from 0 to 1e+12"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.policy.Choose(c.arms, c.k, rand.New(rand.NewPCG(1, 1)))
			require.EqualError(t, err, c.text)
			_, err = c.policy.Propensities(c.arms, c.k, nil)
			require.EqualError(t, err, c.text)
		})
	}
	for name, p := range policies {
		_, err := p.Propensities(ok, 4, []int{0, 10})
		require.EqualError(t, err, "explore: list[1]: arm 10 of 10", name)
	}
}

func BenchmarkChoose(b *testing.B) {
	arms := make([]explore.Arm, 50)
	for i := range arms {
		arms[i] = explore.Arm{Score: 1 / float64(i+5), Expected: float64(i * 7 % 40), Taken: float64(i * 5 % 30)}
	}
	for name, p := range map[string]explore.Policy{
		"epsilon": explore.EpsilonGreedy{Epsilon: 0.1}, "thompson": explore.Thompson{}, "softmax": explore.Softmax{},
	} {
		b.Run(fmt.Sprint(name, " of 50"), func(b *testing.B) {
			random := rand.New(rand.NewPCG(1, 1))
			for b.Loop() {
				if _, err := p.Choose(arms, 10, random); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
