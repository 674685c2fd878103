package llm

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// snapshot is the saved form of a ledger.
type snapshot struct {
	Version int        `json:"version"`
	Until   time.Time  `json:"until"` // when the day of its daily sums ends
	Sums    []savedSum `json:"sums"`
}

// snapshotVersion is the one that is written, and the only one that is read.
const snapshotVersion = 1

// savedSum is a sum with what its counter is, so that it finds its place when the limits have changed.
type savedSum struct {
	savedKey
	Amount
}

type savedKey struct {
	Per     Per     `json:"per,omitempty"`
	Purpose Purpose `json:"purpose,omitempty"`
	Window  Window  `json:"window,omitempty"`
	Tenant  string  `json:"tenant,omitempty"`
	ID      string  `json:"id,omitempty"`
}

// Snapshot is the state of all sums as JSON, in the same order for the same state, so that a restart does not forget
// what was spent: see [Budget.Restore]. What calls under way have reserved is saved as spent, for nobody will settle it.
// It contains the names of tenants, customers, sessions and purposes, and is to be kept as such. O(n log n) of sums; calls
// wait while the sums are copied, not while they are sorted and written.
func (b *Budget) Snapshot() ([]byte, error) {
	saved := b.saved()
	slices.SortFunc(saved.Sums, func(x, y savedSum) int {
		return cmp.Or(cmp.Compare(x.Per, y.Per), cmp.Compare(x.Purpose, y.Purpose), cmp.Compare(x.Window, y.Window),
			cmp.Compare(x.Tenant, y.Tenant), cmp.Compare(x.ID, y.ID))
	})
	return json.Marshal(saved)
}

func (b *Budget) saved() snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ledger.roll(time.Now())
	s := snapshot{Version: snapshotVersion, Until: b.ledger.until, Sums: []savedSum{}}
	for _, sums := range []map[account]*sum{b.ledger.days, b.ledger.forever} {
		for a, sum := range sums {
			if spent := sum.spent.plus(sum.reserved); spent != (Amount{}) {
				c := b.ledger.counters[a.counter]
				s.Sums = append(s.Sums, savedSum{savedKey{c.per, c.purpose, c.window, a.tenant, a.id}, spent})
			}
		}
	}
	return s
}

// Restore puts the sums of a [Budget.Snapshot] into a budget that has not been used. Sums of a day that has ended are
// left out, and so are those that no limit of this budget is kept by; limits that are new begin with nothing spent. A
// snapshot that is none, of another version, with a negative or doubled sum, or of a day that ends more than two days from
// now, is an error and changes nothing.
func (b *Budget) Restore(data []byte) error {
	s, err := readSnapshot(data)
	if err != nil {
		return fmt.Errorf("llm: budget: snapshot: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.expenses)+len(b.ledger.days)+len(b.ledger.forever) > 0 {
		return errors.New("llm: budget: restore into a budget that has been used")
	}
	now := time.Now()
	if s.Until.After(now.Add(48 * time.Hour)) {
		return fmt.Errorf("llm: budget: snapshot: of a day that ends at %v", s.Until)
	}
	b.ledger.roll(now)
	b.ledger.restore(s, now)
	return nil
}

func (l *ledger) restore(s *snapshot, now time.Time) {
	for _, saved := range s.Sums {
		i := l.counter(saved.Per, saved.Purpose, saved.Window)
		if i < 0 || saved.Window == Daily && !now.Before(s.Until) {
			continue
		}
		l.sums(saved.Window)[account{i, saved.Tenant, saved.ID}] = &sum{spent: saved.Amount}
	}
}

func readSnapshot(data []byte) (*snapshot, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var s snapshot
	if err := dec.Decode(&s); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("something after its end")
	}
	if s.Version != snapshotVersion {
		return nil, fmt.Errorf("version %d, want %d", s.Version, snapshotVersion)
	}
	seen := make(map[savedKey]bool, len(s.Sums))
	for i, sum := range s.Sums {
		if sum.Micros < 0 || sum.Tokens < 0 {
			return nil, fmt.Errorf("sum %d is negative", i)
		}
		if seen[sum.savedKey] {
			return nil, fmt.Errorf("sum %d is there twice", i)
		}
		seen[sum.savedKey] = true
	}
	return &s, nil
}
