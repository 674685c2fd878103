package tree

import (
	"math"
	"slices"
)

// ranking is the loss of lists.
type ranking struct {
	*Data
	starts    []int     // of the groups, and the end
	ideals    []float64 // discounted gain of the best list, per group
	k         int
	pairwise  bool
	discounts []float64 // per rank from 0 on, k of them
	all       []int     // as many as the largest group has rows

	// Room for derive, per row.
	odds     []float64 // exp of the scores, up to a factor
	discount []float64 // of the rank
}

func newRanking(data *Data, o *Options) *ranking {
	r := &ranking{Data: data, k: o.K, pairwise: o.Objective == Pairwise}
	for i := range o.K {
		r.discounts = append(r.discounts, 1/math.Log2(float64(i+2)))
	}
	start := 0
	for g, size := range data.Groups {
		r.starts = append(r.starts, start)
		r.ideals = append(r.ideals, r.ideal(g, data.Labels[start:start+size]))
		for i := len(r.all); i < size; i++ {
			r.all = append(r.all, i)
		}
		start += size
	}
	r.starts = append(r.starts, start)
	r.odds, r.discount = make([]float64, start), make([]float64, start)
	return r
}

// ideal returns the discounted gain of the first k of the best list.
func (r *ranking) ideal(g int, labels []float32) float64 {
	gains := make([]float64, 0, len(labels))
	for _, y := range labels {
		if y > 0 {
			gains = append(gains, float64(y))
		}
	}
	if r.Relevant != nil {
		for i := len(gains); i < r.Relevant[g] && i < len(labels)+r.k; i++ {
			gains = append(gains, 1)
		}
	}
	slices.Sort(gains)
	slices.Reverse(gains)
	sum := 0.0
	for i, gain := range gains[:min(len(gains), r.k)] {
		sum += gain * r.discounts[i]
	}
	return sum
}

// base is 0: only differences of scores matter.
func (r *ranking) base() (float64, bool) { return 0, true }

// units are the groups whose rows are not all as relevant.
func (r *ranking) units() []unit {
	var list []unit
	for g := range r.Groups {
		from, to := r.starts[g], r.starts[g+1]
		if from < to && slices.Min(r.Labels[from:to]) < slices.Max(r.Labels[from:to]) {
			list = append(list, unit{g, from, to})
		}
	}
	return list
}

// top returns the first k rows by falling score, of equal scores the first row
// first.
func (r *ranking) top(scores []float64, buffer []int) []int {
	top := buffer[:0]
	for i, s := range scores {
		if len(top) == r.k {
			if s <= scores[top[r.k-1]] {
				continue
			}
			top = top[:r.k-1]
		}
		at := len(top)
		for at > 0 && scores[top[at-1]] < s {
			at--
		}
		top = slices.Insert(top, at, i)
	}
	return top
}

func (r *ranking) derive(g int, scores, slopes, curvatures []float64) {
	from, to := r.starts[g], r.starts[g+1]
	p := list{
		ranking: r, from: from, labels: r.Labels[from:to], odds: r.odds[from:to], discount: r.discount[from:to],
		slopes: slopes[from:to], curvatures: curvatures[from:to],
	}
	clear(p.slopes)
	clear(p.curvatures)
	clear(p.discount)
	scores = scores[from:to]
	top := r.top(scores, make([]int, 0, r.k))
	for rank, i := range top {
		p.discount[i] = r.discounts[rank] / r.ideals[g]
	}
	for i, s := range scores {
		p.odds[i] = math.Exp(max(s-scores[top[0]], -700))
	}
	for i, y := range p.labels {
		switch {
		case y == 0: // no row is less relevant
		case r.pairwise || p.discount[i] > 0:
			p.above(i, r.all[:len(scores)])
		default:
			p.above(i, top) // no other exchange changes the first k
		}
	}
	p.normalise()
}

// list is a group at work.
type list struct {
	*ranking
	from               int
	labels             []float32
	odds, discount     []float64
	slopes, curvatures []float64
	total              float64 // of the slopes of pairs
}

// above adds the derivatives of the loss of row i over those of the others that
// are less relevant: of each the cross entropy of the probability that i is
// above, weighted by what their exchange would change (Burges 2010, §4 and 7).
func (p *list) above(i int, others []int) {
	y, odds, discount, weight := p.labels[i], p.odds[i], p.discount[i], p.weight(p.from+i)
	slope, curvature := 0.0, 0.0
	for _, j := range others {
		if p.labels[j] >= y {
			continue
		}
		change := 1.0
		if !p.pairwise {
			change = float64(y-p.labels[j]) * math.Abs(discount-p.discount[j])
		}
		wrong := p.odds[j] / (odds + p.odds[j])
		p.total += change * wrong
		first := weight * change * wrong
		second := first * (1 - wrong)
		p.slopes[j] += first
		p.curvatures[j] += second
		slope += first
		curvature += second
	}
	p.slopes[i] -= slope
	p.curvatures[i] += curvature
}

// normalise makes lists more equal, those that are hard and those that are
// easy: the sum s of all slopes becomes log2(1 + s). It is what LightGBM does
// (its parameter lambdarank_norm).
func (p *list) normalise() {
	if p.pairwise || p.total == 0 {
		return
	}
	factor := math.Log2(1+2*p.total) / (2 * p.total)
	for i := range p.slopes {
		p.slopes[i] *= factor
		p.curvatures[i] *= factor
	}
}

// quality returns the mean NDCG at k over the groups for which something is
// relevant.
func (r *ranking) quality(scores []float64) float64 {
	total, groups := 0.0, 0
	buffer := make([]int, 0, r.k)
	for g := range r.Groups {
		if r.ideals[g] == 0 {
			continue
		}
		from := r.starts[g]
		buffer = r.top(scores[from:r.starts[g+1]], buffer)
		gain := 0.0
		for rank, i := range buffer {
			gain += float64(r.Labels[from+i]) * r.discounts[rank]
		}
		total += gain / r.ideals[g]
		groups++
	}
	if groups == 0 {
		return 0
	}
	return total / float64(groups)
}
