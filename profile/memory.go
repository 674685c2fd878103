package profile

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/clmkit/clmkit/clm"
)

// Memory is a [Store] in the memory of the process. The zero value is an empty
// store, ready for use.
type Memory struct {
	mu        sync.RWMutex
	profiles  map[clm.CustomerID]*Profile // never changed once they are in
	positions map[int]clm.Position
	revision  uint64
	epochs    map[slot]uint64 // the newest of each slot
	letters   map[place]clm.DeadLetter
}

type slot struct {
	group  string
	number int
}

type place struct {
	partition int
	position  clm.Position
}

// Get returns a copy of a customer's profile.
func (m *Memory) Get(ctx context.Context, customer clm.CustomerID) (*Profile, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	p := m.profiles[customer]
	m.mu.RUnlock()
	if p == nil {
		return nil, fmt.Errorf("customer %s: %w", customer, ErrNotFound)
	}
	return p.Clone(), nil
}

// All yields a copy of every profile in the order of the customers' ids.
func (m *Memory) All(ctx context.Context) iter.Seq2[*Profile, error] {
	return func(yield func(*Profile, error) bool) {
		m.mu.RLock()
		ids := slices.Sorted(maps.Keys(m.profiles))
		m.mu.RUnlock()
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			m.mu.RLock()
			p := m.profiles[id]
			m.mu.RUnlock()
			if p != nil && !yield(p.Clone(), nil) {
				return
			}
		}
	}
}

// Mark returns how far a partition has been read.
func (m *Memory) Mark(ctx context.Context, partition int) (clm.Mark, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return clm.Mark{Position: m.positions[partition], Revision: m.revision}, ctx.Err()
}

// Marks returns the marks of the partitions that were read.
func (m *Memory) Marks(ctx context.Context) (map[int]clm.Mark, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	marks := make(map[int]clm.Mark, len(m.positions))
	for partition, position := range m.positions {
		marks[partition] = clm.Mark{Position: position, Revision: m.revision}
	}
	return marks, ctx.Err()
}

// Commit writes the profiles and moves the position.
func (m *Memory) Commit(ctx context.Context, c Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(&c); err != nil {
		return err
	}
	if m.profiles == nil {
		m.profiles, m.positions = map[clm.CustomerID]*Profile{}, map[int]clm.Position{}
		m.epochs, m.letters = map[slot]uint64{}, map[place]clm.DeadLetter{}
	}
	for _, p := range c.Profiles {
		m.profiles[p.Customer] = p
	}
	for _, a := range c.Aside {
		m.letters[place{c.Partition, a.Position}] = clm.NewDeadLetter(c.Partition, a)
	}
	for _, position := range c.Replayed {
		delete(m.letters, place{c.Partition, position})
		m.revision++
	}
	m.positions[c.Partition] = c.Through
	if c.Fence != (clm.Fence{}) {
		m.epochs[slot{c.Fence.Group, c.Fence.Slot}] = c.Fence.Epoch
	}
	return nil
}

// check reports why a change must not be written.
func (m *Memory) check(c *Change) error {
	at := clm.Mark{Position: m.positions[c.Partition], Revision: m.revision}
	if at != c.After {
		return fmt.Errorf("profile: partition %d is at %+v, not at %+v: %w", c.Partition, at, c.After, clm.ErrFenced)
	}
	if newest := m.epochs[slot{c.Fence.Group, c.Fence.Slot}]; c.Fence.Epoch < newest {
		return fmt.Errorf("profile: slot %d of group %s has epoch %d, not %d: %w", c.Fence.Slot, c.Fence.Group, newest, c.Fence.Epoch, clm.ErrFenced)
	}
	for _, position := range c.Replayed {
		if _, ok := m.letters[place{c.Partition, position}]; !ok {
			return fmt.Errorf("profile: no dead letter %d in partition %d: %w", position, c.Partition, clm.ErrFenced)
		}
	}
	return nil
}

// DeadLetters yields the refused events by partition and position.
func (m *Memory) DeadLetters(ctx context.Context) iter.Seq2[clm.DeadLetter, error] {
	return func(yield func(clm.DeadLetter, error) bool) {
		m.mu.RLock()
		letters := slices.SortedFunc(maps.Values(m.letters), func(a, b clm.DeadLetter) int {
			return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Position, b.Position))
		})
		m.mu.RUnlock()
		for _, l := range letters {
			if err := ctx.Err(); err != nil {
				yield(clm.DeadLetter{}, err)
				return
			}
			if !yield(clm.NewDeadLetter(l.Partition, l.Aside), nil) {
				return
			}
		}
	}
}

// Erase removes the profile and the dead letters of a customer.
func (m *Memory) Erase(ctx context.Context, customer clm.CustomerID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.profiles, customer)
	maps.DeleteFunc(m.letters, func(_ place, l clm.DeadLetter) bool { return l.Event.Customer == customer })
	m.revision++
	return nil
}
