package rerank_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/recommend/rerank"
)

// ordering is a stage that gives this order, of whatever.
func ordering(order ...int) rerank.Stage {
	return rerank.StageFunc(func(context.Context, rerank.Query, []rerank.Item) (*rerank.Ranking, error) {
		return &rerank.Ranking{Order: order, Scores: make([]float64, len(order))}, nil
	})
}

func TestOnlyTheHeadIsOrdered(t *testing.T) {
	seen := 0
	stage := rerank.StageFunc(func(_ context.Context, _ rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		seen = len(items)
		clear(items) // a stage must not, and cannot
		return &rerank.Ranking{Order: down(len(items))}, nil
	})
	items := goods(6)
	r := rerank.Apply(t.Context(), stage, walker, items, &rerank.Options{Top: 3})
	assert.Equal(t, []int{2, 1, 0, 3, 4, 5}, r.Order)
	assert.Empty(t, r.Kept)
	assert.Equal(t, 3, seen)
	assert.Equal(t, goods(6), items)
	assert.Equal(t, []string{"c", "b", "a"}, rerank.Reorder([]string{"a", "b", "c"}, r.Order[:3]))
}

func TestAListThatIsLeftAloneSaysWhy(t *testing.T) {
	failing := func(err error) rerank.Stage {
		return rerank.StageFunc(func(context.Context, rerank.Query, []rerank.Item) (*rerank.Ranking, error) { return nil, err })
	}
	for about, c := range map[string]struct {
		stage rerank.Stage
		items int
		kept  rerank.Cause
		why   string
	}{
		"no items":               {ordering(0), 0, rerank.Short, "short"},
		"one item":               {ordering(0), 1, rerank.Short, "short"},
		"nothing known":          {failing(rerank.ErrUnknown), 3, rerank.Unknown, "nothing known: rerank: nothing is known of the customer"},
		"a budget that is empty": {failing(&llm.Error{Kind: llm.ErrBudget}), 3, rerank.Broke, "budget: llm: budget used up"},
		"a provider's quota":     {failing(&llm.Error{Kind: llm.ErrQuota}), 3, rerank.Broke, "budget: llm: quota used up"},
		"a client's limit":       {failing(&llm.Error{Kind: llm.ErrTimeout}), 3, rerank.TimedOut, "timed out: llm: timed out"},
		"a refusal":              {failing(&llm.Error{Kind: llm.ErrRefused}), 3, rerank.Failed, "failed: llm: refused"},
		"no ranking":             {failing(nil), 3, rerank.Failed, "failed: rerank: the stage gave no order"},
		"an empty order":         {ordering(), 3, rerank.Failed, "failed: rerank: the stage's order names no item"},
		"an order of nothing":    {ordering(-1, 77), 3, rerank.Failed, "failed: rerank: the stage's order names no item"},
	} {
		t.Run(about, func(t *testing.T) {
			r := rerank.Apply(t.Context(), c.stage, walker, goods(c.items), nil)
			assert.Equal(t, up(c.items), r.Order)
			assert.Equal(t, c.kept, r.Kept)
			assert.Equal(t, c.why, r.Why)
		})
	}
}

func TestScoresOfAWrongOrderAreLeftOut(t *testing.T) {
	whole := rerank.Apply(t.Context(), ordering(1, 0), walker, goods(2), nil)
	assert.Len(t, whole.Scores, 2)
	wrong := rerank.Apply(t.Context(), ordering(7, 1, 0), walker, goods(2), nil)
	assert.Equal(t, []int{1, 0}, wrong.Order)
	assert.Empty(t, wrong.Scores, "they would be those of other items")
}

func TestAnyOrderWhatsoeverGivesAPermutation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 25).Draw(rt, "items")
		top := rapid.IntRange(1, 30).Draw(rt, "top")
		order := rapid.SliceOf(rapid.OneOf(rapid.IntRange(-2, 30), rapid.Int())).Draw(rt, "order")
		stage := rerank.Blend(ordering(order...), rapid.Float64().Draw(rt, "share"))
		permutes(rt, rerank.Apply(t.Context(), ordering(order...), walker, goods(n), &rerank.Options{Top: top}), n, top)
		permutes(rt, rerank.Apply(t.Context(), stage, walker, goods(n), &rerank.Options{Top: top}), n, top)
	})
}

