package metric

import "math"

// Novelty returns the mean self-information of a list's items, in bits: log2 of
// all customers over those who had the item before (Zhou et al. 2010, there
// "surprisal"; -log2 p(seen) of Vargas and Castells 2011). An item that nobody
// had counts as if one had, so the largest is log2 of all customers. The second
// result is false for an empty list.
func Novelty(had []int, customers int) (bits float64, ok bool) {
	for _, n := range had {
		bits += math.Log2(float64(customers) / float64(max(1, n)))
	}
	return bits / float64(max(1, len(had))), len(had) > 0
}

// Popularity returns the mean number of customers who had a list's items
// before: the average recommendation popularity of Yin et al. 2012. The second
// result is false for an empty list.
func Popularity(had []int) (customers float64, ok bool) {
	for _, n := range had {
		customers += float64(n)
	}
	return customers / float64(max(1, len(had))), len(had) > 0
}

// Diversity returns the mean distance of the pairs of a list of n items
// (Ziegler et al. 2005, their intra-list similarity turned around). Distance is
// asked once per pair, with i < j, and has to be symmetric. The second result
// is false for fewer than two items. It asks n(n-1)/2 times.
func Diversity(n int, distance func(i, j int) float64) (mean float64, ok bool) {
	for j := range n {
		for i := range j {
			mean += distance(i, j)
		}
	}
	return mean / float64(max(1, n*(n-1)/2)), n > 1
}

// Jaccard returns the share of the labels of a and b that they do not have in
// common, in [0, 1] (Jaccard 1912). Both have to be sorted and without repeats.
// Two without labels are as far from each other as can be: nothing says that
// they are alike.
func Jaccard(a, b []string) float64 {
	shared, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			shared, i, j = shared+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	if shared == 0 {
		return 1
	}
	return 1 - float64(shared)/float64(len(a)+len(b)-shared)
}
