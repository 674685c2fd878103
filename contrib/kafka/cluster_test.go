package kafka_test

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

const topicName = "events"

// fake starts a cluster in the process: three brokers that speak Kafka's
// protocol over TCP. It is of franz-go, and no Kafka.
func fake(t testing.TB, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(3)}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// brokers returns the real ones of CLMKIT_TEST_KAFKA, "host:port,host:port".
func brokers(t testing.TB) []string {
	seeds := os.Getenv("CLMKIT_TEST_KAFKA")
	if seeds == "" {
		t.Skip("CLMKIT_TEST_KAFKA names no brokers")
	}
	return strings.Split(seeds, ",")
}

// fresh returns the name of a topic that no run had before.
func fresh() string {
	b := make([]byte, 6)
	rand.Read(b)
	return "clmkit-test-" + hex.EncodeToString(b)
}

// open opens a log for the time of a test.
func open(t testing.TB, seeds []string, name string, keys kafka.Keyring, o *kafka.Options) *kafka.Log {
	t.Helper()
	l, err := kafka.Open(t.Context(), seeds, name, keys, o)
	require.NoError(t, err)
	t.Cleanup(l.Close)
	return l
}

// events returns every event of a log.
func events(t testing.TB, log kafka.Reader) (all []clm.Event) {
	t.Helper()
	for p := range log.Partitions() {
		for e, err := range log.Read(t.Context(), p, 0) {
			require.NoError(t, err)
			all = append(all, e.Event)
		}
	}
	return all
}

// requireSame compares events without regard to the order of partitions.
func requireSame(t testing.TB, want, got []clm.Event) {
	t.Helper()
	byID := func(a, b clm.Event) int { return strings.Compare(a.ID, b.ID) }
	require.Len(t, got, len(want))
	require.Equal(t, slices.SortedStableFunc(slices.Values(want), byID), slices.SortedStableFunc(slices.Values(got), byID))
}

// positions returns the positions of a partition.
func positions(t testing.TB, log kafka.Reader, p int, after clm.Position) (all []clm.Position) {
	t.Helper()
	for e, err := range log.Read(t.Context(), p, after) {
		require.NoError(t, err)
		all = append(all, e.Position)
	}
	return all
}

// failure returns the error that a reading of a partition ends with.
func failure(t testing.TB, log kafka.Reader, p int, after clm.Position) (last error) {
	t.Helper()
	for _, err := range log.Read(t.Context(), p, after) {
		last = err
	}
	return last
}

var sample = clmtest.Events(200, 13)
