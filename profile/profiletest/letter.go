package profiletest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/stretchr/testify/require"
)

// refused returns n refused events of as many customers, at positions from 1.
func refused(n int) []clm.Aside {
	aside := make([]clm.Aside, n)
	for i, e := range clmtest.Events(n, n) {
		e.Text = strings.Repeat("ä", i)
		aside[i] = clm.Aside{Position: clm.Position(i + 1), Event: e, Err: fmt.Errorf("refused %d: %w", i, clm.ErrOverflow)}
	}
	return aside
}

func letters(t *testing.T, s clm.DeadLetters) []clm.DeadLetter {
	t.Helper()
	var all []clm.DeadLetter
	for l, err := range s.DeadLetters(t.Context()) {
		require.NoError(t, err)
		all = append(all, l)
	}
	return all
}

func deadLetters(t *testing.T, s profile.Store) {
	require.Empty(t, letters(t, s))
	aside := refused(5)
	require.NoError(t, s.Commit(t.Context(), profile.Change{Partition: 2, Through: 9, Aside: aside[3:]}))
	require.NoError(t, s.Commit(t.Context(), profile.Change{Partition: 1, Through: 9, Aside: aside[:3]}))
	kept := letters(t, s)
	require.Len(t, kept, 5)
	for i, l := range kept {
		require.Equal(t, map[bool]int{true: 1, false: 2}[i < 3], l.Partition)
		require.Equal(t, aside[i].Position, l.Position)
		require.Equal(t, aside[i].Event, l.Event)
		require.EqualError(t, l.Err, aside[i].Err.Error())
	}
	require.NoError(t, s.Erase(t.Context(), "c-1"))
	require.Len(t, letters(t, s), 4, "an erased customer has no dead letters")
	for range s.DeadLetters(t.Context()) {
		break
	}
}

func replayed(t *testing.T, s profile.Store) {
	aside := refused(2)
	require.NoError(t, s.Commit(t.Context(), profile.Change{Through: 9, Aside: aside}))
	folder := profile.NewFolder(Catalogue(), nil)
	done, err := clm.Replay(t.Context(), profile.NewView(s, folder))
	require.NoError(t, err)
	require.Equal(t, clm.Caught{Events: 2}, done)
	requireMark(t, s, 0, clm.Mark{Position: 9, Revision: 2})
	for _, a := range aside {
		got, err := s.Get(t.Context(), a.Event.Customer)
		require.NoError(t, err)
		want := profile.New(a.Event.Customer)
		require.NoError(t, folder.Fold(want, &a.Event))
		require.Equal(t, want, got)
	}
	require.Empty(t, letters(t, s))
	again := profile.Change{After: clm.Mark{Position: 9, Revision: 2}, Through: 9, Replayed: []clm.Position{1}, Profiles: []*profile.Profile{profile.New("c-0")}}
	require.ErrorIs(t, s.Commit(t.Context(), again), clm.ErrFenced, "what is no dead letter cannot be replayed")
	got, err := s.Get(t.Context(), "c-0")
	require.NoError(t, err)
	require.NotEmpty(t, got.Kinds)
}

// replayedMeanwhile lets a batch be read before a replay and written after it: it
// would undo the replay.
func replayedMeanwhile(t *testing.T, s profile.Store) {
	aside := refused(1)
	require.NoError(t, s.Commit(t.Context(), profile.Change{Through: 9, Aside: aside}))
	before, err := s.Mark(t.Context(), 0)
	require.NoError(t, err)
	_, err = clm.Replay(t.Context(), profile.NewView(s, profile.NewFolder(Catalogue(), nil)))
	require.NoError(t, err)
	late := profile.Change{After: before, Through: 10, Profiles: []*profile.Profile{profile.New("c-0")}}
	require.ErrorIs(t, s.Commit(t.Context(), late), clm.ErrFenced)
	got, err := s.Get(t.Context(), "c-0")
	require.NoError(t, err)
	require.NotEmpty(t, got.Kinds, "what was replayed is still there")
}

func refusedAgain(t *testing.T, s profile.Store) {
	stranger := refused(1)
	stranger[0].Event = clm.Event{
		ID: "e", Customer: "c-9", Kind: clm.Ordered, Time: clmtest.Start,
		Lines: []clm.Line{
			{Item: "a", Quantity: 1, Amount: clm.Money{Minor: 1, Currency: "EUR"}},
			{Item: "b", Quantity: 1, Amount: clm.Money{Minor: 1, Currency: "GBP"}},
		},
	}
	require.NoError(t, s.Commit(t.Context(), profile.Change{Through: 9, Aside: stranger}))
	done, err := clm.Replay(t.Context(), profile.NewView(s, profile.NewFolder(nil, nil)))
	require.NoError(t, err)
	require.Equal(t, clm.Caught{Aside: 1}, done)
	require.Len(t, letters(t, s), 1)
}

func erasedMeanwhile(t *testing.T, s profile.Store) {
	commit(t, s, 0, 5, full(t, "c-1"), full(t, "c-2"))
	before, err := s.Mark(t.Context(), 0)
	require.NoError(t, err)
	require.NoError(t, s.Erase(t.Context(), "c-1"))
	late := profile.Change{After: before, Through: 6, Profiles: []*profile.Profile{full(t, "c-1")}}
	require.ErrorIs(t, s.Commit(t.Context(), late), clm.ErrFenced)
	_, err = s.Get(t.Context(), "c-1")
	require.ErrorIs(t, err, profile.ErrNotFound, "the erased customer did not come back")
	after, err := s.Mark(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, before.Position, after.Position)
	require.NoError(t, s.Commit(t.Context(), profile.Change{After: after, Through: 6, Profiles: []*profile.Profile{full(t, "c-2")}}))
}

func olderEpoch(t *testing.T, s profile.Store) {
	under := func(group string, slot int, epoch uint64, after clm.Position) error {
		return s.Commit(t.Context(), profile.Change{
			After: clm.Mark{Position: after}, Through: after + 1,
			Fence:    clm.Fence{Group: group, Slot: slot, Epoch: epoch},
			Profiles: []*profile.Profile{full(t, clm.CustomerID(fmt.Sprintf("c-%d", after)))},
		})
	}
	require.NoError(t, under("g", 3, 5, 0))
	require.NoError(t, under("g", 3, 5, 1))
	require.ErrorIs(t, under("g", 3, 4, 2), clm.ErrFenced, "a stalled owner")
	_, err := s.Get(t.Context(), "c-2")
	require.ErrorIs(t, err, profile.ErrNotFound)
	requireMark(t, s, 0, clm.Mark{Position: 2})
	require.NoError(t, under("g", 4, 1, 2), "another slot")
	require.NoError(t, under("h", 3, 1, 3), "another group")
	require.NoError(t, under("g", 3, 6, 4))
	require.ErrorIs(t, under("g", 3, 5, 5), clm.ErrFenced)
	require.NoError(t, s.Commit(t.Context(), profile.Change{After: clm.Mark{Position: 5}, Through: 6}), "without a fence")
}

func marks(t *testing.T, s profile.Store) {
	commit(t, s, 0, 7)
	require.NoError(t, s.Commit(t.Context(), profile.Change{Partition: 70_000, Through: 3}))
	all, err := profile.NewView(s, profile.NewFolder(nil, nil)).Marks(t.Context())
	if errors.Is(err, errors.ErrUnsupported) {
		return
	}
	require.NoError(t, err)
	require.Equal(t, map[int]clm.Mark{0: {Position: 7}, 70_000: {Position: 3}}, all)
}
