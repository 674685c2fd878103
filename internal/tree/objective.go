package tree

import (
	"fmt"
	"math"

	"github.com/clmkit/clmkit/internal/numeric"
)

// An Objective is what trees are fitted for.
type Objective uint8

const (
	// SquaredError fits the mean of the label.
	SquaredError Objective = iota
	// Logistic fits the log odds of the label, an outcome or the probability of
	// one, by maximum likelihood.
	Logistic
	// LambdaMART fits scores that put the rows of a group in order, so that the
	// normalised discounted cumulative gain of the first K is high (Burges 2010,
	// "From RankNet to LambdaRank to LambdaMART: an overview", MSR-TR-2010-82).
	LambdaMART
	// Pairwise fits scores whose differences are log odds that of two rows of a
	// group the one is the more relevant (RankNet, §2 of the same).
	Pairwise
)

// String returns the name of the objective.
func (o Objective) String() string {
	switch o {
	case SquaredError:
		return "squared error"
	case Logistic:
		return "logistic"
	case LambdaMART:
		return "LambdaMART"
	case Pairwise:
		return "pairwise"
	}
	return fmt.Sprintf("Objective(%d)", uint8(o))
}

func (o Objective) ranks() bool { return o == LambdaMART || o == Pairwise }

// labels returns the range of labels.
func (o Objective) labels() (low, high float64) {
	switch o {
	case SquaredError:
		return -math.MaxFloat32, math.MaxFloat32
	case Logistic:
		return 0, 1
	}
	return 0, math.MaxFloat32
}

// loss is an objective with its data.
type loss interface {
	// base returns the best score that is the same for all rows, and whether
	// others can be better.
	base() (score float64, more bool)
	// units returns what a sample is drawn of, in order: rows, or whole groups.
	// Those that teach nothing are not among them.
	units() []unit
	// derive writes the first and second derivative of the loss by the scores
	// of a unit's rows.
	derive(unit int, scores []float64, slopes, curvatures []float64)
	// quality returns how good scores are: the higher the better.
	quality(scores []float64) float64
}

// unit is a stretch of rows: a row or a group, by its index.
type unit struct{ index, from, to int }

func newLoss(data *Data, o *Options) loss {
	switch o.Objective {
	case SquaredError:
		return squared{data}
	case Logistic:
		return logistic{data}
	}
	return newRanking(data, o)
}

// units are the rows that have a weight.
func (d *Data) units() []unit {
	list := make([]unit, 0, len(d.Labels))
	for i := range d.Labels {
		if d.weight(i) > 0 {
			list = append(list, unit{i, i, i + 1})
		}
	}
	return list
}

// mean returns the weighted mean of the labels, and whether they differ.
func (d *Data) mean() (mean float64, differ bool) {
	total := 0.0
	for i, y := range d.Labels {
		w := d.weight(i)
		mean += w * float64(y)
		total += w
		differ = differ || y != d.Labels[0]
	}
	if total == 0 {
		return 0, false
	}
	return mean / total, differ
}

// average returns the weighted mean of f over the rows, 0 without weight.
func (d *Data) average(f func(i int) float64) float64 {
	sum, total := 0.0, 0.0
	for i := range d.Labels {
		sum += d.weight(i) * f(i)
		total += d.weight(i)
	}
	if total == 0 {
		return 0
	}
	return sum / total
}

type squared struct{ *Data }

func (s squared) base() (float64, bool) { return s.mean() }

func (s squared) derive(i int, scores, slopes, curvatures []float64) {
	w := s.weight(i)
	slopes[i], curvatures[i] = w*(scores[i]-float64(s.Labels[i])), w
}

func (s squared) quality(scores []float64) float64 {
	return -s.average(func(i int) float64 {
		d := scores[i] - float64(s.Labels[i])
		return d * d
	})
}

type logistic struct{ *Data }

// base returns the log odds of the rate. A rate of 0 or 1 is taken for one that
// is half a row away.
func (l logistic) base() (float64, bool) {
	mean, differ := l.mean()
	half := 0.5 / float64(len(l.Labels)+1)
	return numeric.Logit(min(max(mean, half), 1-half)), differ
}

func (l logistic) derive(i int, scores, slopes, curvatures []float64) {
	w, p := l.weight(i), numeric.Sigmoid(scores[i])
	slopes[i], curvatures[i] = w*(p-float64(l.Labels[i])), w*p*(1-p)
}

func (l logistic) quality(scores []float64) float64 {
	return -l.average(func(i int) float64 {
		z := scores[i]
		return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) - float64(l.Labels[i])*z
	})
}
