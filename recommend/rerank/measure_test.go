package rerank_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/recommend/rerank"
)

// holdout are lists of 20 items, in each of which two were taken, at random places: what was taken has "wanted" in its
// text. No order that ignores the texts is better than another on average.
func holdout(n int, seed uint64, segments ...rerank.Segment) []rerank.Case {
	random := rand.New(rand.NewPCG(seed, 1))
	cases := make([]rerank.Case, n)
	for i := range cases {
		c := rerank.Case{Items: goods(20), Query: walker}
		c.Query.Segment = segments[i%len(segments)]
		c.Query.Seed = random.Uint64()
		c.Query.Scope.Customer = fmt.Sprintf("c-%d", i)
		for _, place := range random.Perm(20)[:2] {
			c.Items[place].Text = "wanted"
			c.Relevant = append(c.Relevant, c.Items[place].ID)
		}
		cases[i] = c
	}
	return cases
}

// wanted puts what was taken first, or last.
func wanted(sign int) llmtest.Handler {
	rank := map[bool]int{true: -sign, false: 0}
	return sorting(func(a, b string) int { return rank[a == "wanted"] - rank[b == "wanted"] })
}

// quick are stages with one pass.
func quick(m llm.Model) rerank.Stage {
	return rerank.NewListwise(m, &rerank.ListwiseOptions{Passes: 1})
}

// shuffling is a stage that knows nothing.
var shuffling = rerank.StageFunc(func(_ context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
	return &rerank.Ranking{Order: rand.New(rand.NewPCG(q.Seed, 2)).Perm(len(items))}, nil
})

func measure(t testing.TB, stage rerank.Stage, cases []rerank.Case, o *rerank.MeasureOptions) *rerank.Verdict {
	t.Helper()
	v, err := rerank.Measure(t.Context(), stage, cases, o)
	require.NoError(t, err)
	return v
}

func TestAGoodModelIsOnAndABadOneOffWithin200Customers(t *testing.T) {
	cases := holdout(200, 1, rerank.Warm, rerank.ColdCustomer, rerank.ColdItem)
	good := measure(t, quick(wanted(1)), cases, nil)
	bad := measure(t, quick(wanted(-1)), cases, nil)
	lists := [2]int{}
	for i, s := range []rerank.Segment{rerank.ColdCustomer, rerank.ColdItem, rerank.Warm} {
		on, off := good.Findings[i], bad.Findings[i]
		assert.Equal(t, s, on.Segment)
		assert.True(t, on.On)
		assert.Equal(t, rerank.Helps, on.Decision, on.Why)
		assert.Equal(t, 1.0, on.After)
		assert.Positive(t, on.Low)
		assert.False(t, off.On)
		assert.Equal(t, rerank.Useless, off.Decision, off.Why)
		assert.Negative(t, off.High)
		lists[0], lists[1] = lists[0]+on.Lists, lists[1]+off.Lists
	}
	t.Logf("a good model is told from %d lists of three segments, a bad one from %d", lists[0], lists[1])
	assert.Equal(t, []rerank.Segment{rerank.ColdCustomer, rerank.ColdItem, rerank.Warm}, rerank.NewGated(nil, good).On())
	assert.Empty(t, rerank.NewGated(nil, bad).On())
}

func TestASegmentIsJudgedByItsOwnLists(t *testing.T) {
	cases := holdout(300, 2, rerank.Warm, rerank.ColdItem)
	mixed := rerank.StageFunc(func(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		sign := map[rerank.Segment]int{rerank.Warm: -1, rerank.ColdItem: 1}[q.Segment]
		return quick(wanted(sign)).Rank(ctx, q, items)
	})
	g := rerank.NewGated(mixed, measure(t, mixed, cases, nil))
	assert.Equal(t, []rerank.Segment{rerank.ColdItem}, g.On())

	items := goods(5)
	items[3].Text = "wanted"
	q := walker
	q.Segment = rerank.ColdItem
	assert.Equal(t, 3, g.Apply(t.Context(), q, items).Order[0])
	q.Segment = rerank.Warm
	off := g.Apply(t.Context(), q, items)
	assert.Equal(t, up(5), off.Order)
	assert.Equal(t, rerank.Off, off.Kept)
	assert.Contains(t, off.Why, "off: it makes these lists worse.")
	assert.Zero(t, off.Cost)
	q.Segment = "business"
	assert.Equal(t, "off: not measured on such lists", g.Apply(t.Context(), q, items).Why)
	assert.Equal(t, rerank.Off, rerank.NewGated(mixed, nil).Apply(t.Context(), q, items).Kept)
}

