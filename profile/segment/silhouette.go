package segment

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// Sizes of the samples on which k is chosen. A silhouette compares all pairs:
// 1,000 customers are half a million distances.
const (
	choiceSample     = 5000
	silhouetteSample = 1000
)

// choose returns the number of segments with the greatest mean silhouette, from 2 to
// most, the smaller of two; 1 when the rows are all alike. With it comes the
// silhouette, which is 0 for one segment.
func (p *points) choose(ctx context.Context, most, starts int, random *rand.Rand) (k int, silhouette float64, err error) {
	sample := p.sample(choiceSample, random)
	few := sample.sample(silhouetteSample, random)
	k, silhouette = 1, math.Inf(-1)
	for try := 2; try <= most; try++ {
		best, err := sample.best(ctx, try, starts, random)
		if err != nil {
			return 0, 0, err
		}
		if len(best.centroids) < try {
			break
		}
		labels := few.partition(best.centroids, 0).labels
		if s := few.silhouette(labels, try); s > silhouette {
			k, silhouette = try, s
		}
	}
	if k == 1 {
		silhouette = 0
	}
	return k, silhouette, nil
}

// best is the partition with the least inertia of several starts, the first of
// two. It has fewer than k centroids when there are fewer different rows.
func (p *points) best(ctx context.Context, k, starts int, random *rand.Rand) (*partition, error) {
	var best *partition
	for range starts {
		r, err := p.lloyd(ctx, p.seed(k, random))
		if err != nil {
			return nil, err
		}
		if best == nil || r.inertia < best.inertia {
			best = r
		}
	}
	return best, nil
}

// sample returns n rows by chance, in their order, or all when there are no more.
func (p *points) sample(n int, random *rand.Rand) *points {
	if p.len() <= n {
		return p
	}
	rows := random.Perm(p.len())[:n]
	slices.Sort(rows)
	return p.pick(rows)
}

// silhouette returns the mean silhouette width of the rows, in [-1, 1]
// (Rousseeuw 1987, equation 3): with a the mean distance to the row's own
// segment and b that to the nearest other, (b - a) / max(a, b), and 0 for a row
// that is alone.
func (p *points) silhouette(labels []int, k int) float64 {
	counts := make([]int, k)
	for _, l := range labels {
		counts[l]++
	}
	total := 0.0
	sums := make([]float64, k)
	for i, own := range labels {
		clear(sums)
		for j, l := range labels {
			sums[l] += math.Sqrt(squared(p.row(i), p.row(j)))
		}
		total += width(sums, counts, own)
	}
	return total / float64(len(labels))
}

// width returns the silhouette width of a row with those sums of distances.
func width(sums []float64, counts []int, own int) float64 {
	if counts[own] < 2 {
		return 0
	}
	a, b := sums[own]/float64(counts[own]-1), math.Inf(1)
	for l := range sums {
		if l != own && counts[l] > 0 {
			b = min(b, sums[l]/float64(counts[l]))
		}
	}
	if math.IsInf(b, 1) || max(a, b) == 0 {
		return 0
	}
	return (b - a) / max(a, b)
}
