package quality

import (
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
)

func popularity(p *Popularity) columns {
	return columns{[]string{"novelty", "average_recommendation_popularity"}, func(l *ranked) ([]float64, error) {
		had := make([]int, len(l.shown))
		for i, item := range l.shown {
			had[i] = p.Items[item]
			if had[i] < 0 || had[i] > p.Customers {
				return nil, fmt.Errorf("quality: %d of %d customers had item %q", had[i], p.Customers, item)
			}
		}
		return []float64{number(metric.Novelty(had, p.Customers)), number(metric.Popularity(had))}, nil
	}}
}

func diversity(distance func(a, b clm.ItemID) float64) func(l *ranked) (float64, error) {
	return func(l *ranked) (float64, error) {
		mean, ok := metric.Diversity(len(l.shown), func(i, j int) float64 { return distance(l.shown[i], l.shown[j]) })
		if !(mean >= 0) || math.IsInf(mean, 1) {
			return 0, fmt.Errorf("quality: mean distance %v in the list of customer %q", mean, l.Customer)
		}
		return number(mean, ok), nil
	}
}

// miscalibration compares categories; an item with several counts in equal
// parts for each.
func miscalibration(catalogue *clm.Catalogue) func(l *ranked) (float64, error) {
	return func(l *ranked) (float64, error) {
		numbers := map[string]int{}
		history, list := categories(catalogue, l.History, numbers), categories(catalogue, l.shown, numbers)
		history = append(history, make(metric.Taste, len(list)-len(history))...)
		return number(metric.Miscalibration(history, list)), nil
	}
}

// categories adds up the categories of the items, by the numbers that they have
// or get.
func categories(catalogue *clm.Catalogue, items []clm.ItemID, numbers map[string]int) metric.Taste {
	taste := make(metric.Taste, len(numbers))
	for _, id := range items {
		item := catalogue.Item(id)
		if item == nil {
			continue
		}
		for _, category := range item.Categories {
			n, known := numbers[category]
			if !known {
				n = len(numbers)
				numbers[category] = n
				taste = append(taste, 0)
			}
			taste[n] += 1 / float64(len(item.Categories))
		}
	}
	return taste
}

// labelled holds what the catalogue says of each item, sorted, each once.
type labelled map[clm.ItemID][]string

func labels(catalogue *clm.Catalogue) labelled {
	all := labelled{}
	for item := range catalogue.All {
		var words []string
		for _, category := range item.Categories {
			words = append(words, "category\x00"+category)
		}
		if item.Brand != "" {
			words = append(words, "brand\x00"+item.Brand)
		}
		for name, value := range item.Attributes {
			words = append(words, "attribute\x00"+name+"\x00"+value)
		}
		slices.Sort(words)
		all[item.ID] = slices.Compact(words)
	}
	return all
}

func (l labelled) distance(a, b clm.ItemID) float64 { return metric.Jaccard(l[a], l[b]) }
