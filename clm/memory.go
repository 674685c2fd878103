package clm

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"
)

// Memory is a [Log] in the memory of the process, for tests, examples and
// shops that replay their history at each start. Its use of memory grows with
// the number of events. The zero value is not usable; see [NewMemory].
type Memory struct {
	now func() time.Time

	mu         sync.RWMutex
	partitions []memoryPartition
	ids        map[string]struct{}
	changed    chan struct{}
}

type memoryPartition struct {
	entries []Entry
	last    Position
}

// MemoryOptions are the settings of [NewMemory].
type MemoryOptions struct {
	// Partitions is the number of partitions. Default: 8.
	Partitions int
	// Now is the clock that decides which events are in the future.
	// Default: [time.Now].
	Now func() time.Time
}

// NewMemory returns an empty log.
func NewMemory(o *MemoryOptions) *Memory {
	if o == nil {
		o = &MemoryOptions{}
	}
	m := &Memory{now: o.Now, ids: map[string]struct{}{}, changed: make(chan struct{})}
	if m.now == nil {
		m.now = time.Now
	}
	n := o.Partitions
	if n < 1 {
		n = 8
	}
	m.partitions = make([]memoryPartition, n)
	return m
}

// Partitions returns the number of partitions.
func (m *Memory) Partitions() int { return len(m.partitions) }

// Append adds the events, all or none, and ignores those whose id it has.
func (m *Memory) Append(ctx context.Context, events ...Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := m.now()
	for i := range events {
		if err := events[i].Validate(now); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	grown := false
	for i := range events {
		grown = m.add(&events[i]) || grown
	}
	if grown {
		close(m.changed)
		m.changed = make(chan struct{})
	}
	return nil
}

func (m *Memory) add(e *Event) bool {
	if _, known := m.ids[e.ID]; known {
		return false
	}
	m.ids[e.ID] = struct{}{}
	p := &m.partitions[PartitionOf(e.Customer, len(m.partitions))]
	p.last++
	p.entries = append(p.entries, Entry{p.last, e.clone()})
	return true
}

// Read yields the entries after a position that were there when it was called.
// No lock is held while the caller looks at an entry.
func (m *Memory) Read(ctx context.Context, partition int, after Position) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if partition < 0 || partition >= len(m.partitions) {
			yield(Entry{}, fmt.Errorf("clm: partition %d of %d: %w", partition, len(m.partitions), ErrPartition))
			return
		}
		for _, e := range m.tail(partition, after) {
			if err := ctx.Err(); err != nil {
				yield(Entry{}, err)
				return
			}
			e.Event = e.Event.clone()
			if !yield(e, nil) {
				return
			}
		}
	}
}

// tail returns what a partition holds after a position. The slice stays as it
// is whatever happens to the log: appending adds behind it, erasing makes a
// new one.
func (m *Memory) tail(partition int, after Position) []Entry {
	m.mu.RLock()
	defer m.mu.RUnlock()
	entries := m.partitions[partition].entries
	i, found := slices.BinarySearchFunc(entries, after, func(e Entry, p Position) int {
		return cmp.Compare(e.Position, p)
	})
	if found {
		i++
	}
	return entries[i:]
}

// Ends returns the ends of the partitions that were appended to.
func (m *Memory) Ends(ctx context.Context) (map[int]Position, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	ends := map[int]Position{}
	for i := range m.partitions {
		if last := m.partitions[i].last; last > 0 {
			ends[i] = last
		}
	}
	return ends, ctx.Err()
}

// Changed returns a channel that the next growth of the log closes.
func (m *Memory) Changed() <-chan struct{} {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.changed
}

// Erase removes every event of a customer. The positions of other events stay
// as they are, and the ids of the removed ones are forgotten with them.
func (m *Memory) Erase(ctx context.Context, customer CustomerID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := &m.partitions[PartitionOf(customer, len(m.partitions))]
	kept := make([]Entry, 0, len(p.entries))
	for _, e := range p.entries {
		if e.Event.Customer == customer {
			delete(m.ids, e.Event.ID)
			continue
		}
		kept = append(kept, e)
	}
	p.entries = kept
	return nil
}
