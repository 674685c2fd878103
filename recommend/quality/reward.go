package quality

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
)

// rewards returns what a hit at each rank earns.
func rewards(l *ranked, of func(clm.ItemID) float64) ([]float64, error) {
	all := make([]float64, len(l.Items))
	for i, item := range l.Items {
		all[i] = of(item)
		if !(all[i] >= 0) || math.IsInf(all[i], 1) {
			return nil, fmt.Errorf("quality: reward %v of item %q", all[i], item)
		}
	}
	return all, nil
}

func earned(k int, reward func(clm.ItemID) float64) columns {
	return single(fmt.Sprintf("reward_at_%d", k), func(l *ranked) (float64, error) {
		all, err := rewards(l, reward)
		sum := 0.0
		for i, r := range all[:min(k, len(all))] {
			if l.hits[i] {
				sum += r
			}
		}
		return number(sum, len(l.Relevant) > 0), err
	})
}

func rewardShare(k int, reward func(clm.ItemID) float64) func(l *ranked) (float64, error) {
	return func(l *ranked) (float64, error) {
		all, err := rewards(l, reward)
		if err != nil {
			return 0, err
		}
		return number(metric.RewardShare(l.hits, all, k)), nil
	}
}

func trend(o *Options) func(l *ranked) (float64, error) {
	var rises []float64
	for _, rise := range o.Increase {
		rises = append(rises, max(0, rise))
	}
	slices.SortFunc(rises, func(a, b float64) int { return cmp.Compare(b, a) })
	most := 0.0
	for _, rise := range rises[:min(o.deepest(), len(rises))] {
		most += rise
	}
	return func(l *ranked) (float64, error) {
		sum := 0.0
		for _, item := range l.shown {
			sum += o.Increase[item]
		}
		return number(min(1, max(0, sum/most)), most > 0), nil
	}
}
