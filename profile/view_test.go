package profile_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/stretchr/testify/require"
)

func all(t *testing.T, r profile.Reader) map[clm.CustomerID]*profile.Profile {
	t.Helper()
	profiles := map[clm.CustomerID]*profile.Profile{}
	for p, err := range r.All(t.Context()) {
		require.NoError(t, err)
		profiles[p.Customer] = p
	}
	return profiles
}

func TestTheViewOfALogEqualsAFoldOfItsEvents(t *testing.T) {
	events := clmtest.Events(1000, 37)
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	want, _, err := folder.AsOf(clm.Sequence(events), events[999].Time.Add(day))
	require.NoError(t, err)
	log := clm.NewMemory(nil)
	var store profile.Memory
	for i := 0; i < len(events); i += 100 {
		require.NoError(t, log.Append(t.Context(), events[max(0, i-30):i+100]...), "30 events of each batch are repeats")
		_, err := clm.CatchUp(t.Context(), log, &clm.RunOptions{BatchSize: 17}, profile.NewView(&store, folder))
		require.NoError(t, err)
	}
	require.Equal(t, want, all(t, &store))
}

func TestAnEventThatOverflowsIsSetAside(t *testing.T) {
	log := clm.NewMemory(nil)
	require.NoError(t, log.Append(t.Context(),
		order("a", start, math.MaxInt64, "EUR"), order("b", start, 5, "EUR"), order("c", start, 7, "GBP")))
	var store profile.Memory
	var aside []string
	o := &clm.RunOptions{SetAside: func(_ context.Context, a clm.Aside) error {
		aside = append(aside, a.Event.ID)
		return nil
	}}
	caught, err := clm.CatchUp(t.Context(), log, o, profile.NewView(&store, profile.NewFolder(nil, nil)))
	require.NoError(t, err)
	require.Equal(t, clm.Caught{Events: 2, Aside: 1}, caught)
	require.Equal(t, []string{"b"}, aside)
	p, err := store.Get(t.Context(), "c-1")
	require.NoError(t, err)
	require.Equal(t, 2, p.Frequency())
}

func TestSweepRecordsEachTransitionOnce(t *testing.T) {
	log := clm.NewMemory(&clm.MemoryOptions{Now: func() time.Time { return start.Add(1000 * day) }})
	var store profile.Memory
	view := profile.NewView(&store, profile.NewFolder(nil, nil))
	require.NoError(t, log.Append(t.Context(), order("a", start, 100, "EUR")))
	sweep := func(at time.Time) (stages []clm.Stage) {
		_, err := clm.CatchUp(t.Context(), log, nil, view)
		require.NoError(t, err)
		for e, err := range profile.Sweep(t.Context(), &store, nil, at) {
			require.NoError(t, err)
			stages = append(stages, e.From, e.To)
			require.NoError(t, log.Append(t.Context(), e))
		}
		_, err = clm.CatchUp(t.Context(), log, nil, view)
		require.NoError(t, err)
		return stages
	}
	require.Equal(t, []clm.Stage{"", clm.Conversion}, sweep(start.Add(day)))
	require.Empty(t, sweep(start.Add(day)))
	require.Equal(t, []clm.Stage{clm.Conversion, clm.Maintenance}, sweep(start.Add(91*day)))
	require.NoError(t, log.Append(t.Context(), order("b", start.Add(100*day), 100, "EUR")))
	require.Equal(t, []clm.Stage{clm.Maintenance, clm.Retention}, sweep(start.Add(101*day)))
	p, err := store.Get(t.Context(), "c-1")
	require.NoError(t, err)
	require.Equal(t, start.Add(101*day), p.Stage.Since)
}

func TestConsentGate(t *testing.T) {
	consent := func(id string, granted bool, at time.Time) clm.Event {
		return clm.Event{ID: id, Kind: clm.Consented, Purpose: "marketing", Granted: granted, Time: at}
	}
	leave := func(id, channel string, at time.Time) clm.Event {
		return clm.Event{ID: id, Kind: clm.Unsubscribed, Channel: channel, Time: at}
	}
	for _, c := range []struct {
		name   string
		events []clm.Event
		want   string
	}{
		{"silence is no consent", nil, "no consent to marketing is recorded"},
		{"consent lets pass", []clm.Event{consent("1", true, start)}, ""},
		{"withdrawn consent vetoes", []clm.Event{consent("1", true, start), consent("2", false, start.Add(day))}, "consent to marketing was withdrawn on 2026-01-06"},
		{"the latest word counts, whatever came in first", []clm.Event{consent("2", false, start.Add(day)), consent("1", true, start)}, "consent to marketing was withdrawn on 2026-01-06"},
		{"unsubscribing from the channel vetoes", []clm.Event{consent("1", true, start), leave("2", "email", start.Add(day))}, "unsubscribed from email on 2026-01-06"},
		{"unsubscribing from all vetoes", []clm.Event{consent("1", true, start), leave("2", "", start.Add(day))}, "unsubscribed from email on 2026-01-06"},
		{"another channel does not", []clm.Event{consent("1", true, start), leave("2", "sms", start.Add(day))}, ""},
		{"a newer consent overrules", []clm.Event{leave("2", "email", start), consent("3", true, start.Add(day))}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var store profile.Memory
			require.NoError(t, store.Commit(t.Context(), profile.Change{Through: 1, Profiles: []*profile.Profile{fold(t, c.events...)}}))
			gate := profile.ConsentGate(&store, "service")
			got, err := gate(t.Context(), clm.Action{Customer: "c-1", Purpose: "marketing", Channel: "email"})
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			got, err = gate(t.Context(), clm.Action{Customer: "c-1", Purpose: "service", Channel: "email"})
			require.NoError(t, err)
			require.Empty(t, got, "exempt purposes pass")
			got, err = gate(t.Context(), clm.Action{Customer: "stranger", Purpose: "marketing", Channel: "email"})
			require.NoError(t, err)
			require.Equal(t, "no consent to marketing is recorded", got)
		})
	}
}
