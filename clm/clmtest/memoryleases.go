package clmtest

import (
	"context"
	"sync"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// MemoryLeases are [clm.Leases] within one process, for tests of what shares
// work out.
type MemoryLeases struct {
	now    func() time.Time
	mu     sync.Mutex
	groups map[string]*leaseGroup
}

type leaseGroup struct {
	slots   []clm.Slot
	members map[string]time.Time // until when each is taken to be alive
}

// NewMemoryLeases returns leases without members.
func NewMemoryLeases(now func() time.Time) *MemoryLeases {
	return &MemoryLeases{now: now, groups: map[string]*leaseGroup{}}
}

// Claim implements [clm.Leases].
func (l *MemoryLeases) Claim(ctx context.Context, m clm.Member) ([]clm.Lease, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.groups[m.Group]
	if g == nil {
		g = &leaseGroup{slots: make([]clm.Slot, m.Slots), members: map[string]time.Time{}}
		l.groups[m.Group] = g
	}
	now := l.now()
	for owner, until := range g.members {
		if !until.After(now) {
			delete(g.members, owner)
		}
	}
	g.members[m.Owner] = now.Add(m.TTL)
	for len(g.slots) < m.Slots {
		g.slots = append(g.slots, clm.Slot{})
	}
	held, _ := clm.Share(m, g.slots[:m.Slots], len(g.members), now)
	return held, nil
}

// Leave implements [clm.Leases].
func (l *MemoryLeases) Leave(ctx context.Context, m clm.Member) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.groups[m.Group]
	if g == nil {
		return nil
	}
	delete(g.members, m.Owner)
	for i := range g.slots {
		if g.slots[i].Owner == m.Owner {
			g.slots[i].Owner = ""
		}
	}
	return nil
}
