package river

import (
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhoIsErasedWhileASetIsRebuiltDoesNotComeBack(t *testing.T) {
	s := open(t, 200, 2000, small)
	s.arrive(t, 0, 2000)
	h := &hook{}
	pool, jobs := s.hooked(t, h, small)
	rebuild := jobs.Rebuild(s.folder, "1")
	c := client(t, pool, rebuilders(t, rebuild))
	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	want := s.oracle(t, 2000)

	// Before every third chunk is written its last customer is erased.
	var mu sync.Mutex
	erased := map[clm.CustomerID]bool{}
	chunks := 0
	h.before = func(sql string, args []any) {
		if !strings.Contains(sql, "SET cursor") {
			return
		}
		mu.Lock()
		through := args[5].(clm.CustomerID)
		chunks++
		chosen := chunks%3 == 0 && want[through] != "" && !erased[through]
		if chosen {
			erased[through] = true
		}
		mu.Unlock()
		if chosen { // without the lock, because an erasure waits for transactions
			assert.NoError(t, clm.Erase(t.Context(), through, s.db))
		}
	}
	run(t, c, kindFinish)
	require.Greater(t, len(erased), 5)
	maps.DeleteFunc(want, func(c clm.CustomerID, _ string) bool { return erased[c] })
	s.requireEqual(t, "v2", want)
	s.catchUp(t, "v2")
	s.requireEqual(t, "v2", want)
}

func TestWithoutTheFenceAnErasedCustomerWouldComeBack(t *testing.T) {
	s := open(t, 20, 300, small)
	s.arrive(t, 0, 300)
	ends, err := s.db.Log().Ends(t.Context())
	require.NoError(t, err)
	set := s.db.Profiles("v2")
	f := &folding{log: s.db.Log(), set: set, folder: s.folder, plan: rebuildPlan{ends}}
	c, err := f.read(t.Context(), "", "", 5)
	require.NoError(t, err)
	p := &portion{}
	for entry, err := range s.db.Log().Histories(t.Context(), "", c.through) {
		require.NoError(t, err)
		if entry.Event.Customer == c.through {
			d := f.begin(c.through)
			d.add(&entry)
			p.take(d)
			break
		}
	}
	require.NoError(t, clm.Erase(t.Context(), c.through, s.db.Log(), set))

	err = pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error { return c.write(t.Context(), tx) })
	require.ErrorIs(t, err, errErased)
	_, err = set.Get(t.Context(), c.through)
	require.ErrorIs(t, err, profile.ErrNotFound)

	mark, err := set.Mark(t.Context(), 0)
	require.NoError(t, err)
	p.revision = mark.Revision // as if it had been counted after the events were read
	require.NoError(t, pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error { return f.write(t.Context(), tx, p) }))
	_, err = set.Get(t.Context(), c.through)
	require.NoError(t, err, "the erased customer is back")
}
