package segment

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// points are rows of numbers of the same length, one after another.
type points struct {
	data    []float64
	columns int
}

func (p *points) len() int { return len(p.data) / p.columns }

func (p *points) row(i int) []float64 { return p.data[i*p.columns : (i+1)*p.columns] }

// pick returns the rows with those indices.
func (p *points) pick(rows []int) *points {
	picked := &points{make([]float64, 0, len(rows)*p.columns), p.columns}
	for _, i := range rows {
		picked.data = append(picked.data, p.row(i)...)
	}
	return picked
}

// squared returns the squared Euclidean distance.
func squared(a, b []float64) float64 {
	b = b[:len(a)]
	sum := 0.0
	for i, v := range a {
		d := v - b[i]
		sum += d * d
	}
	return sum
}

// nearest returns the index of the nearest centroid, the first of several, and
// the squared distance to it.
func nearest(x []float64, centroids [][]float64) (index int, distance float64) {
	distance = math.Inf(1)
	for c := range centroids {
		if d := squared(x, centroids[c]); d < distance {
			index, distance = c, d
		}
	}
	return index, distance
}

// seed chooses k rows as the first centroids by k-means++: the first with equal
// chances, each next one in proportion to the squared distance to the nearest
// that was chosen (Arthur and Vassilvitskii 2007, section 2.2). It returns fewer
// when there are fewer than k different rows.
func (p *points) seed(k int, random *rand.Rand) [][]float64 {
	centroids := [][]float64{slices.Clone(p.row(random.IntN(p.len())))}
	weights := make([]float64, p.len())
	for i := range weights {
		weights[i] = squared(p.row(i), centroids[0])
	}
	for len(centroids) < k {
		i := draw(weights, random)
		if i < 0 {
			break
		}
		c := slices.Clone(p.row(i))
		centroids = append(centroids, c)
		for j := range weights {
			weights[j] = min(weights[j], squared(p.row(j), c))
		}
	}
	return centroids
}

// draw returns an index with a chance in proportion to its weight, and -1 when
// all weights are 0.
func draw(weights []float64, random *rand.Rand) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	at, last := random.Float64()*total, -1
	for i, w := range weights {
		if w == 0 {
			continue
		}
		last = i
		if at -= w; at < 0 {
			break
		}
	}
	return last
}

// maxSteps bounds the iterations of one start. Where it is reached the
// centroids still move, by little.
const maxSteps = 100

// A partition is a result of k-means.
type partition struct {
	centroids [][]float64
	labels    []int // of each row: the nearest centroid
	inertia   float64
	steps     int
}

// hamerly finds a local minimum of the sum of squared distances by Lloyd's
// iteration, and saves distances by the bounds of Hamerly (Making k-means even
// faster, SDM 2010): upper bounds the distance of a row to its own centroid,
// lower that to any other. What it finds is what Lloyd's iteration finds.
type hamerly struct {
	*points
	centroids [][]float64
	labels    []int
	upper     []float64
	lower     []float64
	half      []float64 // of each centroid: half the distance to the nearest other
}

// lloyd iterates from the centroids, which it changes, until no row moves.
func (p *points) lloyd(ctx context.Context, centroids [][]float64) (*partition, error) {
	h := &hamerly{
		points: p, centroids: centroids, labels: make([]int, p.len()),
		upper: make([]float64, p.len()), lower: make([]float64, p.len()), half: make([]float64, len(centroids)),
	}
	for i := range h.labels {
		h.relabel(i)
	}
	steps := 0
	for moved := true; moved && steps < maxSteps; steps++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		refilled := h.centre()
		moved = h.assign() || refilled
	}
	return p.partition(centroids, steps), nil
}

// partition labels each row anew, so that a tie goes to the first centroid
// whatever the way to it was.
func (p *points) partition(centroids [][]float64, steps int) *partition {
	r := &partition{centroids: centroids, labels: make([]int, p.len()), steps: steps}
	for i := range r.labels {
		label, d := nearest(p.row(i), centroids)
		r.labels[i] = label
		r.inertia += d
	}
	return r
}

// relabel finds the nearest centroid of a row and makes its bounds exact. It
// reports whether the label changed.
func (h *hamerly) relabel(i int) bool {
	first, second, label := math.Inf(1), math.Inf(1), 0
	x := h.row(i)
	for c := range h.centroids {
		switch d := squared(x, h.centroids[c]); {
		case d < first:
			first, second, label = d, first, c
		case d < second:
			second = d
		}
	}
	changed := label != h.labels[i]
	h.labels[i], h.upper[i], h.lower[i] = label, math.Sqrt(first), math.Sqrt(second)
	return changed
}

// assign gives each row to its nearest centroid, and reports whether one moved.
func (h *hamerly) assign() bool {
	h.separate()
	moved := false
	for i := range h.labels {
		own := h.labels[i]
		bound := max(h.half[own], h.lower[i])
		if h.upper[i] <= bound {
			continue
		}
		h.upper[i] = math.Sqrt(squared(h.row(i), h.centroids[own]))
		if h.upper[i] > bound && h.relabel(i) {
			moved = true
		}
	}
	return moved
}

// separate computes half the distance of each centroid to the nearest other.
func (h *hamerly) separate() {
	for a := range h.centroids {
		h.half[a] = math.Inf(1)
		for b := range h.centroids {
			if a != b {
				h.half[a] = min(h.half[a], math.Sqrt(squared(h.centroids[a], h.centroids[b]))/2)
			}
		}
	}
}

// centre moves each centroid to the mean of its rows, and the bounds with it. It
// reports whether it had to refill a centroid instead.
func (h *hamerly) centre() (refilled bool) {
	sums, counts := h.sums()
	shift := make([]float64, len(sums))
	for c, sum := range sums {
		if counts[c] == 0 {
			h.refill(c)
			return true
		}
		for j := range sum {
			sum[j] /= float64(counts[c])
		}
		shift[c] = math.Sqrt(squared(sum, h.centroids[c]))
		copy(h.centroids[c], sum)
	}
	furthest, second := largest(shift)
	for i, label := range h.labels {
		h.upper[i] += shift[label]
		if label == furthest {
			h.lower[i] -= second
		} else {
			h.lower[i] -= shift[furthest]
		}
	}
	return false
}

func (h *hamerly) sums() (sums [][]float64, counts []int) {
	counts = make([]int, len(h.centroids))
	for range h.centroids {
		sums = append(sums, make([]float64, h.columns))
	}
	for i, label := range h.labels {
		counts[label]++
		sum := sums[label]
		for j, v := range h.row(i) {
			sum[j] += v
		}
	}
	return sums, counts
}

// largest returns the index of the largest number, and the second largest.
func largest(x []float64) (index int, second float64) {
	for i, v := range x {
		switch {
		case v > x[index]:
			index, second = i, x[index]
		case i != index && v > second:
			second = v
		}
	}
	return index, second
}

// refill puts a centroid without rows on the row that lies furthest from its
// own, the first of several, and makes all bounds exact again.
func (h *hamerly) refill(empty int) {
	worst, distance := 0, -1.0
	for i, label := range h.labels {
		if d := squared(h.row(i), h.centroids[label]); d > distance {
			worst, distance = i, d
		}
	}
	copy(h.centroids[empty], h.row(worst))
	for i := range h.labels {
		h.relabel(i)
	}
}
