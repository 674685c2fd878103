package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain is the program itself when it was started as a worker.
func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "-servers") {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestEveryProfileEqualsTheOracle(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out, shop{}, 12_000))
	require.Equal(t, `3 servers, 2 workers, 12000 events
killed a worker after a third of the events
stopped the leader of the stream after two thirds of the events
every profile equals the oracle: 106 of 106
`, out.String())
}
