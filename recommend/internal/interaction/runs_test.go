package interaction

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRunsAreTheListsTheyWereMadeOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := rapid.SliceOf(rapid.SliceOf(rapid.Int())).Draw(t, "lists")
		runs := RunsOf(lists)
		lengths := make([]int, len(lists))
		for i, list := range lists {
			lengths[i] = len(list)
			require.Equal(t, append([]int{}, list...), append([]int{}, runs.Of(int32(i))...))
		}
		starts, end := Cumulate(lengths)
		require.Len(t, runs.All, end)
		for i := range lists {
			require.Equal(t, runs.Start(int32(i)), starts[i])
			require.Equal(t, runs.Ends[i], lengths[i])
		}
	})
}
