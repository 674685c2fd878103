package recommend

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
)

// Options are the settings of [Fit].
type Options struct {
	// Weights says how much an event of a kind counts as a sign that the
	// customer wants its items, in [0, ∞); kinds that are not in it count 0.
	// Where several events of a customer name an item, the largest weight
	// counts. Default: an order counts 1, nothing else counts.
	Weights map[clm.Kind]float64
	// Exposures, if not nil, are what customers were shown, from
	// [clm.Exposures]: what was shown and not looked at counts against an item.
	// They are read once for each fit. Default: nothing is known.
	Exposures iter.Seq2[clm.Exposure, error]
	// Fatigue is by how much each time that an item was shown and not taken
	// lowers its blended score, in [0, 1): it is multiplied by 1-Fatigue, where
	// times fade with a half-life of 14 days. The ranker learns it by itself.
	// Default: 0.1. Negative is 0.
	Fatigue float64
	// Sources are the names of the sources to fit and to blend.
	// Default: all of [Sources] but [ALS].
	Sources []string

	Popularity PopularityOptions
	ItemKNN    ItemKNNOptions
	EASE       EASEOptions
	Repeat     RepeatOptions
	Content    ContentOptions
	Trending   TrendingOptions
	Arrivals   ArrivalsOptions
	Blend      BlendOptions
	Ranker     RankerOptions

	// Progress, if not nil, is called before each step of the fit with its
	// name: "read", "embed", then the names of the sources for the fit before
	// the hold-out window, "blend", and the names of the sources again for the
	// fit on everything. [Evaluate] ends with "score".
	Progress func(step string)

	known *candidate.Known // vectors of texts
}

// PopularityOptions are the settings of the source "popularity".
type PopularityOptions struct {
	// Window is how far back purchases count. Default: 14 days.
	Window time.Duration
	// HalfLife is the age at which a purchase inside of the window counts
	// half. Default: purchases do not fade.
	HalfLife time.Duration
}

// ItemKNNOptions are the settings of the source "itemknn".
type ItemKNNOptions struct {
	// Neighbours is how many items an item is compared with. Default: 100.
	Neighbours int
	// Shrink lowers the similarity of items with few common customers: it is
	// added to the denominator of the cosine. Default: 20.
	Shrink float64
	// HalfLife is the age at which what a customer bought counts half.
	// Default: it does not fade.
	HalfLife time.Duration
}

// EASEOptions are the settings of the source "ease".
type EASEOptions struct {
	// Lambda is the weight of the L2 penalty. Default: 300.
	Lambda float64
	// HalfLife is the age at which what a customer bought counts half.
	// Default: 60 days.
	HalfLife time.Duration
	// MaxItems is up to how many items that were wanted the exact solution is
	// computed: n items cost n³/2 multiplications and 20·n² bytes. Of more, each
	// item is compared with its 64 nearest only. Default: 4000.
	MaxItems int
}

// RepeatOptions are the settings of the source "repeat".
type RepeatOptions struct {
	// HalfLife is the time since an item's last order at which its score is
	// half; with Frequency, the age at which an order counts half.
	// Default: 120 days.
	HalfLife time.Duration
	// Prior is for how long a customer is thought to have bought at the pace
	// of the item's customers before. Default: 240 days.
	Prior time.Duration
	// Shrink is how many customers of an average item are added to those of an
	// item, so that few say little about its pace. Default: 200.
	Shrink float64
	// Frequency counts orders instead of telling when the next one is due.
	Frequency bool
}

// TrendingOptions are the settings of the source "trending".
type TrendingOptions struct {
	// Window is the recent window, and the one before it that it is compared
	// with. Default: 14 days.
	Window time.Duration
	// Significance is how many standard deviations more than before an item
	// has to sell. Default: 2.
	Significance float64
}

// ArrivalsOptions are the settings of the source "arrivals".
type ArrivalsOptions struct {
	// Window is the age up to which an item is new. Default: 60 days.
	Window time.Duration
	// HalfLife is the age at which an item's score is half. Default: 14 days.
	HalfLife time.Duration
}

// ContentOptions are the settings of the source "content".
type ContentOptions struct {
	// Embedder turns the texts of items and queries into vectors; a text that
	// items share is embedded once, and not again by [Model.Update], [Load] and
	// [Tune]. Default: latent semantic analysis, llm/lexical, of the catalogue.
	Embedder llm.Embedder
	// Candidates is how many items are looked up for a customer.
	// Default: 200.
	Candidates int
	// Similarity is the cosine, in (0, 1], from which on texts are similar;
	// what it should be depends on the embedder. Default: 0.1.
	Similarity float64
	// HalfLife is the age at which an event of the customer counts half.
	// Default: 60 days.
	HalfLife time.Duration
}

// BlendOptions are the settings of the choice of the sources' weights.
type BlendOptions struct {
	// HoldOut is the length of the window before the fit's moment on which
	// the weights are chosen. Default: 90 days, but at most half of the time
	// that the events span.
	HoldOut time.Duration
	// MaxCustomers is how many customers of the window are looked at, spread
	// evenly over their ids. Default: 1000.
	MaxCustomers int
	// Use are blends to use as they are, such as those of an earlier [Model]
	// or [Evaluation]: the fit then takes half of the time. Sources that it
	// does not have are left out. Default: weights are chosen.
	Use Blends
}

