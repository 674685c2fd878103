package interaction

import (
	"sync"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A Vocabulary numbers the items and customers that are known at a moment.
// Items are numbered in the order of their ids, so that a lower number breaks a
// tie.
type Vocabulary struct {
	Items     []clm.ItemID
	Index     map[clm.ItemID]int32
	Customers []clm.CustomerID
	Number    map[clm.CustomerID]int32
	Channels  []string
	// Catalogue holds the catalogue's entry of each item, or nil.
	Catalogue []*clm.Item

	mutex  sync.Mutex
	shared map[any]any
}

// Share returns what make returns, or has returned for the same key and
// vocabulary before: what follows from the catalogue alone is made once for all
// moments. A key is of a type that the caller alone has. An error is not kept.
func Share[T any](v *Vocabulary, key any, make func() (T, error)) (T, error) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if value, ok := v.shared[key].(T); ok {
		return value, nil
	}
	value, err := make()
	if err != nil {
		return value, err
	}
	if v.shared == nil {
		v.shared = map[any]any{}
	}
	v.shared[key] = value
	return value, nil
}

// IDs returns the ids of items.
func (v *Vocabulary) IDs(items ...int32) []clm.ItemID {
	ids := make([]clm.ItemID, len(items))
	for n, item := range items {
		ids[n] = v.Items[item]
	}
	return ids
}

// vocabulary numbers all items that the catalogue had before the moment, or
// that rows before it give a weight to, and all customers with such rows. It
// returns the new numbers of the records' items and customers, -1 for none.
func (r *Records) vocabulary(at time.Time, catalogue *clm.Catalogue) (v *Vocabulary, items, customers []int32) {
	v = &Vocabulary{Channels: r.Channels}
	sold, known := r.knownAt(Nano(at))
	v.Items = catalogueBefore(catalogue, at)
	for n, id := range r.Items {
		if sold[n] {
			v.Items = append(v.Items, id)
		}
	}
	v.Items = unique(v.Items)
	for n, id := range r.Customers {
		if known[n] {
			v.Customers = append(v.Customers, id)
		}
	}
	v.number(catalogue)
	return v, moved(r.Items, v.Index), moved(r.Customers, v.Number)
}

// knownAt returns which items rows before a moment give a weight to, and which
// customers have one.
func (r *Records) knownAt(at int64) (items, customers []bool) {
	items, customers = make([]bool, len(r.Items)), make([]bool, len(r.Customers))
	for i := range r.rows {
		row := &r.rows[i]
		if row.time >= at {
			continue
		}
		customers[row.customer] = true
		if row.weight > 0 && row.item >= 0 {
			items[row.item] = true
		}
	}
	return items, customers
}

func moved[K comparable](keys []K, index map[K]int32) []int32 {
	to := make([]int32, len(keys))
	for n, key := range keys {
		number, ok := index[key]
		if !ok {
			number = -1
		}
		to[n] = number
	}
	return to
}
