package clmtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A Clock is a clock that moves when it is told to. It is safe for concurrent
// use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns what the clock shows: [Start] at first.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now.IsZero() {
		c.now = Start
	}
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	now := c.Now().Add(d)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// RunLeases checks that the leases that newLeases makes keep the contract of
// [clm.Leases]. Each call of newLeases returns a store without leases whose clock
// is the one given.
func RunLeases(t *testing.T, newLeases func(t *testing.T, now func() time.Time) clm.Leases) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *room)
	}{
		{"the first member takes all slots", leasesFirst},
		{"a second member gets its share once the first claims again", leasesShared},
		{"a claim renews, and the epoch stays", leasesRenewed},
		{"a dead member is replaced within its TTL", leasesTakenOver},
		{"a member that nobody replaced goes on", leasesLate},
		{"a member that leaves is replaced at once", leasesLeft},
		{"a group knows nothing of another", leasesGroups},
		{"members beyond the number of slots wait", leasesCrowd},
		{"a cancelled context changes nothing", leasesCancelled},
		{"no slot has two owners, whatever happens", leasesRandom},
		{"claims can be made side by side", leasesConcurrent},
	} {
		t.Run(c.name, func(t *testing.T) {
			var clock Clock
			c.test(t, &room{newLeases(t, clock.Now), &clock})
		})
	}
}

// room is the store under test with its clock.
type room struct {
	leases clm.Leases
	clock  *Clock
}

const ttl = time.Minute

func member(owner string, slots int) clm.Member {
	return clm.Member{Group: "views", Owner: owner, Slots: slots, TTL: ttl}
}

// claim returns the epochs of the leases that a member has after a claim.
func (r *room) claim(t *testing.T, m clm.Member) map[int]uint64 {
	t.Helper()
	leases, err := r.leases.Claim(t.Context(), m)
	require.NoError(t, err)
	held := map[int]uint64{}
	for i, l := range leases {
		require.True(t, i == 0 || leases[i-1].Slot < l.Slot, "leases come by slot")
		require.Positive(t, l.Epoch)
		require.WithinDuration(t, r.clock.Now().Add(m.TTL), l.Expires, time.Millisecond)
		held[l.Slot] = l.Epoch
	}
	return held
}

func leasesFirst(t *testing.T, r *room) {
	require.Equal(t, map[int]uint64{0: 1, 1: 1, 2: 1}, r.claim(t, member("a", 3)))
}

func leasesShared(t *testing.T, r *room) {
	require.Len(t, r.claim(t, member("a", 8)), 8)
	require.Empty(t, r.claim(t, member("b", 8)), "nothing is free yet")
	a := r.claim(t, member("a", 8))
	b := r.claim(t, member("b", 8))
	require.Len(t, a, 4)
	require.Len(t, b, 4)
	for slot, epoch := range b {
		require.NotContains(t, a, slot)
		require.EqualValues(t, 2, epoch, "a new owner has a new epoch")
	}
}

func leasesRenewed(t *testing.T, r *room) {
	first := r.claim(t, member("a", 5))
	for range 5 {
		r.clock.Advance(ttl * 2 / 3)
		require.Equal(t, first, r.claim(t, member("a", 5)))
		require.Empty(t, r.claim(t, member("b", 1)), "a lease that is renewed is not free")
		require.NoError(t, r.leases.Leave(t.Context(), member("b", 1)))
	}
}

func leasesTakenOver(t *testing.T, r *room) {
	require.Len(t, r.claim(t, member("dead", 4)), 4)
	r.clock.Advance(ttl - time.Second)
	require.Empty(t, r.claim(t, member("b", 4)))
	r.clock.Advance(time.Second)
	require.Equal(t, map[int]uint64{0: 2, 1: 2, 2: 2, 3: 2}, r.claim(t, member("b", 4)))
	require.Empty(t, r.claim(t, member("dead", 4)), "who comes back finds nothing of its own")
	require.Len(t, r.claim(t, member("b", 4)), 2, "and gets its share again")
	require.Len(t, r.claim(t, member("dead", 4)), 2)
}

func leasesLate(t *testing.T, r *room) {
	first := r.claim(t, member("a", 4))
	r.clock.Advance(100 * ttl)
	require.Equal(t, first, r.claim(t, member("a", 4)))
}

