package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// told is the summary with what differs between a first and a second run over
// one file taken out.
func told(t *testing.T, args ...string) (whole summary, rest string) {
	t.Helper()
	out, err := tell(t, append(args, "-json")...)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal([]byte(out), &whole))
	again := whole
	again.Held, again.Transitions, again.Moves = 0, 0, nil
	text, err := json.Marshal(again)
	require.NoError(t, err)
	return whole, string(text)
}

func TestAFileTellsWhatMemoryTellsAndGoesOn(t *testing.T) {
	orders, db := file(t, smallShop()), filepath.Join(t.TempDir(), "shop.db")
	inMemory, want := told(t, "-orders", orders)
	first, got := told(t, "-orders", orders, "-db", db)
	require.Equal(t, want, got)
	require.Equal(t, inMemory, first)
	second, got := told(t, "-orders", orders, "-db", db)
	require.Equal(t, want, got, "known events change nothing")
	require.Zero(t, second.Transitions)
	require.Greater(t, second.Held, first.Events.Appended, "the events, the transitions and the messages sent")
}

func TestAFileThatCannotBeOneIsRefused(t *testing.T) {
	orders := file(t, smallShop())
	_, err := tell(t, "-orders", orders, "-db", filepath.Join(t.TempDir(), "missing", "shop.db"))
	require.ErrorContains(t, err, "missing")
	_, err = tell(t, "-orders", orders, "-db", orders)
	require.ErrorContains(t, err, "not a file of clmkit")
	text, err := os.ReadFile(orders)
	require.NoError(t, err)
	require.Equal(t, smallShop(), string(text), "it is left as it is")
}
