package recommend

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/quality"
)

func evaluate(t *testing.T, events []clm.Event, catalogue *clm.Catalogue, cut time.Time, o *EvaluateOptions) map[string]Method {
	t.Helper()
	e, err := Evaluate(t.Context(), clm.Sequence(events), catalogue, cut, o)
	require.NoError(t, err)
	methods := map[string]Method{}
	for _, m := range e.Methods {
		methods[m.Name] = m
	}
	return methods
}

// Two customers have bought a; after the cut ann buys b and d, ben buys c.
// Popularity ranks the items a, b, c, d.
func small() []clm.Event {
	return []clm.Event{
		order("1", "ann", 9, "a"), order("2", "ben", 9, "a"), order("3", "cem", 9, "a", "b", "c", "d"),
		order("4", "dan", 9, "a", "b", "c"), order("5", "eve", 9, "b"),
		order("6", "ann", -1, "b", "d", "a"), order("7", "ann", -3, "c"),
		order("8", "ben", -1, "c", "unheard of"), order("9", "newcomer", -1, "a"),
	}
}

func TestEvaluationByHand(t *testing.T) {
	var lists []string
	e, err := Evaluate(t.Context(), clm.Sequence(small()), nil, now, &EvaluateOptions{
		K: 2, Window: 2 * day,
		Ranked: func(method string, customer clm.CustomerID, items []clm.ItemID) {
			if method == Popularity {
				lists = append(lists, string(customer))
				for _, item := range items {
					lists = append(lists, string(item))
				}
			}
		},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"ann", "b", "c", "ben", "b", "c"}, lists)
	assert.Equal(t, 2, e.Customers)
	assert.Equal(t, 3, e.Targets, "b and d for ann, c for ben")
	assert.Equal(t, 4, e.Items)
	assert.Equal(t, 1, e.Unknown)
	for _, m := range e.Methods {
		if m.Name != Popularity {
			continue
		}
		second := 1 / math.Log2(3)
		assert.InDelta(t, (1/(1+second)+second)/2, m.NDCG, 1e-12)
		assert.InDelta(t, 1, m.HitRate, 1e-12)
		assert.InDelta(t, (0.5+1)/2, m.Recall, 1e-12)
		assert.InDelta(t, 0.5, m.Precision, 1e-12)
		assert.InDelta(t, (1+0.5)/2, m.MRR, 1e-12)
		assert.InDelta(t, 0.5, m.Coverage, 1e-12)
		assert.False(t, m.Default)
	}
}

func TestTheNextBasketIsTheFirstOrderWithWhatWasBoughtBefore(t *testing.T) {
	e, err := Evaluate(t.Context(), clm.Sequence(small()), nil, now, &EvaluateOptions{Task: NextBasket})
	require.NoError(t, err)
	assert.Equal(t, 2, e.Customers)
	assert.Equal(t, 4, e.Targets, "a, b and d for ann, c for ben")
}

func TestTheDefaultBeatsTheBaselinesOnAShopWithTastes(t *testing.T) {
	events, catalogue := shop(5)
	m := evaluate(t, events, catalogue, now.AddDate(0, 0, -60), nil)
	assert.True(t, m[Blended].Default)
	assert.Greater(t, m[Blended].NDCG, 1.5*m[Popularity].NDCG)
	assert.Greater(t, m[Popularity].NDCG, 0.0)
	assert.Less(t, m[Random].NDCG, 0.6*m[Blended].NDCG, "the control")
	for _, name := range append(usual(), Blended, Recency, Random, Nothing) {
		assert.Contains(t, m, name)
	}
	assert.Equal(t, Method{Name: Nothing, K: 10}, m[Nothing])
}

func TestEvaluationIsTheSameTwice(t *testing.T) {
	events, catalogue := shop(5)
	cut := now.AddDate(0, 0, -60)
	assert.Equal(t, evaluate(t, events, catalogue, cut, nil), evaluate(t, events, catalogue, cut, nil))
	assert.NotEqual(t, evaluate(t, events, catalogue, cut, nil)[Random],
		evaluate(t, events, catalogue, cut, &EvaluateOptions{Seed: 1})[Random])
}

func TestWhatCannotBeEvaluated(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []clm.Event
		cut    time.Time
		o      *EvaluateOptions
		says   string
	}{
		{"no events", nil, now, nil, "no customer bought both before and after 2026-03-01"},
		{"nothing before the cut", small(), now.AddDate(-1, 0, 0), nil, "no customer bought both"},
		{"nothing after the cut", small(), now.AddDate(1, 0, 0), nil, "no customer bought both"},
		{"a window that ends too early", small(), now, &EvaluateOptions{Window: time.Hour}, "no customer bought both"},
		{"one customer who came later", small()[8:], now, nil, "no customer bought both"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Evaluate(t.Context(), clm.Sequence(c.events), nil, c.cut, c.o)
			assert.ErrorIs(t, err, ErrNothingToEvaluate)
			assert.ErrorContains(t, err, c.says)
		})
	}
	_, err := Evaluate(t.Context(), clm.Sequence(small()), nil, now, &EvaluateOptions{K: -1})
	assert.ErrorContains(t, err, "recommend: evaluate -1 ranks")
	_, err = Evaluate(t.Context(), clm.Sequence(small()), nil, now, &EvaluateOptions{Task: 2})
	assert.ErrorContains(t, err, "task 2")
	_, err = Evaluate(t.Context(), clm.Sequence(small()), nil, time.Time{}, nil)
	assert.ErrorContains(t, err, "the moment of the fit is missing")
}

func TestAnEvaluationReportsEveryMeasureWithItsInterval(t *testing.T) {
	events, catalogue := shop(5)
	methods := evaluate(t, events, catalogue, now.AddDate(0, 0, -60), &EvaluateOptions{Quality: &quality.Options{Resamples: 200}, Fit: quick})
	best := methods[Blended]
	ndcg := best.Report.Metrics["normalized_discounted_cumulative_gain_at_10"]
	assert.InDelta(t, best.NDCG, ndcg.Value, 1e-9)
	assert.Less(t, ndcg.Low, ndcg.Value)
	assert.Greater(t, ndcg.High, ndcg.Value)
	assert.InDelta(t, best.HitRate, best.Report.Metrics["hit_rate_at_10"].Value, 1e-9)
	for _, name := range []string{"mean_reciprocal_rank_at_25", "precision_at_5", "coverage", "novelty", "gini"} {
		assert.Contains(t, best.Report.Metrics, name)
	}
	assert.Contains(t, best.Report.Segments, "few orders")
	difference, err := quality.Compare(best.Report, methods[Random].Report)
	require.NoError(t, err)
	assert.Positive(t, difference.Metrics["normalized_discounted_cumulative_gain_at_10"].Low)
	assert.Nil(t, evaluate(t, events, catalogue, now.AddDate(0, 0, -60), &EvaluateOptions{Fit: quick})[Blended].Report, "the control")
}