func leasesLeft(t *testing.T, r *room) {
	require.NoError(t, r.leases.Leave(t.Context(), member("nobody", 4)))
	require.Len(t, r.claim(t, member("a", 4)), 4)
	require.NoError(t, r.leases.Leave(t.Context(), member("a", 4)))
	require.Equal(t, map[int]uint64{0: 2, 1: 2, 2: 2, 3: 2}, r.claim(t, member("b", 4)))
	require.NoError(t, r.leases.Leave(t.Context(), member("a", 4)))
	require.Len(t, r.claim(t, member("b", 4)), 4, "leaving twice takes nothing from others")
}

func leasesGroups(t *testing.T, r *room) {
	other := member("a", 4)
	other.Group = "segments"
	require.Len(t, r.claim(t, member("a", 4)), 4)
	require.Len(t, r.claim(t, other), 4)
	require.NoError(t, r.leases.Leave(t.Context(), other))
	require.Len(t, r.claim(t, member("a", 4)), 4)
}

func leasesCrowd(t *testing.T, r *room) {
	for i := range 3 {
		require.Len(t, r.claim(t, member(fmt.Sprint(i), 2)), map[int]int{0: 2}[i])
	}
	require.Len(t, r.claim(t, member("0", 2)), 1)
	require.Len(t, r.claim(t, member("1", 2)), 1)
	require.Empty(t, r.claim(t, member("2", 2)))
	r.clock.Advance(ttl / 2)
	require.Len(t, r.claim(t, member("1", 2)), 1)
	require.Empty(t, r.claim(t, member("2", 2)))
	r.clock.Advance(ttl / 2)
	require.Len(t, r.claim(t, member("2", 2)), 1, "the place of 0, which was silent")
}

func leasesCancelled(t *testing.T, r *room) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := r.leases.Claim(ctx, member("a", 4))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, r.leases.Leave(ctx, member("a", 4)), context.Canceled)
	require.Equal(t, map[int]uint64{0: 1, 1: 1, 2: 1, 3: 1}, r.claim(t, member("b", 4)))
}

// leasesRandom plays claims, departures and silences of five members, and
// keeps its own book of who may write to which slot.
func leasesRandom(t *testing.T, r *room) {
	const slots = 7
	random := rand.New(rand.NewPCG(4, 2))
	var owner [slots]string
	var epoch [slots]uint64
	var until [slots]time.Time
	for range 300 {
		r.clock.Advance(time.Duration(random.IntN(30)) * time.Second)
		m := member(fmt.Sprintf("m-%d", random.IntN(5)), slots)
		if random.IntN(6) == 0 {
			require.NoError(t, r.leases.Leave(t.Context(), m))
			for s := range slots {
				if owner[s] == m.Owner {
					owner[s] = ""
				}
			}
			continue
		}
		held := r.claim(t, m)
		for s := range slots {
			e, ok := held[s]
			switch {
			case !ok && owner[s] == m.Owner:
				owner[s] = "" // given up
			case !ok:
			case owner[s] == m.Owner && e == epoch[s]:
				until[s] = r.clock.Now().Add(ttl)
			default:
				require.False(t, owner[s] != "" && owner[s] != m.Owner && until[s].After(r.clock.Now()), "slot %d of %s taken by %s", s, owner[s], m.Owner)
				require.Greater(t, e, epoch[s], "a new owner has a new epoch")
				owner[s], epoch[s], until[s] = m.Owner, e, r.clock.Now().Add(ttl)
			}
		}
	}
}

func leasesConcurrent(t *testing.T, r *room) {
	const members, slots = 4, 8
	var mu sync.Mutex
	owner := map[int]string{}
	var group sync.WaitGroup
	for i := range members {
		group.Go(func() {
			m := member(fmt.Sprintf("m-%d", i), slots)
			for range 10 {
				leases, err := r.leases.Claim(context.Background(), m)
				if !assert.NoError(t, err) {
					return
				}
				mu.Lock()
				for _, l := range leases {
					owner[l.Slot+slots*int(l.Epoch)] += m.Owner
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	for key, names := range owner {
		for i := 0; i+3 <= len(names); i += 3 {
			require.Equal(t, names[:3], names[i:i+3], "slot %d had two owners in epoch %d", key%slots, key/slots)
		}
	}
}
