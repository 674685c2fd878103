// Package quality measures how good lists of recommendations are, whoever made
// them: accuracy against what customers then did, and what accuracy does not
// see, such as coverage, novelty and popularity. Every number has a 95 %
// interval, and two ways to rank are compared on the same customers.
//
//	split, err := quality.Temporal(events, cut, 0, nil) // who bought before and after
//	if err != nil {
//		return err
//	}
//	report, err := quality.Measure(func(yield func(quality.List) bool) {
//		for _, c := range split.Cases {
//			if !yield(c.List(recommended(c))) {
//				return
//			}
//		}
//	}, &quality.Options{Catalogue: catalogue})
//	if err != nil {
//		return err
//	}
//	fmt.Println(report.Metrics["normalized_discounted_cumulative_gain_at_10"])
//
// # Metrics by the names of Amazon Personalize
//
//	precision_at_K                               hits in the first K ranks over K
//	mean_reciprocal_rank_at_K                    1 over the rank of the first hit, 0 without one
//	normalized_discounted_cumulative_gain_at_K   a hit at rank i gains 1/log2(1+i), over the most possible
//	normalized_discounted_cumulative_gain_with_event_weights_at_K
//	                                             the same with List.Gains; only if a list has them
//	coverage                                     share of the items that are in a list
//	average_rewards_at_k                         of what a list earned, the share of its most rewarding
//	                                             items, as many as the largest K, as a plain mean: how
//	                                             theirs is normalised is not published; needs Options.Reward
//	trend_prediction_accuracy                    see Options.Increase
//	precision, recall                            of each item, and then the mean over the items
//
// [MeasureAudiences] has hit_at_k and recall_at_k, those of user segments. The
// area under the curve of actions needs a score for every action and is not
// among the numbers of lists.
//
// # Further metrics
//
//	hit_rate_at_K                      share of lists with a hit
//	recall_at_K                        hits over what is relevant
//	mean_average_precision_at_K        precision at each hit, mean over the min(relevant, K) possible
//	reward_at_K                        what the hits earn, per list; needs Options.Reward
//	novelty                            mean -log2 of the share of customers who had the item, in bits;
//	                                   needs Options.Popularity (Zhou et al. 2010; Vargas and Castells 2011)
//	average_recommendation_popularity  mean number of customers who had the item; needs Options.Popularity
//	intra_list_diversity               mean distance of the pairs of a list (Ziegler et al. 2005)
//	gini                               0: all items are shown equally often; 1: one alone is shown
//	personalisation                    1 minus the mean cosine of the lists of two customers
//	miscalibration                     divergence of the categories of the history from those of the
//	                                   list, in nats, in [0, 4.61]; 0 is best (Steck 2018)
//
// K stands for each of Options.Ks; the metrics without a K are of the first
// ranks of each list, as many as the largest K. All but those with a unit are in
// [0, 1]. A metric that the lists or the options do not allow is not in the
// report. A list with nothing relevant has no accuracy, and counts in the rest.
//
// # Intervals
//
// A number is a mean over lists, and its interval that of the percentile
// bootstrap over lists. The numbers that belong to all lists together (coverage,
// gini, personalisation, precision, recall) are turned into means by how far
// each list moves them, as the jackknife does; the interval of coverage is wide
// for it, and too narrow once nearly every item is covered several times. Below
// some thirty lists all intervals are too narrow, and of one list, or of two for
// personalisation, there is none.
//
// The interval says what other customers of the same kind would change. It says
// nothing of another time, nor of another fit. One in twenty intervals misses, so
// of many metrics and segments some will.
package quality