// differences are those of NDCG@10 that a stage makes, in the order of the cases.
func differences(t *testing.T, stage rerank.Stage, cases []rerank.Case) []float64 {
	var all []float64
	for _, c := range cases {
		quality := func(order []int) float64 {
			hits := make([]bool, len(order))
			for place, i := range order {
				hits[place] = slices.Contains(c.Relevant, c.Items[i].ID)
			}
			return metric.NDCG(hits, len(c.Relevant), 10)
		}
		r := rerank.Apply(t.Context(), stage, c.Query, c.Items, nil)
		all = append(all, quality(r.Order)-quality(up(len(c.Items))))
	}
	return all
}

func TestAUselessModelIsNotSwitchedOn(t *testing.T) {
	const seeds, alpha = 400, 0.1
	on, naive, peeking := 0, 0, 0
	for seed := range uint64(seeds) {
		cases := holdout(150, seed, rerank.Warm)
		v := measure(t, shuffling, cases, &rerank.MeasureOptions{Alpha: alpha})
		if v.Findings[0].On {
			on++
		}
		differences := differences(t, shuffling, cases)
		if sum(differences) > 0 {
			naive++
		}
		if peeks(differences) {
			peeking++
		}
	}
	t.Logf("of %d useless models %d are on; by a mean above 0 %d; by a t-test after each list %d", seeds, on, naive, peeking)
	assert.LessOrEqual(t, on, int(seeds*alpha/2), "half of alpha is for each side")
	assert.Greater(t, naive, seeds/3, "the control: a gate that looks at the mean")
	assert.Greater(t, peeking, int(seeds*alpha), "the control: a test for one look, at 5 %, used after each list")
}

func TestAUselessModelIsSwitchedOnInNoSegment(t *testing.T) {
	const seeds, alpha = 100, 0.1
	on := 0
	for seed := range uint64(seeds) {
		v := measure(t, shuffling, holdout(240, seed, rerank.Warm, rerank.ColdCustomer, rerank.ColdItem), &rerank.MeasureOptions{Alpha: alpha})
		if len(rerank.NewGated(shuffling, v).On()) > 0 {
			on++
		}
	}
	t.Logf("of %d useless models %d are on somewhere", seeds, on)
	assert.LessOrEqual(t, on, int(seeds*alpha))
}

func TestAModelThatChangesNothingStaysOff(t *testing.T) {
	same := rerank.StageFunc(func(_ context.Context, _ rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		return &rerank.Ranking{Order: up(len(items))}, nil
	})
	f := measure(t, same, holdout(200, 15, rerank.Warm), nil).Findings[0]
	assert.False(t, f.On)
	assert.Equal(t, rerank.Undecided, f.Decision)
	assert.Zero(t, f.Gain)
	f = measure(t, same, holdout(200, 15, rerank.Warm), &rerank.MeasureOptions{Gain: 0.1}).Findings[0]
	assert.Equal(t, rerank.Useless, f.Decision, "where a gain is asked for, none is told soon")
	assert.Less(t, f.Lists, 100)
}

func TestFewListsAreNotEnoughHoweverGood(t *testing.T) {
	f := measure(t, quick(wanted(1)), holdout(25, 16, rerank.Warm), nil).Findings[0]
	assert.False(t, f.On)
	assert.Contains(t, f.Why, "off: it ordered 25 lists, of 30 that it takes.")
}

func sum(all []float64) float64 {
	s := 0.0
	for _, x := range all {
		s += x
	}
	return s
}

// peeks is a one-sided t-test at 5 %, after each list from the 30th on.
func peeks(differences []float64) bool {
	s, squares := 0.0, 0.0
	for i, x := range differences {
		s, squares = s+x, squares+x*x
		n := float64(i + 1)
		if variance := (squares - s*s/n) / (n - 1); n >= 30 && s > 0 && s*s/n > 1.645*1.645*variance {
			return true
		}
	}
	return false
}

