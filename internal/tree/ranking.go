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
	discounts []float64 // per rank from 0 on; 0 at k
}

func newRanking(data *Data, o *Options) *ranking {
	r := &ranking{Data: data, k: o.K, pairwise: o.Objective == Pairwise, discounts: make([]float64, o.K+1)}
	for i := range o.K {
		r.discounts[i] = 1 / math.Log2(float64(i+2))
	}
	start := 0
	for g, size := range data.Groups {
		r.starts = append(r.starts, start)
		r.ideals = append(r.ideals, r.ideal(g, data.Labels[start:start+size]))
		start += size
	}
	r.starts = append(r.starts, start)
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
func (r *ranking) base() (float64, bool) {
	for g := range r.Groups {
		labels := r.Labels[r.starts[g]:r.starts[g+1]]
		if len(labels) > 0 && slices.Min(labels) < slices.Max(labels) {
			return 0, true
		}
	}
	return 0, false
}

func (r *ranking) sizes() []int { return r.Groups }

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
	p := pairs{
		ranking: r, from: from, ideal: r.ideals[g], labels: r.Labels[from:to], scores: scores[from:to],
		slopes: slopes[from:to], curvatures: curvatures[from:to],
	}
	clear(p.slopes)
	clear(p.curvatures)
	if p.ideal > 0 {
		p.derive()
	}
}

// pairs are the rows of a group at work.
type pairs struct {
	*ranking
	from               int
	ideal              float64
	labels             []float32
	scores             []float64
	odds               []float64 // exp of the scores, up to a factor
	discount           []float64 // of the rank of each row
	slopes, curvatures []float64
}

func (p *pairs) derive() {
	top := p.top(p.scores, make([]int, 0, p.k))
	p.discount = make([]float64, 2*len(p.scores))
	p.discount, p.odds = p.discount[:len(p.scores)], p.discount[len(p.scores):]
	for rank, i := range top {
		p.discount[i] = p.discounts[rank]
	}
	for i, s := range p.scores {
		p.odds[i] = math.Exp(max(s-p.scores[top[0]], -700))
	}
	for i := range p.labels {
		if p.pairwise || p.discount[i] > 0 {
			for j := range p.labels {
				p.pair(i, j)
			}
			continue
		}
		for _, j := range top { // no other exchange changes the first k
			p.pair(i, j)
		}
	}
}

// pair adds the derivatives of the loss of row i over row j, if i is the more
// relevant one: the cross entropy of its probability to be above, weighted by
// what their exchange would change (Burges 2010, §4 and 7).
func (p *pairs) pair(i, j int) {
	if p.labels[i] <= p.labels[j] {
		return
	}
	weight := p.weight(p.from + i)
	if !p.pairwise {
		weight *= float64(p.labels[i]-p.labels[j]) * math.Abs(p.discount[i]-p.discount[j]) / p.ideal
	}
	wrong := p.odds[j] / (p.odds[i] + p.odds[j])
	p.slopes[i] -= weight * wrong
	p.slopes[j] += weight * wrong
	p.curvatures[i] += weight * wrong * (1 - wrong)
	p.curvatures[j] += weight * wrong * (1 - wrong)
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