func TestAnOrderIsRepairedOnce(t *testing.T) {
	for about, c := range map[string]struct {
		order, whole []int
		n, named     int
		wrong        rerank.Repairs
	}{
		"a whole order":      {[]int{2, 0, 1}, []int{2, 0, 1}, 3, 3, rerank.Repairs{}},
		"nothing":            {nil, []int{0, 1, 2}, 3, 0, rerank.Repairs{Dropped: 3}},
		"no items":           {[]int{0}, []int{}, 0, 0, rerank.Repairs{Invented: 1}},
		"all that can be":    {[]int{1, 1, -1, 9, 1}, []int{1, 0, 2}, 3, 1, rerank.Repairs{Invented: 2, Repeated: 2, Dropped: 2}},
		"an item out of int": {[]int{math.MaxInt, math.MinInt, 0}, []int{0}, 1, 1, rerank.Repairs{Invented: 2}},
	} {
		whole, named, wrong := rerank.Repair(c.order, c.n)
		assert.Equal(t, c.whole, whole, about)
		assert.Equal(t, c.named, named, about)
		assert.Equal(t, c.wrong, wrong, about)
	}
}

// slow is a model that takes so long, and heeds its context.
func slow(d time.Duration, m llm.Model) llm.Model {
	return llm.ModelFunc(func(ctx context.Context, req *llm.Request) (*llm.Response, error) {
		select {
		case <-time.After(d):
			return m.Generate(ctx, req)
		case <-ctx.Done():
			return nil, &llm.Error{Kind: llm.ErrCanceled, Err: ctx.Err()}
		}
	})
}

func TestASlowModelLeavesTheListInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stage := rerank.NewListwise(slow(3*time.Second, sorting(backwards)), nil)
		r := rerank.Apply(t.Context(), stage, walker, goods(4), &rerank.Options{Timeout: time.Second})
		assert.Equal(t, up(4), r.Order)
		assert.Equal(t, rerank.TimedOut, r.Kept)
		assert.Equal(t, time.Second, r.Elapsed)
		assert.Equal(t, 3, r.Cost.Calls, "which may have to be paid for")

		r = rerank.Apply(t.Context(), stage, walker, goods(4), &rerank.Options{Timeout: 4 * time.Second})
		assert.Equal(t, down(4), r.Order)
		assert.Equal(t, 3*time.Second, r.Elapsed, "three passes at the same time")
	})
}

func TestACallerWhoLeftIsNoTimeout(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := rerank.Apply(ctx, rerank.NewListwise(sorting(backwards), nil), walker, goods(4), nil)
	assert.Equal(t, rerank.Canceled, r.Kept)
	require.ErrorIs(t, r.Err, context.Canceled)
	assert.Equal(t, up(4), r.Order)
}

func TestABudgetThatIsUsedUpLeavesTheList(t *testing.T) {
	budget, err := llm.NewBudget(llm.Prices{"small": {Input: 1_000_000, Output: 1_000_000}},
		[]llm.Limit{{Per: llm.PerPurpose, Window: llm.Forever, Tokens: 8000}}, nil)
	require.NoError(t, err)
	paid, err := budget.Model("small", sorting(backwards))
	require.NoError(t, err)
	stage := rerank.NewListwise(paid, &rerank.ListwiseOptions{Passes: 1})
	var kept []rerank.Cause
	for range 60 {
		r := rerank.Apply(t.Context(), stage, walker, goods(4), nil)
		kept = append(kept, r.Kept)
		if r.Kept != "" {
			assert.Zero(t, r.Cost, "nothing was sent")
		}
	}
	assert.Empty(t, kept[0])
	assert.Equal(t, rerank.Broke, kept[59])
}

func TestMoneyIsThatOfTokensAndCalls(t *testing.T) {
	price := llm.Price{Input: 2_000_000, Output: 4_000_000, Call: 10}
	c := rerank.Cost{Calls: 3, Usage: llm.Usage{Input: 100, Output: 10}}
	assert.Equal(t, llm.Micros(100*2+10*4+3*10), c.Micros(price))
	assert.Zero(t, rerank.Cost{}.Micros(price), "no call, no cost")
	huge := rerank.Cost{Calls: math.MaxInt, Usage: llm.Usage{Input: math.MaxInt}}
	assert.Equal(t, llm.Micros(math.MaxInt64), huge.Micros(price))
	assert.Equal(t, math.MaxInt, huge.Add(huge).Usage.Input)
	assert.Equal(t, 5, rerank.Cost{Usage: llm.Usage{Input: -7}}.Add(rerank.Cost{Usage: llm.Usage{Input: 5}}).Usage.Input)
}

func TestFailuresAtTheDoorCostNothing(t *testing.T) {
	for fault, tokens := range map[llmtest.Fault]bool{
		llmtest.RateLimited: false, llmtest.Unauthorized: false, llmtest.QuotaUsed: false,
		llmtest.Refusal: true, llmtest.Cut: true,
	} {
		model := llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply { return llmtest.Reply{Fault: fault} })
		_, err := rerank.NewListwise(model, nil).Rank(t.Context(), walker, goods(3))
		e, ok := errors.AsType[*rerank.Error](err)
		require.True(t, ok)
		assert.Equal(t, tokens, e.Cost.Usage.Input > 0, fault)
		assert.Equal(t, 3, e.Cost.Calls, fault)
	}
}
