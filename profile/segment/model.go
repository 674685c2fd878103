package segment

import (
	"fmt"
	"math"
	"time"

	"github.com/clmkit/clmkit/profile"
)

// An ID names a segment for good: refits keep it as long as the segment can be
// recognised, and never give it to another. IDs are positive.
type ID int

// String returns the id as "s1".
func (id ID) String() string { return fmt.Sprintf("s%d", int(id)) }

// A Model divides customers into segments. It comes from [Fit] or from JSON, and
// is immutable after: its fields are to be read. It is safe for concurrent use.
type Model struct {
	// At is the moment of the fit, and Currency what money is read in.
	At       time.Time `json:"at"`
	Currency string    `json:"currency"`
	// Purpose is what customers may have refused.
	Purpose string `json:"purpose"`
	// Customers is how many were in the fit, and Refused how many were left out
	// because they said no to the purpose.
	Customers int `json:"customers"`
	Refused   int `json:"refused"`
	// Terms are the features, and how they are standardised.
	Terms []Term `json:"terms"`
	// Segments are sorted by id.
	Segments []Segment `json:"segments"`
	// Next is the id that the next new segment of a refit gets.
	Next ID `json:"next"`
	// Inertia is the mean squared distance of a customer to the centroid, per
	// feature that varies, in variances: 1 is what a single segment has.
	Inertia float64 `json:"inertia"`
	// Silhouette is the mean silhouette width, in [-1, 1], on a sample of at
	// most 1,000 customers; above 0.5 segments are apart, below 0.25 they are
	// hardly there (Kaufman and Rousseeuw, Finding Groups in Data, 1990, table
	// 4). 0 for one segment.
	Silhouette float64 `json:"silhouette"`
	// Steps is how many iterations the best start took. At 100 it was stopped.
	Steps int `json:"steps"`
}

// A Term is one feature of a model. Its input is (value - Mean) / Scale, where
// the value of a feature with a long tail is log(1 + value).
type Term struct {
	Feature string  `json:"feature"`
	Mean    float64 `json:"mean"`    // over the customers with a known value
	Scale   float64 `json:"scale"`   // the standard deviation; 0 where it never varied, and is left out
	Unknown int     `json:"unknown"` // customers without a value: they get the mean
}

// A Segment is a group of customers who are alike.
type Segment struct {
	ID        ID  `json:"id"`
	Customers int `json:"customers"`
	// Centroid is the mean of its customers, in standard deviations from the
	// mean of all, one number for each of the model's terms.
	Centroid []float64 `json:"centroid"`
	// Marks are what tells it from the rest, the greatest lift first.
	Marks []Mark `json:"marks,omitempty"`
}

// standardise is the term's input: 0 for the average, for what is unknown, and
// for what never varied.
func (t *Term) standardise(value float64) float64 {
	x := (value - t.Mean) / t.Scale
	if t.Scale == 0 || math.IsNaN(x) {
		return 0
	}
	return x
}

// moments measures one column.
func moments(name string, column []float64) Term {
	t, n, square := Term{Feature: name}, 0.0, 0.0
	for _, x := range column {
		if math.IsNaN(x) {
			t.Unknown++
			continue
		}
		n++
		delta := x - t.Mean // Welford 1962
		t.Mean += delta / n
		square += delta * (x - t.Mean)
	}
	if n > 0 && square/n >= 1e-18 {
		t.Scale = math.Sqrt(square / n)
	}
	return t
}

// Assign returns the segment of a customer as of a time, in the fit or not, and
// how far the customer lies from its centroid: the root of the mean squared
// distance per feature that varies, in standard deviations. The customers of the
// fit get the segment that they were counted in. The id is 0, which no segment
// has, for who has refused.
func (m *Model) Assign(p *profile.Profile, at time.Time) (ID, float64) {
	if refuses(p, m.Purpose, at) {
		return 0, 0
	}
	s := see(p, at, m.Currency)
	x := make([]float64, len(m.Terms))
	for j := range m.Terms {
		f, _ := named(m.Terms[j].Feature)
		x[j] = m.Terms[j].standardise(f.value(s))
	}
	i, d := nearest(x, m.centroids())
	return m.Segments[i].ID, math.Sqrt(d / float64(max(1, varying(m.Terms))))
}

func (m *Model) centroids() [][]float64 {
	list := make([][]float64, len(m.Segments))
	for i := range m.Segments {
		list[i] = m.Segments[i].Centroid
	}
	return list
}

// varying returns how many terms have a scale.
func varying(terms []Term) int {
	n := 0
	for _, t := range terms {
		if t.Scale > 0 {
			n++
		}
	}
	return n
}

// Segment returns the segment with an id, nil when the model has none.
func (m *Model) Segment(id ID) *Segment {
	for i := range m.Segments {
		if m.Segments[i].ID == id {
			return &m.Segments[i]
		}
	}
	return nil
}

type plainModel Model // without methods

// MarshalJSON writes the model. Reading it back gives the same model, to the
// bit.
func (m *Model) MarshalJSON() ([]byte, error) { return write((*plainModel)(m)) }

// UnmarshalJSON reads a model that MarshalJSON wrote. The error wraps
// [ErrFormat] where it is of another version, or not whole.
func (m *Model) UnmarshalJSON(data []byte) error {
	body, err := read[plainModel](data)
	if err != nil {
		return err
	}
	if err := (*Model)(body).check(); err != nil {
		return fmt.Errorf("%w: %w", err, ErrFormat)
	}
	*m = Model(*body)
	return nil
}

// check reports why a model that was read cannot serve.
func (m *Model) check() error {
	if len(m.Terms) == 0 || len(m.Segments) == 0 {
		return fmt.Errorf("segment: model: %d terms and %d segments", len(m.Terms), len(m.Segments))
	}
	names := map[string]bool{}
	for _, t := range m.Terms {
		if _, ok := named(t.Feature); !ok || names[t.Feature] || t.Scale < 0 {
			return fmt.Errorf("segment: model: feature %q with scale %v", t.Feature, t.Scale)
		}
		names[t.Feature] = true
	}
	last := ID(0)
	for _, s := range m.Segments {
		if s.ID <= last || s.ID >= m.Next || len(s.Centroid) != len(m.Terms) {
			return fmt.Errorf("segment: model: segment %s after %s, with %d of %d numbers", s.ID, last, len(s.Centroid), len(m.Terms))
		}
		last = s.ID
	}
	return nil
}
