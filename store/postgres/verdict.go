package postgres

import (
	"fmt"
	"sync"
)

// verdicts remembers, by filter, whether few records pass it, so that not every
// search has to count. A verdict only chooses between two ways to an answer: one
// that is out of date costs time, or the exactness of an answer about a set that has
// just become small.
type verdicts struct {
	mu   sync.Mutex
	byID map[string]verdict
}

type verdict struct {
	few  bool
	left int // searches for which it is taken
}

const (
	verdictLife = 100  // searches
	verdictMost = 1000 // filters
)

// verdictOf returns the name of a filter.
func verdictOf(tags [][]string) string { return fmt.Sprintf("%q", tags) }

// find returns what is remembered of a filter.
func (v *verdicts) find(id string) (few, known bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	d := v.byID[id]
	if d.left == 0 {
		return false, false
	}
	d.left--
	v.byID[id] = d
	return d.few, true
}

func (v *verdicts) keep(id string, few bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.byID == nil || len(v.byID) >= verdictMost {
		v.byID = map[string]verdict{}
	}
	v.byID[id] = verdict{few, verdictLife}
}

func (v *verdicts) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.byID = nil
}
