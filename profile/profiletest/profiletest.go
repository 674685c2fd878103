// Package profiletest holds the conformance suites of [profile.Store] and
// [profile.Selector].
package profiletest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/stretchr/testify/require"
)

// Run checks that the stores that newStore makes keep the contract of
// [profile.Store], and that a [profile.View] over them keeps that of
// [clm.View]. Each call of newStore returns an empty store; if stores have to
// be closed, newStore does it with t.Cleanup.
func Run(t *testing.T, newStore func(*testing.T) profile.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, profile.Store)
	}{
		{"an unknown customer is not found", unknown},
		{"a profile comes back whole", whole},
		{"a profile is replaced", replaced},
		{"copies are independent", copies},
		{"the wrong position is fenced and nothing is written", fenced},
		{"a cancelled context writes nothing", cancelled},
		{"all profiles come in order", ordered},
		{"an erased customer is gone", erased},
		{"a batch from before an erasure is fenced", erasedMeanwhile},
		{"an older epoch is fenced", olderEpoch},
		{"refused events become dead letters", deadLetters},
		{"a dead letter is replayed once", replayed},
		{"a batch from before a replay is fenced", replayedMeanwhile},
		{"a dead letter that is refused again stays", refusedAgain},
		{"all marks are told at once, if at all", marks},
		{"partitions are written concurrently", concurrent},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newStore(t)) })
	}
	clmtest.RunView(t, func(t *testing.T) clm.View {
		return profile.NewView(newStore(t), profile.NewFolder(Catalogue(), nil))
	})
}

// Catalogue returns items for the events of clmtest.
func Catalogue() *clm.Catalogue {
	var items []clm.Item
	for i := range 17 {
		items = append(items, clm.Item{
			ID:         clm.ItemID(fmt.Sprintf("i-%d", i)),
			Title:      fmt.Sprintf("Item %d", i),
			Categories: []string{"all", fmt.Sprintf("category %d", i%4)},
			Brand:      fmt.Sprintf("brand %d", i%3),
		})
	}
	c, err := clm.NewCatalogue(items...)
	if err != nil {
		panic(err) // the items above are constants
	}
	return c
}

// full returns a profile in which every field is set.
func full(t *testing.T, customer clm.CustomerID) *profile.Profile {
	t.Helper()
	p := profile.New(customer)
	folder := profile.NewFolder(Catalogue(), nil)
	events := clmtest.Events(40, 1)
	at := clmtest.Start
	events = append(events,
		clm.Event{ID: "r", Kind: clm.Returned, Time: at, Lines: []clm.Line{{Item: "i-1", Quantity: 1, Amount: clm.Money{Minor: 500, Currency: "EUR"}}}},
		clm.Event{ID: "k", Kind: clm.Consented, Time: at, Purpose: "marketing", Granted: true},
		clm.Event{ID: "u", Kind: clm.Unsubscribed, Time: at, Channel: "email"},
		clm.Transition(customer, clm.Activation, clm.Retention, at),
		clm.Event{ID: "t", Kind: clm.Inferred, Time: at, Traits: []clm.Trait{{
			Name: clm.WearsSize, Value: "M", Confidence: 0.75, Seen: at, Expires: at.AddDate(1, 0, 0), Source: "suite",
			Evidence: []clm.Evidence{{Event: "e", Field: "text", Quote: "size “M”", From: 3, To: 15}, {Event: "act"}},
		}, {
			Name: clm.Interest, Value: "tea", Confidence: 0.5, Seen: at, Source: "suite", Evidence: []clm.Evidence{{Event: "act"}},
		}, {
			Name: clm.PrefersBrand, Value: "Hearth", Confidence: 0.5, Seen: at, Source: "suite", Evidence: []clm.Evidence{{Event: "act"}},
		}}},
		clm.Event{ID: "p", Kind: clm.Corrected, Time: at, Correction: &clm.Correction{Name: clm.Language, Value: "de", Verdict: clm.Pin, By: "agent"}},
	)
	events = append(events, profile.Identify(customer, "visit", true, "i", at)[0], profile.Identify("somebody", customer, true, "j", at)[1])
	for _, e := range events {
		e.Customer = customer
		require.NoError(t, folder.Fold(p, &e))
	}
	return p
}

func requireMark(t *testing.T, s profile.Store, partition int, want clm.Mark) {
	t.Helper()
	got, err := s.Mark(t.Context(), partition)
	require.NoError(t, err)
	require.Equal(t, want, got, "mark of partition %d", partition)
}

func commit(t *testing.T, s profile.Store, after, through clm.Position, profiles ...*profile.Profile) {
	t.Helper()
	require.NoError(t, s.Commit(t.Context(), profile.Change{After: clm.Mark{Position: after}, Through: through, Profiles: profiles}))
}

func unknown(t *testing.T, s profile.Store) {
	_, err := s.Get(t.Context(), "nobody")
	require.ErrorIs(t, err, profile.ErrNotFound)
	require.ErrorContains(t, err, "nobody")
}

func whole(t *testing.T, s profile.Store) {
	commit(t, s, 0, 1, full(t, "c-1"))
	got, err := s.Get(t.Context(), "c-1")
	require.NoError(t, err)
	require.Equal(t, full(t, "c-1"), got)
}

