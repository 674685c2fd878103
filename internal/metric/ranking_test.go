package metric

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// hitsAt returns a list of n ranks with hits at those given, counted from 1.
func hitsAt(n int, ranks ...int) []bool {
	hits := make([]bool, n)
	for _, r := range ranks {
		hits[r-1] = true
	}
	return hits
}

// The golden vectors are the worked examples of the documentation of Amazon
// Personalize's offline metrics.
func TestGoldenVectorOfReciprocalRanks(t *testing.T) {
	r := Ranking{K: 25}
	for _, rank := range []int{4, 2, 6} {
		r.Add(hitsAt(25, rank), 1)
	}
	assert.InDelta(t, 0.3056, r.MRR, 5e-5)
	assert.Equal(t, 3, r.Lists)
}

func TestGoldenVectorOfTwoHitsAmongFive(t *testing.T) {
	r := Ranking{K: 5}
	r.Add(hitsAt(5, 2, 5), 2)
	assert.InDelta(t, 0.6241, r.NDCG, 5e-5)
	assert.InDelta(t, 0.4, r.Precision, 1e-15)
	assert.InDelta(t, 0.5, r.MRR, 1e-15)
	assert.InDelta(t, 1, r.Recall, 1e-15)
	assert.InDelta(t, 1, r.HitRate, 1e-15)
}

func TestRankingAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		name     string
		hits     []bool
		relevant int
		want     Ranking
	}{
		{"an empty list finds nothing", nil, 3, Ranking{K: 2, Lists: 1}},
		{"a list with nothing relevant is passed over", hitsAt(2, 1), 0, Ranking{K: 2}},
		{"ranks after K do not count", hitsAt(3, 3), 1, Ranking{K: 2, Lists: 1}},
		{"more relevant items than ranks leave a perfect list perfect", hitsAt(2, 1, 2), 4,
			Ranking{K: 2, Lists: 1, NDCG: 1, HitRate: 1, Recall: 0.5, Precision: 1, MRR: 1, MAP: 1}},
		{"a short list pays in precision", hitsAt(1, 1), 1,
			Ranking{K: 2, Lists: 1, NDCG: 1, HitRate: 1, Recall: 1, Precision: 0.5, MRR: 1, MAP: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Ranking{K: 2}
			r.Add(c.hits, c.relevant)
			assert.Equal(t, c.want, r)
		})
	}
}

func TestMovingAHitUpNeverLowersTheGain(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		hits := make([]bool, 10)
		for i := range hits {
			hits[i] = random.IntN(3) == 0
		}
		before := NDCG(hits, 10, 10)
		assert.GreaterOrEqual(t, before, 0.0)
		assert.LessOrEqual(t, before, 1.0+1e-12)
		i := 1 + random.IntN(9)
		if hits[i] && !hits[i-1] {
			hits[i], hits[i-1] = false, true
			assert.Greater(t, NDCG(hits, 10, 10), before)
		}
	}
}