// RankerOptions are the settings of the ranker, which orders what the blend
// proposes.
type RankerOptions struct {
	// Off leaves the order to the blend: the fit takes a fraction of the time.
	Off bool
	// Candidates is how many items of a customer are ranked; what the blend
	// proposes besides comes after them. Default: 150, among more than 20,000
	// items 64.
	Candidates int
	// MaxCustomers is how many customers of each of the four windows are learned
	// from, spread evenly over their ids. Default: 700.
	MaxCustomers int
}

const day = 24 * time.Hour

// defaults returns o with its zero fields filled in, or an error that names
// the field that cannot be.
func (o *Options) defaults() (Options, error) {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Weights == nil {
		d.Weights = map[clm.Kind]float64{clm.Ordered: 1}
	}
	if d.Sources == nil {
		d.Sources = usual()
	}
	if d.Progress == nil {
		d.Progress = func(string) {}
	}
	fill(&d.Fatigue, 0.1)
	d.Fatigue = max(0, d.Fatigue)
	fill(&d.Popularity.Window, 14*day)
	fill(&d.ItemKNN.Neighbours, 100)
	fill(&d.ItemKNN.Shrink, 20)
	fill(&d.EASE.Lambda, 300)
	fill(&d.EASE.HalfLife, 60*day)
	fill(&d.EASE.MaxItems, 4000)
	fill(&d.Repeat.HalfLife, 120*day)
	fill(&d.Repeat.Prior, 240*day)
	fill(&d.Repeat.Shrink, 200)
	fill(&d.Trending.Window, 14*day)
	fill(&d.Trending.Significance, 2)
	fill(&d.Arrivals.Window, 60*day)
	fill(&d.Arrivals.HalfLife, 14*day)
	fill(&d.Content.Candidates, 200)
	fill(&d.Content.Similarity, 0.1)
	fill(&d.Content.HalfLife, 60*day)
	fill(&d.Blend.MaxCustomers, 1000)
	fill(&d.Ranker.MaxCustomers, 700)
	return d, d.check()
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (o *Options) check() error {
	for _, f := range []struct {
		name  string
		value float64
	}{
		{"Popularity.Window", float64(o.Popularity.Window)},
		{"Popularity.HalfLife", float64(o.Popularity.HalfLife)},
		{"ItemKNN.Neighbours", float64(o.ItemKNN.Neighbours)},
		{"ItemKNN.Shrink", o.ItemKNN.Shrink},
		{"ItemKNN.HalfLife", float64(o.ItemKNN.HalfLife)},
		{"EASE.Lambda", o.EASE.Lambda},
		{"EASE.HalfLife", float64(o.EASE.HalfLife)},
		{"EASE.MaxItems", float64(o.EASE.MaxItems)},
		{"Repeat.HalfLife", float64(o.Repeat.HalfLife)},
		{"Repeat.Prior", float64(o.Repeat.Prior)},
		{"Repeat.Shrink", o.Repeat.Shrink},
		{"Trending.Window", float64(o.Trending.Window)},
		{"Trending.Significance", o.Trending.Significance},
		{"Arrivals.Window", float64(o.Arrivals.Window)},
		{"Arrivals.HalfLife", float64(o.Arrivals.HalfLife)},
		{"Content.Candidates", float64(o.Content.Candidates)},
		{"Content.Similarity", o.Content.Similarity},
		{"Content.HalfLife", float64(o.Content.HalfLife)},
		{"Blend.HoldOut", float64(o.Blend.HoldOut)},
		{"Blend.MaxCustomers", float64(o.Blend.MaxCustomers)},
		{"Ranker.MaxCustomers", float64(o.Ranker.MaxCustomers)},
	} {
		if err := checkNumber(f.name, f.value); err != nil {
			return err
		}
	}
	if o.Ranker.Candidates < 0 {
		return fmt.Errorf("recommend: option Ranker.Candidates: %d is below 0", o.Ranker.Candidates)
	}
	if !(o.Fatigue < 1) {
		return fmt.Errorf("recommend: option Fatigue: %v is not below 1", o.Fatigue)
	}
	return cmp.Or(checkWeights("Weights", o.Weights), o.Blend.Use.check(), o.checkSources())
}

func checkNumber(name string, x float64) error {
	if !(x >= 0) || math.IsInf(x, 1) {
		return fmt.Errorf("recommend: option %s: %v is not a number in [0, ∞)", name, x)
	}
	return nil
}

func checkWeights[K ~string](name string, weights map[K]float64) error {
	for _, key := range slices.Sorted(maps.Keys(weights)) {
		if err := checkNumber(fmt.Sprintf("%s[%q]", name, key), weights[key]); err != nil {
			return err
		}
	}
	return nil
}

func (b Blends) check() error {
	return cmp.Or(
		checkWeights("Blend.Use[NewItems].Weights", b[NewItems].Weights),
		checkWeights("Blend.Use[NextBasket].Weights", b[NextBasket].Weights),
	)
}

func (o *Options) checkSources() error {
	for _, name := range o.Sources {
		if !slices.Contains(Sources(), name) {
			return fmt.Errorf("recommend: option Sources: no source is called %q", name)
		}
	}
	return nil
}
