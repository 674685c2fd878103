package segment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/clmkit/clmkit/profile"
)

// ErrNoFeature is wrapped by the error for features that customers cannot be
// compared by.
var ErrNoFeature = errors.New("no such feature")

// Options are the settings of [Fit].
type Options struct {
	// K is the number of segments. Default: that of Previous, and without one
	// the number from 2 to MaxK with the greatest mean silhouette, on a sample.
	K int
	// MaxK is the most segments that are tried. Default: 10.
	MaxK int
	// Starts is how many times k-means starts anew; the best counts.
	// Default: 5.
	Starts int
	// Currency is what money is read in. Default: that of Previous, and without
	// one the currency with the most orders.
	Currency string
	// Purpose is what customers may have refused: who did is left out, and in
	// no segment. Default: that of Previous, and without one "profiling".
	Purpose string
	// Features are what customers are compared by: names of [Features], or
	// "interest:" and a category. Default: those of Previous, and without one
	// all of Features and the three most wanted categories. Features that say
	// nearly the same count twice.
	Features []string
	// Previous is the fit before, whose ids are kept; nil: there is none.
	Previous *Model
	// Near is how far a segment may have moved and still be the same one: the
	// root of the mean squared distance per feature, in standard deviations of
	// the previous fit. Default: 0.5, our choice.
	Near float64
	// Traits are the settings of the traits that segments are described by, but
	// for the purpose. Nil means the defaults of [profile.Profile.Traits].
	Traits *profile.TraitOptions
}

func (o *Options) defaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	d.MaxK = cmp.Or(max(0, d.MaxK), 10)
	d.Starts = cmp.Or(max(0, d.Starts), 5)
	if !(d.Near > 0) {
		d.Near = 0.5
	}
	if d.Previous != nil && d.K == 0 {
		d.K = len(d.Previous.Segments)
	}
	if d.Previous != nil {
		d.Currency = cmp.Or(d.Currency, d.Previous.Currency)
		d.Purpose = cmp.Or(d.Purpose, d.Previous.Purpose)
	}
	d.Purpose = cmp.Or(d.Purpose, profiling)
	var traits profile.TraitOptions
	if d.Traits != nil {
		traits = *d.Traits
	}
	traits.Purpose = d.Purpose
	d.Traits = &traits
	if d.Previous != nil && d.Features == nil {
		for _, t := range d.Previous.Terms {
			d.Features = append(d.Features, t.Feature)
		}
	}
	return d
}

// mostWanted is how many categories become features.
const mostWanted = 3

// Fit divides the customers into segments by k-means on standardised features
// (Lloyd 1982; started by k-means++), describes each by what tells it from the
// rest, and gives it the id that it had in o.Previous. The profiles are those of
// the time at; their order does not matter. The same profiles and the same
// random numbers give the same bytes.
//
// Fit fails with [ErrTooFew] for no customers, and for fewer customers, or fewer
// different ones, than o.K; with [ErrTwice]; and with the errors of ctx and of the
// sequence. Where o.K is not given and all customers are alike there is one
// segment. It takes O(n·k·d) per iteration and start, and keeps a few hundred bytes
// of each customer.
func Fit(ctx context.Context, profiles iter.Seq2[*profile.Profile, error], at time.Time, random rand.Source, o *Options) (*Model, error) {
	opts := o.defaults()
	g, err := gather(profiles, at, &opts)
	if err != nil {
		return nil, err
	}
	if n := len(g.rows); n == 0 || n < opts.K || opts.K < 0 {
		return nil, fmt.Errorf("segment: %d customers for %d segments: %w", n, opts.K, ErrTooFew)
	}
	m := &Model{
		At: at.UTC(), Currency: cmp.Or(opts.Currency, g.currency()), Purpose: opts.Purpose,
		Customers: len(g.rows), Refused: g.refused, Next: 1,
	}
	x, err := m.standardise(g, opts.Features)
	if err != nil {
		return nil, err
	}
	r, err := m.divide(ctx, x, rand.New(random), &opts)
	if err != nil {
		return nil, err
	}
	m.name(x, r, &opts)
	r = x.partition(m.centroids(), r.steps)
	m.count(x, r)
	m.describe(g, r.labels)
	return m, nil
}

// standardise fills the terms and returns the points.
func (m *Model) standardise(g *gathering, names []string) (*points, error) {
	if names == nil {
		names = Features()
		for _, label := range g.wanted(mostWanted) {
			names = append(names, interestPrefix+label)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("segment: none is named: %w", ErrNoFeature)
	}
	x := &points{make([]float64, len(names)*len(g.rows)), len(names)}
	for j, name := range names {
		column, err := g.column(name, m.Currency)
		if err != nil {
			return nil, err
		}
		if slices.Contains(names[:j], name) {
			return nil, fmt.Errorf("segment: feature %q occurs twice: %w", name, ErrNoFeature)
		}
		t := moments(name, column)
		m.Terms = append(m.Terms, t)
		for i, v := range column {
			x.data[i*x.columns+j] = t.standardise(v)
		}
	}
	return x, nil
}

// column returns the values of one feature, one for each customer.
func (g *gathering) column(name, currency string) ([]float64, error) {
	if _, ok := named(name); !ok {
		return nil, fmt.Errorf("segment: feature %q: %w", name, ErrNoFeature)
	}
	column := make([]float64, len(g.rows))
	j := slices.IndexFunc(g.table, func(f feature) bool { return f.name == name })
	for i := range g.rows {
		if j < 0 {
			column[i] = g.rows[i].share(name[len(interestPrefix):])
		} else {
			column[i] = g.rows[i].under(currency)[j]
		}
	}
	return column, nil
}

// loyalty is how much smaller the inertia of a new start has to be to be taken
// instead of where the previous segments went: two optima of nearly the same
// worth must not change places from one night to the next.
const loyalty = 0.99

// divide runs k-means.
func (m *Model) divide(ctx context.Context, x *points, random *rand.Rand, o *Options) (*partition, error) {
	k := o.K
	if k == 0 {
		best, _, err := x.choose(ctx, min(o.MaxK, x.len()), o.Starts, random)
		if err != nil {
			return nil, err
		}
		k = best
	}
	best, err := x.best(ctx, k, o.Starts, random)
	if err != nil {
		return nil, err
	}
	if n := len(best.centroids); n < k {
		return nil, fmt.Errorf("segment: %d different customers for %d segments: %w", n, k, ErrTooFew)
	}
	if o.Previous == nil || len(o.Previous.Segments) != k {
		return best, nil
	}
	warm, err := x.lloyd(ctx, m.moved(o.Previous))
	if err != nil {
		return nil, err
	}
	if best.inertia < loyalty*warm.inertia {
		return best, nil
	}
	return warm, nil
}

// count notes the customers of each segment and how good the partition is.
func (m *Model) count(x *points, r *partition) {
	for _, l := range r.labels {
		m.Segments[l].Customers++
	}
	m.Steps = r.steps
	m.Inertia = r.inertia / float64(x.len()) / float64(max(1, varying(m.Terms)))
	if len(m.Segments) > 1 {
		few := x.spread(silhouetteSample)
		m.Silhouette = few.silhouette(few.partition(r.centroids, 0).labels, len(m.Segments))
	}
}

// spread returns about n rows at equal steps, or all when there are no more.
func (p *points) spread(n int) *points {
	if p.len() <= n {
		return p
	}
	rows := make([]int, n)
	for i := range rows {
		rows[i] = int(math.Round(float64(i) * float64(p.len()-1) / float64(n-1)))
	}
	return p.pick(rows)
}
