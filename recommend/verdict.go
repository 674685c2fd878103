package recommend

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
)

// verdicts remembers for which items filters hold: shops use the same few for
// one list after the other. A filter is remembered from its second list on, so
// that one that is made for a single list costs no room.
type verdicts struct {
	mutex sync.Mutex
	known []verdict // the latest used first
}

// maxVerdicts is for how many filters that is done.
const maxVerdicts = 16

// A verdict is that of a filter for all items, as far as it was asked for.
type verdict struct {
	of    *filter.Filter
	items []atomic.Uint32 // two bits by item, for sixteen items each; nil on first sight
}

// The two bits of an item.
const (
	settled = 1
	holding = 2
)

// of returns whether a filter holds for an item of n.
func (v *verdicts) of(f *filter.Filter, n int) func(number int32, item *clm.Item) bool {
	if f == nil {
		return func(int32, *clm.Item) bool { return true }
	}
	items := v.items(f, n)
	if items == nil {
		return func(_ int32, item *clm.Item) bool { return f.Match((*filter.Item)(item)) }
	}
	return func(number int32, item *clm.Item) bool {
		word, shift := &items[number/16], number%16*2
		bits := word.Load() >> shift
		if bits&settled == 0 {
			bits = settled
			if f.Match((*filter.Item)(item)) {
				bits |= holding
			}
			word.Or(bits << shift)
		}
		return bits&holding != 0
	}
}

// items returns the room of a filter for n items, or nil if it was not seen
// before.
func (v *verdicts) items(f *filter.Filter, n int) []atomic.Uint32 {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	at := slices.IndexFunc(v.known, func(k verdict) bool { return k.of == f })
	if at < 0 {
		v.known = slices.Insert(v.known, 0, verdict{of: f})
		v.known = v.known[:min(len(v.known), maxVerdicts)]
		return nil
	}
	found := v.known[at]
	if found.items == nil {
		found.items = make([]atomic.Uint32, (n+15)/16)
	}
	copy(v.known[1:at+1], v.known[:at])
	v.known[0] = found
	return found.items
}
