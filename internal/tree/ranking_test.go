package tree

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/internal/metric"
)

// derivatives returns those of the first group of data.
func derivatives(data *Data, o Options, scores ...float64) (slopes, curvatures []float64) {
	slopes, curvatures = make([]float64, len(scores)), make([]float64, len(scores))
	newRanking(data, &o).derive(0, scores, slopes, curvatures)
	return slopes, curvatures
}

// The relevant row is second of three, and two ranks count. Above the first row
// it would gain 1 - 1/log2(3) = 0.369070, and its probability not to be there is
// 1/(1+exp(-1)) = 0.731059: together 0.269812. Below the third it would lose
// 1/log2(3) = 0.630930, with 1/(1+exp(1)) = 0.268941: together 0.169683. The sum
// over both rows of both pairs, 0.878990, becomes log2(1.878990) = 0.909958: all
// times 1.035232.
func TestLambdasAreThoseComputedByHand(t *testing.T) {
	d := &Data{Labels: []float32{0, 1, 0}, Groups: []int{3}}
	slopes, curvatures := derivatives(d, Options{Objective: LambdaMART, K: 2}, 2, 1, 0)
	assert.InDeltaSlice(t, []float64{0.279318, -0.454979, 0.175661}, slopes, 1e-6)
	assert.InDeltaSlice(t, []float64{0.075120, 0.203538, 0.128418}, curvatures, 1e-6)

	d.Weights = []float32{7, 3, 7} // that of the more relevant row counts
	weighted, _ := derivatives(d, Options{Objective: LambdaMART, K: 2}, 2, 1, 0)
	for i := range slopes {
		assert.InDelta(t, 3*slopes[i], weighted[i], 1e-12)
	}
}

// With one rank the third row cannot take it from the second, which has not got
// it.
func TestExchangesThatChangeNothingHaveNoLambda(t *testing.T) {
	d := &Data{Labels: []float32{0, 1, 0}, Groups: []int{3}}
	slopes, _ := derivatives(d, Options{Objective: LambdaMART, K: 1}, 2, 1, 0)
	assert.Positive(t, slopes[0])
	assert.Zero(t, slopes[2])
}

func TestPairwiseSlopesAreThoseOfTheCrossEntropy(t *testing.T) {
	d := &Data{Labels: []float32{0, 2, 1, 0, 1}, Groups: []int{5}}
	scores := []float64{0.3, -0.2, 0.9, 0, 0.4}
	loss := func() float64 {
		sum := 0.0
		for i, yi := range d.Labels {
			for j, yj := range d.Labels {
				if yi > yj {
					sum += math.Log1p(math.Exp(scores[j] - scores[i]))
				}
			}
		}
		return sum
	}
	slopes, curvatures := derivatives(d, Options{Objective: Pairwise, K: 2}, scores...)
	const h = 1e-4
	for i := range scores {
		middle, old := loss(), scores[i]
		scores[i] = old + h
		above := loss()
		scores[i] = old - h
		under := loss()
		scores[i] = old
		assert.InDelta(t, (above-under)/(2*h), slopes[i], 1e-6)
		assert.InDelta(t, (above-2*middle+under)/(h*h), curvatures[i], 1e-5)
	}
}

func TestLambdasOfAGroupAddUpToNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOfN(rapid.Float32Range(0, 3), 2, 20).Draw(t, "labels")
		scores := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), len(labels), len(labels)).Draw(t, "scores")
		labels[0] = 4 // something is relevant
		slopes, curvatures := derivatives(&Data{Labels: labels, Groups: []int{len(labels)}}, Options{Objective: LambdaMART, K: 5}, scores...)
		sum := 0.0
		for i, s := range slopes {
			sum += s
			require.GreaterOrEqual(t, curvatures[i], 0.0)
			require.False(t, math.IsNaN(s) || math.IsInf(s, 0))
		}
		require.InDelta(t, 0, sum, 1e-9)
		require.LessOrEqual(t, slopes[slices.Index(labels, 4)], 0.0, "the most relevant row is never pushed down")
	})
}

func TestQualityIsTheNDCGOfTheMeasures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		k := rapid.IntRange(1, 12).Draw(t, "k")
		d := &Data{}
		var scores []float64
		want := metric.Ranking{K: k}
		for range rapid.IntRange(1, 8).Draw(t, "groups") {
			n, relevant := rng.IntN(20), rng.IntN(3)
			order := rng.Perm(n) // the row at each rank
			hits, labels, falling := make([]bool, n), make([]float32, n), make([]float64, n)
			for rank, i := range order {
				falling[i] = -float64(rank)
				if rng.IntN(4) == 0 {
					hits[rank], labels[i] = true, 1
					relevant++
				}
			}
			want.Add(hits, relevant)
			d.Groups, d.Relevant = append(d.Groups, n), append(d.Relevant, relevant)
			d.Labels, scores = append(d.Labels, labels...), append(scores, falling...)
		}
		require.InDelta(t, want.NDCG, newRanking(d, &Options{K: k}).quality(scores), 1e-12)
	})
}

func TestOfEqualScoresTheFirstRowIsFirst(t *testing.T) {
	r := newRanking(&Data{Labels: make([]float32, 6), Groups: []int{6}}, &Options{K: 3})
	assert.Equal(t, []int{1, 3, 4}, r.top([]float64{1, 2, 1, 2, 2, 2}, nil))
	assert.Equal(t, []int{1, 0}, r.top([]float64{1, 2}, nil))
}

func TestListsAreBetterInOrderWhenTheirOrderIsLearned(t *testing.T) {
	train, valid := lists(200, 60, 5, 1), lists(200, 60, 5, 2)
	quality := func(o Objective) float64 {
		m, err := Fit(t.Context(), train, nil, &Options{Objective: o, Rounds: 30, L2: 1})
		require.NoError(t, err)
		scores := make([]float64, len(valid.Labels))
		m.PredictAll(valid.Values, scores)
		return newRanking(valid, &Options{K: 10}).quality(scores)
	}
	byChance := newRanking(valid, &Options{K: 10}).quality(make([]float64, len(valid.Labels)))
	lambda, logistic := quality(LambdaMART), quality(Logistic)
	t.Logf("NDCG@10: LambdaMART %.4f, logistic %.4f, by chance %.4f", lambda, logistic, byChance)
	assert.Greater(t, logistic, byChance+0.1)
	assert.Greater(t, lambda, logistic+0.1)
}
