package quality

import (
	"fmt"
	"iter"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
)

// An Audience is who is expected to want an item, and who then did.
type Audience struct {
	Item clm.ItemID
	// Customers are those expected, the likeliest first, each once.
	Customers []clm.CustomerID
	// Actual are those who bought the item, each once.
	Actual []clm.CustomerID
}

// MeasureAudiences measures audiences of items among so many customers, with
// Amazon Personalize's metrics of user segments: hit_at_k is how many of the
// first k customers were right, recall_at_k what share of the actual ones is
// among them, both means over the items that somebody bought; k is 1 % of the
// customers, rounded up. (The documentation's words for recall fit precision too;
// recall is meant here.) Of the options it reads Resamples and Seed. The report
// has no lists to compare.
func MeasureAudiences(audiences iter.Seq[Audience], customers int, o *Options) (*Report, error) {
	opts, err := o.defaults()
	if err != nil {
		return nil, err
	}
	if customers < 1 {
		return nil, fmt.Errorf("quality: audiences among %d customers", customers)
	}
	k := (customers + 99) / 100
	sample := metric.NewSample(2)
	for a := range audiences {
		if customer, again := repeated(a.Customers); again {
			return nil, fmt.Errorf("quality: the audience of item %q has customer %q twice", a.Item, customer)
		}
		if customer, again := repeated(a.Actual); again {
			return nil, fmt.Errorf("quality: item %q: customer %q is an actual one twice", a.Item, customer)
		}
		if len(a.Actual) > 0 {
			hits := a.hits(k)
			sample.Add(hits, hits/float64(len(a.Actual)))
		}
	}
	p := &part{names: []string{"hit_at_k", "recall_at_k"}, sample: sample}
	return &Report{Measures: Measures{Lists: sample.Len(), Metrics: p.estimate(opts.Resamples, opts.Seed)}}, nil
}

// hits returns how many of the first k customers are actual ones.
func (a *Audience) hits(k int) float64 {
	actual := make(map[clm.CustomerID]bool, len(a.Actual))
	for _, customer := range a.Actual {
		actual[customer] = true
	}
	n := 0.0
	for _, customer := range a.Customers[:min(k, len(a.Customers))] {
		if actual[customer] {
			n++
		}
	}
	return n
}
