package river

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/sim"
	"github.com/clmkit/clmkit/profile"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// simulated is a shop of its own, and the scoring of its last moment. It is made
// once, because fitting takes its time.
var simulated = sync.OnceValues(func() (*sold, error) {
	shop, err := sim.New(&sim.Options{Customers: 120, Days: 300, Seed: 3})
	if err != nil {
		return nil, err
	}
	at := shop.Events[len(shop.Events)-1].Time
	history := churn.History{Events: clm.Sequence(shop.Events), Folder: profile.NewFolder(nil, nil), Currency: "EUR", Until: at}
	definition := churn.Definition{Horizon: 60 * 24 * time.Hour}
	cases, err := history.Cases(definition, definition.Cuts(at, 3)...)
	if err != nil {
		return nil, err
	}
	model, err := churn.Fit(context.Background(), cases, nil)
	if err != nil {
		return nil, err
	}
	return &sold{shop.Events, Scoring{Set: "main", Model: model, At: at}}, nil
})

type sold struct {
	events []clm.Event
	what   Scoring
}

// scorable returns a shop whose profiles are in the set "main", and a scoring.
func scorable(t *testing.T) (*shop, Scoring) {
	t.Helper()
	s := open(t, 1, 0, small)
	sim, err := simulated()
	require.NoError(t, err)
	require.Equal(t, churn.ByLogistic, sim.what.Model.Path, sim.what.Model.Why)
	s.events = sim.events
	s.arrive(t, 0, len(s.events))
	s.catchUp(t, "main")
	return s, sim.what
}

func scorers(t testing.TB, s *Score) *river.Workers {
	t.Helper()
	workers := river.NewWorkers()
	require.NoError(t, AddScore(workers, s))
	return workers
}

// finish works on a scoring until it is over.
func finish(t *testing.T, c *river.Client[pgx.Tx], s *Score, name string) {
	t.Helper()
	done, cancel := c.Subscribe(river.EventKindJobCompleted)
	defer cancel()
	require.NoError(t, c.Start(t.Context()))
	for range done {
		p, err := s.Progress(t.Context(), name)
		require.NoError(t, err)
		if !p.Finished.IsZero() {
			break
		}
	}
	require.NoError(t, c.Stop(t.Context()))
}

// expected returns the risks as the model says them, one customer after another.
func (s *shop) expected(t *testing.T, name string, what Scoring) (all []Risk) {
	t.Helper()
	for p, err := range s.db.Profiles(what.Set).All(t.Context()) {
		require.NoError(t, err)
		risk, err := what.Model.Risk(p, what.At)
		if errors.Is(err, churn.ErrPopulation) {
			continue
		}
		require.NoError(t, err)
		all = append(all, Risk{p.Customer, name, risk.Probability, risk.RecencyOnly, risk.Reasons[:3]})
	}
	slices.SortFunc(all, func(a, b Risk) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Customer, b.Customer))
	})
	return all
}

func (s *shop) worst(t *testing.T, score *Score, name string) (all []Risk) {
	t.Helper()
	for r, err := range score.Worst(t.Context(), name) {
		require.NoError(t, err)
		all = append(all, r)
	}
	return all
}

func TestEveryCustomerIsScoredAndTheWorstComeFirst(t *testing.T) {
	s, what := scorable(t)
	score := s.jobs.Score()
	c := client(t, s.pool, scorers(t, score))
	require.NoError(t, score.Plan(t.Context(), c, "today", what))
	require.NoError(t, score.Plan(t.Context(), c, "today", what), "a second plan changes nothing")
	finish(t, c, score, "today")
	want := s.expected(t, "today", what)
	require.NotEmpty(t, want)
	assert.Equal(t, want, s.worst(t, score, "today"))
	p, err := score.Progress(t.Context(), "today")
	require.NoError(t, err)
	assert.Equal(t, p.Customers, p.CustomersDone)
	kept, err := score.Scoring(t.Context(), "today")
	require.NoError(t, err)
	assert.Equal(t, text(t, what.Model), text(t, kept.Model))

	n, err := score.Resume(t.Context(), c, "today", 0)
	require.NoError(t, err)
	assert.Zero(t, n, "it is over")
	what.At = what.At.Add(time.Hour)
	require.ErrorIs(t, score.Plan(t.Context(), c, "today", what), ErrOtherPlan)
	require.Error(t, score.Plan(t.Context(), c, "empty", Scoring{}))
}