func TestTheIntervalCoversTheGainWhateverStoppedIt(t *testing.T) {
	// A stage that brings the wanted items to the front of half of the lists gains what two orders of a large sample say.
	half := rerank.StageFunc(func(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		r, err := shuffling(ctx, q, items)
		if q.Seed%2 == 1 {
			slices.SortFunc(r.Order, func(a, b int) int { return cmp.Compare(items[b].Text, items[a].Text) }) // "wanted" is after "good"
		}
		return r, err
	})
	large := differences(t, half, holdout(4000, 99, rerank.Warm))
	truth := sum(large) / float64(len(large))
	missed := 0
	for seed := range uint64(100) {
		f := measure(t, half, holdout(120, seed, rerank.Warm), nil).Findings[0]
		assert.True(t, f.On)
		if truth < f.Low || truth > f.High {
			missed++
		}
	}
	assert.LessOrEqual(t, missed, 5, "of 100, at 95 %")
}

func TestAGainThatIsTooSmallIsNotWorthIt(t *testing.T) {
	cases := holdout(400, 3, rerank.Warm)
	v := measure(t, shuffling, cases, &rerank.MeasureOptions{Gain: 0.2})
	f := v.Findings[0]
	assert.Equal(t, rerank.Useless, f.Decision)
	assert.Less(t, f.High, 0.2)
	assert.Contains(t, f.Why, "off: it adds less than 0.2.")
}

func TestListsThatNoOrderCanChangeCostNothing(t *testing.T) {
	cases := holdout(90, 4, rerank.Warm)
	for i := range cases[:60] {
		cases[i].Relevant = []clm.ItemID{"elsewhere"}
	}
	asked := 0
	stage := rerank.StageFunc(func(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		asked++
		return shuffling(ctx, q, items)
	})
	f := measure(t, stage, cases, nil).Findings[0]
	assert.Equal(t, 90, f.Lists)
	assert.Equal(t, 30, f.Asked)
	assert.Equal(t, 30, asked)

	all := measure(t, stage, append(cases, cases...), nil).Findings[0]
	assert.Equal(t, 90, all.Lists, "a customer who comes twice counts once")
	none := measure(t, stage, []rerank.Case{{Query: walker, Items: goods(3)}}, nil)
	assert.Empty(t, none.Findings, "a list of which nothing was taken says nothing")
}

func TestSlowAndDearModelsAreOffThoughTheyHelp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cases := holdout(60, 5, rerank.Warm)
		price := llm.Price{Input: 10_000_000, Output: 40_000_000} // 100 and 10 tokens: 1,400 micros
		for _, c := range []struct {
			o    rerank.MeasureOptions
			want rerank.Decision
			why  string
		}{
			{rerank.MeasureOptions{Latency: time.Second, Price: price, PerList: 1400}, rerank.Helps, "on: it makes these lists better."},
			{rerank.MeasureOptions{Latency: 499 * time.Millisecond}, rerank.Slow, "off: it helps, but is slower than 499ms."},
			{rerank.MeasureOptions{Price: price, PerList: 1399}, rerank.Dear, "off: it helps, but costs more than 0.001399 a list."},
		} {
			v := measure(t, quick(slow(500*time.Millisecond, wanted(1))), cases, &c.o)
			f := v.Findings[0]
			assert.Equal(t, c.want, f.Decision)
			assert.Equal(t, c.want == rerank.Helps, f.On)
			assert.Equal(t, 500*time.Millisecond, f.P50)
			assert.Equal(t, 500*time.Millisecond, f.P95)
			assert.Contains(t, f.Why, c.why)
			if c.o.PerList > 0 {
				assert.Equal(t, llm.Micros(1400), f.PerList)
			}
		}
	})
}

func TestAModelThatNobodyCountsIsNotFree(t *testing.T) {
	silent := llm.ModelFunc(func(ctx context.Context, req *llm.Request) (*llm.Response, error) {
		r, err := wanted(1).Generate(ctx, req)
		if r != nil {
			r.Usage = llm.Usage{}
		}
		return r, err
	})
	o := &rerank.MeasureOptions{Price: llm.Price{Input: 1_000_000}, PerList: 100}
	f := measure(t, quick(silent), holdout(60, 6, rerank.Warm), o).Findings[0]
	assert.Equal(t, rerank.Dear, f.Decision)
	assert.Equal(t, f.Asked, f.Cost.Bounded)
}

