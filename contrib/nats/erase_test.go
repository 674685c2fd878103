package nats_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
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

// scan is how often the files are looked through.
const scan = 300 * time.Millisecond

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

// The Raft logs hold 7 MB before, so that the servers drop them in the middle of
// what the erasure sends.
func TestEraseLeavesNothingInAnyFile(t *testing.T) {
	const canary = "CANARY-of-a-customer-who-leaves"
	log := open(t, nil)
	before := clmtest.Events(4, 1)[3]
	before.Customer = "c-2"
	for i := range 14 {
		before.ID, before.Text = fmt.Sprint("before-", i), incompressible(500_000)
		require.NoError(t, log.Append(t.Context(), before))
	}
	events := canaries(canary, 400)
	events[398].Kind, events[398].Item, events[398].Customer = clm.Messaged, "", "c-1"
	events[398].Text = canary + incompressible(1_000_000) + canary // more than one message
	require.NoError(t, log.Append(t.Context(), events...))
	require.Eventually(t, func() bool {
		counts := holding(t, canary)
		return counts[0] > 1 && counts[1] > 1 && counts[2] > 1 // stream and Raft log
	}, patience, scan, "the control: before the erasure every node holds the customer")

	require.NoError(t, log.Erase(t.Context(), "c-1"))
	require.Eventually(t, gone(t, canary), patience, scan)
	left := all(t, log)
	require.NotContains(t, left, clm.CustomerID("c-1"))
	require.Len(t, left["c-2"], 80+14)
}

func TestEraseOnOneServer(t *testing.T) {
	const canary = "CANARY-on-one-server"
	log := open(t, &nats.Options{Replicas: 1, Partitions: 1})
	events := canaries(canary, 100)
	require.NoError(t, log.Append(t.Context(), events...))
	require.NoError(t, log.Append(t.Context(), events[50:]...))
	require.Equal(t, byCustomer(events), all(t, log))
	require.Contains(t, fmt.Sprint(holding(t, canary)), "1", "the control")
	require.NoError(t, log.Erase(t.Context(), "c-1"))
	require.Eventually(t, gone(t, canary), patience, scan)
	require.NoError(t, log.Append(t.Context(), events[:5]...))
	require.Len(t, all(t, log)["c-1"], 1, "a customer who comes back begins anew")
}

// incompressible returns n letters that no compression makes shorter than 3/4.
func incompressible(n int) string {
	random, text := rand.New(rand.NewPCG(1, 2)), make([]byte, n)
	for i := range text {
		text[i] = base64Letters[random.IntN(len(base64Letters))]
	}
	return string(text)
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

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

func TestEraseNeedsEveryServer(t *testing.T) {
	log := open(t, &nats.Options{Stream: "absent", Patience: 5 * time.Second})
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
