package clmtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/require"
)

// RunItems checks that the stores that newItems makes keep the contract of
// [clm.Items]. Each call of newItems returns an empty store.
func RunItems(t *testing.T, newItems func(*testing.T) clm.Items) {
	for _, c := range []struct {
		name string
		test func(*testing.T, clm.Items)
	}{
		{"an empty store is an empty catalogue", itemsEmpty},
		{"an item comes back whole", itemsWhole},
		{"an item is replaced, and the later of two wins", itemsReplaced},
		{"a bad item keeps its call out", itemsAllOrNothing},
		{"a removed item is gone", itemsRemoved},
		{"a catalogue does not change after", itemsSnapshot},
		{"arguments are not kept", itemsKeepsNothing},
		{"a cancelled context changes nothing", itemsCancelled},
		{"thousands of items are kept", itemsMany},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newItems(t)) })
	}
}

// item returns an item in which every field is set.
func item(id string) clm.Item {
	stock := 7
	return clm.Item{
		ID: clm.ItemID(id), Title: "Mug \"blue\" 🫖", Text: strings.Repeat("holds 0.3 l of tea. ", 40),
		Categories: []string{"kitchen", "mugs"}, Brand: "Bräuer & Søn", Price: clm.Money{Minor: 1250, Currency: "EUR"},
		Stock: &stock, Added: Start, Attributes: map[string]string{"colour": "blue", "volume": ""},
	}
}

func catalogue(t *testing.T, s clm.Items) []clm.Item {
	t.Helper()
	c, err := s.Catalogue(t.Context())
	require.NoError(t, err)
	var items []clm.Item
	for i := range c.All {
		items = append(items, *i)
	}
	return items
}

func itemsEmpty(t *testing.T, s clm.Items) {
	require.NoError(t, s.Put(t.Context()))
	require.NoError(t, s.Remove(t.Context()))
	require.Empty(t, catalogue(t, s))
}

func itemsWhole(t *testing.T, s clm.Items) {
	bare := clm.Item{ID: "bare"}
	require.NoError(t, s.Put(t.Context(), item("mug"), bare))
	require.Equal(t, []clm.Item{bare, item("mug")}, catalogue(t, s))
}

func itemsReplaced(t *testing.T, s clm.Items) {
	require.NoError(t, s.Put(t.Context(), item("mug")))
	cheaper, bare := item("mug"), clm.Item{ID: "mug", Title: "Mug"}
	cheaper.Price.Minor = 900
	require.NoError(t, s.Put(t.Context(), cheaper, item("cup"), bare))
	require.Equal(t, []clm.Item{item("cup"), bare}, catalogue(t, s))
}

func itemsAllOrNothing(t *testing.T, s clm.Items) {
	require.NoError(t, s.Put(t.Context(), item("mug")))
	bad := item("cup")
	bad.Price.Currency = "XXQ"
	err := s.Put(t.Context(), item("new"), clm.Item{ID: "mug"}, bad)
	require.ErrorIs(t, err, clm.ErrInvalid)
	require.ErrorContains(t, err, "cup")
	require.Equal(t, []clm.Item{item("mug")}, catalogue(t, s))
}

func itemsRemoved(t *testing.T, s clm.Items) {
	require.NoError(t, s.Put(t.Context(), item("mug"), item("cup")))
	require.NoError(t, s.Remove(t.Context(), "mug", "never seen", "mug"))
	require.Equal(t, []clm.Item{item("cup")}, catalogue(t, s))
}

func itemsSnapshot(t *testing.T, s clm.Items) {
	require.NoError(t, s.Put(t.Context(), item("mug")))
	before, err := s.Catalogue(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Remove(t.Context(), "mug"))
	require.NoError(t, s.Put(t.Context(), item("cup")))
	require.Equal(t, 1, before.Len())
	require.NotNil(t, before.Item("mug"))
}

func itemsKeepsNothing(t *testing.T, s clm.Items) {
	i := item("mug")
	require.NoError(t, s.Put(t.Context(), i))
	*i.Stock, i.Categories[0], i.Attributes["colour"] = 0, "changed", "changed"
	require.Equal(t, []clm.Item{item("mug")}, catalogue(t, s))
}

func itemsCancelled(t *testing.T, s clm.Items) {
	require.NoError(t, s.Put(t.Context(), item("mug")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Put(ctx, item("cup")), context.Canceled)
	require.ErrorIs(t, s.Remove(ctx, "mug"), context.Canceled)
	_, err := s.Catalogue(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, []clm.Item{item("mug")}, catalogue(t, s))
}

func itemsMany(t *testing.T, s clm.Items) {
	var items []clm.Item
	for i := range 3000 {
		items = append(items, clm.Item{ID: clm.ItemID(fmt.Sprintf("i-%04d", i)), Title: "x", Added: Start.Add(time.Duration(i))})
	}
	require.NoError(t, s.Put(t.Context(), items...))
	slices.SortFunc(items, func(a, b clm.Item) int { return strings.Compare(string(a.ID), string(b.ID)) })
	require.Equal(t, items, catalogue(t, s))
}
