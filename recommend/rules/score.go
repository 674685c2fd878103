package rules

import (
	"cmp"
	"math"
	"slices"
)

// A scale is what numbers are divided by so that the largest of the candidates is 1.
type scale struct {
	score     float64 // relevance as it came
	corrected float64 // after freshness and popularity
	value     float64 // the largest size of a value
	least     float64 // the least value that is known, for items whose value is not
	adjusted  float64
}

// unless returns x, or 1 where there is nothing to divide by.
func unless(x float64) float64 {
	if x > 0 {
		return x
	}
	return 1
}

// score gives every candidate its adjusted score, and puts them in order.
func (w *work) score() {
	w.objective = w.plan.rules.Objective
	w.scale = scale{1, 1, 1, 0, 1}
	all := w.list.Candidates
	if len(all) == 0 {
		return
	}
	w.scale.score = unless(all[0].Score)
	if w.plan.rules.scoring() {
		w.measure(all)
	}
	for i := range all {
		w.entries = append(w.entries, entry{score: w.adjusted(&all[i]), nearest: -1})
		w.order = append(w.order, int32(i))
	}
	if !w.plan.rules.scoring() {
		return
	}
	largest := 0.0
	for _, e := range w.entries {
		largest = max(largest, math.Abs(e.score))
	}
	w.scale.adjusted = unless(largest)
	for i := range w.entries {
		w.entries[i].score /= w.scale.adjusted
	}
	slices.SortStableFunc(w.order, func(i, j int32) int { return cmp.Compare(w.entries[j].score, w.entries[i].score) })
}

// scoring reports whether scores are anything but the relevance.
func (r *Rules) scoring() bool {
	return r.Objective.Weight > 0 || r.Freshness.Boost > 0 || r.Popularity > 0
}

// measure finds the scales of relevance and value.
func (w *work) measure(all []Candidate) {
	w.objective.currency(all)
	corrected, value, least := 0.0, 0.0, math.Inf(1)
	for i := range all {
		corrected = max(corrected, w.corrected(&all[i]))
		if w.objective.Weight == 0 {
			continue
		}
		if v, ok := w.objective.value(&all[i]); ok {
			value, least = max(value, math.Abs(v)), min(least, v)
		}
	}
	w.scale.corrected, w.scale.value = unless(corrected), unless(value)
	if !math.IsInf(least, 1) {
		w.scale.least = least
	}
}

// corrected returns the relevance after freshness and popularity.
func (w *work) corrected(c *Candidate) float64 {
	r := &w.plan.rules
	return c.Score / w.scale.score * r.Freshness.factor(c, w.plan.at) * penalty(r.Popularity, c)
}

// value returns the value over the largest of the candidates.
func (w *work) value(c *Candidate) float64 {
	if w.objective.Weight == 0 {
		return 0
	}
	v, ok := w.objective.value(c)
	if !ok {
		v = w.scale.least
	}
	return v / w.scale.value
}

// adjusted returns the score that orders items.
func (w *work) adjusted(c *Candidate) float64 {
	return mix(w.corrected(c)/w.scale.corrected, w.value(c), w.objective.Weight) / w.scale.adjusted
}

// why says what the rules made of an item.
func (w *work) why(i int32) Why {
	c := w.candidate(i)
	y := Why{Freshness: w.plan.rules.Freshness.factor(c, w.plan.at), Popularity: penalty(w.plan.rules.Popularity, c), Value: w.value(c)}
	if n := w.entries[i].likeness; w.plan.rules.Diversity > 0 && n > -1 {
		y.Likeness = n
	}
	return y
}
