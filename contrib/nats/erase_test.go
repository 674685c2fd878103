package nats_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/nats"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// holding counts, for each node, the files that hold a text.
func holding(t *testing.T, text string) []int {
	t.Helper()
	counts := make([]int, len(servers.Nodes))
	for i := range servers.Nodes {
		err := filepath.WalkDir(servers.Nodes[i].Dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return ignoreMissing(err)
			}
			data, err := os.ReadFile(path)
			if bytes.Contains(data, []byte(text)) {
				counts[i]++
			}
			return ignoreMissing(err)
		})
		require.NoError(t, err)
	}
	return counts
}

// ignoreMissing passes over files that a server removed meanwhile.
func ignoreMissing(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// canaries returns events in which every message of one customer holds a text.
func canaries(text string, n int) []clm.Event {
	events := clmtest.Events(n, 5)
	for i := range events {
		if events[i].Customer == "c-1" {
			events[i].Session = text
		}
	}
	return events
}

// gone reports that no file of any node holds a text.
func gone(t *testing.T, text string) func() bool {
	return func() bool { return fmt.Sprint(holding(t, text)) == "[0 0 0]" }
}

func TestEraseLeavesNothingInAnyFile(t *testing.T) {
	const canary = "CANARY-of-a-customer-who-leaves"
	log := open(t, nil)
	require.NoError(t, log.Append(t.Context(), canaries(canary, 400)...))
	require.Eventually(t, func() bool {
		counts := holding(t, canary)
		return counts[0] > 1 && counts[1] > 1 && counts[2] > 1 // stream and Raft log
	}, patience, 50*time.Millisecond, "the control: before the erasure every node holds the customer")

	require.NoError(t, log.Erase(t.Context(), "c-1"))
	require.Eventually(t, gone(t, canary), patience, 50*time.Millisecond)
	for e, err := range clm.Events(t.Context(), log) {
		require.NoError(t, err)
		require.NotEqual(t, clm.CustomerID("c-1"), e.Customer)
	}
}

// What the erasure does is needed: a purge alone, as the client library offers
// it, hides the messages and leaves their bytes.
func TestAPurgeIsNoErasure(t *testing.T) {
	const canary = "CANARY-that-was-purged"
	log := open(t, &nats.Options{Stream: "purged"})
	require.NoError(t, log.Append(t.Context(), canaries(canary, 400)...))
	js, err := jetstream.New(connect(t, servers.URL()))
	require.NoError(t, err)
	stream, err := js.Stream(t.Context(), "purged")
	require.NoError(t, err)
	require.NoError(t, stream.Purge(t.Context()))
	require.NoError(t, servers.Current(t.Context(), "purged"))
	for i, n := range holding(t, canary) {
		require.Positive(t, n, "node %d", i)
	}
}

// The Raft log is dropped whatever it held before.
func TestEraseLeavesNothingWhateverCameBefore(t *testing.T) {
	for _, before := range []int{3, 7} { // MB
		t.Run(fmt.Sprintf("%d MB", before), func(t *testing.T) {
			canary := fmt.Sprintf("CANARY-after-%d-MB", before)
			log := open(t, nil)
			events := canaries(canary, 400)
			for i := range before * 4 {
				e := clmtest.Events(4, 1)[3]
				e.ID, e.Customer = fmt.Sprint("before-", i), "c-2"
				e.Text = string(bytes.Repeat([]byte("y"), 256<<10))
				require.NoError(t, log.Append(t.Context(), e))
			}
			require.NoError(t, log.Append(t.Context(), events...))
			require.NoError(t, log.Erase(t.Context(), "c-1"))
			require.Eventually(t, gone(t, canary), patience, 50*time.Millisecond)
		})
	}
}

func TestEraseInPartsLeavesNothing(t *testing.T) {
	const canary = "CANARY-in-a-long-text"
	log := open(t, nil)
	events := clmtest.Events(8, 2)
	events[3].Text = canary + string(bytes.Repeat([]byte("x"), 3<<20)) + canary
	require.NoError(t, log.Append(t.Context(), events...))
	require.NoError(t, log.Erase(t.Context(), events[3].Customer))
	require.Eventually(t, gone(t, canary), patience, 50*time.Millisecond)
	n := 0
	for e, err := range clm.Events(t.Context(), log) {
		require.NoError(t, err)
		require.NotEqual(t, events[3].Customer, e.Customer)
		n++
	}
	require.Equal(t, 4, n)
}

func TestEraseForgetsTheIDs(t *testing.T) {
	log := open(t, nil)
	events := clmtest.Events(10, 2)
	require.NoError(t, log.Append(t.Context(), events...))
	require.NoError(t, log.Erase(t.Context(), "c-1"))
	require.NoError(t, log.Append(t.Context(), events...))
	n := 0
	for _, err := range clm.History(t.Context(), log, "c-1") {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, 5, n, "a customer who comes back begins anew")
}

func TestEraseNeedsEveryServer(t *testing.T) {
	log := open(t, &nats.Options{Stream: "absent", Patience: time.Second})
	require.NoError(t, log.Append(t.Context(), clmtest.Events(10, 2)...))
	leader, err := servers.Leader(t.Context(), "absent")
	require.NoError(t, err)
	away := (leader + 1) % len(servers.Nodes)
	servers.Stop(away)
	defer func() {
		require.NoError(t, servers.Start(away))
		restarted(t, "absent")
	}()
	require.ErrorIs(t, log.Erase(t.Context(), "c-1"), nats.ErrReplica)
}

// restarted waits until all nodes have what the leader of a stream has.
func restarted(t *testing.T, stream string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := servers.Leader(ctx, stream)
	require.NoError(t, err)
	require.NoError(t, servers.Current(ctx, stream))
}
