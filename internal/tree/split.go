package tree

import "math"

// split is a way to divide the rows of a leaf: values up to a bin go left,
// higher ones right, missing ones where they gain more.
type split struct {
	gain     float64 // that the loss falls by, to second order, in units of the scale
	feature  int
	bin      uint8
	missLeft bool
	left     sum
}

// better reports whether s is to be preferred; of equals the first one is.
func (s split) better(than split) bool { return s.gain > than.gain }

// limits are what a split has to keep to, in the units of a scale.
type limits struct {
	scale
	minRows      int
	minCurvature float64
	minGain      float64
	l2           float64
}

func newLimits(s scale, o *Options) limits {
	return limits{
		scale: s, minRows: o.MinRows, minCurvature: max(1, o.MinCurvature/s.curvature),
		minGain: o.MinGain / s.slope / s.slope * s.curvature, l2: o.L2 / s.curvature,
	}
}

// loss returns twice what the best output takes off the loss of the rows.
func (l *limits) loss(s sum) float64 {
	g := float64(s.slope)
	return g * g / (float64(s.rest>>l.bits) + l.l2)
}

// output returns the best output for the rows: a Newton step.
func (l *limits) output(s sum) float64 {
	h := (float64(s.rest>>l.bits) + l.l2) * l.curvature
	if h == 0 {
		return 0
	}
	return -float64(s.slope) * l.slope / h
}

// worth returns a gain in the units of the loss.
func (l *limits) worth(gain float64) float64 { return gain * l.slope * l.slope / l.curvature }

// allows reports whether the rows may be a leaf.
func (l *limits) allows(s sum) bool {
	return l.rows(s) >= l.minRows && float64(s.rest>>l.bits) >= l.minCurvature
}

// search returns the best split of a leaf by a feature whose values have the
// given number of bins. Its gain is not positive if there is none.
func (l *limits) search(feature int, bins []sum, total sum) split {
	best := split{feature: feature, gain: math.Inf(-1)}
	before := l.loss(total)
	miss := bins[missing]
	if miss.rest == 0 {
		l.scan(&best, bins[1:len(bins)-1], sum{}, total, before, false)
		best.missLeft = 2*l.rows(best.left) >= l.rows(total)
		return best
	}
	l.scan(&best, bins[1:], sum{}, total, before, false)
	l.scan(&best, bins[1:len(bins)-1], miss, total, before, true)
	return best
}

// scan tries each bin as the last one on the left, where rows are already.
func (l *limits) scan(best *split, bins []sum, left, total sum, before float64, missLeft bool) {
	for i, s := range bins {
		if s.rest == 0 {
			continue // the same split as the bin before
		}
		left = left.plus(s)
		right := total.minus(left)
		if !l.allows(left) {
			continue
		}
		if !l.allows(right) {
			return
		}
		if gain := l.loss(left) + l.loss(right) - before; gain > best.gain {
			*best = split{gain: gain, feature: best.feature, bin: uint8(i + 1), missLeft: missLeft, left: left}
		}
	}
}
