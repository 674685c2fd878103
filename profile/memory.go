package profile

import (
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

// Position returns how far a partition has been read.
func (m *Memory) Position(ctx context.Context, partition int) (clm.Position, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.positions[partition], ctx.Err()
}

// Commit writes the profiles and moves the position.
func (m *Memory) Commit(ctx context.Context, c Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.positions[c.Partition] != c.After {
		return fmt.Errorf("profile: partition %d is at %d, not at %d: %w", c.Partition, m.positions[c.Partition], c.After, clm.ErrFenced)
	}
	if m.profiles == nil {
		m.profiles = map[clm.CustomerID]*Profile{}
		m.positions = map[int]clm.Position{}
	}
	for _, p := range c.Profiles {
		m.profiles[p.Customer] = p
	}
	m.positions[c.Partition] = c.Through
	return nil
}

// Erase removes the profile of a customer.
func (m *Memory) Erase(ctx context.Context, customer clm.CustomerID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.profiles, customer)
	return nil
}