func TestAMeasurementEndsWithItsMoney(t *testing.T) {
	price := llm.Price{Input: 1_000_000}
	o := &rerank.MeasureOptions{Price: price, Budget: 1000, Parallel: 3}
	v := measure(t, quick(shufflingModel), holdout(200, 7, rerank.Warm), o)
	assert.Equal(t, 12, v.Findings[0].Asked, "100 tokens each, three at a time: ten lists and those under way")
	assert.Equal(t, llm.Micros(1200), v.Spent)
	assert.Equal(t, "the measurement has spent 0.001200 of 0.001000", v.Ended)
	assert.Equal(t, rerank.Undecided, v.Findings[0].Decision)

	hard, err := llm.NewBudget(llm.Prices{"m": price}, []llm.Limit{{Per: llm.PerPurpose, Window: llm.Forever, Tokens: 20_000}}, nil)
	require.NoError(t, err)
	paid, err := hard.Model("m", shufflingModel)
	require.NoError(t, err)
	v = measure(t, quick(paid), holdout(400, 7, rerank.Warm), nil)
	assert.Less(t, v.Findings[0].Asked, 200)
	assert.Contains(t, v.Ended, "budget used up")
}

// shufflingModel answers with an order that is the same for the same request, and good for nothing.
var shufflingModel = sorting(func(a, b string) int { return 0 })

func TestTheMostListsAreKept(t *testing.T) {
	o := &rerank.MeasureOptions{Most: 40, Parallel: 7}
	f := measure(t, shuffling, holdout(200, 8, rerank.Warm), o).Findings[0]
	assert.Equal(t, 40, f.Asked)
	assert.Equal(t, rerank.Undecided, f.Decision)
	assert.Contains(t, f.Why, "off: these lists do not show whether it helps.")
}

func TestListsAnsweredAfterTheDecisionCostAndDoNotCount(t *testing.T) {
	f := measure(t, quick(wanted(1)), holdout(200, 17, rerank.Warm), &rerank.MeasureOptions{Parallel: 7}).Findings[0]
	assert.Equal(t, rerank.Helps, f.Decision)
	assert.Equal(t, 30, f.Lists)
	assert.Equal(t, 35, f.Asked)
	assert.Equal(t, 35, f.Cost.Calls)
}

func TestAModelThatAlwaysFailsIsGivenUp(t *testing.T) {
	refusing := llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply { return llmtest.Reply{Fault: llmtest.Refusal} })
	f := measure(t, quick(refusing), holdout(200, 9, rerank.Warm), nil).Findings[0]
	assert.Equal(t, rerank.Fails, f.Decision)
	assert.Equal(t, 30, f.Asked)
	assert.Equal(t, map[rerank.Cause]int{rerank.Failed: 30}, f.Kept)
	assert.Contains(t, f.Why, "; 30 gave no order.")
	assert.Zero(t, f.Gain)
}

func TestAModelThatMostlyFailsIsJudgedWithItsFailures(t *testing.T) {
	moody := rerank.StageFunc(func(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		if q.Seed%4 > 0 {
			return nil, errors.New("moody")
		}
		return quick(wanted(1)).Rank(ctx, q, items)
	})
	f := measure(t, moody, holdout(400, 10, rerank.Warm), nil).Findings[0]
	assert.True(t, f.On, f.Why)
	assert.Less(t, f.Gain, 0.4, "a list that failed is one that gained nothing")
	assert.Positive(t, f.Kept[rerank.Failed])
}

func TestTheSameMeasurementGivesTheSameVerdict(t *testing.T) {
	cases := holdout(200, 11, rerank.Warm, rerank.ColdItem)
	run := func(parallel int) []byte {
		v := measure(t, quick(wanted(1)), cases, &rerank.MeasureOptions{Parallel: parallel, Seed: 5})
		for i := range v.Findings {
			v.Findings[i].P50, v.Findings[i].P95, v.Findings[i].Why = 0, 0, ""
		}
		raw, err := json.Marshal(v)
		require.NoError(t, err)
		return raw
	}
	assert.Equal(t, string(run(1)), string(run(1)))
	assert.Equal(t, string(run(4)), string(run(4)))
	slices.Reverse(cases)
	assert.NotEmpty(t, run(1), "the order of the cases draws others, and is no error")
}