func replaced(t *testing.T, s profile.Store) {
	commit(t, s, 0, 1, full(t, "c-1"))
	commit(t, s, 1, 2, profile.New("c-1"))
	got, err := s.Get(t.Context(), "c-1")
	require.NoError(t, err)
	require.Equal(t, 0, got.Frequency())
	requireMark(t, s, 0, clm.Mark{Position: 2})
}

func copies(t *testing.T, s profile.Store) {
	commit(t, s, 0, 1, full(t, "c-1"))
	spoil := func(p *profile.Profile) {
		p.Kinds[0].Count, p.Orders[0].Lines, p.Ledgers[0].Ordered, p.Prices[0].Count = 99, 99, 99, 99
		p.Categories[0].Sum, p.Brands[0].Sum, p.Channels[0].Count = 99, 99, 99
		p.Readings[0].Value, p.Readings[0].Evidence[0].Quote, p.Rulings[0].By = "changed", "changed", "changed"
		p.Tastes[0].Sum, p.BrandTastes[0].Sum = 99, 99
		p.Aliases[0].About, p.Owners[0].About = "changed", "changed"
		p.Consents[0].About, p.Unsubscribed[0].About = "spoilt", "spoilt"
	}
	first, err := s.Get(t.Context(), "c-1")
	require.NoError(t, err)
	spoil(first)
	for p, err := range s.All(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, full(t, "c-1"), p)
		spoil(p)
	}
	again, err := s.Get(t.Context(), "c-1")
	require.NoError(t, err)
	require.Equal(t, full(t, "c-1"), again)
}

func fenced(t *testing.T, s profile.Store) {
	commit(t, s, 0, 10, full(t, "c-1"))
	for _, after := range []clm.Mark{{}, {Position: 5}, {Position: 11}, {Position: 10, Revision: 1}} {
		err := s.Commit(t.Context(), profile.Change{After: after, Through: 20, Aside: refused(1), Profiles: []*profile.Profile{profile.New("c-1"), profile.New("c-2")}})
		require.ErrorIs(t, err, clm.ErrFenced)
	}
	got, err := s.Get(t.Context(), "c-1")
	require.NoError(t, err)
	require.Equal(t, full(t, "c-1"), got)
	_, err = s.Get(t.Context(), "c-2")
	require.ErrorIs(t, err, profile.ErrNotFound)
	require.Empty(t, letters(t, s))
}

func cancelled(t *testing.T, s profile.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Commit(ctx, profile.Change{Through: 1, Profiles: []*profile.Profile{full(t, "c-1")}}), context.Canceled)
	_, err := s.Get(t.Context(), "c-1")
	require.ErrorIs(t, err, profile.ErrNotFound)
	_, err = s.Get(ctx, "c-1")
	require.ErrorIs(t, err, context.Canceled)
	commit(t, s, 0, 1, full(t, "c-1"))
	var last error
	for _, err := range s.All(ctx) {
		last = err
	}
	require.ErrorIs(t, last, context.Canceled)
}

func ordered(t *testing.T, s profile.Store) {
	commit(t, s, 0, 1, profile.New("c-1"), profile.New("c-10"), profile.New("c-2"))
	require.NoError(t, s.Commit(t.Context(), profile.Change{Partition: 1, Through: 1, Profiles: []*profile.Profile{profile.New("b"), profile.New("c-11")}}))
	var ids []clm.CustomerID
	for p, err := range s.All(t.Context()) {
		require.NoError(t, err)
		ids = append(ids, p.Customer)
	}
	require.Equal(t, []clm.CustomerID{"b", "c-1", "c-10", "c-11", "c-2"}, ids)
	for range s.All(t.Context()) {
		break
	}
}

func erased(t *testing.T, s profile.Store) {
	commit(t, s, 0, 1, full(t, "c-1"), full(t, "c-2"))
	require.NoError(t, s.Erase(t.Context(), "c-1"))
	require.NoError(t, s.Erase(t.Context(), "nobody"))
	_, err := s.Get(t.Context(), "c-1")
	require.ErrorIs(t, err, profile.ErrNotFound)
	_, err = s.Get(t.Context(), "c-2")
	require.NoError(t, err)
	requireMark(t, s, 0, clm.Mark{Position: 1, Revision: 2})
}

func concurrent(t *testing.T, s profile.Store) {
	const partitions, rounds = 6, 20
	var group sync.WaitGroup
	errs := make([]error, partitions)
	for partition := range partitions {
		group.Go(func() {
			customer := clm.CustomerID(fmt.Sprintf("c-%d", partition))
			for i := range rounds {
				p := profile.New(customer)
				p.First = clmtest.Start.Add(time.Duration(i) * time.Hour)
				change := profile.Change{Partition: partition, After: clm.Mark{Position: clm.Position(i)}, Through: clm.Position(i + 1), Profiles: []*profile.Profile{p}}
				if err := s.Commit(context.Background(), change); err != nil {
					errs[partition] = err
				}
				if _, err := s.Get(context.Background(), customer); err != nil {
					errs[partition] = err
				}
			}
		})
	}
	group.Wait()
	for partition, err := range errs {
		require.NoError(t, err, "partition %d", partition)
	}
	n := 0
	for p, err := range s.All(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, clmtest.Start.Add((rounds-1)*time.Hour), p.First)
		n++
	}
	require.Equal(t, partitions, n)
}