func TestAScoringGoesOnWhereAStoppedClientLeftIt(t *testing.T) {
	s, what := scorable(t)
	score := s.jobs.Score()
	require.NoError(t, score.Plan(t.Context(), client(t, s.pool, scorers(t, score)), "today", what))
	for n := range 3 {
		h := &hook{}
		pool, jobs := s.hooked(t, h, small)
		ctx, stop := context.WithCancel(t.Context())
		h.before = nth(n+2, ".risks", stop)
		c := client(t, pool, scorers(t, jobs.Score()))
		require.NoError(t, c.Start(ctx))
		<-c.Stopped()
	}
	finish(t, client(t, s.pool, scorers(t, score)), score, "today")
	assert.Equal(t, s.expected(t, "today", what), s.worst(t, score, "today"))
	p, err := score.Progress(t.Context(), "today")
	require.NoError(t, err)
	assert.Equal(t, p.Customers, p.CustomersDone)
}

func TestWhoIsErasedWhileScoresAreMadeHasNone(t *testing.T) {
	s, what := scorable(t)
	h := &hook{}
	pool, jobs := s.hooked(t, h, small)
	score := jobs.Score()
	c := client(t, pool, scorers(t, score))
	require.NoError(t, score.Plan(t.Context(), c, "today", what))
	var mu sync.Mutex
	erased := map[clm.CustomerID]bool{}
	h.before = func(sql string, args []any) {
		if !strings.Contains(sql, "SET cursor") {
			return
		}
		mu.Lock()
		through := args[5].(clm.CustomerID)
		chosen := through != "" && len(erased) < 5 && !erased[through]
		if chosen {
			erased[through] = true
		}
		mu.Unlock()
		if chosen {
			assert.NoError(t, clm.Erase(t.Context(), through, s.db, s.jobs.Score()))
		}
	}
	finish(t, c, score, "today")
	require.Len(t, erased, 5)
	got := s.worst(t, score, "today")
	assert.Equal(t, s.expected(t, "today", what), got)
	assert.False(t, slices.ContainsFunc(got, func(r Risk) bool { return erased[r.Customer] }))
}

func TestRisksAreExportedErasedAndForgotten(t *testing.T) {
	s, what := scorable(t)
	score := s.jobs.Score()
	c := client(t, s.pool, scorers(t, score))
	for _, name := range []string{"monday", "tuesday"} {
		require.NoError(t, score.Plan(t.Context(), c, name, what))
		finish(t, client(t, s.pool, scorers(t, score)), score, name)
	}
	monday := s.worst(t, score, "monday")
	customer := monday[0].Customer
	var out bytes.Buffer
	require.NoError(t, score.Export(t.Context(), customer, &out))
	assert.Equal(t, 2, strings.Count(out.String(), `{"risk":{"customer":"`+string(customer)+`"`), "%s", out.String())

	require.NoError(t, score.Erase(t.Context(), customer))
	out.Reset()
	require.NoError(t, score.Export(t.Context(), customer, &out))
	assert.Empty(t, out.String())
	assert.Equal(t, monday[1:], s.worst(t, score, "monday"))

	require.NoError(t, score.Forget(t.Context(), "monday"))
	assert.Empty(t, s.worst(t, score, "monday"))
	assert.Len(t, s.worst(t, score, "tuesday"), len(monday)-1)
	_, err := score.Progress(t.Context(), "monday")
	require.ErrorIs(t, err, ErrNotPlanned)
}
