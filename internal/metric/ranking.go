package metric

import (
	"math"
	"slices"
)

// Ranking holds the quality of ranked lists, cut off at the same rank K, each
// number the mean over the lists that were added. The definitions are those of
// Amazon Personalize's offline metrics: a list is a row of hits and misses, the
// best rank first, and relevant is how many items it should have found.
//
// All numbers are in [0, 1]; of no lists they are 0.
type Ranking struct {
	K     int // ranks that count, at least 1
	Lists int // lists that were added

	NDCG      float64 // normalised discounted cumulative gain, [NDCG]
	HitRate   float64 // share of lists with a hit
	Recall    float64 // hits over relevant items
	Precision float64 // hits over K, also for a list that is shorter
	MRR       float64 // 1 over the rank of the first hit, 0 without one
	MAP       float64 // average precision, [AveragePrecision]
}

// Add takes a list into the means. Ranks after K are ignored. A list with
// nothing relevant has no quality and is passed over.
func (r *Ranking) Add(hits []bool, relevant int) {
	if relevant < 1 {
		return
	}
	one := Rank(hits, relevant, r.K)
	r.Lists++
	r.blend(&r.NDCG, one.NDCG)
	r.blend(&r.HitRate, one.HitRate)
	r.blend(&r.Recall, one.Recall)
	r.blend(&r.Precision, one.Precision)
	r.blend(&r.MRR, one.MRR)
	r.blend(&r.MAP, one.MAP)
}

// blend moves a mean over Lists-1 values to the one over Lists values.
func (r *Ranking) blend(mean *float64, x float64) { *mean += (x - *mean) / float64(r.Lists) }

// Rank returns the quality of one list. With nothing relevant it has none: all
// is 0, Lists too.
func Rank(hits []bool, relevant, k int) Ranking {
	r := Ranking{K: k}
	if relevant < 1 {
		return r
	}
	hits = hits[:min(len(hits), k)]
	n := positives(hits)
	r.Lists = 1
	r.NDCG = NDCG(hits, relevant, k)
	r.Recall = float64(n) / float64(relevant)
	r.Precision = float64(n) / float64(k)
	r.MAP = AveragePrecision(hits, relevant, k)
	if n > 0 {
		r.HitRate, r.MRR = 1, 1/float64(1+slices.Index(hits, true))
	}
	return r
}

// AveragePrecision returns the mean, over the min(relevant, k) hits that were
// possible in the first k ranks, of the precision at the rank of each hit; hits
// that were not made count 0 (Manning, Raghavan and Schütze 2008, section 8.4,
// cut off at k). It is in [0, 1], and 0 when nothing is relevant.
func AveragePrecision(hits []bool, relevant, k int) float64 {
	found, sum := 0.0, 0.0
	for i, hit := range hits[:min(len(hits), k)] {
		if hit {
			found++
			sum += found / float64(i+1)
		}
	}
	return sum / float64(max(1, min(relevant, k)))
}

// NDCG returns the discounted cumulative gain of the first k ranks over the
// largest that was possible: a hit at rank i gains 1/log2(1+i), and the best
// list has min(relevant, k) hits at its head (Järvelin and Kekäläinen 2002,
// with gains of 0 and 1). It is in [0, 1], and 0 when nothing is relevant.
func NDCG(hits []bool, relevant, k int) float64 {
	gain, best := 0.0, 0.0
	for i := range k {
		discount := 1 / math.Log2(float64(i+2))
		if i < len(hits) && hits[i] {
			gain += discount
		}
		if i < relevant {
			best += discount
		}
	}
	if best == 0 {
		return 0
	}
	return gain / best
}
