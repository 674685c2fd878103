package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary play the processes that kill and erase start.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "kill" || os.Args[1] == "erase") {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

type killed struct {
	Lost       int
	Doubled    int
	Foreign    int
	OutOfOrder int `json:"out_of_order"`
	Profiles   int `json:"wrong_profiles"`
	Stalled    int
	Killed     map[string]int
}

func playKill(t *testing.T, args ...string) killed {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), append([]string{"kill", "-dir", t.TempDir(), "-events", "8000", "-customers", "400"}, args...), &out))
	var result killed
	require.NoError(t, json.Unmarshal(out.Bytes(), &result))
	return result
}

func TestNothingIsLostWhenProcessesAreKilled(t *testing.T) {
	got := playKill(t, "-engine", "sqlite", "-kills", "8", "-stalls", "1")
	require.Equal(t, 8, got.Killed["writer"]+got.Killed["reader"])
	require.Equal(t, 1, got.Stalled)
	got.Killed, got.Stalled = nil, 0
	require.Equal(t, killed{}, got)
}

func TestAPositionApartFromTheFoldIsSeenToFail(t *testing.T) {
	for seed := range 10 {
		got := playKill(t, "-kills", "12", "-stalls", "0", "-control", "apart", "-seed", fmt.Sprint(seed))
		require.Zero(t, got.Lost+got.Doubled+got.Foreign+got.OutOfOrder, "the log is not what the control breaks")
		if got.Profiles > 0 {
			return
		}
	}
	t.Fatal("ten trials of the control found no wrong profile")
}