func TestAVerdictIsStoredAsJSON(t *testing.T) {
	at := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	stage := quick(wanted(1))
	cases := holdout(200, 12, rerank.Warm, rerank.ColdItem)
	cases[0].Items = goods(20)
	cases[0].Items[18].Text, cases[0].Items[11].Text = "wanted", "wanted"
	v := measure(t, stage, cases, &rerank.MeasureOptions{
		Stage: "small list-wise", At: at, Options: rerank.Options{Top: 12, Timeout: time.Second},
	})
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	var back rerank.Verdict
	require.NoError(t, json.Unmarshal(raw, &back))
	assert.Equal(t, v, &back)
	assert.Equal(t, v.String(), back.String())
	assert.Equal(t, "small list-wise", back.Stage)
	assert.Equal(t, 12, back.Options.Top)
	g := rerank.NewGated(stage, &back)
	assert.Equal(t, v.Finding(rerank.Warm).On, slices.Contains(g.On(), rerank.Warm))
	r := g.Apply(t.Context(), cases[0].Query, cases[0].Items)
	assert.Equal(t, up(20)[12:], r.Order[12:], "the top that was measured, not the default")
	assert.NotEqual(t, up(20), r.Order)
	assert.Nil(t, back.Finding("none"))
	assert.Nil(t, (*rerank.Verdict)(nil).Finding(rerank.Warm))
}

func TestEachSegmentRunsTheStageThatAddsTheMost(t *testing.T) {
	cases := holdout(300, 13, rerank.Warm, rerank.ColdItem)
	only := func(s rerank.Segment) rerank.Stage { // helps in one segment, a little in the other
		return rerank.StageFunc(func(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
			if q.Segment != s && q.Seed%2 == 0 {
				return shuffling(ctx, q, items)
			}
			return quick(wanted(1)).Rank(ctx, q, items)
		})
	}
	stages := map[string]rerank.Stage{
		"a": only(rerank.Warm), "b": only(rerank.ColdItem), "harmful": quick(wanted(-1)), "useless": shuffling,
	}
	verdicts, err := rerank.MeasureEach(t.Context(), stages, cases, nil)
	require.NoError(t, err)
	require.Len(t, verdicts, 4)
	assert.InDelta(t, 1-0.05/4, verdicts[0].Confidence, 1e-12)
	g := rerank.NewBest(stages, verdicts)
	for s, want := range map[rerank.Segment]string{rerank.Warm: "a", rerank.ColdItem: "b"} {
		q := walker
		q.Segment = s
		r := g.Apply(t.Context(), q, goods(4))
		assert.Equal(t, want, r.Stage)
		assert.Empty(t, r.Kept)
	}
	delete(stages, "a")
	delete(stages, "b")
	g = rerank.NewBest(stages, verdicts)
	assert.Empty(t, g.On())
	assert.Contains(t, g.Apply(t.Context(), walker, goods(4)).Why, "off: it makes these lists worse")
}

func TestStagesShareTheMoney(t *testing.T) {
	o := &rerank.MeasureOptions{Price: llm.Price{Input: 1_000_000}, Budget: 4000}
	stages := map[string]rerank.Stage{"a": quick(wanted(1)), "b": quick(shufflingModel), "c": quick(wanted(1))}
	verdicts, err := rerank.MeasureEach(t.Context(), stages, holdout(200, 14, rerank.Warm), o)
	require.NoError(t, err)
	require.Len(t, verdicts, 2, "nothing is left for the third")
	assert.Equal(t, llm.Micros(3000), verdicts[0].Spent)
	assert.Equal(t, llm.Micros(1000), verdicts[1].Spent)
	assert.Equal(t, "b", verdicts[1].Stage)
}

func TestOptionsThatMakeNoSenseAreErrors(t *testing.T) {
	for _, o := range []rerank.MeasureOptions{
		{Alpha: 1}, {Alpha: -0.1}, {Gain: -0.1}, {Gain: 1}, {Latency: -1}, {PerList: -1, Price: llm.Price{Call: 1}},
		{PerList: 5}, {Budget: 5},
	} {
		_, err := rerank.Measure(t.Context(), shuffling, nil, &o)
		assert.Error(t, err, "%+v", o)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := rerank.Measure(ctx, shuffling, holdout(5, 1, rerank.Warm), nil)
	require.ErrorIs(t, err, context.Canceled)
}
