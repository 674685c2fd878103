package river

import (
	"context"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestARebuildEqualsAFoldFromScratch(t *testing.T) {
	s := open(t, 300, 4000, small)
	s.arrive(t, 0, 3000)
	h := &hook{}
	pool, jobs := s.hooked(t, h, small)
	rebuild := jobs.Rebuild(s.folder, "1")
	c := client(t, pool, rebuilders(t, rebuild))
	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	planned, err := rebuild.Progress(t.Context(), "v2")
	require.NoError(t, err)
	want := s.oracle(t, 3000)
	assert.Equal(t, len(want), planned.Customers)
	assert.Equal(t, (len(want)+39)/40, planned.Ranges)
	assert.Zero(t, planned.CustomersDone)

	// A thousand more events arrive in the middle, of old customers and new.
	h.before = nth(9, "SET cursor", func() { s.arrive(t, 3000, 4000) })
	run(t, c, kindFinish)

	done, err := rebuild.Progress(t.Context(), "v2")
	require.NoError(t, err)
	assert.Equal(t, done.Ranges, done.RangesDone)
	assert.Equal(t, len(want), done.CustomersDone)
	assert.False(t, done.Finished.IsZero())
	s.requireEqual(t, "v2", want)
	var ids int
	require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT count(*) FROM clmkit_jobs.ranges
		WHERE tenant = $1 AND (cursor <> '' OR through <> '')`, s.tenant).Scan(&ids))
	assert.Zero(t, ids, "ranges that name a customer")

	caught := s.catchUp(t, "v2")
	assert.Equal(t, clm.Caught{Events: 1000}, caught, "the view goes on from where the rebuild was planned")
	s.requireEqual(t, "v2", s.oracle(t, 4000))
}

func TestAPlanIsMadeOnce(t *testing.T) {
	s := open(t, 100, 1000, small)
	s.arrive(t, 0, 500)
	rebuild := s.jobs.Rebuild(s.folder, "1")
	c := client(t, s.pool, rebuilders(t, rebuild))
	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	before, err := rebuild.Progress(t.Context(), "v2")
	require.NoError(t, err)
	s.arrive(t, 500, 1000)

	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	after, err := rebuild.Progress(t.Context(), "v2")
	require.NoError(t, err)
	assert.Equal(t, before, after)
	listed, err := c.JobList(t.Context(), river.NewJobListParams().Kinds("clmkit_rebuild").First(100))
	require.NoError(t, err)
	assert.Len(t, listed.Jobs, before.Ranges)

	require.ErrorIs(t, s.jobs.Rebuild(s.folder, "2").Plan(t.Context(), c, "v2"), ErrOtherPlan)
	_, err = rebuild.Progress(t.Context(), "v3")
	require.ErrorIs(t, err, ErrNotPlanned)
	_, err = rebuild.Resume(t.Context(), c, "v3", 0)
	require.ErrorIs(t, err, ErrNotPlanned)

	s.catchUp(t, "main")
	require.ErrorIs(t, rebuild.Plan(t.Context(), c, "main"), ErrInUse)
}

func TestALogWithoutEventsIsRebuiltToo(t *testing.T) {
	s := open(t, 10, 100, small)
	rebuild := s.jobs.Rebuild(s.folder, "1")
	c := client(t, s.pool, rebuilders(t, rebuild))
	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	run(t, c, kindFinish)
	s.arrive(t, 0, 100)
	assert.Equal(t, 100, s.catchUp(t, "v2").Events)
	s.requireEqual(t, "v2", s.oracle(t, 100))
}

func TestRangesAreCutWhereTheyShould(t *testing.T) {
	s := open(t, 80, 1000, small)
	s.arrive(t, 0, 1000)
	want := s.oracle(t, 1000)
	require.Len(t, want, 80)
	for _, c := range []struct {
		name         string
		range_, size int
		want         int
	}{
		{"one for all", 1000, 500, 1},
		{"one customer each, and the open end", 1, 1, 81},
		{"an exact multiple has an empty range behind it", 20, 20, 5},
		{"chunks larger than ranges", 30, 500, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			jobs, err := New(t.Context(), s.pool, s.db, &Options{Range: c.range_, Chunk: c.size})
			require.NoError(t, err)
			rebuild := jobs.Rebuild(s.folder, "1")
			client := client(t, s.pool, rebuilders(t, rebuild))
			require.NoError(t, rebuild.Plan(t.Context(), client, c.name))
			run(t, client, kindFinish)
			s.requireEqual(t, c.name, want)
			p, err := rebuild.Progress(t.Context(), c.name)
			require.NoError(t, err)
			assert.Equal(t, c.want, p.Ranges)
			assert.Equal(t, 80, p.CustomersDone)
		})
	}
}

func TestAnEventThatCannotBeFoldedIsADeadLetterAsInAView(t *testing.T) {
	s := open(t, 30, 500, small)
	for i := range 2 { // the second overflows the sum
		s.events[i] = clm.Event{
			ID: "huge-" + string(rune('0'+i)), Customer: "customer-000001", Kind: clm.Ordered, Time: s.events[i].Time,
			Lines: []clm.Line{{Item: "i-1", Quantity: 1, Amount: clm.Money{Minor: 1<<63 - 1, Currency: "EUR"}}},
		}
	}
	s.events[2] = s.events[0]
	s.events[2].ID, s.events[2].Customer = "huge-2", "only-huge"
	s.arrive(t, 0, 500)
	caught := s.catchUp(t, "main")
	require.NotZero(t, caught.Aside)

	rebuild := s.jobs.Rebuild(s.folder, "1")
	c := client(t, s.pool, rebuilders(t, rebuild))
	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	run(t, c, kindFinish)
	assert.Equal(t, letters(t, s, "main"), letters(t, s, "v2"))
	want := map[clm.CustomerID]string{}
	for p, err := range s.db.Profiles("main").All(t.Context()) {
		require.NoError(t, err)
		want[p.Customer] = text(t, p)
	}
	s.requireEqual(t, "v2", want)
	assert.Zero(t, s.catchUp(t, "v2"))
}

func letters(t *testing.T, s *shop, set string) (all []string) {
	for l, err := range s.db.Profiles(set).DeadLetters(t.Context()) {
		require.NoError(t, err)
		all = append(all, l.Event.ID+": "+l.Err.Error())
	}
	return all
}

func TestOneClientServesSeveralTenants(t *testing.T) {
	first, second := open(t, 50, 500, small), open(t, 50, 800, small)
	first.arrive(t, 0, 500)
	second.arrive(t, 500, 800)
	one, two := first.jobs.Rebuild(first.folder, "1"), second.jobs.Rebuild(second.folder, "1")
	workers := river.NewWorkers()
	require.NoError(t, AddRebuild(workers, one, two))
	c := client(t, first.pool, workers)
	require.NoError(t, one.Plan(t.Context(), c, "v2"))
	require.NoError(t, two.Plan(t.Context(), c, "v2"))
	done, cancel := c.Subscribe(river.EventKindJobCompleted)
	defer cancel()
	require.NoError(t, c.Start(t.Context()))
	for finished := 0; finished < 2; {
		if e := <-done; e.Job.Kind == kindFinish {
			finished++
		}
	}
	require.NoError(t, c.Stop(t.Context()))
	first.requireEqual(t, "v2", first.oracle(t, 500))
	second.events = second.events[500:]
	second.requireEqual(t, "v2", second.oracle(t, 300))
}

func TestAJobOfAnotherVersionWaitsForItsProcess(t *testing.T) {
	s := open(t, 30, 300, small)
	s.arrive(t, 0, 300)
	rebuild := s.jobs.Rebuild(s.folder, "2")
	old := s.jobs.Rebuild(profile.NewFolder(nil, nil), "1")
	c := client(t, s.pool, rebuilders(t, old))
	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	snoozed, cancel := c.Subscribe(river.EventKindJobSnoozed)
	defer cancel()
	require.NoError(t, c.Start(t.Context()))
	<-snoozed
	require.NoError(t, c.Stop(t.Context()))
	p, err := rebuild.Progress(t.Context(), "v2")
	require.NoError(t, err)
	assert.Zero(t, p.CustomersDone)
}

func TestASetThatSomethingElseMovesIsNotFinished(t *testing.T) {
	s := open(t, 100, 1000, small)
	s.arrive(t, 0, 1000)
	rebuild := s.jobs.Rebuild(s.folder, "1")
	c := client(t, s.pool, rebuilders(t, rebuild))
	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	s.catchUp(t, "v2") // by mistake
	events, cancel := c.Subscribe(river.EventKindJobCancelled)
	defer cancel()
	require.NoError(t, c.Start(t.Context()))
	e := <-events
	require.NoError(t, c.Stop(context.WithoutCancel(t.Context())))
	assert.Equal(t, kindFinish, e.Job.Kind)
	assert.Contains(t, e.Job.Errors[0].Error, ErrInUse.Error())
	p, err := rebuild.Progress(t.Context(), "v2")
	require.NoError(t, err)
	assert.True(t, p.Finished.IsZero())
}
