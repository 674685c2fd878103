package clm

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// MaxSlots is the largest number of slots that the partitions of a log are
// shared out in: the number of processes that can take part in one group.
const MaxSlots = 64

// SlotOf returns the slot, in [0, min(partitions, MaxSlots)), that a partition
// is in. Slots are what processes lease: their number stays small however many
// partitions there are.
func SlotOf(partition, partitions int) int {
	return partition % min(partitions, MaxSlots)
}

// A Member is a process that wants its share of a group's slots.
type Member struct {
	// Group is what is shared out: the name of a set of views over one log.
	// All members of a group run the same views.
	Group string
	// Owner names the process. No two processes that live at the same time
	// have the same owner.
	Owner string
	// Slots is the number of slots of the group, the same for all members.
	Slots int
	// TTL is how long a lease is good for after the claim that got or renewed
	// it: the time after which the others take over from a dead process.
	TTL time.Duration
}

// A Lease is the right of one member to work on one slot until it expires.
type Lease struct {
	Slot int
	// Epoch grows with each change of the slot's owner. What is written under
	// an older epoch is refused.
	Epoch   uint64
	Expires time.Time
}

// A Fence is the lease under which something is written. A store refuses it,
// with [ErrFenced], when it knows a newer epoch of the group's slot, and
// remembers it otherwise. A store that holds the leases as well knows of a new
// owner from the claim on, because it compares in the transaction that writes: a
// process that was stalled beyond its lease changes nothing. Any other store
// knows of it from the new owner's first batch. The zero Fence is none.
type Fence struct {
	Group string
	Slot  int
	Epoch uint64 // at least 1 in a fence that is one
}

// Leases shares slots out among processes. Its clock is the store's own, so
// that the members need not agree on the time.
//
// Implementations are safe for concurrent use by any number of processes.
// [RunLeases] of clm/clmtest is the suite that they have to pass, and [Share]
// the policy that they share.
//
// [RunLeases]: https://pkg.go.dev/github.com/clmkit/clmkit/clm/clmtest#RunLeases
type Leases interface {
	// Claim says that the member is alive: it renews the member's leases,
	// takes free ones up to its fair share, and gives up what is above it. It
	// returns the leases that the member has now, by slot. It does not wait
	// for others to give up theirs: a member claims again every third of its
	// TTL or so.
	Claim(ctx context.Context, m Member) ([]Lease, error)

	// Leave ends the membership and frees the member's leases at once. A
	// member that is not known is no error.
	Leave(ctx context.Context, m Member) error
}

// A Slot is the state of one slot as a store of leases keeps it.
type Slot struct {
	Owner   string // "" after its owner left it
	Epoch   uint64 // 0 before the first lease
	Expires time.Time
}

// Share decides what a claim does, for implementations of [Leases]. Slots is
// the state of all slots of the group by number, living how many members have
// claimed within their TTL, this one included. Share changes slots to what is to
// be stored, and returns the member's leases and the numbers of the slots that it
// changed.
//
// No member keeps more than its part of the slots, rounded up. A lease that
// is over is free for everybody; until somebody takes it, its owner can renew it.
func Share(m Member, slots []Slot, living int, now time.Time) (held []Lease, changed []int) {
	most := (len(slots) + max(1, living) - 1) / max(1, living)
	mine := 0
	for i := range slots {
		s := &slots[i]
		if s.Owner != m.Owner {
			continue
		}
		changed = append(changed, i)
		if mine == most {
			s.Owner, s.Expires = "", now
			continue
		}
		mine++
		s.Expires = now.Add(m.TTL)
		held = append(held, Lease{Slot: i, Epoch: s.Epoch, Expires: s.Expires})
	}
	for i := range slots {
		s := &slots[i]
		free := s.Owner == "" || !s.Expires.After(now)
		if mine == most || !free || s.Owner == m.Owner || slices.Contains(changed, i) {
			continue
		}
		mine++
		*s = Slot{Owner: m.Owner, Epoch: s.Epoch + 1, Expires: now.Add(m.TTL)}
		changed = append(changed, i)
		held = append(held, Lease{Slot: i, Epoch: s.Epoch, Expires: s.Expires})
	}
	slices.SortFunc(held, func(a, b Lease) int { return cmp.Compare(a.Slot, b.Slot) })
	return held, changed
}
