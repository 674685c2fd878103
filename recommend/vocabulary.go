package recommend

import (
	"maps"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// vocabulary numbers the items and customers of a fit. Items are numbered in
// the order of their ids, so that a lower number breaks a tie.
type vocabulary struct {
	items     []clm.ItemID
	index     map[clm.ItemID]int32
	customers []clm.CustomerID
	number    map[clm.CustomerID]int32
	// catalogue holds the catalogue's entry of each item, or nil.
	catalogue []*clm.Item
	// kinds are the weights of the kinds of events.
	kinds map[clm.Kind]float64
}

// newVocabulary numbers all items that the catalogue had before the moment at,
// or that the records before it give a weight to.
func newVocabulary(records []record, weights map[clm.Kind]float64, catalogue *clm.Catalogue, at time.Time) *vocabulary {
	items, customers := map[clm.ItemID]int32{}, map[clm.CustomerID]int32{}
	for item := range catalogue.All {
		if item.Added.Before(at) {
			items[item.ID] = 0
		}
	}
	for _, r := range records {
		if !r.time.Before(at) {
			break
		}
		customers[r.customer] = 0
		if weights[r.kind] == 0 {
			continue
		}
		for _, id := range r.items {
			items[id] = 0
		}
	}
	v := &vocabulary{index: items, number: customers, kinds: weights}
	v.items = slices.Sorted(maps.Keys(items))
	for n, id := range v.items {
		items[id] = int32(n)
		v.catalogue = append(v.catalogue, catalogue.Item(id))
	}
	v.customers = slices.Sorted(maps.Keys(customers))
	for n, id := range v.customers {
		customers[id] = int32(n)
	}
	return v
}

// ids returns the ids of items.
func (v *vocabulary) ids(items ...int32) []clm.ItemID {
	ids := make([]clm.ItemID, len(items))
	for n, item := range items {
		ids[n] = v.items[item]
	}
	return ids
}
