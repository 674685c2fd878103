package metric

import (
	"math"
	"math/rand/v2"
	"slices"
)

// A Sample holds the numbers of independent cases, a row per case and a column
// per number, for intervals of the columns' means. A number that a case does
// not have is NaN and does not count. It takes 8 bytes per number.
type Sample struct {
	width  int
	values []float64
}

// NewSample returns a sample of no cases with that many columns.
func NewSample(width int) *Sample { return &Sample{width: width} }

// Add appends a case, which has to have a number or NaN for every column.
func (s *Sample) Add(row ...float64) { s.values = append(s.values, row[:s.width]...) }

// Len returns the number of cases.
func (s *Sample) Len() int { return len(s.values) / max(1, s.width) }

// Row returns a case. It may be changed in place.
func (s *Sample) Row(i int) []float64 { return s.values[i*s.width : (i+1)*s.width] }

// Minus returns the sample of the differences of two samples of the same cases
// in the same order. A difference is NaN when one of its numbers is.
func (s *Sample) Minus(t *Sample) *Sample {
	d := &Sample{s.width, slices.Clone(s.values)}
	for i := range d.values {
		d.values[i] -= t.values[i]
	}
	return d
}

// An Interval is a mean with its percentile bootstrap interval.
type Interval struct {
	Cases int // that have the number
	// Mean is NaN of no cases.
	Mean float64
	// Low and High bound the middle 95 % of the means of the resamples (Efron
	// 1979; Efron and Tibshirani 1993, section 13.3). Of one case there is
	// nothing to resample, and both are the mean.
	Low, High float64
}

// groupsAtMost is how many parts a sample is resampled in. More cases than that
// are dealt out into as many groups, in turn, and whole groups are drawn: the
// variance of a mean of so many groups is that of the mean of the cases, at a
// cost that does not grow with them.
const groupsAtMost = 4096

// Bootstrap returns the interval of each column, from that many resamples of
// as many cases as there are, drawn with replacement, the same for all columns.
// The same sample, number and seed give the same intervals. It takes O(resamples
// x min(cases, 4096) x columns) time.
func (s *Sample) Bootstrap(resamples int, seed uint64) []Interval {
	sums, counts := s.groups()
	means := make([][]float64, s.width)
	random := rand.New(rand.NewPCG(seed, 0x6a09e667f3bcc909)) // the fraction of the root of 2
	n := len(sums) / max(1, s.width)
	sum, count := make([]float64, s.width), make([]float64, s.width)
	for range resamples {
		clear(sum)
		clear(count)
		for range n {
			at := random.IntN(n) * s.width
			addTo(sum, sums[at:at+s.width])
			addTo(count, counts[at:at+s.width])
		}
		for j := range means {
			if count[j] > 0 {
				means[j] = append(means[j], sum[j]/count[j])
			}
		}
	}
	intervals := make([]Interval, s.width)
	for j := range intervals {
		intervals[j] = s.interval(j, means[j])
	}
	return intervals
}

// groups returns the sum and the number of the numbers of each column, by group.
func (s *Sample) groups() (sums, counts []float64) {
	n := min(s.Len(), groupsAtMost)
	sums, counts = make([]float64, n*s.width), make([]float64, n*s.width)
	for i := range s.Len() {
		at := i % n * s.width
		for j, x := range s.Row(i) {
			if !math.IsNaN(x) {
				sums[at+j] += x
				counts[at+j]++
			}
		}
	}
	return sums, counts
}

func addTo(sum, x []float64) {
	x = x[:len(sum)]
	for j := range sum {
		sum[j] += x[j]
	}
}

// interval returns the interval of a column with the means of the resamples.
func (s *Sample) interval(column int, means []float64) Interval {
	in := Interval{Low: math.NaN(), High: math.NaN()}
	sum := 0.0
	for i := range s.Len() {
		if x := s.Row(i)[column]; !math.IsNaN(x) {
			sum += x
			in.Cases++
		}
	}
	in.Mean = sum / float64(in.Cases)
	if len(means) > 0 {
		slices.Sort(means)
		in.Low = min(in.Mean, quantile(means, 0.025)) // of equal numbers, rounding may put the mean outside
		in.High = max(in.Mean, quantile(means, 0.975))
	}
	return in
}

// quantile returns the place p(n+1) of n sorted numbers, between two of them by
// the straight line and bounded by the first and the last.
func quantile(sorted []float64, p float64) float64 {
	at := p*float64(len(sorted)+1) - 1
	below := int(math.Floor(at))
	if below < 0 {
		return sorted[0]
	}
	if below >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[below] + (at-float64(below))*(sorted[below+1]-sorted[below])
}
