package quality

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrUnpaired is wrapped by the error of a comparison of reports that are not
// of the same customers, or of unlike metrics.
var ErrUnpaired = errors.New("reports that cannot be paired")

// An Estimate is a metric with its interval.
type Estimate struct {
	Value float64 `json:"value"`
	// Low and High bound the 95 % interval. Where there is none, both are the
	// value.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Lists is how many lists have the metric.
	Lists int `json:"lists"`
}

// Measures are the metrics of some lists, by name; the package comment says
// what each is.
type Measures struct {
	Lists   int                 `json:"lists"`
	Metrics map[string]Estimate `json:"metrics"`
}

// A Report is how good lists are, in all and by segment.
type Report struct {
	Measures
	Segments map[string]Measures `json:"segments,omitempty"`

	resamples int
	seed      uint64
	parts     map[string]*part // what was measured, by segment; "" is all
}

// Compare returns how much better a is than b, metric by metric: the mean of
// the differences between the lists of each customer, with an interval that is
// narrower than those of the reports, because what makes a customer easy or hard
// falls out. An interval above 0 says that a is larger. Segments are those that
// both have.
//
// Both must have been measured with the same options, on lists of the same
// customers; else the error wraps [ErrUnpaired]. A report that was read from
// JSON has no lists and cannot be compared. Resamples and seed are those of a.
func Compare(a, b *Report) (*Report, error) {
	c := &Report{resamples: a.resamples, seed: a.seed, parts: map[string]*part{}}
	for _, segment := range slices.Sorted(maps.Keys(a.parts)) {
		p := a.parts[segment]
		q, ok := b.parts[segment]
		if !ok && segment != "" {
			continue
		}
		if !ok || !slices.Equal(p.names, q.names) || !slices.Equal(p.customers, q.customers) {
			return nil, fmt.Errorf("quality: compare %d lists with %d, segment %q: %w", a.Lists, b.Lists, segment, ErrUnpaired)
		}
		c.parts[segment] = p.minus(q)
	}
	if len(c.parts) == 0 {
		return nil, fmt.Errorf("quality: compare reports without lists: %w", ErrUnpaired)
	}
	c.estimate()
	return c, nil
}

// estimate fills in the metrics of all parts.
func (r *Report) estimate() {
	for segment, p := range r.parts {
		m := Measures{Lists: p.sample.Len(), Metrics: p.estimate(r.resamples, r.seed)}
		if segment == "" {
			r.Measures = m
			continue
		}
		if r.Segments == nil {
			r.Segments = map[string]Measures{}
		}
		r.Segments[segment] = m
	}
}
