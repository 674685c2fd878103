package metric

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestAveragePrecisionByHand(t *testing.T) {
	for _, c := range []struct {
		name     string
		hits     []bool
		relevant int
		want     float64
	}{
		// Manning, Raghavan and Schütze: precision at each hit, mean over the relevant.
		{"hits at ranks 1, 3 and 6 of three", hitsAt(6, 1, 3, 6), 3, (1 + 2.0/3 + 3.0/6) / 3},
		{"what was missed counts nothing", hitsAt(6, 1, 3), 4, (1 + 2.0/3) / 4},
		{"no more can be found than there are ranks", hitsAt(6, 1, 2, 3, 4, 5, 6), 40, 1},
		{"no hit", hitsAt(6), 3, 0},
		{"nothing relevant", hitsAt(6), 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) { assert.InDelta(t, c.want, AveragePrecision(c.hits, c.relevant, 6), 1e-15) })
	}
}

func TestMeansOfRankingAreMeansOfItsLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 8).Draw(t, "k")
		all, n, ndcg, precision := Ranking{K: k}, 0, 0.0, 0.0
		for range rapid.IntRange(1, 20).Draw(t, "lists") {
			hits := rapid.SliceOfN(rapid.Bool(), 0, 10).Draw(t, "hits")
			relevant := positives(hits) + rapid.IntRange(0, 3).Draw(t, "missed")
			all.Add(hits, relevant)
			if relevant == 0 {
				continue
			}
			one := Rank(hits, relevant, k)
			for _, x := range []float64{one.NDCG, one.HitRate, one.Recall, one.Precision, one.MRR, one.MAP} {
				assert.True(t, x >= 0 && x <= 1+1e-12, "%v", one)
			}
			assert.LessOrEqual(t, one.MAP, one.HitRate)
			n, ndcg, precision = n+1, ndcg+one.NDCG, precision+one.Precision
		}
		assert.Equal(t, n, all.Lists)
		assert.InDelta(t, ndcg/math.Max(1, float64(n)), all.NDCG, 1e-12)
		assert.InDelta(t, precision/math.Max(1, float64(n)), all.Precision, 1e-12)
	})
}

func TestWeightedGainByHand(t *testing.T) {
	// The purchase at rank 2, the click at rank 1, of a purchase and two clicks.
	got := WeightedNDCG([]float64{0.1, 0.3, 0}, []float64{0.1, 0.3, 0.1}, 3)
	want := (0.1 + 0.3/math.Log2(3)) / (0.3 + 0.1/math.Log2(3) + 0.1/2)
	assert.InDelta(t, want, got, 1e-15)
	assert.Zero(t, WeightedNDCG([]float64{0, 0}, nil, 2))
	assert.Zero(t, WeightedNDCG([]float64{0}, []float64{0}, 2))
}

func TestWeightedGainIsThePlainOneForEqualWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hits := rapid.SliceOfN(rapid.Bool(), 0, 12).Draw(t, "hits")
		k := rapid.IntRange(1, 10).Draw(t, "k")
		weight := rapid.Float64Range(0.01, 100).Draw(t, "weight")
		gains, wanted := make([]float64, len(hits)), make([]float64, positives(hits)+rapid.IntRange(0, 4).Draw(t, "missed"))
		for i, hit := range hits {
			gains[i] = weight * outcome(hit)
		}
		for i := range wanted {
			wanted[i] = weight
		}
		assert.InDelta(t, NDCG(hits, len(wanted), k), WeightedNDCG(gains, wanted, k), 1e-12)
	})
}

func TestRewardShare(t *testing.T) {
	for _, c := range []struct {
		name    string
		hits    []bool
		rewards []float64
		want    float64
		ok      bool
	}{
		{"hits among the two dearest over all hits", []bool{true, true, false, true}, []float64{10, 40, 50, 30}, 0.5, true},
		{"of equal rewards the first rank is dearer", []bool{false, true, true}, []float64{10, 10, 10}, 0.5, true},
		{"a list no longer than k earns all", []bool{true, false}, []float64{1, 2}, 1, true},
		{"no hit, no share", []bool{false, false}, []float64{1, 2}, 0, false},
		{"hits that earn nothing", []bool{true}, []float64{0}, 0, false},
		{"an empty list", nil, nil, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			share, ok := RewardShare(c.hits, c.rewards, 2)
			assert.Equal(t, c.ok, ok)
			assert.InDelta(t, c.want, share, 1e-15)
		})
	}
}
