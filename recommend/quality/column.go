package quality

import (
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
)

// A ranked is a list with its hits.
type ranked struct {
	*List
	hits  []bool
	shown []clm.ItemID // the first ranks, as many as the largest K
}

// columns are metrics that are numbers of one list. Compute returns NaN for one
// that the list does not have.
type columns struct {
	names   []string
	compute func(l *ranked) ([]float64, error)
}

// columnsOf returns the metrics that the options allow.
func columnsOf(o *Options) []columns {
	var all []columns
	for _, k := range o.Ks {
		all = append(all, accuracy(k), eventWeights(k))
		if o.Reward != nil {
			all = append(all, earned(k, o.Reward))
		}
	}
	if o.Reward != nil {
		all = append(all, single("average_rewards_at_k", rewardShare(o.deepest(), o.Reward)))
	}
	if o.Increase != nil {
		all = append(all, single("trend_prediction_accuracy", trend(o)))
	}
	if o.Popularity != nil {
		all = append(all, popularity(o.Popularity))
	}
	if o.Distance != nil {
		all = append(all, single("intra_list_diversity", diversity(o.Distance)))
	}
	if o.Catalogue != nil {
		all = append(all, single("miscalibration", miscalibration(o.Catalogue)))
	}
	return all
}

func single(name string, compute func(l *ranked) (float64, error)) columns {
	return columns{[]string{name}, func(l *ranked) ([]float64, error) {
		x, err := compute(l)
		return []float64{x}, err
	}}
}

// number returns x, or NaN when the list does not have it.
func number(x float64, ok bool) float64 {
	if !ok {
		return math.NaN()
	}
	return x
}

func accuracy(k int) columns {
	names := []string{
		"precision", "mean_reciprocal_rank", "normalized_discounted_cumulative_gain",
		"hit_rate", "recall", "mean_average_precision",
	}
	for i := range names {
		names[i] = fmt.Sprintf("%s_at_%d", names[i], k)
	}
	return columns{names, func(l *ranked) ([]float64, error) {
		r := metric.Rank(l.hits, len(l.Relevant), k)
		values := []float64{r.Precision, r.MRR, r.NDCG, r.HitRate, r.Recall, r.MAP}
		for i := range values {
			values[i] = number(values[i], r.Lists > 0)
		}
		return values, nil
	}}
}

func eventWeights(k int) columns {
	return single(fmt.Sprintf("normalized_discounted_cumulative_gain_with_event_weights_at_%d", k), func(l *ranked) (float64, error) {
		gains := make([]float64, len(l.Items))
		for i, item := range l.Items {
			if at := slices.Index(l.Relevant, item); at >= 0 && l.Gains != nil {
				gains[i] = l.Gains[at]
			}
		}
		return number(metric.WeightedNDCG(gains, l.Gains, k), slices.ContainsFunc(l.Gains, func(g float64) bool { return g > 0 })), nil
	})
}
