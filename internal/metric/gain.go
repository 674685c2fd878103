package metric

import (
	"cmp"
	"math"
	"slices"
)

// WeightedNDCG returns the discounted cumulative gain of the first k ranks over
// the largest that was possible, where gains holds what each rank of the list
// is worth (0 for a miss) and wanted what each relevant item is worth, in any
// order (Järvelin and Kekäläinen 2002). Gains count as they are, not as powers
// of two. It is in [0, 1] when the gains of the list are among those wanted;
// with gains of 0 and 1 it is [NDCG]. It is 0 when nothing is worth anything.
func WeightedNDCG(gains, wanted []float64, k int) float64 {
	best := slices.Clone(wanted)
	slices.SortFunc(best, func(a, b float64) int { return cmp.Compare(b, a) })
	ideal := discounted(best, k)
	if ideal <= 0 {
		return 0
	}
	return discounted(gains, k) / ideal
}

func discounted(gains []float64, k int) float64 {
	sum := 0.0
	for i, gain := range gains[:min(len(gains), k)] {
		sum += gain / math.Log2(float64(i+2))
	}
	return sum
}

// RewardShare returns how much of what a list earned comes from its k items of
// the highest reward: the sum of the rewards of those that were hit over the
// sum of all hits' rewards. It is Amazon Personalize's rewards_per_user, whose
// mean over the customers is average_rewards_at_k; that documentation says that
// the mean is normalised and not how, so the plain mean is meant here. Of equal
// rewards the lower rank comes first. Rewards have to be at least 0. The second
// result is false for a list that earned nothing: it has no share.
func RewardShare(hits []bool, rewards []float64, k int) (share float64, ok bool) {
	order := descending(rewards)
	top, all := 0.0, 0.0
	for place, i := range order {
		if !hits[i] {
			continue
		}
		all += rewards[i]
		if place < k {
			top += rewards[i]
		}
	}
	if all <= 0 {
		return 0, false
	}
	return top / all, true
}
