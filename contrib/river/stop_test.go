package river

import (
	"context"
	"testing"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A hard stop cancels the contexts of the jobs, here in the middle of their
// transactions.
func TestAClientThatIsStoppedHardLeavesTheRestToTheNext(t *testing.T) {
	s := open(t, 200, 2000, small)
	s.arrive(t, 0, 2000)
	s.countWrites(t)
	rebuild := s.jobs.Rebuild(s.folder, "1")
	require.NoError(t, rebuild.Plan(t.Context(), client(t, s.pool, rebuilders(t, rebuild)), "v2"))
	done := 0
	for n := range 5 {
		h := &hook{}
		pool, jobs := s.hooked(t, h, small)
		c := client(t, pool, rebuilders(t, jobs.Rebuild(s.folder, "1")))
		ctx, stop := context.WithCancel(t.Context())
		h.before = nth(n+1, "SET cursor", stop)
		require.NoError(t, c.Start(ctx))
		<-c.Stopped()
		p, err := rebuild.Progress(t.Context(), "v2")
		require.NoError(t, err)
		assert.GreaterOrEqual(t, p.CustomersDone, done)
		done = p.CustomersDone
	}
	require.Less(t, done, 200)
	run(t, client(t, s.pool, rebuilders(t, rebuild)), kindFinish)
	s.requireEqual(t, "v2", s.oracle(t, 2000))
	assert.Zero(t, s.twice(t), "customers who were worked on twice")
}

func TestAStopCostsNoAttemptOnceAChunkIsWritten(t *testing.T) {
	s := open(t, 100, 1000, Options{Range: 1000, Chunk: 7})
	s.arrive(t, 0, 1000)
	h := &hook{}
	pool, jobs := s.hooked(t, h, small)
	rebuild := jobs.Rebuild(s.folder, "1")
	c, err := newClient(pool, rebuilders(t, rebuild), 1)
	require.NoError(t, err)
	require.NoError(t, s.jobs.Rebuild(s.folder, "1").Plan(t.Context(), c, "v2"))
	ctx, stop := context.WithCancel(t.Context())
	h.before = nth(3, "SET cursor", stop)
	require.NoError(t, c.Start(ctx))
	<-c.Stopped()
	p, err := rebuild.Progress(t.Context(), "v2")
	require.NoError(t, err)
	assert.Equal(t, 14, p.CustomersDone)
	listed, err := c.JobList(t.Context(), river.NewJobListParams().Kinds("clmkit_rebuild"))
	require.NoError(t, err)
	require.Len(t, listed.Jobs, 1)
	assert.Equal(t, rivertype.JobStateAvailable, listed.Jobs[0].State)
	assert.Empty(t, listed.Jobs[0].Errors)
	assert.Zero(t, listed.Jobs[0].Attempt)
}

func TestSeveralClientsShareTheRanges(t *testing.T) {
	s := open(t, 300, 2000, small)
	s.arrive(t, 0, 2000)
	s.countWrites(t)
	rebuild := s.jobs.Rebuild(s.folder, "1")
	first := client(t, s.pool, rebuilders(t, rebuild))
	require.NoError(t, rebuild.Plan(t.Context(), first, "v2"))
	// Every range gets two jobs, as when River believes that a live one is dead.
	ranges, err := rebuild.Resume(t.Context(), first, "v2", 0)
	require.NoError(t, err)
	pool, jobs := s.hooked(t, &hook{}, small)
	second := client(t, pool, rebuilders(t, jobs.Rebuild(s.folder, "1")))

	ofFirst, cancel := first.Subscribe(river.EventKindJobCompleted)
	defer cancel()
	ofSecond, cancel := second.Subscribe(river.EventKindJobCompleted)
	defer cancel()
	require.NoError(t, first.Start(t.Context()))
	require.NoError(t, second.Start(t.Context()))
	for range 2*ranges + 1 {
		select {
		case <-ofFirst:
		case <-ofSecond:
		}
	}
	require.NoError(t, first.Stop(t.Context()))
	require.NoError(t, second.Stop(t.Context()))
	s.requireEqual(t, "v2", s.oracle(t, 2000))
	assert.Zero(t, s.twice(t), "customers who were worked on twice")
	listed, err := first.JobList(t.Context(), river.NewJobListParams().Kinds(kindFinish).First(10))
	require.NoError(t, err)
	assert.Len(t, listed.Jobs, 1, "one job ends the run")
}
