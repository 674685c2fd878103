package quality

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// Options are the settings of [Measure]. What is not given leaves out the
// metrics that need it.
type Options struct {
	// Ks are the ranks at which lists are cut off. Default: 5, 10 and 25.
	Ks []int
	// Catalogue holds the items that could be recommended. It gives their
	// number, their categories for miscalibration, and for intra_list_diversity
	// what two have in common: categories, brand and attributes.
	Catalogue *clm.Catalogue
	// Items is how many items could be recommended, for coverage and gini.
	// Default: as many as the catalogue has.
	Items int
	// Popularity says how many customers had each item before.
	Popularity *Popularity
	// Distance is how unlike two items are, at least 0 and the same both ways:
	// 1 minus the cosine of their vectors, say. Default: the share of the labels
	// in the catalogue that they do not have in common (Jaccard); 1 when neither
	// has any.
	Distance func(a, b clm.ItemID) float64
	// Reward is what a hit on an item earns, at least 0: its price, its margin.
	Reward func(clm.ItemID) float64
	// Increase is how many more customers had each item in the time that is
	// scored than in one of equal length before it. trend_prediction_accuracy is
	// the sum over a list, over the sum of as many of the largest: 1 when the
	// list is what rises most, 0 when it does not rise.
	Increase map[clm.ItemID]float64
	// Resamples is how many resamples the intervals come from. Default: 1000.
	Resamples int
	// Seed is that of the resamples.
	Seed uint64
}

// Popularity is how many customers had each item.
type Popularity struct {
	Customers int
	Items     map[clm.ItemID]int
}

func (o *Options) defaults() (Options, error) {
	var d Options
	if o != nil {
		d = *o
	}
	d.Ks = slices.Sorted(slices.Values(d.Ks))
	if len(d.Ks) == 0 {
		d.Ks = []int{5, 10, 25}
	}
	if d.Items == 0 {
		d.Items = d.Catalogue.Len()
	}
	if d.Resamples == 0 {
		d.Resamples = 1000
	}
	if d.Distance == nil && d.Catalogue != nil {
		d.Distance = labels(d.Catalogue).distance
	}
	return d, d.validate()
}

func (o *Options) validate() error {
	if k, again := repeated(o.Ks); again || o.Ks[0] < 1 {
		return fmt.Errorf("quality: ranks %v: %d is below 1 or named twice", o.Ks, max(k, o.Ks[0]))
	}
	if o.Items < 0 || o.Resamples < 0 {
		return fmt.Errorf("quality: %d items, %d resamples", o.Items, o.Resamples)
	}
	if o.Popularity != nil && o.Popularity.Customers < 1 {
		return fmt.Errorf("quality: popularity among %d customers", o.Popularity.Customers)
	}
	for _, item := range slices.Sorted(maps.Keys(o.Increase)) {
		if x := o.Increase[item]; math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("quality: increase %v of item %q", x, item)
		}
	}
	return nil
}

// deepest returns the largest K.
func (o *Options) deepest() int { return o.Ks[len(o.Ks)-1] }
